"""What `cairn explain` says of progress."""

from pipelines.explain.table import ExplainedTable, Formula, Part

STEP_PROGRESS = ExplainedTable(
    name="progress.step_progress",
    formulas=(
        Formula(
            "target_score",
            "the student's latest adjustment by a teacher, else the step's own target",
            ("R003-20", "G003-42"),
            "target_of_the_step",
            when="target_source = 'step'",
        ),
        Formula(
            "attempt_count",
            "the attempts that count for the step; a free play is none",
            ("R003-22", "R003-23"),
            "len(attempted_scores)",
        ),
        Formula(
            "best_score",
            "the highest score, that of a reconciled free play included",
            ("R003-83", "G003-05"),
            "list_max(scores)",
        ),
        Formula(
            "consistency_score",
            "population deviation of the scores / their mean; NULL below two scores and where the mean is 0",
            ("R003-25", "R003-92", "G003-01", "G003-02", "G003-03"),
            "list_stddev_pop(scores) / list_avg(scores)",
            when="len(scores) > 1 and list_sum(scores) > 0",
        ),
        Formula(
            "mastery_level",
            "no score: not_started; best below 70 % of the target: learning; below the target: proficient; consistency"
            " below 0.15: mastered; else proficient",
            ("R003-87", "R003-88", "R003-89", "R003-90", "R003-91", "G003-04", "G003-06"),
        ),
        Formula(
            "passed",
            "whether a score met the target; NULL without a target",
            ("R003-21", "G003-06", "G003-33"),
            "best_score >= target_score",
            when="target_score is not null and best_score is not null",
        ),
        Formula(
            "first_attempt_passed",
            "whether the first attempt met the target, or there is none to meet",
            ("R003-44", "G003-13"),
            "first_score >= target_score",
            when="target_score is not null and first_score is not null",
        ),
        Formula(
            "time_on_task_ms",
            "the time of the starts and attempts that count for the step",
            ("R003-22",),
            "list_sum(times_ms)",
            when="len(times_ms) > 0",
        ),
        Formula(
            "completed_at",
            "once and for good, from the first moment at which the step is the student's and a score reaches the target"
            " then, a teacher says so, a free play of its game and stage reaches it or, if optional, a higher step is"
            " begun",
            ("R003-83", "R003-84", "R003-85", "R003-86", "R003-131", "G003-09", "G003-43"),
        ),
        Formula(
            "state",
            "complete; else in_progress once begun; else locked behind a required, incomplete step of lower position;"
            " else available",
            ("R003-13", "R003-134"),
        ),
    ),
    parts=(Part("steps_it_depends_on"),),
)

ASSIGNMENT_PROGRESS = ExplainedTable(
    name="progress.assignment_progress",
    formulas=(
        Formula(
            "completion_percentage",
            "complete required / required steps; 100 with optional steps alone, 0 without steps",
            ("R003-32", "R003-93", "R003-94", "G003-07", "G003-08"),
            "100 * required_completed / steps_required",
            when="steps_required > 0",
        ),
        Formula(
            "expected_percentage",
            "the part of the planned time that has passed; 100 when it ends at or before its start, NULL without an"
            " end",
            ("R003-105", "G003-17"),
            "100 * greatest(0, least(days_since_start, planned_days)) / planned_days",
            when="planned_days > 0",
        ),
        Formula(
            "pacing_status",
            "completion - expected percentage: ahead from 20 points, on_track from -10, behind from -30, else at_risk;"
            " on_track without an end",
            ("R003-107", "R003-108", "R003-109", "R003-110", "G003-18", "G003-19", "G003-20"),
        ),
        Formula(
            "average_score",
            "mean best score of the complete steps that have one",
            ("R003-42", "G003-11"),
            "score_total / steps_scored",
            when="steps_scored > 0",
        ),
        Formula(
            "mastery_score",
            "sum of stage weight x best score / sum of stage weight, over every required step with a stage (0 without a"
            " score) and each optional one with a score",
            ("R003-43", "R003-97", "G003-12"),
            "weighted_score_total / weight_total",
            when="weight_total > 0",
        ),
        Formula(
            "pass_rate",
            "steps passed at the first attempt / steps attempted",
            ("R003-44", "G003-13"),
            "100 * steps_passed_at_first / steps_attempted",
            when="steps_attempted > 0",
        ),
        Formula(
            "steps_per_week",
            "steps completed in the last 28 days / 4",
            ("R003-47", "G003-15"),
            "completed_last_28_days / 4",
        ),
        Formula(
            "estimated_completion_date",
            "today + the days that what remains takes: 7 x remaining required steps / steps_per_week, rounded up; NULL"
            " without a pace and when nothing remains",
            ("R003-40", "G003-16"),
            "today + days_to_go",
            when="estimated_completion_date is not null",
        ),
        Formula(
            "status",
            "archived, else complete with all required steps complete, else in_progress with any step begun, else"
            " not_started",
            ("R003-31", "G003-10"),
        ),
    ),
    parts=(Part("steps", of="progress.step_progress"),),
)

STUDENT_PROGRESS_SUMMARY = ExplainedTable(
    name="progress.student_progress_summary",
    formulas=(
        Formula(
            "overall_mastery_score",
            "sum of stage weight x best score / sum of stage weight, over the steps of all assignments",
            ("R003-74", "G003-35"),
            "weighted_score_total / weight_total",
            when="weight_total > 0",
        ),
        Formula(
            "engagement_score",
            "days with activity among the last 30 / 30",
            ("R003-79", "G003-37"),
            "100 * active_days_of_30 / 30",
        ),
        Formula(
            "total_time_on_task_ms",
            "the time of all activity, free play included",
            ("R003-70",),
            "list_sum(time_by_day_ms)",
            when="len(time_by_day_ms) > 0",
        ),
        Formula(
            "behind_pace_percent",
            "risk factor behind_pace_N_percent: more than risk_gap points behind the expected percentage of an active"
            " assignment; N is the largest gap, rounded half up",
            ("R003-147", "R003-152", "G003-26"),
            "round(largest_gap)",
            when="behind_pace_percent is not null",
        ),
        Formula(
            "low_mastery_avg",
            "risk factor low_mastery_avg_N: a mean best score below risk_mastery over the last five completed steps"
            " that have one; N is the mean, rounded down",
            ("R003-148", "R003-153", "G003-22", "G003-26"),
            "floor(recent_score_total / recent_scores)",
            when="low_mastery_avg is not null",
        ),
        Formula(
            "inactive_days",
            "risk factor inactive_N_days: more than risk_inactive_days whole days without activity and with an active"
            " assignment",
            ("R003-149", "R003-154", "G003-23"),
            "floor(idle_days)",
            when="inactive_days is not null",
        ),
        Formula(
            "stuck_on_step_attempts",
            "risk factor stuck_on_step_N_attempts: more than risk_attempts attempts on a step neither complete nor"
            " passed; N is the most of them",
            ("R003-150", "R003-155", "G003-24"),
            "stuck_attempts",
            when="stuck_on_step_attempts is not null",
        ),
        Formula(
            "high_score_variance",
            "risk factor high_score_variance: a mean consistency score above risk_consistency over the steps with at"
            " least three scores",
            ("R003-151", "G003-25"),
            "consistency_total / consistencies > risk_consistency",
            when="consistencies > 0",
        ),
        Formula(
            "at_risk",
            "whether there is a risk factor; archived assignments aside",
            ("R003-80", "R003-81"),
            "len(risk_factors) > 0",
        ),
    ),
    parts=(
        Part("risk_factors"),
        Part("assignments", of="progress.assignment_progress"),
        Part("days"),
    ),
)
