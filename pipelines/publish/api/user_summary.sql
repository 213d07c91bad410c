-- The same body as api.user_performance (R001-76).
create or replace macro api.user_summary(user_id) as table
select * from api.user_performance(user_id);
