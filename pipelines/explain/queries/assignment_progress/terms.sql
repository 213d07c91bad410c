-- The sums of the student's steps, and the planned time, as the roll-up has them.
with thresholds as (
    select
        cast(max(value) filter (where threshold = 'ahead_by') as double) as ahead_by,
        cast(max(value) filter (where threshold = 'on_track_down_to') as double) as on_track_down_to,
        cast(max(value) filter (where threshold = 'behind_down_to') as double) as behind_down_to
    from policy.progress_thresholds
),

sums as (
    select assignments.*
    from shown
    inner join intermediate.int_assignment_progress as assignments
        on shown.assignment_id = assignments.assignment_id
        and shown.student_id = assignments.student_id
),

terms as (
    select
        sums.required_completed,
        sums.score_sum / 10000 as score_total,
        sums.steps_scored,
        sums.mastery_points / 100000 as weighted_score_total,
        sums.mastery_weights / 10 as weight_total,
        sums.steps_passed_at_first,
        sums.steps_attempted,
        sums.completed_last_28_days,
        cast(ceil(7 * (sums.steps_required - sums.required_completed) / nullif(shown.steps_per_week, 0)) as integer)
            as days_to_go,
        sums.planned_us / 864e8 as planned_days,
        (epoch_us(run.as_of) - epoch_us(sums.starts_at)) / 864e8 as days_since_start,
        thresholds.ahead_by,
        thresholds.on_track_down_to,
        thresholds.behind_down_to,
        sums.is_archived,
        sums.is_complete,
        cast(run.as_of as date) as today,
        sums.starts_at
    from sums
    cross join shown
    cross join thresholds
    cross join ops.run as run
)

select * from terms
