import { money } from "../i18n/figures";
import { useFormat } from "../i18n/format";

interface MoneyProps {
  fen: number | bigint;
  /** In a column: no sign, two decimals always. */
  column?: boolean;
  /** In a headline: no decimals when whole. */
  headline?: boolean;
  plus?: boolean;
}

export function Money({ fen, column = false, headline = false, plus = false }: MoneyProps) {
  const format = useFormat();
  return (
    <span className="n nw">{column ? money(fen, { plus }) : format.price(fen, { headline, plus })}</span>
  );
}
