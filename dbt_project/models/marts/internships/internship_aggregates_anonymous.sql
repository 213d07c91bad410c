with aggregates as (
    select * from {{ ref('internship_aggregates') }}
),

groups as (
    select
        organization_id,
        aggregation_window,
        period_start,
        {{ week_start('period_start') }} as week_start,
        count(*) as internships
    from aggregates
    where organization_id is not null
    group by organization_id, aggregation_window, period_start
),

-- A week less those of its days that are shown is what the others say: its days are shown all or none.
shown_groups as (
    select
        organization_id,
        aggregation_window,
        period_start
    from groups
    qualify min(internships) over (partition by organization_id, aggregation_window, week_start)
        >= {{ var('smallest_anonymous_group') }}
),

anonymous as (
    select
        aggregates.internship_instance_id as subject_hash,
        aggregates.aggregation_window,
        aggregates.attendance_rate,
        aggregates.expected_days,
        aggregates.attended_days,
        aggregates.tasks_completed,
        aggregates.tasks_late,
        aggregates.tasks_overdue,
        aggregates.training_completed,
        aggregates.employer_inputs,
        aggregates.period_start
    from aggregates
    inner join shown_groups
        on aggregates.organization_id = shown_groups.organization_id
        and aggregates.aggregation_window = shown_groups.aggregation_window
        and aggregates.period_start = shown_groups.period_start
)

select * from anonymous
