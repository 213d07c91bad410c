"""What `cairn explain` says of performance."""

from pipelines.explain.table import ExplainedTable, Formula, Part

USER_PERFORMANCE = ExplainedTable(
    name="performance.user_performance",
    formulas=(
        Formula(
            "on_time_ratio",
            "tasks completed by their due moment / completed tasks that have one",
            ("R001-11", "G001-03", "G001-04"),
            "tasks_on_time / tasks_with_due_date",
            when="tasks_with_due_date > 0",
        ),
        Formula(
            "skill_accuracy",
            "mean skill match of the completed tasks that have one",
            ("R001-12", "G001-06"),
            "skill_match_total / tasks_with_skill_match",
            when="tasks_with_skill_match > 0",
        ),
        Formula(
            "difficulty_factor",
            "mean difficulty of the completed tasks that have one / 10",
            ("R001-13", "G001-05"),
            "difficulty_total / tasks_with_difficulty / 10",
            when="tasks_with_difficulty > 0",
        ),
        Formula(
            "current_performance_score",
            "(On-Time Ratio x 0.5 + Skill Accuracy x 0.3 + Difficulty Factor x 0.2) x 100, with 0.5 for what nothing is"
            " known about; NULL without a completed task",
            ("R001-07", "R001-08", "R001-09", "R001-10", "R001-14", "G001-02", "G001-07"),
            "(on_time_share * weight_of_on_time + skill_share * weight_of_skill"
            " + difficulty_share * weight_of_difficulty) * 100",
            when="tasks_completed > 0",
        ),
        Formula(
            "avg_completion_time",
            "mean actual hours of the completions that have them",
            ("R001-06", "R001-40", "G001-09"),
            "actual_hours_total / tasks_with_hours",
            when="tasks_with_hours > 0",
        ),
        Formula(
            "avg_completion_speed",
            "mean days from completion to due date, positive = early",
            ("R001-02", "R001-41", "G001-08"),
            "days_early_total / tasks_with_due_date",
            when="tasks_with_due_date > 0",
        ),
        Formula(
            "trend_change",
            "last less first score among the logs of the last 30 days; 0 without any",
            ("R001-22", "G001-13"),
            "last_score_of_period - first_score_of_period",
            when="first_score_of_period is not null",
        ),
        Formula(
            "organization_rank",
            "place in the organization by score, ties by user_id; NULL without a completion or an organization",
            ("R001-25", "G001-17", "G001-18"),
            "teammates_ahead + 1",
            when="organization_rank is not null",
        ),
    ),
    parts=(Part("logs"),),
)
