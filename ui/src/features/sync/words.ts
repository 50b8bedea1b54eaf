import type { WordKey } from "../../i18n/words";

const collections: Readonly<Record<string, WordKey>> = {
  conflict: "sync:what.conflict",
  customer: "sync:what.customer",
  customer_tag: "sync:what.customer_tag",
  device: "sync:what.device",
  interaction: "sync:what.interaction",
  activity: "sync:what.activity",
  approval: "sync:what.approval",
  contribution: "sync:what.contribution",
  coupon: "sync:what.coupon",
  coupon_use: "sync:what.coupon_use",
  ledger_entry: "sync:what.ledger_entry",
  participation: "sync:what.participation",
  prize_lot: "sync:what.prize_lot",
  shift: "sync:what.shift",
  stock_movement: "sync:what.stock_movement",
  person: "sync:what.person",
  product: "sync:what.product",
  sale: "sync:what.sale",
  sale_line: "sync:what.sale_line",
  store: "sync:what.store",
  tag: "sync:what.tag",
  task: "sync:what.task",
  workspace: "sync:what.workspace",
};

/** What a person calls a record; a noun that a newer version brought is a record. */
export function collectionWord(collection: string): WordKey {
  return collections[collection] ?? "sync:what.other";
}
