/** The five looks a tier can have; a workspace names its tiers, the look goes by rank. */
export type TierLook = "plain" | "silver" | "gold" | "plat" | "black";

interface TierProps {
  look: TierLook;
  /** The tier's own name, as the workspace wrote it or the locale names it. */
  name: string;
  /** Only beside the customer's name. */
  pill?: boolean;
}

/** Diamond and word: never colour alone. */
export function Tier({ look, name, pill = false }: TierProps) {
  return <span className={`tier ${look}${pill ? " pill" : ""}`}>{name}</span>;
}
