-- Sales that another till system told of, whose customer nobody here is known as yet.

alter table sale add column phone text;
alter table sale add column member_no text;
create index sale_unmatched on sale (sold_at) where customer is null and (phone is not null or member_no is not null);
