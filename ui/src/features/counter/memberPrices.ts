import { useRead } from "../../query/use";
import type { Draft } from "./draft";
import { priced } from "./draft";

/** The sale at the prices of whom it is for; at list prices while nobody is on it. */
export function useMemberPrices(draft: Draft): Draft {
  const products = draft.lines.flatMap(({ product }) => (product === null ? [] : [product]));
  const customer = draft.customer?.id ?? "";
  const { data } = useRead(
    "product.member_prices",
    { customer, products },
    { enabled: customer !== "" && products.length > 0 },
  );
  if (data === undefined || customer === "") return draft;
  return priced(draft, new Map(data.map(({ product, price }) => [product, price])));
}
