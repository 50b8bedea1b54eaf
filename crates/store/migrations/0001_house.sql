-- The house as it was first built. Migrations only ever add: the version before must still open the file.
--
-- Every synced table has the same first columns:
--   row        local integer key: small, dense, what the search index, totals and grid speak of
--   id         the record's id, made on a device (UUIDv7)
--   stamp      clock of the oldest unit; null while no field was ever set
--   device     whose clock, as a row of device_ref
--   exceptions units with a newer stamp: {"unit": "stamp"}; null where there is none
--   rest       fields we have no column for, cleared fields as null, values of a shape we do not know
--   life       clock of the last deletion or its undoing; life_device whose; deleted what it said
--   erased     1 once erased for privacy
--   number     the server's number of the version it last confirmed; null while it knows of none
-- There are no unique or foreign keys over synced data: a duplicate phone or a missing parent must
-- never stop a batch. Moments are milliseconds since 1970, money is fen, quantities thousandths.

create table meta (
  name text primary key,
  value text not null
) without rowid;

-- Devices by a small number: a million rows do not repeat sixteen bytes.
create table device_ref (
  ref integer primary key,
  id blob not null unique
);

-- One row: this replica and the highest clock it issued or accepted, advanced inside each write.
create table replica (
  only integer primary key check (only = 1),
  device blob not null,
  clock integer not null,
  member_next integer not null default 1,
  member_last integer not null default 9223372036854775807,
  receipt_day text,
  receipt_count integer not null default 0
);

create table outbox (
  place integer primary key,          -- oldest first
  collection text not null,
  id blob not null,
  since integer not null,
  author blob,
  version integer not null,           -- counts edits: an answer to an older one does not clear a newer one
  changes text not null,              -- what changed since the server's version, field by field
  problem text,                       -- why it did not go through, as a code
  unique (collection, id)
);

create table history (
  row integer primary key,
  collection text not null,
  id blob not null,
  field text not null,                -- '' for the making of the record
  "from" text,
  "to" text,
  clock integer not null,
  device integer not null,
  person blob
);
create index history_of on history (collection, id, row);

-- Records of collections this version does not know: kept as they came and passed on.
create table unknown_record (
  collection text not null,
  id blob not null,
  body text not null,
  number integer,
  primary key (collection, id)
) without rowid;

create table cursor (
  scope text primary key,
  epoch blob not null,
  number integer not null
) without rowid;

-- Touched tags, in order, so that a second process sees what the first one wrote.
create table touched (
  turn integer primary key autoincrement,
  tags text not null
);

create table import (
  id blob primary key,
  at integer not null,
  summary text not null
) without rowid;

create table workspace (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  name text, currency text, time_zone text, day_cut integer, region text, points_rule text, tiers text
);

create table store (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  name text, code text, phone text, address text, closed_at integer
);

create table person (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  name text, role text, store blob, left_at integer
);

create table device (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  name text, store blob, platform text, version text, number_from integer, number_to integer, retired_at integer
);

create table tag (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  name text
);

create table customer_tag (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  customer blob, tag blob
);
create index customer_tag_customer on customer_tag (customer);
create index customer_tag_tag on customer_tag (tag);

create table product (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  sku text, name text, category text, barcode text, unit text, price integer, floor_price integer, discontinued_at integer
);
create index product_sku on product (sku);
create index product_barcode on product (barcode) where barcode is not null;

create table customer (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  name text, reading text, kind text, parties text, member_no text, phone text, landline text, other_phones text,
  email text, wechat text, gender text, birthday text, birthday_calendar text, address text, company text, habits text,
  buying_habits text, personality text, taboo text, family text, remarks text, preferred_channel text, tone text,
  consent text, source text, store blob, owner blob, joined_on text,
  name_key text                       -- derived: the name's place in the order by pinyin and tone
);
create index customer_name_key on customer (name_key) where deleted = 0 and erased = 0;
create index customer_phone on customer (phone) where phone is not null;
create index customer_landline on customer (landline) where landline is not null;
create index customer_member_no on customer (member_no) where member_no is not null;
-- Birthdays by the day of the year, whatever the year.
create index customer_birthday on customer (substr(birthday, -5)) where birthday is not null;

create table sale (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  receipt_number text, customer blob, store blob, person blob, sold_at integer, refund_of blob, tenders text,
  points_rule integer, source text, note text,
  total integer not null default 0,   -- derived: sum of its lines
  units integer not null default 0
);
create index sale_customer on sale (customer, sold_at) where customer is not null;
create index sale_refund_of on sale (refund_of) where refund_of is not null;
create index sale_sold_at on sale (sold_at);
create index sale_receipt_number on sale (receipt_number) where receipt_number is not null;

create table sale_line (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  sale blob, position integer, product blob, sku text, name text, quantity integer, amount integer, list_price integer
);
create index sale_line_sale on sale_line (sale);

create table ledger_entry (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  customer blob, currency text, kind text, amount integer, sale blob, reward text, reverses blob, why text, person blob,
  at integer
);
create index ledger_entry_customer on ledger_entry (customer, at);

create table interaction (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  customer blob, kind text, direction text, "text" text, at integer, minutes integer, person blob, store blob
);
create index interaction_customer on interaction (customer, at);
create index interaction_at on interaction (at);

create table task (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  customer blob, kind text, title text, why text, due_on text, assignee blob, created_by blob, created_at integer,
  done_at integer, done_by blob, details text
);
create index task_customer on task (customer);
create index task_due on task (due_on) where done_at is null;
create index task_done on task (done_at) where done_at is not null;

-- Derived, one row for each living customer: what sales come to, computed and never typed (R1).
create table customer_totals (
  customer integer primary key,       -- customer.row
  sales integer not null default 0,
  units integer not null default 0,
  spent integer not null default 0,
  spent_12_months integer not null default 0,
  points integer not null default 0,
  coins integer not null default 0,
  first_sale_at integer,
  last_sale_at integer
);
create index customer_totals_last_sale on customer_totals (last_sale_at, customer);
create index customer_totals_spent on customer_totals (spent_12_months, customer);

-- Customers and sales whose derived figures wait to be computed: written with the rows that made
-- them stale, so that a kill in between loses nothing.
create table stale_sale (id blob primary key) without rowid;
create table stale_customer (id blob primary key) without rowid;
