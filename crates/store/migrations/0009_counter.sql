-- The counter: coupons, leave beyond limits, activities with their draws, gifts in stock, and shifts.

create table coupon (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  name text, kind text, off integer, off_percent integer, from_total integer, tier text, from_day text, until_day text,
  lead_days integer, valid_days integer, active integer, note text
);

create table coupon_use (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  coupon blob, customer blob, sale blob, period text, amount integer, person blob, at integer
);
create index coupon_use_customer on coupon_use (customer);
create index coupon_use_sale on coupon_use (sale);
create index coupon_use_coupon on coupon_use (coupon, period);

create table stock_movement (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  reward blob, till blob, kind text, pieces integer, transfer blob, redemption blob, why text, person blob, at integer
);
create index stock_movement_reward on stock_movement (reward, till);
create index stock_movement_redemption on stock_movement (redemption) where redemption is not null;

create table approval (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  matter text, amount integer, allowed integer, customer blob, why text, asked_by blob, asked_at integer, till blob,
  used_for blob, verdict text, decided_by blob, decided_at integer
);
create index approval_customer on approval (customer);
create index approval_asked on approval (asked_at);

create table activity (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  name text, terms text, tier text, from_day text, until_day text, active integer, note text
);

create table participation (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  activity blob, customer blob, till blob, person blob, at integer, lot blob, ticket integer, rank integer, joined_on text
);
create index participation_activity on participation (activity, customer);
create index participation_lot on participation (lot, ticket) where lot is not null;

create table prize_lot (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  activity blob, till blob, tickets integer, prizes text, seed text, reclaims blob, first integer, person blob, at integer
);

create table contribution (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  activity blob, customer blob, text text, amount integer, person blob, at integer,
  verdict text, reviewed_by blob, reviewed_at integer, verdict_why text
);
create index contribution_customer on contribution (customer);
create index contribution_waiting on contribution (at) where verdict is null;

create table shift (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  store blob, till blob, opened_by blob, opened_at integer, float integer, closed_by blob, closed_at integer,
  counted integer, note text
);
create index shift_opened on shift (opened_at);

alter table customer add column referred_by blob;
create index customer_referred_by on customer (referred_by) where referred_by is not null;
alter table product add column successor blob;
alter table sale add column approval blob;
alter table sale add column shift blob;
alter table ledger_entry add column referred blob;
alter table ledger_entry add column contribution blob;
alter table ledger_entry add column approval blob;
alter table workspace add column limits text;
alter table device add column limits text;
alter table reward add column stocked integer;
