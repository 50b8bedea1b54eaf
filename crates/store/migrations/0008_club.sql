-- The club: rules of earning as records, rewards, prices by tier, and what lapses.

create table earn_rule (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  since text, terms text, person blob, at integer
);

create table reward (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  name text, points integer, coins integer, tier text, needs text, from_day text, until_day text, active integer,
  product blob, note text
);

alter table sale add column earn_rule blob;
alter table sale add column earn_tier text;
alter table sale add column earn_birthday integer;
-- Derived: what counts for points, in thousandths of a fen; null where it is the total itself.
alter table sale add column earning integer;
alter table sale_line add column category text;
alter table ledger_entry add column redemption blob;
alter table ledger_entry add column earn_rule blob;
alter table product add column tier_prices text;
alter table workspace add column tier_grace integer;
-- A rule that comes after what was sold under it makes that stale.
create index sale_earn_rule on sale (earn_rule) where earn_rule is not null;
create index ledger_entry_earn_rule on ledger_entry (earn_rule) where earn_rule is not null;
create index ledger_entry_redemption on ledger_entry (redemption) where redemption is not null;

-- What lapses next, and the most that twelve months came to in the grace of tiers (null where there is none).
alter table customer_totals add column expiring integer not null default 0;
alter table customer_totals add column expires_at integer;
alter table customer_totals add column held_12_months integer;
create index customer_totals_expires on customer_totals (expires_at) where expires_at is not null;
create index customer_totals_owed on customer_totals (customer) where points < 0 or coins < 0;
