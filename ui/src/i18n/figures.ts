import type { Language } from "./language";

const minus = "\u2212";
const grouped = new Map<string, Intl.NumberFormat>();

function format(least: number, most: number): Intl.NumberFormat {
  const key = `${least}-${most}`;
  let made = grouped.get(key);
  if (made === undefined) {
    made = new Intl.NumberFormat("en-US", { minimumFractionDigits: least, maximumFractionDigits: most });
    grouped.set(key, made);
  }
  return made;
}

/** Intl writes a hyphen; figures carry a true minus. */
function signed(negative: boolean, digits: string, plus = false): string {
  return negative ? minus + digits : plus ? `+${digits}` : digits;
}

export interface MoneyStyle {
  /** `¥` and its kin; left out in columns. */
  symbol?: string;
  /** Drops the decimals when there are none: for headlines, never in columns. */
  headline?: boolean;
  /** Writes a plus before what is gained. */
  plus?: boolean;
}

/** Integer fen as 1,234.50. Exact: fen never pass through a fraction. */
export function money(fen: number | bigint, style: MoneyStyle = {}): string {
  const amount = BigInt(fen);
  const negative = amount < 0n;
  const absolute = negative ? -amount : amount;
  const whole = format(0, 0).format(absolute / 100n);
  const rest = absolute % 100n;
  const digits =
    style.headline === true && rest === 0n ? whole : `${whole}.${rest.toString().padStart(2, "0")}`;
  return signed(negative, (style.symbol ?? "") + digits, style.plus === true && amount > 0n);
}

/** A count with thousands: 12,486. */
export function count(value: number | bigint): string {
  return signed(value < 0, format(0, 0).format(value < 0 ? -value : value));
}

/** A decimal with just as many places as asked. */
export function decimal(value: number, places: number): string {
  const digits = format(places, places).format(Math.abs(value));
  // −0.00 is nothing, not less than nothing.
  return signed(value < 0 && /[1-9]/.test(digits), digits);
}

/** A quantity as it was typed: at most three places, no trailing zeros. */
export function quantity(value: number): string {
  return signed(value < 0, format(0, 3).format(Math.abs(value)));
}

/** A share of one as 1.25 %, with the space the language asks for. */
export function percent(share: number, places = 0): string {
  return `${decimal(share * 100, places)} %`;
}

const symbols: Record<string, string> = { CNY: "¥", TWD: "NT$", HKD: "HK$", MOP: "MOP$", USD: "US$" };

/** How the workspace's currency is written beside a figure. */
export function currencySymbol(currency: string): string {
  return symbols[currency] ?? `${currency} `;
}

/** A thing in a list: 、 between Chinese words, a comma in English. */
export function listed(items: readonly string[], language: Language): string {
  return items.join(language === "en" ? ", " : "、");
}
