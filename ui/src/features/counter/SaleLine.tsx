import { useWords } from "../../i18n/words";
import { money, quantity } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { Stepper } from "../../parts/Stepper";
import { readMoney, readOff, readQuantity } from "../../forms/amounts";
import type { Off } from "../../forms/amounts";
import type { Line } from "./draft";
import { amount, floored, gross, setOff, unitPaid } from "./draft";
import { LineField } from "./LineField";

/** Which figure of a line is being typed. */
export type Editing = "quantity" | "discount" | "price";

interface SaleLineProps {
  line: Line;
  chosen: boolean;
  editing: Editing | null;
  /** What this person may take off a sale without asking. */
  limit: number | null;
  onChoose: () => void;
  onQuantity: (quantity: number) => void;
  onOff: (off: Off | null) => void;
  onPrice: (price: number) => void;
  onLeave: () => void;
  onMove: (step: 1 | -1) => void;
}

function writeOff(off: Off | null): string {
  if (off === null) return "";
  return off.kind === "amount"
    ? money(off.fen).replace(/,/g, "").replace(/\.00$/, "")
    : `${off.tenths / 10}%`;
}

function Unit({ line }: { line: Line }) {
  const t = useWords();
  const format = useFormat();
  if (line.price === null) return <span className="warn">{t("counter:line.no_price")}</span>;
  const less = amount(line) < gross(line);
  return (
    <>
      {format.price(unitPaid(line))}
      {line.unit !== null && ` / ${line.unit}`}
      {less && (
        <>
          {" "}
          <s className="t3">
            <span className="vh">{t("counter:line.was")}</span>
            {money(line.price)}
          </s>
        </>
      )}
      {line.member !== undefined && <span className="t3"> {t("counter:line.member")}</span>}
      {floored(line) && <span className="t3"> {t("counter:line.floor")}</span>}
    </>
  );
}

function Editor({
  line,
  editing,
  limit,
  onQuantity,
  onOff,
  onPrice,
  onLeave,
  onMove,
}: Omit<SaleLineProps, "chosen" | "onChoose">) {
  const t = useWords();
  const format = useFormat();
  switch (editing) {
    case null:
      return null;
    case "quantity":
      return (
        <LineField
          label={t("counter:line.quantity")}
          initial={quantity(line.quantity / 1000).replace(/,/g, "")}
          accepts={(text) => readQuantity(text) !== null}
          refusal={t("counter:line.quantity_refused")}
          preview={(text) => (readQuantity(text) === 0 ? t("counter:line.zero_removes") : null)}
          onTake={(text) => onQuantity(readQuantity(text) ?? line.quantity)}
          onLeave={onLeave}
          onMove={onMove}
        />
      );
    case "discount":
      return (
        <LineField
          label={t("counter:line.discount")}
          initial={writeOff(line.off)}
          placeholder={t("counter:line.discount_hint")}
          accepts={(text) => readOff(text) !== null}
          refusal={t("counter:line.discount_refused")}
          preview={(text) => {
            const off = readOff(text);
            if (off === null || off === "none") {
              if (limit === null) return null;
              return t("counter:line.discount_limit", { sum: format.price(limit, { headline: true }) });
            }
            const [after] = setOff({ customer: null, lines: [line] }, line.key, off).lines;
            if (after === undefined) return null;
            const sum = format.price(amount(after));
            return floored(after)
              ? t("counter:line.discount_floor", { sum })
              : t("counter:line.discount_to", { sum });
          }}
          onTake={(text) => {
            const off = readOff(text);
            onOff(off === "none" ? null : off);
          }}
          onLeave={onLeave}
          onMove={onMove}
        />
      );
    case "price":
      return (
        <LineField
          label={t("counter:line.price")}
          initial={line.price === null ? "" : money(line.price).replace(/,/g, "")}
          accepts={(text) => readMoney(text) !== null}
          refusal={t("counter:line.price_refused")}
          onTake={(text) => onPrice(readMoney(text) ?? 0)}
          onLeave={onLeave}
        />
      );
  }
}

/** One thing on the sale: what, how many, for how much. */
export function SaleLine(props: SaleLineProps) {
  const t = useWords();
  const { line, chosen, editing, onChoose, onQuantity } = props;
  return (
    <li
      className={chosen ? "line on" : "line"}
      data-testid="sale-line"
      data-key={line.key}
      aria-current={chosen}
      onPointerDown={onChoose}
    >
      <div className="what">
        <div className="clamp">{line.name}</div>
        <div className="sm t2">
          <Unit line={line} />
        </div>
      </div>
      <Stepper
        label={t("counter:line.quantity_of", { name: line.name })}
        value={line.quantity / 1000}
        least={0}
        onChange={(value) => onQuantity(Math.round(value * 1000))}
      />
      <div className="end lg">{line.price === null ? "" : money(amount(line))}</div>
      {editing !== null && <Editor key={editing} {...props} />}
    </li>
  );
}
