import type { CustomerFile } from "../../bindings/app";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bar } from "../../parts/Bar";
import { useTierName } from "../../parts/CustomerTier";
import { Section } from "../../parts/Section";

const colours: Readonly<Record<string, string>> = {
  plain: "t-plain",
  silver: "t-silver",
  gold: "t-gold",
  platinum: "t-plat",
  black: "t-black",
};

/** How far it is to the next tier, and from what it is counted. */
export function TierPane({ file }: { file: CustomerFile }) {
  const t = useWords();
  const format = useFormat();
  const name = useTierName();
  const { standing, totals } = file;
  const spent = Math.max(0, totals.spent_12_months);
  const { next, gap } = standing;
  const share = gap === null || spent + gap <= 0 ? 1 : spent / (spent + gap);
  const words =
    next === null || gap === null
      ? t("customer:tier.top", { tier: name(standing.tier) })
      : t("customer:tier.gap", {
          goal: format.price(spent + gap, { headline: true }),
          gap: format.price(gap, { headline: true }),
          tier: name(next),
        });
  return (
    <Section title={t("customer:tier.title")} note={t("customer:tier.note")}>
      <div className="row g12">
        <b className="tierfig">{format.price(totals.spent_12_months, { headline: true })}</b>
        <div className="grow">
          <Bar label={words} parts={[{ share, colour: colours[standing.tier] ?? "primary" }]} />
          <div className="sm t2 tierwords">{words}</div>
        </div>
      </div>
    </Section>
  );
}
