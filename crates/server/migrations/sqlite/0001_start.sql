-- One server holds one workspace: one row, locked first by whoever writes.
create table workspace (
    one bigint primary key check (one = 1),
    id blob not null,
    name text not null,
    -- The one counter: every accepted version that changes something takes the next number. A
    -- sequence would hand numbers out of order of commit, and a reader would step over rows.
    number bigint not null,
    -- Which life of that counter a cursor speaks of; restoring a backup begins another.
    epoch blob not null,
    -- Member numbers go to devices in ranges, so that no till waits for one.
    next_member bigint not null,
    -- Whether a first device has moved in.
    founded boolean not null,
    -- The server writes records too (people it let in): its own device id and clock.
    device blob not null,
    clock text not null,
    -- Where devices find this server, as the last `serve` announced it, for later enrolment codes.
    url text,
    fingerprint text,
    created_at bigint not null
);

create table record (
    collection text not null,
    id blob not null,
    scope text not null,
    number bigint not null,
    deleted boolean not null,
    -- The record in normal form as JSON: handed on as it stands, without being read again.
    body text not null
);
create unique index record_key on record (collection, id);
-- Unique, so that no mistake can ever give two rows one place in the order.
create unique index record_order on record (scope, number);

create table device (
    id blob primary key,
    name text not null,
    platform text not null,
    person_id blob not null,
    role text not null,
    store_id blob,
    token_hash blob not null,
    number_from bigint not null,
    number_to bigint not null,
    -- The highest clock accepted from it: what comes clamped must still come after.
    high text not null,
    -- The last two are kept, to tell a lost answer from a copied data folder.
    nonce text,
    previous_nonce text,
    enrolled_at bigint not null,
    last_seen_at bigint not null,
    revoked_at bigint
);
create unique index device_token on device (token_hash);

-- Everyone ever enrolled on a device: pending edits keep their author when another signs in.
create table device_person (
    device blob not null,
    person blob not null,
    primary key (device, person)
);

create table enrolment (
    secret_hash blob primary key,
    role text not null,
    store_id blob,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);

-- Answers to batches, so that a resend is answered alike. Pruned: merging again changes nothing.
create table batch (
    device blob not null,
    batch blob not null,
    -- Of the content: one id never covers two contents.
    digest blob not null,
    answer text not null,
    at bigint not null,
    primary key (device, batch)
);

-- Stamps that lay too far ahead, and what they became: the same for every resend.
create table clamp (
    device blob not null,
    original text not null,
    became text not null,
    primary key (device, original)
);

-- History, append-only: one row for each pushed version, its fields' before and after as JSON.
create table change (
    collection text not null,
    id blob not null,
    stamp text not null,
    number bigint not null,
    author blob not null,
    device blob not null,
    at bigint not null,
    fields text not null,
    primary key (collection, id, stamp)
);

-- Rows that take no part in the data, kept for the owner to look at.
create table aside (
    device blob not null,
    batch blob not null,
    position bigint not null,
    code text not null,
    body text not null,
    at bigint not null,
    primary key (device, batch, position)
);
