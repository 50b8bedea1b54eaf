-- Partial replicas. Every synced table gets one more of its first columns, after the migrations and by the
-- collection table, so that no noun is forgotten:
--   held       which of this replica's scopes hold the row: one bit for each row of cursor that has a slot;
--              0 where the whole workspace is held, and while a row of one's own was not heard back yet

alter table unknown_record add column held integer not null default 0;
-- The bit of a scope, none for the whole workspace; and whether the server took the scope away: then what
-- only it held goes, and the row last.
alter table cursor add column slot integer;
alter table cursor add column lost integer not null default 0;

alter table workspace add column visibility text;
alter table workspace add column share_ownerless integer;
alter table customer add column shared_with text;
