-- The window's days that the internship lasts.
with days as (
    select
        days.day,
        calendar.is_working_day,
        days.is_expected,
        days.is_attended,
        days.tasks_completed,
        days.tasks_late,
        coalesce(days.overdue_task_ids, []) as overdue_task_ids,
        coalesce(days.training_ids, []) as training_ids,
        days.employer_inputs
    from shown
    inner join intermediate.int_internship_days as days
        on shown.internship_instance_id = days.internship_instance_id
        and days.day between shown.period_start and shown.period_end
    inner join intermediate.int_internship_calendar as calendar
        on days.internship_instance_id = calendar.internship_instance_id
        and days.day = calendar.day
)

select * from days
order by day asc nulls last
