-- What an assignment looked like at each moment of int_assignment_moments: running sums of all that had changed by
-- then, in one ordered pass.
{% set sums = [
    'steps_total', 'steps_required', 'steps_completed', 'required_completed', 'steps_begun',
    'mastery_points', 'mastery_weights', 'consistency_sum', 'consistencies', 'time_on_task_ms',
] %}
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
        -cast(sum(points_added) as bigint),
        -cast(sum(weights_added) as bigint),
        -cast(sum(consistency_added) as bigint),
        -cast(sum(consistencies_added) as bigint),
        -cast(sum(time_added) as bigint),
        period_to
    from timeline
    where period_to is not null
    group by assignment_id, student_id, period_to
),

-- What changes, and the moments at which the state is asked for: after all that changed at them.
entries as (
    select
        assignment_id,
        student_id,
        false as is_asked_for,
        steps_total,
        steps_required,
        steps_completed,
        required_completed,
        steps_begun,
        0 as mastery_points,
        mastery_weights,
        0 as consistency_sum,
        0 as consistencies,
        0 as time_on_task_ms,
        moment
    from changes
    union all
    select
        assignment_id, student_id, false,
        0, 0, 0, 0, 0,
        mastery_points, mastery_weights, consistency_sum, consistencies, time_on_task_ms,
        moment
    from work
    union all
    select
        assignment_id, student_id, true,
        0, 0, 0, 0, 0,
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
        order by moment asc nulls last, is_asked_for asc nulls last
        rows between unbounded preceding and current row
    )
),

asked_for as (
    select
        assignment_id,
        student_id,
        {%- for name in sums %}
        cast({{ name }} as bigint) as {{ name }},
        {%- endfor %}
        moment
    from states
    where is_asked_for
)

select * from asked_for
