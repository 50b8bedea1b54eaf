import type { EarnTerms, Multiplier } from "../../bindings/nouns";

/** Twice, for everything, until it is narrowed. */
export const plainMultiplier: Multiplier = {
  per_mille: 2000,
  tier: null,
  sku: null,
  category: null,
  weekdays: [],
  from: null,
  until: null,
  birthday_month: false,
};

/** A sum as it is typed, in fen. */
export function yuan(typed: number): number {
  return Math.round(typed * 100);
}

export function sameTerms(one: EarnTerms, other: EarnTerms): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A right's name as it is kept: no gaps around it, none twice. */
export function readRights(typed: readonly string[]): string[] {
  return [...new Set(typed.map((right) => right.trim()).filter((right) => right !== ""))];
}
