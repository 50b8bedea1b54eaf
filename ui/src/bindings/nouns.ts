// Generated from the command table by ts-rs. Not for editing.

export type Customer = {
  name?: string;
  /** How the name is read where its characters do not tell (单 as Shàn). */
  reading?: string;
  /** `person` or `company`. */
  kind?: string;
  /** Beside being a customer: supplier, distributor, partner, influencer (R14). */
  parties?: Array<string>;
  member_no?: string;
  /** E.164, or the text as it came where it is no number. */
  phone?: string;
  landline?: string;
  other_phones?: Array<string>;
  email?: string;
  wechat?: string;
  gender?: string;
  /** `1990-09-23`, or `--09-23` where the year is not known. */
  birthday?: string;
  /** `solar` or `lunar`. */
  birthday_calendar?: string;
  address?: string;
  company?: string;
  /** Taste, rhythm, what to prepare. */
  habits?: string;
  buying_habits?: string;
  personality?: string;
  /** What must not be offered (花粉过敏): shown in red before anything is sold. */
  taboo?: string;
  family?: string;
  remarks?: string;
  /** `wechat`, `phone`, `sms`, `email`, `visit`, `mail` (R22). */
  preferred_channel?: string;
  tone?: string;
  /** Channels the customer agreed to, with the day they did: `{"wechat": "2025-03-02"}`. */
  consent?: unknown;
  source?: string;
  store?: string;
  owner?: string;
  joined_on?: string;
};
export type Device = {
  name?: string;
  store?: string;
  platform?: string;
  version?: string;
  /** Member numbers this device may hand out without asking anyone. */
  number_from?: number;
  number_to?: number;
  retired_at?: number;
};
export type Interaction = {
  customer?: string;
  /** `note`, `visit`, `call`, `wechat`, `mail`. */
  kind?: string;
  /** `in` when the customer came to us. */
  direction?: string;
  text?: string;
  at?: number;
  minutes?: number;
  person?: string;
  store?: string;
};
export type LedgerEntry = {
  customer?: string;
  /** A [`Currency`] by its name. */
  currency?: string;
  /** `opening`, `adjust`, `redeem`. */
  kind?: string;
  amount?: number;
  sale?: string;
  reward?: string;
  /** The entry that this one takes back. */
  reverses?: string;
  why?: string;
  person?: string;
  at?: number;
};
export type Person = {
  name?: string;
  /** A [`Role`](crate::Role) by its name. */
  role?: string;
  store?: string;
  /** When the person left the team; their work stays under their name. */
  left_at?: number;
};
export type Product = {
  sku?: string;
  name?: string;
  category?: string;
  barcode?: string;
  /** What a quantity of 1 is: 盒, kg, m. */
  unit?: string;
  price?: number;
  /** No discount goes below it. */
  floor_price?: number;
  discontinued_at?: number;
};
export type Sale = {
  /** The number on the receipt. */
  number?: string;
  customer?: string;
  store?: string;
  person?: string;
  /** Milliseconds since 1970, when the goods changed hands. */
  sold_at?: number;
  /** The sale that this one gives money back for; its lines then have negative amounts. */
  refund_of?: string;
  /** How it was paid, recorded and never processed: `[{"kind": "wechat_pay", "amount": 12800}]`. */
  tenders?: unknown;
  /** Version of the points rule in force at the till. */
  points_rule?: number;
  /** `counter`, `import`, `demo`. */
  source?: string;
  note?: string;
};
export type SaleLine = {
  sale?: string;
  position?: number;
  product?: string;
  sku?: string;
  name?: string;
  quantity?: number;
  amount?: number;
  /** The list price of one unit, where it was known. */
  list_price?: number;
};
export type Store = {
  name?: string;
  code?: string;
  phone?: string;
  address?: string;
  closed_at?: number;
};
export type Tag = {
  name?: string;
};
export type CustomerTag = {
  customer?: string;
  tag?: string;
};
export type Task = {
  customer?: string;
  /** `todo`, `visit`, `call`, `wechat`, `refused` (a write that the server turned down). */
  kind?: string;
  title?: string;
  /** Why it is to be done: shown under the title. */
  why?: string;
  /** A business day, `2026-09-18`. */
  due_on?: string;
  assignee?: string;
  created_by?: string;
  created_at?: number;
  done_at?: number;
  done_by?: string;
  /** What a machine that made the task has to tell: a code and its parameters. */
  details?: unknown;
};
export type Workspace = {
  name?: string;
  /** ISO 4217, `CNY` unless the owner says otherwise. */
  currency?: string;
  /** IANA name. Business days, birthdays and caps follow it, not the machine's own. */
  time_zone?: string;
  /** Minutes after midnight at which a new business day begins. */
  day_cut?: number;
  /** ISO 3166 region in which a phone number without a country code is read. */
  region?: string;
  /** Points for a full yuan, and every other rule the owner sets; see `points`. */
  points_rule?: unknown;
  /** Tier thresholds; see `tier`. */
  tiers?: unknown;
};
export type Tier = {
  name: string;
  /** Spent in twelve months from which the tier holds. */
  from: number;
};
export type Standing = {
  tier: string;
  next: string | null;
  /** How much more in the same twelve months. */
  gap: number | null;
};
export type Currency = "points" | "coins";
export type Role = "owner" | "manager" | "counter" | "rep" | "service" | "it" | "read_only";
