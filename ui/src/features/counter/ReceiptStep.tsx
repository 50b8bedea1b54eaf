import { Button } from "antd";
import { Printer } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Receipt } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { count, money, quantity } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { printPage } from "../../host/window";
import { Bars } from "../../parts/Bars";
import { useTierName } from "../../parts/CustomerTier";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { useAct, useRead } from "../../query/use";
import { useKeys } from "../../shell/hotkeys";
import { tenders } from "./kept";

/** A sale that was just made. */
export interface Paid {
  id: string;
  /** In cash, to hand back. */
  change: number;
  /** Whose card stays beside the receipt, with the new figures. */
  customer: string | null;
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <div className="row between">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The receipt as it prints. */
function Slip({ receipt, change }: { receipt: Receipt; change: number }) {
  const t = useWords();
  const format = useFormat();
  const tierName = useTierName();
  const where = receipt.store === receipt.workspace ? null : receipt.store;
  return (
    <article className="slip" data-testid="receipt" aria-label={t("counter:receipt.title")}>
      <h2>{receipt.workspace}</h2>
      {where !== null && <div className="center sm">{where}</div>}
      <dl className="sm">
        <Pair name={t("counter:receipt.number")} value={receipt.number} />
        <Pair
          name={t("counter:receipt.when")}
          value={`${format.fullDay(receipt.sold_at)} ${format.time(receipt.sold_at)}`}
        />
        {receipt.person !== null && <Pair name={t("counter:receipt.person")} value={receipt.person} />}
        {receipt.customer_name !== null && (
          <Pair name={t("counter:receipt.customer")} value={receipt.customer_name} />
        )}
        {receipt.customer_away && (
          <Pair name={t("counter:receipt.customer")} value={t("customer:away.title")} />
        )}
      </dl>
      <ul>
        {receipt.lines.map((line, index) => (
          <li key={index}>
            <div>{line.name}</div>
            <div className="row between sm">
              <span>
                {quantity(line.quantity / 1000)} ×{" "}
                {money(line.quantity === 0 ? 0 : Math.round((line.amount * 1000) / line.quantity))}
              </span>
              <span>{money(line.amount)}</span>
            </div>
          </li>
        ))}
      </ul>
      <dl>
        <div className="row between big">
          <dt>{t("counter:receipt.total")}</dt>
          <dd>{format.price(receipt.total)}</dd>
        </div>
        {/* The lines are what was paid for them: the coupon is in them already. */}
        {receipt.coupon !== null && (
          <Pair
            name={t("counter:receipt.coupon", { name: receipt.coupon.name })}
            value={money(receipt.coupon.off)}
          />
        )}
        {receipt.tenders.map((tender, index) => {
          const known = [...tenders, "points" as const].find((kind) => kind === tender.kind);
          const name = known === undefined ? tender.kind : t(`nouns:pay.${known}`);
          return <Pair key={index} name={name} value={money(tender.amount)} />;
        })}
        {change > 0 && <Pair name={t("counter:pay.change")} value={money(change)} />}
      </dl>
      {receipt.customer !== null && (
        <dl>
          <Pair name={t("counter:receipt.points")} value={count(receipt.points)} />
          {receipt.balance !== null && (
            <Pair name={t("counter:receipt.balance")} value={count(receipt.balance)} />
          )}
          {receipt.standing !== null && (
            <Pair name={t("counter:receipt.tier")} value={tierName(receipt.standing.tier)} />
          )}
          {receipt.standing?.gap != null && receipt.standing.next != null && (
            <p className="sm">
              {t("counter:receipt.gap", {
                gap: money(receipt.standing.gap),
                tier: tierName(receipt.standing.next),
              })}
            </p>
          )}
          {receipt.expiring !== null && (
            <p className="sm">
              {t("counter:receipt.expiring", {
                points: count(receipt.expiring.points),
                day: format.fullDay(receipt.expiring.at - 1),
              })}
            </p>
          )}
        </dl>
      )}
      <p className="center sm">{t("counter:receipt.thanks")}</p>
    </article>
  );
}

/** What was sold, to hand over or print. Enter, F9 and Esc all go on to the next. */
export function ReceiptStep({ paid, onNext }: { paid: Paid; onNext: () => void }) {
  const t = useWords();
  const format = useFormat();
  const receipt = useRead("sale.show", { id: paid.id });
  const printer = useRead("printer.show", null);
  const onPaper = useAct("receipt.print");
  const print = () => (printer.data?.address === undefined ? printPage() : onPaper.mutate({ id: paid.id }));
  const next = useRef<HTMLButtonElement>(null);
  useEffect(() => next.current?.focus(), []);
  useKeys({ "counter.pay": onNext, "counter.clear": onNext });
  return (
    <section className="step-pane receipt" aria-label={t("counter:receipt.title")}>
      <div className="row g8 salehead" role="status">
        <b className="lg ok">{t("counter:receipt.done")}</b>
        {paid.change > 0 && (
          <span className="grow end lg">
            {t("counter:pay.change")} <b className="change">{format.price(paid.change)}</b>
          </span>
        )}
      </div>
      <div className="step-body slip-ground">
        {receipt.error !== null && (
          <Failed failure={receipt.error} onRetry={() => void receipt.refetch()} saved />
        )}
        {receipt.data === undefined && receipt.error === null && <Bars count={4} />}
        {receipt.data !== undefined && <Slip receipt={receipt.data} change={paid.change} />}
      </div>
      <Refused failure={onPaper.error} />
      <div className="totals row g8">
        <Button onClick={print} disabled={onPaper.isPending} icon={<Icon of={Printer} />}>
          {t("counter:receipt.print")}
        </Button>
        <Button
          ref={next}
          type="primary"
          size="large"
          className="grow pay"
          data-testid="next-sale"
          onClick={onNext}
        >
          {t("counter:receipt.next")} <Kbd>Enter</Kbd>
        </Button>
      </div>
    </section>
  );
}
