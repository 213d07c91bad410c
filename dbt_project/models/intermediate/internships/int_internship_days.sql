with calendar as (
    select * from {{ ref('int_internship_calendar') }}
),

signals as (
    select * from {{ ref('int_internship_signals') }}
),

signals_of_the_day as (
    select
        internship_instance_id,
        day,
        count(*) filter (where signal = 'clock_in') as clock_ins,
        count(*) filter (where signal = 'task_completed') as tasks_completed,
        count(*) filter (where signal = 'task_completed' and is_late) as tasks_late,
        count(*) filter (where signal = 'employer_input') as employer_inputs,
        {{ sorted_list('subject_id', where="signal = 'task_overdue'", distinct=true) }} as overdue_task_ids,
        {{ sorted_list('subject_id', where="signal = 'training_completed'", distinct=true) }} as training_ids
    from signals
    group by internship_instance_id, day
),

days as (
    select
        calendar.internship_instance_id,
        signals_of_the_day.overdue_task_ids,
        signals_of_the_day.training_ids,
        coalesce(signals_of_the_day.tasks_completed, 0) as tasks_completed,
        coalesce(signals_of_the_day.tasks_late, 0) as tasks_late,
        coalesce(signals_of_the_day.employer_inputs, 0) as employer_inputs,
        calendar.is_working_day and coalesce(signals_of_the_day.clock_ins, 0) > 0 as is_attended,
        calendar.is_working_day
            and (calendar.is_over or coalesce(signals_of_the_day.clock_ins, 0) > 0) as is_expected,
        calendar.day,
        calendar.week_start
    from calendar
    left join signals_of_the_day
        on calendar.internship_instance_id = signals_of_the_day.internship_instance_id
        and calendar.day = signals_of_the_day.day
)

select * from days
