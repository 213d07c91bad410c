-- How a student fares across all assignments, with the keys of the document's StudentProgressSummary (R003-67..81) in its
-- order. Scores are rounded half up to one decimal, moments are text in UTC, so that no client's time zone changes them.
-- It holds the risk flag and its factors: for who may see those. No row for who is no student.
create or replace macro api.student_progress(student_id) as table
select
    summary.student_id as student_id,
    summary.organization_id,
    summary.active_assignments,
    summary.completed_assignments,
    summary.total_time_on_task_ms,
    summary.steps_completed_this_week,
    summary.time_on_task_this_week_ms,
    summary.games_played_this_week,
    rounded(summary.overall_mastery_score, 1) as overall_mastery_score,
    summary.concepts_mastered_count,
    summary.badges_earned,
    iso_text(summary.last_activity_at) as last_activity_at,
    summary.streak_days,
    rounded(summary.engagement_score, 1) as engagement_score,
    summary.at_risk,
    summary.risk_factors
from progress.student_progress_summary as summary
where summary.student_id = student_id;
