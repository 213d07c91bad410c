-- All that is shown of a user over the last `days`, in the shape of the document's export (R001-103): api.user_performance, every
-- entry of api.user_history, and api.user_trends, NULL without a log in the period. export_date is as_of. No row for who is
-- not shown in user_performance.
create or replace macro api.export_user(user_id, days := 90) as table
select
    summary,
    history.entries as history,
    (select trends from api.user_trends(user_id, days := days) as trends) as trends,
    (
        select iso_text(version.as_of) from main.version
    ) as export_date
from api.user_performance(user_id) as summary
cross join api.user_history(user_id, days := days, max_entries := null) as history;
