-- The student's assignments, the furthest behind first.
with assignments as (
    select
        progress.assignment_id,
        progress.student_id,
        progress.status,
        progress.completion_percentage,
        progress.expected_percentage,
        progress.mastery_score,
        progress.steps_total,
        progress.steps_completed
    from shown
    inner join progress.assignment_progress as progress
        on shown.student_id = progress.student_id
)

select * from assignments
order by expected_percentage - completion_percentage desc nulls last, assignment_id asc nulls last
