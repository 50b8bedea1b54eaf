import { Button } from "antd";
import { Printer } from "lucide-react";
import type { ShiftReport } from "../../bindings/app";
import { printPage } from "../../host/window";
import { count, money, percent } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Facts } from "../../parts/Facts";
import { Fig, Figs } from "../../parts/Fig";
import { Icon } from "../../parts/Icon";
import { Note } from "../../parts/Note";
import { Section } from "../../parts/Section";

const kinds = ["cash", "card", "wechat_pay", "alipay", "points"] as const;

/** One sum under the other, aligned to the fen. */
export function Sum({ name, fen, strong = false }: { name: string; fen: number; strong?: boolean }) {
  return (
    <div className={strong ? "shiftsum strong" : "shiftsum"}>
      <dt>{name}</dt>
      <dd>{money(fen)}</dd>
    </div>
  );
}

/** More or less cash than there should be; nothing is as good as it gets. */
export function Difference({ fen }: { fen: number }) {
  const t = useWords();
  if (fen === 0) {
    return (
      <div className="shiftsum strong ok" data-testid="difference">
        <dt>{t("shift:cash.even")}</dt>
        <dd>{money(0)}</dd>
      </div>
    );
  }
  return (
    <div className="shiftsum strong warn" data-testid="difference">
      <dt>{t(fen > 0 ? "shift:cash.over" : "shift:cash.short")}</dt>
      <dd>{money(fen, { plus: true })}</dd>
    </div>
  );
}

function Head({ report }: { report: ShiftReport }) {
  const t = useWords();
  const format = useFormat();
  const { row } = report;
  const from = format.dayAndTime(row.opened_at);
  const closed = row.closed_at;
  return (
    <header className="row g12 shifthead">
      <div className="grow">
        <h2 className="lg">
          {closed === null
            ? t("shift:since", { from })
            : t("shift:by", {
                from,
                until:
                  format.fullDay(closed) === format.fullDay(row.opened_at)
                    ? format.time(closed)
                    : format.dayAndTime(closed),
              })}
        </h2>
        <p className="t2 sm">
          <Facts items={[row.till, row.opened_by, row.closed_by !== row.opened_by && row.closed_by]} />
        </p>
      </div>
      <Button className="noprint" icon={<Icon of={Printer} />} onClick={printPage}>
        {t("shift:print")}
      </Button>
    </header>
  );
}

/** What a shift comes to: sold, how it was paid, and whether the drawer agrees. */
export function Report({ report }: { report: ShiftReport }) {
  const t = useWords();
  const format = useFormat();
  const { sales, members, difference, counted } = report;
  const cash = report.expected - report.float;
  return (
    <article className="shiftpage" data-testid="shift-report">
      <Head report={report} />
      {report.waiting > 0 && (
        <div className="shiftnote">
          <Note
            kind="warning"
            title={t("shift:waiting", { figure: count(report.waiting), count: report.waiting })}
          />
        </div>
      )}
      <div className="sec">
        <Figs>
          <Fig
            label={t("shift:sold")}
            value={format.price(report.sold, { headline: true })}
            why={t("shift:sales", { figure: count(sales), count: sales })}
          />
          <Fig
            label={t("shift:refunded")}
            value={format.price(Math.abs(report.refunded), { headline: true })}
            why={t("shift:refunds", { figure: count(report.refunds), count: report.refunds })}
          />
          <Fig
            label={t("shift:members")}
            value={count(members)}
            why={
              sales === 0 ? undefined : t("shift:of", { part: percent(members / sales), all: count(sales) })
            }
          />
        </Figs>
      </div>
      <Section title={t("shift:tenders.title")} note={t("shift:tenders.note")}>
        {report.tenders.length === 0 ? (
          <p className="t3">{t("shift:tenders.none")}</p>
        ) : (
          <dl>
            {report.tenders.map(({ kind, amount }) => {
              const known = kinds.find((one) => one === kind);
              return (
                <Sum key={kind} name={known === undefined ? kind : t(`nouns:pay.${known}`)} fen={amount} />
              );
            })}
          </dl>
        )}
      </Section>
      <Section title={t("shift:cash.title")}>
        <dl>
          <Sum name={t("shift:cash.float")} fen={report.float} />
          <Sum name={t("shift:cash.came")} fen={cash} />
          <Sum name={t("shift:cash.expected")} fen={report.expected} strong />
          {counted !== null && <Sum name={t("shift:cash.counted")} fen={counted} />}
          {difference !== null && <Difference fen={difference} />}
        </dl>
      </Section>
      {report.note !== null && (
        <Section title={t("shift:note")}>
          <p>{report.note}</p>
        </Section>
      )}
    </article>
  );
}
