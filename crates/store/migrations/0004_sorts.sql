-- Every order that the list of customers offers is an index, so that a change of sort reads ids and sorts nothing.
create index if not exists customer_totals_points on customer_totals (points, customer);
create index if not exists customer_totals_sales on customer_totals (sales, customer);
create index if not exists customer_totals_all_spent on customer_totals (spent, customer);
create index if not exists customer_sorted_joined on customer (joined_on) where deleted = 0 and erased = 0;
create index if not exists customer_sorted_member_no on customer (member_no) where deleted = 0 and erased = 0;
