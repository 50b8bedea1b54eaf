import type { Coupon } from "../../bindings/nouns";
import type { Format } from "../../i18n/format";
import type { Words } from "../../i18n/words";
import type { Written } from "./written";

export const couponNames = [
  "name",
  "kind",
  "off",
  "off_percent",
  "from_total",
  "tier",
  "from_day",
  "until_day",
  "lead_days",
  "valid_days",
  "note",
] as const;

export type CouponFields = Written<Coupon, (typeof couponNames)[number]>;

export const openCoupon: CouponFields = { kind: "open" };

/** What a coupon does, in a sentence; nothing while it takes nothing off. */
export function couponRule(coupon: CouponFields, t: Words, format: Format): string | null {
  const { off, off_percent: share, from_total: least } = coupon;
  if (off === undefined && share === undefined) return null;
  const birthday = coupon.kind === "birthday";
  const when = birthday
    ? t("club:coupons.around", { lead: coupon.lead_days ?? 7, valid: coupon.valid_days ?? 0 })
    : coupon.from_day === undefined && coupon.until_day === undefined
      ? t("club:coupons.any_day")
      : coupon.from_day === undefined
        ? t("club:coupons.until_day", { day: coupon.until_day ?? "" })
        : coupon.until_day === undefined
          ? t("club:coupons.from_day", { day: coupon.from_day })
          : t("club:rewards.days", { from: coupon.from_day, until: coupon.until_day });
  const what =
    off === undefined
      ? t("club:coupons.takes_percent", { share: share ?? 0 })
      : t("club:coupons.takes", { sum: format.price(off, { headline: true }) });
  return t("club:coupons.rule", {
    when,
    what:
      least === undefined || least === 0
        ? what
        : t("club:coupons.from", { sum: format.price(least, { headline: true }), what }),
    often: t(birthday ? "club:coupons.yearly" : "club:coupons.once"),
  });
}
