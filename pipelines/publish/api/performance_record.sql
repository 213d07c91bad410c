-- What a student has achieved in a lecture, with the keys of the document's record (R004-19..25). The percentage is rounded
-- half up to two decimals; computed_at is text in UTC, so that no client's time zone changes it. No row for who is no member.
create or replace macro api.performance_record(lecture_id, user_id) as table
with member as (
    select
        record.*,
        -- Whole numbers of 1/10,000 point, so that nothing is rounded before the end.
        cast(10000 * cast(record.points_total_materialized as decimal(38, 4)) as hugeint) as total,
        cast(10000 * cast(record.points_max_materialized as decimal(38, 4)) as hugeint) as maximum
    from records.performance_records as record
    where record.lecture_id = lecture_id
        and record.user_id = user_id
)

select
    member.lecture_id as lecture_id,
    member.user_id as user_id,
    member.points_total_materialized,
    member.points_max_materialized,
    -- floor(10,000 t / m + 1/2) = (20,000 t + m) // 2 m; NULL without a maximum.
    cast((20000 * member.total + member.maximum) // nullif(2 * member.maximum, 0) as double)
        / 100 as percentage_materialized,
    member.achievements_met_ids,
    iso_text(member.computed_at) as computed_at
from member;
