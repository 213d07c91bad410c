-- What each day of the window adds to it, in the order of the days.
with days as (
    select days.*
    from shown
    inner join intermediate.int_internship_days as days
        on shown.internship_instance_id = days.internship_instance_id
        and days.day between shown.period_start and shown.period_end
),

internships as (
    select internships.*
    from shown
    inner join intermediate.int_internships as internships
        on shown.internship_instance_id = internships.internship_instance_id
),

by_day as (
    select
        coalesce(list(cast(is_expected as integer) order by day asc nulls last), []) as expected_by_day,
        coalesce(list(cast(is_attended as integer) order by day asc nulls last), []) as attended_by_day,
        coalesce(list(tasks_completed order by day asc nulls last), []) as tasks_completed_by_day,
        coalesce(list(tasks_late order by day asc nulls last), []) as tasks_late_by_day,
        coalesce(list(employer_inputs order by day asc nulls last), []) as employer_inputs_by_day,
        list_sort(list_distinct(flatten(coalesce(list(overdue_task_ids) filter (where overdue_task_ids is not null), []))))
            as overdue_task_ids
    from days
),

terms as (
    select
        internships.timezone,
        internships.workdays,
        by_day.*,
        internships.starts_on,
        internships.ends_on,
        internships.today
    from by_day
    cross join internships
)

select * from terms
