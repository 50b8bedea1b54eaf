-- How a device was set up, for the machine that takes its place.
alter table device add column settings text;
