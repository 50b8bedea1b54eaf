-- People, what they may see, and who looked.

alter table workspace add column guards text;
alter table workspace add column lease_days integer;
alter table person add column pin text;
alter table device add column people text;

create table reveal (
  row integer primary key, id blob not null unique, stamp integer, device integer, exceptions text, rest text,
  life integer, life_device integer, deleted integer not null default 0, erased integer not null default 0, number integer,
  customer blob, field text, person blob, seen_on blob, at integer
);
create index reveal_at on reveal (at);

-- Whose customers and tasks they are: what is handed over when somebody leaves.
create index customer_owner on customer (owner) where owner is not null;
create index task_assignee on task (assignee) where done_at is null;

-- Wrong PINs in a row, and until when the next must wait: they outlive a restart. Never synced.
create table pin_try (
  person blob primary key,
  wrong integer not null,
  until integer not null
) without rowid;
