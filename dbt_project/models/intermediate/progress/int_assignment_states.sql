-- What an assignment looked like at each moment of int_assignment_moments: the running sums of all that had changed by
-- then. Most moments find an assignment as the one before left it, so sums are made only for those that do not, and
-- hold until the next of these.
{% set sums = [
    'steps_total', 'steps_required', 'steps_completed', 'required_completed', 'steps_started',
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

pairs as (
    {{ numbered_keys(ref('int_assignment_students'), ['assignment_id', 'student_id']) }}
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
        steps_started,
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

before_the_next_question as (
    select
        pairs.number,
        entries.*,
        min(case when entries.is_asked_for then entries.moment end) over (
            partition by pairs.number
            order by entries.moment asc nulls last, entries.is_asked_for asc nulls last
            rows between current row and unbounded following
        ) as asked_at
    from entries
    inner join pairs
        on entries.assignment_id = pairs.assignment_id
        and entries.student_id = pairs.student_id
),

-- All that changed from one question to the next, as one change.
changed as (
    select
        number,
        {%- for name in sums %}
        sum({{ name }}) as {{ name }},
        {%- endfor %}
        asked_at
    from before_the_next_question
    where not is_asked_for and asked_at is not null
    group by number, asked_at
),

states as (
    select
        number,
        {%- for name in sums %}
        cast(sum({{ name }}) over so_far as bigint) as {{ name }},
        {%- endfor %}
        asked_at as valid_from,
        lead(asked_at) over (
            partition by number
            order by asked_at asc nulls last
        ) as valid_to
    from changed
    window so_far as (
        partition by number
        order by asked_at asc nulls last
        rows between unbounded preceding and current row
    )
),

-- Percentages and scores are of states as well: far fewer than moments.
described as (
    select
        *,
        {{ completion_percentage() }} as completion_percentage,
        {{ mastery_score('mastery_points', 'mastery_weights') }} as mastery_score
    from states
),

asked_for as (
    select
        moments.assignment_id,
        moments.student_id,
        {%- for name in sums %}
        described.{{ name }},
        {%- endfor %}
        described.completion_percentage,
        described.mastery_score,
        moments.moment
    from moments
    inner join pairs
        on moments.assignment_id = pairs.assignment_id
        and moments.student_id = pairs.student_id
    inner join described
        on pairs.number = described.number
        and {{ is_in_force('described', 'moments.moment') }}
)

select * from asked_for
