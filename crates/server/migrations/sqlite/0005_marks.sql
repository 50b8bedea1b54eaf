-- A random word for each run of numbers that was taken together. A device says with its cursor what
-- the server said of that place; a restored server, in another life of its order, says something else.
create table mark (
    -- The last number of the run.
    number bigint primary key,
    word text not null
);
