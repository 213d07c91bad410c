"""What the marts of `progress` must agree on, level by level, and with what they were made of.

Belongs here: rules that tie each level to the one below it, as it stands today. Not here: what a single row must
satisfy (`progress_rows.py` and its like), and the history (`progress_history.py`).
"""

from pipelines.checks.progress_group_rows import GROUP_MODELS
from pipelines.checks.progress_groups import GROUP_RULES
from pipelines.checks.progress_history import HISTORY_RULES
from pipelines.checks.progress_history_rows import HISTORY_MODELS
from pipelines.checks.progress_risk import RISK_RULES
from pipelines.checks.progress_rows import STEP_MODELS
from pipelines.checks.progress_student_rows import STUDENT_MODELS
from pipelines.checks.rule import Rule

__all__ = ["MODELS", "RULES"]

MODELS = STEP_MODELS | STUDENT_MODELS | GROUP_MODELS | HISTORY_MODELS

STEPS = "progress.step_progress"
ASSIGNMENTS = "progress.assignment_progress"
SEQUENCES = "progress.sequence_progress"
STUDENTS = "progress.student_progress_summary"

# Every name by which the models ask a seed for a number.
ASKED_FOR = {
    "stage_weights": ("learn", "play", "quiz", "challenge", "review"),
    "snapshot_retentions": ("step", "assignment", "sequence", "student"),
    "progress_thresholds": (
        *("learning_below_share_of_target", "mastered_below_consistency"),
        *("ahead_by", "on_track_down_to", "behind_down_to"),
        *("risk_gap", "risk_mastery", "risk_mastery_steps", "risk_inactive_days"),
        *("risk_attempts", "risk_consistency", "risk_consistency_scores"),
        *("review_grace_days", "extend_due_dates_up_to_gap"),
    ),
}

POLICY_RULE = Rule(
    name="seeds_have_the_numbers_that_are_asked_for",
    tables=(STEPS,),
    description=(
        "The seeds `stage_weights`, `snapshot_retentions` and `progress_thresholds` have each name that the models ask"
        " for once, with a number, and no other. One that is misspelt counts as unknown, and whatever is judged by it"
        " changes without a word. Correct the listed seed."
    ),
    sql=f"""
        with asked_for (seed, name) as (
            values {", ".join(f"('{seed}', '{name}')" for seed, names in ASKED_FOR.items() for name in names)}
        ),

        seeds (seed, name, number) as (
            select 'stage_weights', stage, weight from policy.stage_weights
            union all
            select 'snapshot_retentions', scope_type, days from policy.snapshot_retentions
            union all
            select 'progress_thresholds', threshold, value from policy.progress_thresholds
        )

        select seed, name, count(seeds.number) as numbers
        from asked_for
        full outer join seeds using (seed, name)
        group by seed, name
        having count(*) <> 1 or count(asked_for.name) <> 1 or count(seeds.number) <> 1
    """,
)

LEVEL_RULES: tuple[Rule, ...] = (
    Rule(
        name="steps_are_those_of_the_students_assignments",
        tables=(STEPS,),
        description=(
            "A student has a row for exactly the steps in force of the assignments in force that are the student's;"
            " removed steps aside. A missing row hides work, one too many asks for work that nobody gave. Compare"
            " with `staging.stg_steps_versions` and its like; the fault is in `int_step_students`."
        ),
        sql=f"""
            with given as (
                select steps.step_id, students.student_id, steps.assignment_id
                from staging.stg_steps_versions as steps
                inner join staging.stg_assignments_versions as assignments using (assignment_id)
                inner join staging.stg_assignment_students_versions as students using (assignment_id)
                where steps.valid_to is null and assignments.valid_to is null and students.valid_to is null
            ),

            shown as (
                select step_id, student_id, assignment_id from {STEPS} where not is_removed
            )

            (from given except from shown) union all (from shown except from given)
        """,
    ),
    Rule(
        name="attempts_are_the_students_own",
        tables=(STEPS,),
        description=(
            "A step's attempts are the `attempted` events that landed for it, and more only where a removed step's"
            " events count for it as well. Another number means that events were lost or counted twice; look at"
            " `int_step_events` and `int_step_work`."
        ),
        sql=f"""
            with landed as (
                select step_id, student_id, count(*) as attempts
                from staging.stg_step_events
                where event_type = 'attempted'
                group by all
            )

            select steps.step_id, steps.student_id, steps.attempt_count, landed.attempts
            from {STEPS} as steps
            left join landed using (step_id, student_id)
            where steps.attempt_count < coalesce(landed.attempts, 0)
                or steps.attempt_count > coalesce(landed.attempts, 0)
                and (steps.step_id, steps.student_id) not in (
                    select (step_id, student_id) from intermediate.int_step_remappings
                )
        """,
    ),
    Rule(
        name="assignments_count_their_steps",
        tables=(ASSIGNMENTS, STEPS),
        description=(
            "An assignment's counts and times are those of its steps in force: total, complete, in progress, locked,"
            " time on task, first activity. Where they differ a student is told one thing by the bar and another by"
            " the cards. The fault is in `int_assignment_progress`."
        ),
        sql=f"""
            with steps as (
                select
                    assignment_id,
                    student_id,
                    count(*) as total,
                    count(*) filter (where state = 'complete') as completed,
                    count(*) filter (where state = 'in_progress') as in_progress,
                    count(*) filter (where state = 'locked') as locked,
                    sum(time_on_task_ms) as time_on_task_ms,
                    min(started_at) as started_at
                from {STEPS}
                where not is_removed
                group by all
            )

            select assignment.assignment_id, assignment.student_id, assignment.steps_total, steps.total
            from {ASSIGNMENTS} as assignment
            full outer join steps using (assignment_id, student_id)
            where assignment.steps_total is distinct from coalesce(steps.total, 0)
                or assignment.steps_completed <> coalesce(steps.completed, 0)
                or assignment.steps_in_progress <> coalesce(steps.in_progress, 0)
                or assignment.steps_locked <> coalesce(steps.locked, 0)
                or assignment.time_on_task_ms <> coalesce(steps.time_on_task_ms, 0)
                or assignment.started_at is distinct from steps.started_at
        """,
    ),
    Rule(
        name="sequences_are_their_assignments",
        tables=(SEQUENCES, ASSIGNMENTS),
        description=(
            "A sequence has the assignments that name it, its completion is that of their required steps taken"
            " together, and its current assignment is one of them that is in progress. The fault is in"
            " `sequence_progress`."
        ),
        sql=f"""
            with assignments as (
                select
                    sequence_id,
                    student_id,
                    count(*) as total,
                    sum(steps_required) as required,
                    sum(completion_percentage::decimal(18, 9) * steps_required) as completed,
                    list(assignment_id) filter (where status = 'in_progress') as in_progress,
                    min(started_at) as started_at
                from {ASSIGNMENTS}
                where sequence_id is not null
                group by all
            )

            select sequence.sequence_id, sequence.student_id, sequence.completion_percentage
            from {SEQUENCES} as sequence
            full outer join assignments using (sequence_id, student_id)
            where sequence.assignments_total is distinct from assignments.total
                or sequence.started_at is distinct from assignments.started_at
                or abs(
                    sequence.completion_percentage::decimal(18, 9) * assignments.required - assignments.completed
                ) > 0.000000001 * assignments.required
                or (sequence.current_assignment_id is null) <> (assignments.in_progress is null)
                or not list_contains(assignments.in_progress, sequence.current_assignment_id)
        """,
    ),
    Rule(
        name="students_are_their_assignments",
        tables=(STUDENTS, ASSIGNMENTS),
        description=(
            "Whoever has an assignment has a summary, which counts as complete what is complete, archived or not,"
            " and as active what is neither. The fault is in `student_progress_summary`."
        ),
        sql=f"""
            with assignments as (
                select
                    student_id,
                    count(*) filter (where completion_percentage = 100 and steps_total > 0) as completed,
                    count(*) filter (where status in ('not_started', 'in_progress')) as active
                from {ASSIGNMENTS}
                group by all
            )

            select coalesce(student.student_id, assignments.student_id) as student_id, student.active_assignments
            from {STUDENTS} as student
            full outer join assignments using (student_id)
            where student.student_id is null
                or student.completed_assignments <> coalesce(assignments.completed, 0)
                or student.active_assignments <> coalesce(assignments.active, 0)
        """,
    ),
    Rule(
        name="days_sum_up_to_the_student",
        tables=("progress.student_activity", STUDENTS),
        description=(
            "A student's time is that of all days, and the last activity lies on one of them. The fault is in"
            " `int_student_days`."
        ),
        sql=f"""
            with days as (
                select student_id, sum(time_on_task_ms) as time_on_task_ms, list(activity_date) as dates
                from progress.student_activity
                group by all
            )

            select student.student_id, student.total_time_on_task_ms, days.time_on_task_ms
            from {STUDENTS} as student
            left join days using (student_id)
            where student.total_time_on_task_ms <> coalesce(days.time_on_task_ms, 0)
                or student.last_activity_at is not null
                and not coalesce(list_contains(days.dates, student.last_activity_at::date), false)
        """,
    ),
    Rule(
        name="concepts_are_counted_once",
        tables=("progress.concept_mastery", STUDENTS, SEQUENCES),
        description=(
            "A student has as many mastered concepts as rows of `concept_mastery` say so; what is mastered over all"
            " steps and has a required quiz in a sequence is mastered there, and what is in progress there has a"
            " score. The fault is in `concept_mastery` or in `sequence_progress`."
        ),
        sql=f"""
            with mastered as (
                select student_id, count(*) as concepts
                from progress.concept_mastery
                where mastery_level = 'mastered'
                group by all
            ),

            in_progress as (
                select student_id, unnest(concepts_in_progress) as concept_id from {SEQUENCES}
            )

            select student.student_id, student.concepts_mastered_count::varchar as found
            from {STUDENTS} as student
            left join mastered using (student_id)
            where student.concepts_mastered_count <> coalesce(mastered.concepts, 0)
            union all
            select in_progress.student_id, in_progress.concept_id
            from in_progress
            left join progress.concept_mastery as concept using (student_id, concept_id)
            where concept.best_score is null
            union all
            select quizzes.student_id, quizzes.concept_id
            from intermediate.int_concept_progress as quizzes
            inner join progress.concept_mastery as concept using (student_id, concept_id)
            inner join {SEQUENCES} as sequence using (student_id, sequence_id)
            where quizzes.required_quizzes > 0
                and concept.mastery_level = 'mastered'
                and not list_contains(sequence.concepts_mastered, quizzes.concept_id)
        """,
    ),
)

RULES: tuple[Rule, ...] = (POLICY_RULE, *LEVEL_RULES, *GROUP_RULES, *RISK_RULES, *HISTORY_RULES)
