// Generated from the command table by ts-rs. Not for editing.
import type { Customer, Product, Role, Standing } from "./nouns";

export type HomeState = {
  phase: Phase;
  workspace: Named | null;
  store: Named | null;
  device: Named | null;
  person: SignedIn | null;
  /** ISO 4217. */
  currency: string;
  time_zone: string;
  /** The look around with made-up data: never synced, gone in one click. */
  demo: boolean;
  /** Whether the recovery phrase was written down; until then the app reminds. */
  recovery_saved: boolean;
  enrolled: boolean;
  version: string;
};
export type Phase = "new" | "ready";
export type Named = {
  id: string;
  name: string;
};
export type SignedIn = {
  id: string;
  name: string;
  role: Role;
};
export type Found = {
  workspace: string;
  store?: string;
  person?: string;
  device_name?: string;
};
export type Demo = {
  customers: number;
  sales?: number;
  /** Same seed, same data. */
  seed?: number;
};
export type Settings = {
  /** `zh-CN`, `zh-TW`, `en`; unset follows the system. */
  locale?: string;
  /** `system`, `light`, `dark`. */
  theme?: string;
  /** 1.0 is the natural size. */
  zoom?: number;
  /** Columns of the customer grid, in order, and what else a view remembers. */
  views?: unknown;
};
export type Id = {
  id: string;
};
export type Recent = {
  limit: number;
};
export type RecentCustomer = {
  id: string;
  name: string;
  tier: string;
  at: number;
  /** `sale`, `refund` or an interaction's kind. */
  kind: string;
  amount: number | null;
  text: string | null;
};
export type ByPhone = {
  phone: string;
};
export type PhoneAnswer = {
  /** E.164 where it is a number at all. */
  phone: string;
  customers: Array<string>;
};
export type Add = {
  customer: Customer;
  /** Fields of one's own and fields given by name: texts that are read as the field's kind. */
  fields?: Record<string, unknown>;
  tags?: Array<string>;
};
export type EditCustomer = {
  id: string;
  /** Only what changed; `null` clears a field. */
  fields: { [field in keyof Customer]?: Customer[field] | null } & Record<string, unknown>;
};
export type Totals = {
  /** Purchases, refunds not counted. */
  sales: number;
  units: number;
  spent: number;
  /** In the rolling twelve months that tiers look at (R5). */
  spent_12_months: number;
  first_sale_at: number | null;
  last_sale_at: number | null;
};
export type CustomerFile = {
  id: string;
  customer: Customer;
  /** Fields of one's own, and fields that a newer version wrote. */
  own_fields: Record<string, unknown>;
  /** How the name is read, syllable by syllable, with tones; empty for Latin names. */
  reading: Array<string>;
  totals: Totals;
  standing: Standing;
  points: number;
  coins: number;
  tags: Array<string>;
  owner_name: string | null;
  store_name: string | null;
  /** The newest sales, for the card at the counter. */
  latest_sales: Array<LatestSale>;
  deleted: boolean;
  /** Not yet on the server. */
  waiting: boolean;
};
export type LatestSale = {
  id: string;
  sold_at: number;
  total: number;
  /** Names of the products, in their order. */
  products: Array<string>;
  refund: boolean;
};
export type HistoryEntry = {
  field: string;
  from: unknown;
  to: unknown;
  at: number;
  person: string | null;
  device: string | null;
};
export type Search = {
  text: string;
  limit?: number;
};
export type Hits = {
  took_us: number;
  hits: Array<Hit>;
  /** More matched than are shown. */
  more: boolean;
};
export type Hit = {
  id: string;
  name: string;
  /** Syllables with tones, in the order of the name's characters. */
  reading: Array<string>;
  tier: string;
  /** The contact that matched, or the first there is: a phone, a member number, an e-mail. */
  contact: string;
  /** Which field `contact` shows: `phone`, `landline`, `member_no`, `email`, `company`, `tag`. */
  contact_field: string;
  phone: string | null;
  /** 首字母 · 手机尾号: `name`, `pinyin`, `initials`, `phone_front`, `phone_tail`, `member_no`, `email`, `tag`, `company`. */
  why: Array<string>;
  /** Letters that matched, as UTF-16 offsets into `name`, `reading` (joined by nothing: the syllable's index is in `part`) or `contact`. */
  marks: Array<Mark>;
  last_sale_at: number | null;
};
export type Mark = {
  /** `name`, `reading`, `contact`. */
  field: string;
  /** Which syllable of a reading; 0 elsewhere. */
  part: number;
  start: number;
  end: number;
};
export type TimelineRequest = {
  id: string;
  /** Only these kinds: `sale`, `interaction`, `task`, `points`. */
  kinds?: Array<string>;
  /** Entries before this cursor, as the last page gave it. */
  before?: string;
  limit?: number;
};
export type Timeline = {
  entries: Array<TimelineEntry>;
  next: string | null;
  /** How many there are of each kind, for the chips above the list. */
  counts: Array<KindCount>;
};
export type KindCount = {
  kind: string;
  count: number;
};
export type TimelineEntry = {
  id: string;
  /** `sale`, `refund`, `note`, `visit`, `call`, `wechat`, `mail`, `task`, `points`. */
  kind: string;
  at: number;
  /** Products sold, what was said, what is to be done. */
  title: string;
  detail: string | null;
  amount: number | null;
  points: number | null;
  person: string | null;
  store: string | null;
  waiting: boolean;
};
export type Condition = {
  /** A customer field, a total (`sales`, `spent`, `spent_12_months`, `last_sale_days`, `points`), `tier`, `tag`. */
  field: string;
  is: Comparison;
  /** A text, a number, or a list of either; two numbers for `between`. */
  value: unknown;
};
export type Comparison = "is" | "is_not" | "one_of" | "contains" | "at_least" | "at_most" | "between" | "set" | "unset";
export type Sort = {
  /** `name`, `last_sale`, `spent`, `spent_12_months`, `sales`, `points`, `joined`, `member_no`, `created`. */
  key: string;
  descending: boolean;
};
export type ViewRequest = {
  conditions: Array<Condition>;
  sort?: Sort;
  /** Narrows by the search box as well. */
  text?: string;
};
export type View = {
  /** Hand this to `customer.window`; it holds until another view replaces it. */
  view: number;
  count: number;
  /** Everyone in the workspace, for 占 1.25 %. */
  all: number;
  spent_12_months: number;
};
export type WindowRequest = {
  view: number;
  from: number;
  count: number;
};
export type Window = {
  from: number;
  rows: Array<CustomerRow>;
  /** The view was replaced meanwhile: ask for a new one. */
  stale: boolean;
};
export type CustomerRow = {
  id: string;
  name: string;
  tier: string;
  phone: string | null;
  member_no: string | null;
  company: string | null;
  last_sale_at: number | null;
  spent_12_months: number;
  spent: number;
  points: number;
  sales: number;
  units: number;
  owner: string | null;
  store: string | null;
  tags: Array<string>;
  birthday: string | null;
  joined_on: string | null;
  waiting: boolean;
};
export type LocateRequest = {
  view: number;
  id?: string;
  starts_with?: string;
};
export type Located = {
  index: number | null;
};
export type CustomerListRequest = {
  conditions?: Array<Condition>;
  sort?: Sort;
  limit?: number;
  after?: string;
};
export type CustomerList = {
  rows: Array<CustomerRow>;
  next: string | null;
};
export type CountRequest = {
  conditions?: Array<Condition>;
};
export type Count = {
  count: number;
};
export type TagCount = {
  name: string;
  customers: number;
};
export type PutTag = {
  customers: Array<string>;
  name: string;
};
export type LineInput = {
  product?: string;
  sku?: string;
  name?: string;
  quantity: number;
  /** What is paid for the whole line. */
  amount: number;
  list_price?: number;
};
export type Tender = {
  /** `cash`, `card`, `wechat_pay`, `alipay`. */
  kind: string;
  amount: number;
};
export type QuoteRequest = {
  customer?: string;
  lines: Array<LineInput>;
};
export type Quote = {
  /** The next receipt number of this till. */
  number: string;
  /** Sum of the list prices. */
  list_total: number;
  total: number;
  points: number;
  standing: Standing | null;
  standing_after: Standing | null;
  spent_12_months_after: number | null;
};
export type AddSale = {
  customer?: string;
  lines: Array<LineInput>;
  tenders?: Array<Tender>;
  /** Milliseconds since 1970; now where it is left out. */
  sold_at?: number;
  note?: string;
};
export type SaleAdded = {
  id: string;
  number: string;
  total_fen: number;
  points: number;
  balance: number | null;
};
export type Refund = {
  sale: string;
  /** All that is left of it, where it is not said. */
  amount?: number;
  note?: string;
};
export type Refunded = {
  id: string;
  refunded_fen: number;
  /** The change of the balance: never positive. */
  points: number;
};
export type Receipt = {
  id: string;
  number: string;
  sold_at: number;
  workspace: string;
  store: string | null;
  device: string | null;
  person: string | null;
  customer: string | null;
  customer_name: string | null;
  lines: Array<ReceiptLine>;
  total: number;
  /** Sum of its refunds so far, negative. */
  refunded: number;
  refund_of: string | null;
  tenders: Array<Tender>;
  points: number;
  balance: number | null;
  standing: Standing | null;
  waiting: boolean;
};
export type ReceiptLine = {
  product: string | null;
  sku: string | null;
  name: string;
  quantity: number;
  amount: number;
  list_price: number | null;
};
export type Balances = {
  points: number;
  coins: number;
  /** Newest first. */
  entries: Array<PointsEntry>;
};
export type PointsEntry = {
  id: string;
  /** `sale`, `opening`, `adjust`, `redeem`. */
  kind: string;
  currency: string;
  amount: number;
  at: number;
  why: string | null;
  person: string | null;
};
export type AdjustPoints = {
  customer: string;
  amount: number;
  why: string;
  /** `points` unless said otherwise. */
  currency?: string;
};
export type AddInteraction = {
  customer: string;
  /** `note`, `visit`, `call`, `wechat`, `mail`. */
  kind: string;
  text: string;
  direction?: string;
  at?: number;
  minutes?: number;
};
export type TaskListRequest = {
  customer?: string;
  assignee?: string;
  done?: boolean;
  limit?: number;
};
export type TaskRow = {
  id: string;
  kind: string;
  title: string;
  why: string | null;
  /** A business day, `2026-09-18`. */
  due_on: string | null;
  customer: string | null;
  customer_name: string | null;
  tier: string | null;
  assignee: string | null;
  assignee_name: string | null;
  done_at: number | null;
  waiting: boolean;
};
export type AddTask = {
  title: string;
  kind?: string;
  why?: string;
  due_on?: string;
  customer?: string;
  assignee?: string;
};
export type TaskDone = {
  id: string;
  done: boolean;
};
export type PostponeTask = {
  id: string;
  due_on: string;
};
export type TodayRequest = {
  /** Only what is mine. */
  mine: boolean;
};
export type Today = {
  /** The business day. */
  date: string;
  overdue: Array<TaskRow>;
  today: Array<TaskRow>;
  /** The coming fourteen days. */
  soon: Array<TaskRow>;
  /** Done on this business day. */
  done: Array<TaskRow>;
  /** The next seven days. */
  birthdays: Array<BirthdayRow>;
  sales_today: number;
  sold_today: number;
  new_customers_today: number;
};
export type BirthdayRow = {
  customer: string;
  name: string;
  tier: string;
  /** The day it is kept this year. */
  on: string;
  age: number | null;
};
export type Team = {
  workspace: Named;
  stores: Array<Named>;
  people: Array<SignedIn>;
  devices: Array<DeviceRow>;
};
export type DeviceRow = {
  id: string;
  name: string;
  store: string | null;
  platform: string | null;
  this: boolean;
};
export type Rename = {
  name: string;
};
export type SyncStatus = {
  state: SyncState;
  enrolled: boolean;
  server: string | null;
  outbox_count: number;
  oldest_at: number | null;
  /** 资料截至: when the last pull reached the end. */
  last_pull_at: number | null;
  last_sync_at: number | null;
  /** Rows still to come in a first sync, with how many came so far. */
  pulling: Progress | null;
  /** Why a person is needed: a code and its parameters. */
  problem: Problem | null;
};
export type SyncState = "alone" | "synced" | "waiting" | "syncing" | "offline" | "needs_attention";
export type Progress = {
  done: number;
  all: number;
};
export type Problem = {
  code: string;
  params: Record<string, unknown>;
};
export type OutboxRequest = {
  limit?: number;
};
export type Outbox = {
  count: number;
  rows: Array<OutboxRow>;
};
export type OutboxRow = {
  collection: string;
  id: string;
  /** What a person would call it: a customer's name, a receipt's number. */
  label: string;
  /** The customer it is about, if it is. */
  customer: string | null;
  fields: Array<string>;
  person: string | null;
  since: number;
  /** A code where it was tried and did not go through. */
  problem: Problem | null;
};
export type SyncRound = {
  pushed: number;
  pulled: number;
  conflicts: number;
  cursor: number;
  seconds: number;
};
export type Enroll = {
  /** The whole code, address and fingerprint included. */
  code: string;
  device_name?: string;
  person_name?: string;
};
export type Inspect = {
  path: string;
  /** `customers`, `sales`, `products`; guessed from the columns where it is not said. */
  kind?: string;
};
export type Inspection = {
  kind: string;
  encoding: string;
  delimiter: string;
  columns: Array<Column>;
  /** Fields this kind of file may have. */
  fields: Array<string>;
  /** The first rows as they stand in the file. */
  sample: Array<Array<string>>;
};
export type Column = {
  name: string;
  field: string | null;
};
export type StartImport = {
  path: string;
  kind: string;
  /** Column to field; an empty field leaves the column out. */
  map?: Record<string, string>;
  dry_run?: boolean;
};
export type ImportSummary = {
  import_id: string;
  file: string;
  kind: string;
  at: number;
  encoding: string;
  delimiter: string;
  rows: number;
  created: number;
  updated: number;
  skipped: number;
  failed: number;
  errors: Array<RowError>;
};
export type RowError = {
  row: number;
  column: string;
  code: string;
  value: string;
};
export type StartExport = {
  /** The ending decides: csv, xlsx, vcf, json. */
  path: string;
  /** `customers`, `sales`, `products`. */
  kind: string;
  conditions?: Array<Condition>;
};
export type Exported = {
  rows: number;
};
export type CreatePhrase = {
  /** `zh-CN`, `zh-TW`, `en`. */
  locale: string;
};
export type Phrase = {
  words: Array<string>;
};
export type ConfirmPhrase = {
  /** The phrase as the person wrote it down. */
  words: string;
};
export type BackupFile = {
  path: string;
};
export type BackupMade = {
  path: string;
  bytes: number;
};
export type RestoreBackup = {
  path: string;
  /** Needed where the key is not in this machine's keychain. */
  phrase?: string;
};
export type Doctor = {
  repair?: boolean;
};
export type Findings = {
  healthy: boolean;
  findings: Array<Finding>;
};
export type Finding = {
  /** `pages`, `search`, `totals`, `outbox`, `schema`. */
  what: string;
  ok: boolean;
  count: number;
  repaired: boolean;
};
export type ProductRow = {
  id: string;
  sku: string;
  name: string;
  unit: string | null;
  price: number | null;
  floor_price: number | null;
  barcode: string | null;
  category: string | null;
};
export type ByCode = {
  /** A barcode or a stock-keeping number, whole. */
  code: string;
};
export type AddProduct = {
  product: Product;
};
