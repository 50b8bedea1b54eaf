-- What the workspace signs with, and what its PINs are peppered with.
alter table workspace add column signing_key bytea;
alter table workspace add column pepper text;

-- How a device ended: lost, retired, or null where it was only shut out. Retiring: asked to, not done yet.
alter table device add column ending text;
alter table device add column retiring boolean not null default false;

-- Whom a code is for, where they have a record already.
alter table enrolment add column person bytea;

-- Member numbers that retired devices handed back: given out again before new ones.
create table spare_number (
    number_from bigint primary key,
    number_to bigint not null
);
