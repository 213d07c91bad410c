{%- set sums = [
    'is_held', 'steps_total', 'steps_required', 'steps_completed', 'required_completed', 'steps_begun',
    'mastery_points', 'mastery_weights', 'consistency_sum', 'consistencies', 'time_on_task_ms',
] -%}
with changes as (
    select * from {{ ref('int_assignment_changes') }}
),

timeline as (
    select * from {{ ref('int_step_timeline') }}
),

moments as (
    select * from {{ ref('int_assignment_moments') }}
),

work as (
    select
        assignment_id,
        student_id,
        points_added as mastery_points,
        weights_added as mastery_weights,
        consistency_added as consistency_sum,
        consistencies_added as consistencies,
        time_added as time_on_task_ms,
        valid_from as moment
    from timeline
    union all
    select
        assignment_id,
        student_id,
        -sum(points_added),
        -sum(weights_added),
        -sum(consistency_added),
        -sum(consistencies_added),
        -sum(time_added),
        period_to
    from timeline
    where period_to is not null
    group by assignment_id, student_id, period_to
),

-- What changes, and the moments at which the state is asked for.
entries as (
    select
        assignment_id,
        student_id,
        false as is_asked_for,
        is_held,
        steps_total,
        steps_required,
        steps_completed,
        required_completed,
        steps_begun,
        0 as mastery_points,
        mastery_weights,
        cast(0 as decimal(38, 9)) as consistency_sum,
        0 as consistencies,
        0 as time_on_task_ms,
        moment
    from changes
    union all
    select
        assignment_id, student_id, false,
        0, 0, 0, 0, 0, 0,
        mastery_points, mastery_weights, consistency_sum, consistencies, time_on_task_ms,
        moment
    from work
    union all
    select
        assignment_id, student_id, true,
        0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0,
        moment
    from moments
),

states as (
    select
        assignment_id,
        student_id,
        is_asked_for,
        {%- for name in sums %}
        sum({{ name }}) over so_far as {{ name }},
        {%- endfor %}
        moment
    from entries
    window so_far as (
        partition by assignment_id, student_id
        order by moment asc nulls last
        range between unbounded preceding and current row
    )
),

asked_for as (
    select
        assignment_id,
        student_id,
        {%- for name in sums if name not in ('is_held', 'consistency_sum') %}
        cast({{ name }} as bigint) as {{ name }},
        {%- endfor %}
        cast(consistency_sum as decimal(38, 9)) as consistency_sum,
        moment
    from states
    where is_asked_for and is_held = 1
)

select * from asked_for
