"""What the columns of many marts of `progress` have in common: percentages, counts, risk factors.

Belongs here: fields and expressions that the models of rows share. Not here: the models.
"""

from __future__ import annotations

from typing import Any

import pandera.polars as pa
import polars as pl

from pipelines.checks.mart import is_sorted_set

LEVELS = ["not_started", "learning", "proficient", "mastered"]
RISK_FACTOR = (
    r"^(behind_pace_\d+_percent|high_score_variance|inactive_\d+_days|low_mastery_avg_\d+"
    r"|stuck_on_step_\d+_attempts)$"
)


def percentage(*, nullable: bool = False) -> Any:
    """A number from 0 to 100."""
    return pa.Field(nullable=nullable, ge=0, le=100)


def count() -> Any:
    """A number of things."""
    return pa.Field(ge=0)


def both_or_neither(*columns: str) -> pl.Expr:
    """Whether these columns have values all together or not at all."""
    first, *others = (pl.col(name).is_null() for name in columns)
    return pl.all_horizontal([first == other for other in others])


def are_risk_factors(column: str) -> pl.Expr:
    """Whether a list is a sorted set of risk factors in their exact spelling, numbers included."""
    spelled = pl.col(column).list.eval(pl.element().str.contains(RISK_FACTOR)).list.all()
    return is_sorted_set(column) & spelled.fill_null(True)
