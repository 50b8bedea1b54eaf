import type { CustomerFile, Quote } from "../../bindings/app";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Bar } from "../../parts/Bar";
import { tierLook, useTierName } from "../../parts/CustomerTier";
import { Bold } from "./Bold";

/** How far to the next tier, and how far with this sale on top. */
export function TierProgress({ file, quote }: { file: CustomerFile; quote: Quote | null }) {
  const t = useWords();
  const format = useFormat();
  const tierName = useTierName();
  const { standing, totals } = file;
  const label = t("counter:card.progress");
  const colour = `t-${tierLook(standing.tier)}`;
  if (standing.next === null || standing.gap === null) {
    return (
      <div>
        <Bar label={label} parts={[{ share: 1, colour }]} />
        <div className="row sm between under">{t("counter:card.top")}</div>
      </div>
    );
  }
  const spent = Math.max(0, totals.spent_12_months);
  const gap = format.price(standing.gap, { headline: true });
  const goal = spent + standing.gap;
  const after = quote?.spent_12_months_after ?? null;
  const gain = after === null ? 0 : Math.max(0, after - totals.spent_12_months);
  const up = quote?.standing_after?.tier !== undefined && quote.standing_after.tier !== standing.tier;
  return (
    <div>
      <Bar
        label={label}
        fills={up}
        parts={[
          { share: goal > 0 ? spent / goal : 0, colour },
          { share: goal > 0 ? Math.min(gain, standing.gap) / goal : 0 },
        ]}
      />
      <div className="row sm between wrap under">
        <span>
          <Bold part={gap}>{t("counter:card.gap", { sum: gap, tier: tierName(standing.next) })}</Bold>
        </span>
        {after !== null && gain > 0 && (
          <span className="acc">
            {t(up ? "counter:card.with_sale_up" : "counter:card.with_sale", { sum: format.price(after) })}
          </span>
        )}
      </div>
    </div>
  );
}
