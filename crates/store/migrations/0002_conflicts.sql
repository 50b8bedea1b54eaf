-- Two values of one thing, both kept: the server writes them, people settle them. And history, which
-- other devices' part of it now joins, and which is kept as long as the owner says.
create table conflict (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  collection text, record blob, customer blob, field text, base text, original text, sides text, as_of text,
  settled_at integer, settled_by blob, settled_of text, taken text
);
create index conflict_record on conflict (record);
create index conflict_open on conflict (row) where settled_of is not as_of and deleted = 0 and erased = 0;

-- Deleted customers are few, and are looked through for edits by people who did not know.
create index customer_deleted on customer (row) where deleted = 1 and erased = 0;

alter table workspace add column history_days integer;

-- By time, for pruning; by version, so that what comes from the server twice stands once.
create index history_clock on history (clock);
create index history_version on history (collection, id, clock, field);
