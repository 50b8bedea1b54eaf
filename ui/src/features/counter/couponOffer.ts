import type { CouponRow } from "../../bindings/app";
import { useRead } from "../../query/use";
import type { Draft } from "./draft";
import { total } from "./draft";

/** The coupons of whom the sale is for, on what it comes to; before the first line, on any sale. */
export function useCoupons(draft: Draft) {
  const sum = total(draft);
  const customer = draft.customer?.id ?? "";
  return useRead(
    "coupon.list",
    { customer, ...(sum > 0 ? { total: sum } : {}) },
    { enabled: customer !== "" },
  );
}

/** The one that is offered unasked: a birthday's that may be used, or lacks only a little more on the sale. */
export function offered(rows: readonly CouponRow[]): CouponRow | undefined {
  const birthday = rows.filter((row) => row.coupon.kind === "birthday");
  return (
    birthday.find((row) => row.refusal === null) ??
    birthday.find((row) => row.refusal?.code === "coupon.total_short")
  );
}
