-- A class for its teacher (R003-163..165, G003-44): its summary; per assignment how its students do, and in which pacing band;
-- and the roster: a row per student, a cell per assignment that the student has, with percentage, pacing and colour. Percentages
-- are rounded half up to two decimals, scores to one, moments are text in UTC. No row for a class that is not in force.
create or replace macro api.class_progress(class_id) as table
with members as (
    select unnest(class.student_ids) as student_id
    from progress.class_summary as class
    where class.class_id = class_id
),

assignments as (
    select
        class_assignment.assignment_id,
        {
            'assignment_id': class_assignment.assignment_id,
            'students': class_assignment.students,
            'mean_completion': rounded(class_assignment.mean_completion, 2),
            'mean_mastery': rounded(class_assignment.mean_mastery, 1),
            'ahead': class_assignment.ahead,
            'on_track': class_assignment.on_track,
            'behind': class_assignment.behind,
            'at_risk': class_assignment.at_risk,
            'complete': class_assignment.complete
        } as record
    from progress.class_progress as class_assignment
    where class_assignment.class_id = class_id
),

cells as (
    select
        assignment.student_id,
        list({
            'assignment_id': assignment.assignment_id,
            'status': assignment.status,
            'completion_percentage': rounded(assignment.completion_percentage, 2),
            'mastery_score': rounded(assignment.mastery_score, 1),
            'pacing_status': assignment.pacing_status,
            'colour': assignment.colour
        } order by assignment.assignment_id) as assignments
    from progress.assignment_progress as assignment
    inner join members on members.student_id = assignment.student_id
    group by assignment.student_id
),

roster as (
    select
        members.student_id,
        {
            'student_id': members.student_id,
            'overall_mastery_score': rounded(summary.overall_mastery_score, 1),
            'last_activity_at': iso_text(summary.last_activity_at),
            'at_risk': summary.at_risk,
            'risk_factors': summary.risk_factors,
            'assignments': coalesce(cells.assignments, [])
        } as record
    from members
    left join progress.student_progress_summary as summary on summary.student_id = members.student_id
    left join cells on cells.student_id = members.student_id
)

select
    class.class_id as class_id,
    class.students,
    class.active_assignments,
    rounded(class.mean_completion, 2) as mean_completion,
    rounded(class.mean_mastery, 1) as mean_mastery,
    class.at_risk_students,
    iso_text(class.last_activity_at) as last_activity_at,
    coalesce(
        (select list(assignments.record order by assignments.assignment_id) from assignments), []
    ) as assignments,
    coalesce((select list(roster.record order by roster.student_id) from roster), []) as roster
from progress.class_summary as class
where class.class_id = class_id;
