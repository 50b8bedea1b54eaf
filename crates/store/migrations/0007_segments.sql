-- What came of a segment before the line was cut, packed as it is sent. One at most.
create table part (
  digest text primary key,
  bytes blob not null
);
