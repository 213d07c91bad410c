-- Who is at risk today, and why: the facts of R003-147..151 over the student's assignments that are not archived, and
-- their steps. The facts go with the verdict, so that `cairn explain` can show what it came from.
with assignments as (
    select
        *,
        {{ gap_columns(as_of()) }}
    from {{ ref('int_assignment_progress') }}
    where not is_archived
),

progress as (
    select * from {{ ref('step_progress') }}
    where not is_removed
),

days as (
    select * from {{ ref('int_student_days') }}
),

gaps as (
    select
        student_id,
        {{ of_largest_gap('assignment_id', 'gap_part is not null') }} as gap_assignment_id,
        {{ of_largest_gap('gap_part', 'gap_part is not null') }} as gap_part,
        {{ of_largest_gap('gap_whole', 'gap_part is not null') }} as gap_whole,
        min(starts_at) as first_start_at
    from assignments
    where not is_complete
    group by student_id
),

steps as (
    select
        progress.*,
        progress.attempt_count + case when progress.original_score is null then 0 else 1 end as score_count,
        case
            when progress.completed_at is not null then {{ score_units('cast(progress.best_score as decimal(7, 4))') }}
        end as completed_score
    from progress
    inner join assignments
        on progress.assignment_id = assignments.assignment_id
        and progress.student_id = assignments.student_id
),

struggles as (
    select
        student_id,
        max(attempt_count) filter (where state <> 'complete' and passed is distinct from true) as stuck_attempts,
        sum(cast(round(1000000000 * consistency_score) as bigint)) filter (
            where score_count >= {{ threshold('risk_consistency_scores') }}
        ) as consistency_sum,
        count(consistency_score) filter (
            where score_count >= {{ threshold('risk_consistency_scores') }}
        ) as consistencies
    from steps
    group by student_id
),

recent as (
    select
        student_id,
        cast(sum(completed_score) as bigint) as recent_score_sum,
        count(*) as recent_scores
    from (
        select student_id, completed_score
        from steps
        where completed_score is not null
        qualify row_number() over (
            partition by student_id
            order by completed_at desc nulls last, step_id desc nulls last
        ) <= {{ threshold('risk_mastery_steps') }}
    ) as last_completed
    group by student_id
),

last_activity as (
    select student_id, max(last_activity_at) as last_activity_at
    from days
    group by student_id
),

facts as (
    select
        coalesce(struggles.student_id, gaps.student_id) as student_id,
        gaps.gap_assignment_id,
        gaps.gap_part,
        gaps.gap_whole,
        recent.recent_score_sum,
        recent.recent_scores,
        {{ microseconds_between(
            'case when gaps.student_id is not null then '
                ~ idle_since('last_activity.last_activity_at', 'gaps.first_start_at') ~ ' end',
            as_of()
        ) }} as idle_us,
        struggles.stuck_attempts,
        struggles.consistency_sum,
        struggles.consistencies
    from struggles
    full outer join gaps
        on struggles.student_id = gaps.student_id
    left join recent
        on struggles.student_id = recent.student_id
    left join last_activity
        on gaps.student_id = last_activity.student_id
),

risk as (
    select
        *,
        {{ risk_factors() }} as risk_factors
    from facts
)

select * from risk
