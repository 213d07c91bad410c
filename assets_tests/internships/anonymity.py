"""Who may be shown anonymously, the slow and obvious way: by what a reader could subtract.

Belongs here: the second implementation of `internship_aggregates_anonymous`, from its documents. It reasons about
each subject's equation (a week's numbers are the sum of its days') instead of about groups of days.
"""

from __future__ import annotations

from collections import Counter

from assets_tests.internships.oracle import Key, Row, sunday

SMALLEST = 5
METRICS = (
    "attendance_rate",
    "expected_days",
    "attended_days",
    "tasks_completed",
    "tasks_late",
    "tasks_overdue",
    "training_completed",
    "employer_inputs",
)
Rows = dict[Key, Row]


def anonymous(aggregates: Rows) -> Rows:
    """The rows that may be shown, by (subject, window, period start), with their metrics."""
    large = large_enough(aggregates)
    revealed = {_week_of(aggregates, key) for key in aggregates if is_revealed(key, large)}
    return {
        key: {metric: aggregates[key][metric] for metric in METRICS}
        for key in large
        if key[1] == "weekly" or _week_of(aggregates, key) not in revealed
    }


def large_enough(aggregates: Rows) -> set[Key]:
    """The rows of an organization that has five internships or more in their window and period."""
    sizes = Counter((row["organization_id"], *key[1:]) for key, row in aggregates.items())
    return {
        key
        for key, row in aggregates.items()
        if row["organization_id"] is not None
        and sizes[row["organization_id"], *key[1:]] >= SMALLEST
    }


def is_revealed(key: Key, large: set[Key]) -> bool:
    """Whether a day that is left out would follow from its subject's week, which is shown."""
    subject, window, day = key
    return window == "daily" and key not in large and (subject, "weekly", sunday(day)) in large


def _week_of(aggregates: Rows, key: Key) -> Key:
    return aggregates[key]["organization_id"], sunday(key[2])
