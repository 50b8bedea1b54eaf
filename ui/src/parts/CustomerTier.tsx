import { useWords } from "../i18n/words";
import { useWorkspace } from "../i18n/workspace";
import type { TierLook } from "./Tier";
import { Tier } from "./Tier";

const looks: Readonly<Record<string, TierLook>> = {
  plain: "plain",
  silver: "silver",
  gold: "gold",
  platinum: "plat",
  black: "black",
};

const known = ["plain", "silver", "gold", "platinum", "black"] as const;

/** A tier of the shop's own has the plain look. */
export function tierLook(tier: string): TierLook {
  return looks[tier] ?? "plain";
}

/** The words for a tier: the shop's own, and else the language's for the tiers we ship. */
export function useTierName(): (tier: string) => string {
  const t = useWords();
  const { tiers } = useWorkspace();
  return (tier) => {
    const own = tiers?.[tier];
    if (own !== undefined) return own;
    const ours = known.find((name) => name === tier);
    return ours === undefined ? tier : t(`nouns:tier.${ours}`);
  };
}

/** A customer's tier by the name the core gives it. */
export function CustomerTier({ tier, pill = false }: { tier: string; pill?: boolean }) {
  const name = useTierName();
  return <Tier look={tierLook(tier)} name={name(tier)} pill={pill} />;
}
