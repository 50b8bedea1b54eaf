import type { TierLook } from "../../parts/Tier";
import type { Words } from "../../i18n/words";

const looks: Record<string, TierLook> = {
  plain: "plain",
  silver: "silver",
  gold: "gold",
  platinum: "plat",
  black: "black",
};

/** The property of the bar's colour is the tier's own. */
export function tierColour(tier: string): string {
  return `t-${tierLook(tier)}`;
}

export function tierLook(tier: string): TierLook {
  return looks[tier] ?? "plain";
}

/** The tiers a workspace begins with are named by the language; its own carry their own name. */
export function tierName(tier: string, t: Words): string {
  switch (tier) {
    case "plain":
    case "silver":
    case "gold":
    case "platinum":
    case "black":
      return t(`counter:tier.${tier}`);
    default:
      return tier;
  }
}
