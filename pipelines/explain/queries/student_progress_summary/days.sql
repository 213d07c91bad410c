-- What the student did and completed, day by day (UTC).
with days as (
    select
        days.activity_date,
        days.attempts,
        days.games_played,
        days.time_on_task_ms,
        days.steps_completed,
        days.last_activity_at
    from shown
    inner join intermediate.int_student_days as days
        on shown.student_id = days.student_id
)

select * from days
order by activity_date desc nulls last
