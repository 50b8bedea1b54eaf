-- Pages of a pull that lie ready, packed, for devices that read a scope from far behind. Made from the records
-- and no part of a backup: whoever changes a record takes away, in the same transaction, what held it as it was.
create table segment (
    scope text not null,
    -- What those who get it may have on their devices, in one text.
    view text not null,
    -- It holds what has a number above this, up to and including `number`.
    after bigint not null,
    number bigint not null,
    mark text,
    records bigint not null,
    length bigint not null,
    -- SHA-256 of the body, hexadecimal.
    digest text not null,
    built_at bigint not null,
    body bytea not null,
    primary key (scope, view, after)
);
