import { Button, Dropdown } from "antd";
import { ArrowLeft, CalendarPlus, Ellipsis, Pencil, Phone, Trash2 } from "lucide-react";
import type { CustomerFile } from "../../bindings/app";
import { dial } from "../../host/window";
import { daysSince } from "../../i18n/dates";
import { count, decimal, quantity } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useNow } from "../../i18n/now";
import { useWords } from "../../i18n/words";
import { useWorkspace } from "../../i18n/workspace";
import { CustomerTier, useTierName } from "../../parts/CustomerTier";
import { Fig, Figs } from "../../parts/Fig";
import { Icon } from "../../parts/Icon";
import { WaitingMark } from "../../parts/States";
import { TagRow } from "./TagRow";

/** The reading of a person's name helps; that of a company's fills a line. */
const longest = 4;

interface FileHeadProps {
  file: CustomerFile;
  onBack: () => void;
  onVisit: () => void;
  onNote: () => void;
  onDelete: () => void;
}

/** The mean gap between sales in days, or `null` where there is no gap yet. */
export function rhythm(first: number | null, last: number | null, sales: number): number | null {
  if (first === null || last === null || sales < 2) return null;
  return Math.round((last - first) / 86_400_000 / (sales - 1));
}

function Figures({ file }: { file: CustomerFile }) {
  const t = useWords();
  const format = useFormat();
  const tier = useTierName();
  const { zone } = useWorkspace();
  const now = useNow();
  const { totals, standing } = file;
  const { first_sale_at: first, last_sale_at: last, sales } = totals;
  const every = rhythm(first, last, sales);
  const gap =
    standing.next === null || standing.gap === null
      ? t("customer:figure.top", { tier: tier(standing.tier) })
      : t("customer:figure.gap", {
          sum: format.price(standing.gap, { headline: true }),
          tier: tier(standing.next),
        });
  return (
    <Figs>
      <Fig
        label={t("customer:figure.last")}
        value={last === null ? "—" : format.shortDay(new Date(last))}
        why={last === null ? t("customer:figure.never") : format.relativeDay(new Date(last))}
      />
      <Fig
        label={t("customer:figure.sales")}
        value={count(sales)}
        why={every === null ? t("customer:figure.thin") : t("customer:figure.every", { count: every })}
      />
      <Fig
        label={t("customer:figure.units")}
        value={quantity(totals.units / 1000)}
        why={sales > 0 && t("customer:figure.each", { units: decimal(totals.units / 1000 / sales, 1) })}
      />
      <Fig
        label={t("customer:figure.spent_12_months")}
        value={format.price(totals.spent_12_months, { headline: true })}
        why={gap}
      />
      <Fig
        label={t("customer:figure.spent")}
        value={format.price(totals.spent, { headline: true })}
        why={
          first !== null &&
          t("customer:figure.since", {
            day: format.fullDay(new Date(first)),
            count: daysSince(new Date(first), { zone, now }),
          })
        }
      />
      <Fig
        label={t("customer:figure.points")}
        value={count(file.points)}
        why={
          file.coins === 0
            ? t("customer:figure.no_coins")
            : t("customer:figure.coins", { figure: count(file.coins) })
        }
      />
    </Figs>
  );
}

/** Who it is, what can be done, and the figures with their reasons. */
export function FileHead({ file, onBack, onVisit, onNote, onDelete }: FileHeadProps) {
  const t = useWords();
  const { phone } = file.customer;
  const items = [
    ...(phone === undefined || file.masked.includes("phone")
      ? []
      : [
          {
            key: "call",
            label: t("customer:call"),
            icon: <Icon of={Phone} />,
            onClick: () => void dial(phone),
          },
        ]),
    { key: "delete", label: t("customer:delete"), icon: <Icon of={Trash2} />, onClick: onDelete },
  ];
  return (
    <header className="filehead">
      <div className="row g12 top filetop">
        <Button
          type="text"
          className="back"
          aria-label={t("customer:back")}
          icon={<Icon of={ArrowLeft} />}
          onClick={onBack}
        />
        <div className="row g12 wrap grow">
          <h1 className="name">{file.customer.name}</h1>
          {file.reading.length > 0 && file.reading.length <= longest && (
            <span className="t3 nw">{file.reading.join(" ")}</span>
          )}
          <CustomerTier tier={file.standing.tier} pill />
          {file.waiting && <WaitingMark />}
          <TagRow id={file.id} tags={file.tags} />
        </div>
        <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
          <Button type="text" aria-label={t("customer:more_actions")} icon={<Icon of={Ellipsis} />} />
        </Dropdown>
        <Button icon={<Icon of={CalendarPlus} />} onClick={onVisit}>
          {t("customer:visit")}
        </Button>
        <Button type="primary" icon={<Icon of={Pencil} />} onClick={onNote}>
          {t("customer:note.button")}
        </Button>
      </div>
      <Figures file={file} />
    </header>
  );
}
