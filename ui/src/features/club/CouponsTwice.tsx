import { Button } from "antd";
import { useNavigate } from "@tanstack/react-router";
import type { CouponTwice } from "../../bindings/app";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Facts } from "../../parts/Facts";
import { Section } from "../../parts/Section";

/** A coupon that tills apart took more than once, and what the further uses took off. */
export function CouponsTwice({ rows }: { rows: readonly CouponTwice[] }) {
  const t = useWords();
  const format = useFormat();
  const navigate = useNavigate();
  return (
    <Section title={t("club:exceptions.twice_title")} note={t("club:exceptions.twice_note")}>
      {rows.map((row) => (
        <article
          key={`${row.coupon} ${row.customer} ${row.at}`}
          className="exception"
          data-testid="coupon-twice"
        >
          <div className="row g12 wrap">
            <span className="grow">
              <b>{row.name}</b>
              <div className="sm t3">
                <Facts items={[row.coupon, format.dayAndTime(new Date(row.at))]} />
              </div>
            </span>
            <span className="nw">
              <Facts
                items={[
                  t("club:exceptions.times", { figure: count(row.times), count: row.times }),
                  t("club:exceptions.cost", { sum: format.price(row.effect, { headline: true }) }),
                ]}
              />
            </span>
            <Button
              size="small"
              onClick={() => void navigate({ to: "/customers/$id", params: { id: row.customer } })}
            >
              {t("club:exceptions.open")}
            </Button>
          </div>
        </article>
      ))}
    </Section>
  );
}
