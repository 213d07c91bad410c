-- The days at whose end a student can be at risk or no longer at risk where the day before was otherwise: something
-- happened to the student on that day, an assignment fell behind pace, or the student had been idle for too long. On
-- all other days nothing can turn.
with activity as (
    select
        *,
        valid_to is null and cast(valid_from as date) = activity_date as is_regular
    from {{ ref('int_student_activity') }}
),

changes as (
    select * from {{ ref('int_assignment_changes') }}
),

timeline as (
    select * from {{ ref('int_assignment_timeline') }}
),

assignment_students as (
    select * from {{ ref('int_assignment_students') }}
),

users as (
    select * from {{ ref('stg_users_versions') }}
),

-- An assignment that stays as it is falls behind at one moment, if it stays so for long enough.
plans as (
    select
        timeline.student_id,
        assignment_students.starts_at,
        {{ widest('assignment_students.planned_us') }} as planned_us,
        {{ microseconds_until_behind_pace('timeline.', 'assignment_students.') }} as us_until_behind,
        {{ microseconds_between('assignment_students.starts_at', as_of()) }} as us_until_today,
        {{ common_stretch('timeline', 'assignment_students') }}
    from timeline
    inner join assignment_students
        on timeline.assignment_id = assignment_students.assignment_id
        and timeline.student_id = assignment_students.student_id
        and {{ overlap('timeline', 'assignment_students') }}
    where assignment_students.planned_us > 0
        and not assignment_students.is_archived
),

falling_behind as (
    select
        student_id,
        {{ add_microseconds('starts_at', 'least(us_until_behind, us_until_today)') }} as moment,
        valid_from,
        valid_to
    from plans
    where us_until_behind <= least(planned_us, us_until_today)
),

-- Who comes back in time has not been idle for too long. Activity that was not known from its day on, or not for good,
-- keeps nobody from having been idle.
idle as (
    select
        student_id,
        last_activity_at as idle_since,
        case when is_regular then lead(last_activity_at) over (
            partition by student_id, is_regular
            order by activity_date asc nulls last, last_activity_at asc nulls last
        ) end as active_again_at
    from activity
    union all
    select student_id, starts_at, null
    from assignment_students
),

too_idle as (
    select
        student_id,
        {{ add_microseconds(
            'idle_since', microseconds_per_day() ~ ' * (' ~ threshold('risk_inactive_days') ~ ' + 1)'
        ) }} as moment,
        active_again_at
    from idle
),

turning_days as (
    {%- for edge in ['valid_from', 'valid_to'] %}
    {%- for relation, student_id in [
        ('activity', 'student_id'), ('assignment_students', 'student_id'), ('users', 'user_id')
    ] %}
    select {{ student_id }} as student_id, cast({{ edge }} as date) as day from {{ relation }}
    where {{ edge }} is not null
    union
    {%- endfor %}
    {%- endfor %}
    select student_id, cast(moment as date) from changes
    union
    select student_id, cast(moment as date) from falling_behind
    where moment >= valid_from and coalesce(moment < valid_to, true)
    union
    select student_id, cast(moment as date) from too_idle
    where coalesce(moment <= active_again_at, true)
)

select * from turning_days
