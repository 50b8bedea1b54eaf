-- Who may bring sales from another till system over HTTP: shown once, kept as a hash. One that is removed
-- stays here, so that an old backup does not let it in again.
create table intake_token (
    id bytea primary key,
    name text not null,
    -- What the system is called whose numbers it brings.
    source text not null,
    -- Where a sale was made that does not say so.
    store_id bytea,
    token_hash bytea not null,
    created_at bigint not null,
    used_at bigint,
    removed_at bigint
);
create unique index intake_token_hash on intake_token (token_hash);

-- What records are found by that name no id: phones, cards, goods, and what hangs on a sale or a customer. Made
-- from the records, kept from the first intake on, and no part of a backup.
create table lookup (
    key text not null,
    collection text not null,
    id bytea not null,
    primary key (key, collection, id)
);
create index lookup_record on lookup (collection, id);
