"""What `cairn explain` says of internships."""

from pipelines.explain.table import ExplainedTable, Formula, Part

INTERNSHIP_AGGREGATES = ExplainedTable(
    name="internships.internship_aggregates",
    formulas=(
        Formula(
            "expected_days",
            "the window's working days that are over or attended; days off never are",
            ("R000-20", "G000-01"),
            "list_sum(expected_by_day)",
            when="len(expected_by_day) > 0",
        ),
        Formula(
            "attended_days",
            "the expected days with a clock-in",
            ("R000-20", "G000-01"),
            "list_sum(attended_by_day)",
            when="len(attended_by_day) > 0",
        ),
        Formula(
            "attendance_rate",
            "attended / expected days; NULL when none is expected",
            ("R000-20", "G000-01", "G000-03"),
            "attended_days / expected_days",
            when="expected_days > 0",
        ),
        Formula(
            "tasks_completed",
            "the tasks first submitted on the window's days",
            ("R000-21", "G000-05", "G000-06"),
            "list_sum(tasks_completed_by_day)",
            when="len(tasks_completed_by_day) > 0",
        ),
        Formula(
            "tasks_late",
            "those of them submitted after their due moment",
            ("R000-22", "G000-05"),
            "list_sum(tasks_late_by_day)",
            when="len(tasks_late_by_day) > 0",
        ),
        Formula(
            "tasks_overdue",
            "the distinct tasks due on the window's days that were neither submitted nor closed",
            ("R000-22", "G000-05"),
            "len(overdue_task_ids)",
        ),
        Formula(
            "training_completed",
            "the distinct trainings completed on the window's days",
            ("R000-23", "G000-07"),
            "len(training_ids)",
        ),
        Formula(
            "employer_inputs",
            "the employer's inputs on the window's days",
            ("G000-08",),
            "list_sum(employer_inputs_by_day)",
            when="len(employer_inputs_by_day) > 0",
        ),
    ),
    parts=(Part("days"),),
)
