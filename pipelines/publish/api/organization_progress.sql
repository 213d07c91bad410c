-- An organization for its administrators (R003-167): totals, streaks, the trends by week, month and quarter, its classes side by
-- side, and how well the content works that its students have, best completed first: assignments, over all their students, and
-- sequences, pooled over those. Percentages are rounded half up to two decimals, scores to one; ratios, means of counts and
-- times stand as they are; moments are text in UTC. No row for an organization that is unknown and that no student names.
create or replace macro api.organization_progress(organization_id) as table
with students as (
    select summary.student_id, summary.streak_days
    from progress.student_progress_summary as summary
    where summary.organization_id = organization_id
),

trends as (
    select
        trend.period,
        list({
            'period_start': trend.period_start,
            'active_students': trend.active_students,
            'steps_completed': trend.steps_completed,
            'time_on_task_ms': trend.time_on_task_ms,
            'mean_score': rounded(trend.mean_score, 1)
        } order by trend.period_start) as points
    from progress.organization_progress_trend as trend
    where trend.organization_id = organization_id
    group by trend.period
),

classes as (
    select
        class.class_id,
        {
            'class_id': class.class_id,
            'students': class.students,
            'active_assignments': class.active_assignments,
            'mean_completion': rounded(class.mean_completion, 2),
            'mean_mastery': rounded(class.mean_mastery, 1),
            'at_risk_students': class.at_risk_students,
            'last_activity_at': iso_text(class.last_activity_at)
        } as record
    from progress.class_summary as class
    where class.organization_id = organization_id
),

content as (
    select effectiveness.*
    from progress.content_effectiveness as effectiveness
    where effectiveness.assignment_id in (
        select assignment.assignment_id
        from progress.assignment_progress as assignment
        inner join students on students.student_id = assignment.student_id
    )
),

sequences as (
    select
        content.sequence_id,
        count(*) as assignments,
        -- Whole numbers of (student, assignment) pairs, complete of all.
        round(
            cast(sum(round(content.completion_rate * content.students)) as bigint)
                / cast(nullif(sum(content.students), 0) as bigint),
            9
        ) as completion_rate
    from content
    where content.sequence_id is not null
    group by content.sequence_id
)

select
    total.organization_id as organization_id,
    total.students,
    total.active_assignments,
    total.completion_rate,
    rounded(total.mean_mastery, 1) as mean_mastery,
    total.active_students_7d,
    total.total_time_on_task_ms,
    total.at_risk_students,
    (
        select {
            'students': count(*) filter (where students.streak_days > 0),
            'mean_days': sum(students.streak_days) / nullif(count(*) filter (where students.streak_days > 0), 0),
            'longest_days': max(students.streak_days) filter (where students.streak_days > 0)
        }
        from students
    ) as streaks,
    {
        'week': coalesce((select trends.points from trends where trends.period = 'week'), []),
        'month': coalesce((select trends.points from trends where trends.period = 'month'), []),
        'quarter': coalesce((select trends.points from trends where trends.period = 'quarter'), [])
    } as trends,
    coalesce((select list(classes.record order by classes.class_id) from classes), []) as classes,
    {
        'assignments': coalesce((
            select list({
                'assignment_id': content.assignment_id,
                'sequence_id': content.sequence_id,
                'students': content.students,
                'completion_rate': content.completion_rate,
                'mean_score': rounded(content.mean_score, 1),
                'mean_attempts': content.mean_attempts,
                'mean_time_on_task_ms': content.mean_time_on_task_ms,
                'stuck_students': content.stuck_students
            } order by content.completion_rate desc nulls last, content.assignment_id)
            from content
        ), []),
        'sequences': coalesce((
            select list({
                'sequence_id': sequences.sequence_id,
                'assignments': sequences.assignments,
                'completion_rate': sequences.completion_rate
            } order by sequences.completion_rate desc nulls last, sequences.sequence_id)
            from sequences
        ), [])
    } as content
from progress.organization_progress as total
where total.organization_id = organization_id;
