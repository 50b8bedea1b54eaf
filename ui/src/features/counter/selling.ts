import { keepPreviousData } from "@tanstack/react-query";
import type { AddSale, Quote, SaleAdded, Tender } from "../../bindings/app";
import { useLimited } from "../../forms/leave";
import { useRead } from "../../query/use";
import type { Draft } from "./draft";
import { asRequest, priceless, total } from "./draft";
import type { TenderKind } from "./kept";

/** How a sale is paid: a part of it with points, the rest in one way. */
export interface Payment {
  kind: TenderKind;
  points: number;
}

function tendersOf(due: number, { kind, points }: Payment): Tender[] {
  const rest = due - points;
  return [
    ...(points > 0 ? [{ kind: "points", amount: points }] : []),
    ...(rest > 0 || points === 0 ? [{ kind, amount: rest }] : []),
  ];
}

/** A coupon that the core would refuse is left out: the sale is what the pane says it is. */
function usesCoupon(draft: Draft, quote: Quote | null): boolean {
  return draft.coupon !== undefined && quote !== null && quote.coupon_refusal === null;
}

/** What the sale comes to, and how it is made. */
export function useSelling(draft: Draft) {
  const asked = asRequest(draft);
  const some = draft.lines.length > 0;
  const answer = useRead("sale.quote", asked, {
    enabled: some && priceless(draft) === undefined,
    placeholderData: keepPreviousData,
  });
  const quote = some ? (answer.data ?? null) : null;
  const due = total(draft) - (usesCoupon(draft, quote) ? (quote?.coupon_off ?? 0) : 0);
  const sell = useLimited("sale.add");
  const pay = (payment: Payment, onSold: (sale: SaleAdded) => void) => {
    const { coupon, ...plain } = asked;
    // Leave that did not do is not offered twice: the next time it is asked for anew.
    const spent = sell.failure?.code.startsWith("approval.") === true;
    const leave: Pick<AddSale, "consent"> =
      draft.approval === undefined || spent ? {} : { consent: { by: "approval", id: draft.approval } };
    const taken = coupon === undefined || !usesCoupon(draft, quote) ? {} : { coupon };
    sell.run({ ...plain, ...taken, ...leave, tenders: tendersOf(due, payment) }, onSold);
  };
  return {
    customer: asked.customer ?? null,
    quote,
    due,
    /** The quote is of this very draft, or there is none to wait for. */
    settled: !answer.isPlaceholderData && (answer.data !== undefined || draft.coupon === undefined),
    current: !answer.isPlaceholderData,
    failure: some ? answer.error : null,
    sell,
    pay,
  };
}
