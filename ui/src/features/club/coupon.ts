import type { Coupon } from "../../bindings/nouns";
import type { Format } from "../../i18n/format";
import type { Words } from "../../i18n/words";

const names = [
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

/** What is written here; emptied again it stands as `undefined`. */
export type CouponFields = { [Name in (typeof names)[number]]?: Coupon[Name] | undefined };

export const openCoupon: CouponFields = { kind: "open" };

/** What changed, and `null` where something was taken away. */
export function couponChanges(
  before: CouponFields,
  after: CouponFields,
): Record<string, string | number | null> {
  return Object.fromEntries(
    names.filter((name) => before[name] !== after[name]).map((name) => [name, after[name] ?? null]),
  );
}

export function couponOf(fields: CouponFields): Coupon {
  return Object.fromEntries(
    names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
  );
}

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
