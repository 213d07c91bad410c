"""What breaks the rules between the marts of `progress`: per rule the statements of which each alone turns it red.

Belongs here: edits of the semester of `semester.py`. That each is found is shown, for all domains, by
`assets_tests/mutations/test_rules.py`.
"""

from __future__ import annotations

STEP = "update step_progress set"
ASSIGNMENT = "update assignment_progress set"
SEQUENCE = "update sequence_progress set"
STUDENT = "update student_progress_summary set"
ANN = "where student_id = 'ann'"
BEN = "where student_id = 'ben'"
ANNS_S3 = f"{ANN} and step_id = 's3'"
BENS_FRACTIONS = f"{BEN} and assignment_id = 'fractions'"
MILESTONE = "where event = 'assignment_progress_milestone' and assignment_id = 'numbers'"

# The one impossible thing of the semester is there to be told.
MADE_SOUND_BY = {"nothing_impossible_was_reported": "delete from progress_inconsistencies"}
REQUIREMENTS = ("R003-01", "R003-05", "R003-10", "R003-142", "R003-143", "R003-144")
BROKEN_BY: dict[str, tuple[str, ...]] = {
    "seeds_have_the_numbers_that_are_asked_for": (
        "update policy.progress_thresholds set threshold = 'ahead' where threshold = 'ahead_by'",
        "update policy.progress_thresholds set value = null where threshold = 'risk_gap'",
        "insert into policy.progress_thresholds select * from policy.progress_thresholds limit 1",
        "delete from policy.snapshot_retentions where scope_type = 'sequence'",
        "insert into policy.stage_weights values ('exam', 1.0)",
    ),
    "steps_are_those_of_the_students_assignments": (
        f"delete from step_progress {ANNS_S3}",
        f"{STEP} step_id = 's9' {ANNS_S3}",
        f"{STEP} is_removed = false where step_id = 't3'",
    ),
    "attempts_are_the_students_own": (
        f"{STEP} attempt_count = 2 {ANNS_S3}",
        f"{STEP} attempt_count = 4 {ANNS_S3}",
        f"{STEP} attempt_count = 0 {ANN} and step_id = 't3b'",
    ),
    "assignments_count_their_steps": (
        f"{ASSIGNMENT} steps_total = 5 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} steps_completed = 0 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} steps_in_progress = 0 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} steps_locked = 0 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} time_on_task_ms = 0 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} started_at = null {BENS_FRACTIONS}",
        f"delete from assignment_progress {BENS_FRACTIONS}",
    ),
    "sequences_are_their_assignments": (
        f"{SEQUENCE} assignments_total = 1 {BEN}",
        f"{SEQUENCE} completion_percentage = 51 {BEN}",
        f"{SEQUENCE} current_assignment_id = null {BEN}",
        f"{SEQUENCE} current_assignment_id = 'numbers' {BEN}",
        f"{SEQUENCE} started_at = null {BEN}",
        f"delete from sequence_progress {BEN}",
    ),
    "students_are_their_assignments": (
        f"{STUDENT} active_assignments = 2 {BEN}",
        f"{STUDENT} completed_assignments = 2 {BEN}",
        f"delete from student_progress_summary {BEN}",
    ),
    "days_sum_up_to_the_student": (
        f"{STUDENT} total_time_on_task_ms = 1 {BEN}",
        f"{STUDENT} last_activity_at = '2026-03-31 00:00:00+00' {BEN}",
        f"delete from student_activity {BEN} and activity_date = '2026-03-30'",
    ),
    "concepts_are_counted_once": (
        f"{STUDENT} concepts_mastered_count = 2 {ANN}",
        f"{SEQUENCE} concepts_in_progress = ['unheard of'] {ANN}",
        f"{SEQUENCE} concepts_mastered = [], concepts_in_progress = ['counting', 'halves', 'thirds'] {ANN}",
    ),
    "a_classs_students_are_its_members": (
        "update class_summary set students = 3 where class_id = 'k1'",
        "update class_summary set students = 1 where class_id = 'empty'",
        "update class_progress set students = 4 where assignment_id = 'numbers'",
        *(
            f"update class_progress set {band} = {band} + 1 where assignment_id = 'fractions'"
            for band in ("ahead", "on_track", "behind", "at_risk")
        ),
        "update class_progress set complete = 0 where assignment_id = 'numbers'",
        "delete from class_progress where assignment_id = 'puzzles'",
    ),
    "every_class_in_force_has_a_summary": (
        "delete from class_summary where class_id = 'empty'",
        "insert into class_summary by name select * replace ('k9' as class_id) from class_summary limit 1",
    ),
    "organizations_are_their_students": (
        "update organization_progress set students = 3 where organization_id = 'north'",
        "update organization_progress set total_time_on_task_ms = 0 where organization_id = 'north'",
        "update organization_progress set at_risk_students = 0 where organization_id = 'north'",
        "update organization_progress set completion_rate = 0.5 where organization_id = 'north'",
        "update organization_progress set completion_rate = null where organization_id = 'north'",
        "delete from organization_progress where organization_id = 'south'",
    ),
    "periods_hold_the_same_completions": (
        "delete from organization_progress_trend where period = 'month'",
        "delete from organization_progress_trend where period_start = '2026-01-04'",
        "update organization_progress_trend set time_on_task_ms = 0 where period_start = '2026-01-04'",
        "update organization_progress_trend set steps_completed = 9 where period_start = '2026-01-04'",
    ),
    "content_is_judged_by_all_who_have_it": (
        "update content_effectiveness set students = 3 where assignment_id = 'numbers'",
        "delete from content_effectiveness where assignment_id = 'numbers'",
    ),
    "every_factor_has_its_numbers": (
        f"{STUDENT} risk_factors = ['behind_pace_40_percent'] {BEN}",
        f"{STUDENT} risk_factors = [] {BEN}",
        f"{STUDENT} risk_factors = ['stuck_on_step_6_attempts'] {ANN}",
        f"{STUDENT} risk_factors = ['inactive_9_days'] {ANN}",
        f"{STUDENT} risk_factors = ['behind_pace_40_percent'] {ANN}",
        f"{STEP} attempt_count = 6, state = 'in_progress', passed = false {BEN} and step_id = 't2'",
    ),
    "risk_history_ends_in_todays_flag": (
        f"{STUDENT} at_risk = false {BEN}",
        f"{STUDENT} at_risk = true {ANN}",
        f"delete from student_risk_history {BEN}",
    ),
    "risk_history_turns_to_and_fro": (
        f"update student_risk_history set at_risk = not at_risk {ANN}",
        f"delete from student_risk_history {ANN} and risk_date = '2026-02-20'",
    ),
    "every_turn_to_at_risk_is_followed_up": (
        f"delete from interventions {BEN}",
        f"insert into interventions by name select * replace (risk_date + 1 as risk_date) from interventions {BEN}",
        f"delete from progress_events {BEN} and event = 'student_at_risk_detected'",
        "insert into progress_events select * from progress_events where event = 'student_at_risk_detected'",
    ),
    "replayed_steps_end_where_they_stand": (
        f"{STEP} attempt_count = 4 {ANNS_S3}",
        f"{STEP} best_score = 79 {ANNS_S3}",
        f"{STEP} best_score = null {ANNS_S3}",
        f"{STEP} time_on_task_ms = 0 {ANNS_S3}",
    ),
    "replayed_assignments_end_where_they_stand": (
        f"{ASSIGNMENT} steps_total = 5 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} steps_required = 4 {BENS_FRACTIONS}",
        f"{ASSIGNMENT} steps_completed = 3 {BENS_FRACTIONS}",
        f"delete from assignment_progress {BENS_FRACTIONS}",
    ),
    "milestones_were_crossed": (
        'update progress_events set properties = replace(properties, \'"milestone":"25"\', \'"milestone":"75"\')'
        f" {MILESTONE}",
        "update progress_events set properties = replace(properties, '\"new_percentage\":', '\"new_percentage\":-')"
        f" {MILESTONE}",
        f"insert into progress_events select * from progress_events {MILESTONE}",
    ),
    "every_event_has_an_id_of_its_own": (
        f"insert into progress_events select * from progress_events {MILESTONE}",
    ),
    "every_snapshot_has_an_id_of_its_own": (
        "insert into progress_snapshots select * from progress_snapshots where notes = 'completed'",
    ),
    "snapshots_obey_their_retention": (
        "update progress_snapshots set notes = 'completed' where notes = 'monthly'",
        "update progress_snapshots set notes = 'monthly' where notes = 'completed'",
        "insert into progress_snapshots by name select * replace (snapshot_id || 'b' as snapshot_id)"
        " from progress_snapshots where notes = 'monthly'",
    ),
    "every_snapshot_was_announced": (
        f"delete from progress_events {ANN} and event = 'progress_snapshot_created'",
    ),
    "impossible_states_never_occur": (
        "update progress_inconsistencies set kind = 'completion_above_100'",
        "update progress_inconsistencies set kind = 'negative_time'",
    ),
    "nothing_impossible_was_reported": (
        "insert into progress_inconsistencies select '', 'attempt_while_locked', 'step', 't3b', 'ann', '{}', false",
    ),
}
