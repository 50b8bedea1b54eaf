-- History becomes a chain: each row commits to its content under a salt of its own, and to all rows
-- before it. Erasing a person takes content and salt and leaves commitment and chain whole.
-- Rows from before are chained when the server starts; until then their place is null.
alter table change add column place bigint;
alter table change add column salt blob;
alter table change add column commitment blob;
alter table change add column link blob;
create unique index change_place on change (place);

-- Where the chain ends, so that its last rows cannot go missing unseen.
create table chain (
    one bigint primary key check (one = 1),
    place bigint not null,
    link blob not null,
    -- Up to here, what the owner keeps no longer was emptied.
    pruned bigint not null
);
