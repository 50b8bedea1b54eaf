/** What people type for money, quantities and discounts, read into whole fen, thousandths and tenths of a percent. */

/** Full-width digits and signs become plain ones; an input method leaves them in full width. */
function plain(text: string): string {
  return text.normalize("NFKC").trim();
}

/** `118`, `118.5`, `¥1,180.00` as fen; `null` where it is no amount. */
export function readMoney(text: string): number | null {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(
    plain(text)
      .replace(/^[¥$]\s*/, "")
      .replace(/,/g, ""),
  );
  if (found === null) return null;
  return Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
}

/** `2`, `0.125` as thousandths; `null` where it is no quantity. Nought is one: it takes the line away. */
export function readQuantity(text: string): number | null {
  const found = /^(\d{1,6})(?:\.(\d{1,3}))?$/.exec(plain(text));
  if (found === null) return null;
  return Number(found[1]) * 1000 + Number((found[2] ?? "").padEnd(3, "0"));
}

/** How a discount was given: so many fen off the line, or a share of it in tenths of a percent. */
export type Off = { kind: "amount"; fen: number } | { kind: "share"; tenths: number };

/**
 * `5` and `5.50` take money off, `5%` a share, `9折` and `85折` leave nine tenths and 85 %. An empty text takes
 * the discount back (`none`); anything else is `null`.
 */
export function readOff(text: string): Off | "none" | null {
  const typed = plain(text).replace(/^[-−]\s*/, "");
  if (typed === "") return "none";
  const share = /^(\d{1,3}(?:\.\d)?)\s*%$/.exec(typed);
  if (share !== null) return shareOff(Math.round(Number(share[1]) * 10));
  const left = /^(\d{1,2}(?:\.\d)?)\s*折$/.exec(typed);
  if (left !== null) {
    const number = Number(left[1]);
    return shareOff(1000 - Math.round(number <= 10 ? number * 100 : number * 10));
  }
  const fen = readMoney(typed);
  if (fen === null) return null;
  return fen === 0 ? "none" : { kind: "amount", fen };
}

function shareOff(tenths: number): Off | "none" | null {
  if (tenths < 0 || tenths > 1000) return null;
  return tenths === 0 ? "none" : { kind: "share", tenths };
}

/** The line's amount at a unit price, rounded half up to a whole fen, as the core does it. */
export function at(quantity: number, price: number): number {
  return Math.floor((quantity * price + 500) / 1000);
}
