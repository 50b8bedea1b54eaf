import type { Words } from "../../i18n/words";

const kinds = ["sale", "opening", "adjust", "redeem", "undo", "pay", "referral", "activity"] as const;

/** What an entry of the ledger is called; one that a newer version wrote is called what it is called. */
export function pointKindWord(kind: string, t: Words): string {
  const known = kinds.find((one) => one === kind);
  return known === undefined ? kind : t(`customer:points.kind.${known}`);
}
