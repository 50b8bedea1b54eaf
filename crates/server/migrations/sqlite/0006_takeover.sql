-- Whose place the device takes that comes with a code.
alter table enrolment add column replaces blob;
