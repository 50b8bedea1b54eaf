-- Who sees what, once the owner narrowed it. Under 'everyone' none of these tables has a row, and
-- pulls page through `record` as they always did.

-- The setting in force, and the generation of scopes that goes with it; 0 while everyone sees everything.
alter table workspace add column visibility text not null default 'everyone';
alter table workspace add column generation bigint not null default 0;
-- The setting that is being prepared beside it, and its generation.
alter table workspace add column building text;
alter table workspace add column building_generation bigint not null default 0;

-- Where records lie: one row for each record and place, under the record's own number, so that all
-- places share the workspace's one order. What went out of a place stays there as gone.
create table scope_entry (
    generation bigint not null,
    place text not null,
    number bigint not null,
    collection text not null,
    id bytea not null,
    gone boolean not null,
    primary key (generation, collection, id, place)
);
create unique index scope_entry_order on scope_entry (generation, place, number);

-- What hangs on what, so that it moves along.
create table hanging (
    root bytea not null,
    collection text not null,
    id bytea not null,
    primary key (root, collection, id)
);

-- Work that is under way, with how far it came: everything that hangs on a record that moved, or, under
-- an empty root, every record for the generation being prepared.
create table scope_work (
    root bytea primary key,
    after_collection text not null,
    after_id bytea not null
);
