"""Why a student is at risk: the five rules and their words.

What belongs here: the factors of `student_progress_summary`, `student_risk_history` and what follows from them.

Readings, where the documents leave room:
- Archived assignments leave every factor, *mastery* included (the section's first lines; the rule itself names
  them only for *struggle* and *consistency*).
- *consistency* takes the mean of the column `consistency_score` as it is stored, at 9 decimals.
- Two gaps of the same size: the assignment with the smaller id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from assets_tests.progress.oracle_known import Row, by_bytes, mean


@dataclass(frozen=True)
class Risk:
    """Why a student is at risk, and the assignment of the largest gap above 30 points."""

    factors: list[str]
    gap: Fraction | None
    assignment: Row | None


def risk_of(active: Iterable[Row], steps: Sequence[Row], idle_days: int | None) -> Risk:
    """The risk from active assignments, the steps of those not archived, and days without activity."""
    gap, assignment = largest_gap(active)
    factors = [*steps_at_risk(steps)]
    if gap is not None:
        factors.append(f"behind_pace_{floor(gap + Fraction(1, 2))}_percent")
    if idle_days is not None and idle_days > 7:
        factors.append(f"inactive_{idle_days}_days")
    return Risk(by_bytes(factors), gap, assignment)


def largest_gap(active: Iterable[Row]) -> tuple[Fraction | None, Row | None]:
    """The largest expected - actual above 30, and whose it is."""
    gaps = [
        (row["expected_percentage"] - row["completion_percentage"], row)
        for row in sorted(active, key=lambda row: row["assignment_id"].encode())
        if row["expected_percentage"] is not None
    ]
    above = [found for found in gaps if found[0] > 30]
    return max(above, key=lambda found: found[0], default=(None, None))


def steps_at_risk(steps: Sequence[Row]) -> Iterator[str]:
    """The factors that steps give: mastery, struggle, consistency."""
    average = mean(last_scores(steps))
    if average is not None and average < 60:
        yield f"low_mastery_avg_{floor(average)}"
    stuck = [
        row["attempt_count"]
        for row in steps
        if row["state"] != "complete" and row["passed"] is not True and row["attempt_count"] > 5
    ]
    if stuck:
        yield f"stuck_on_step_{max(stuck)}_attempts"
    spread = mean(
        row["consistency_score"]
        for row in steps
        if len(row["scores"]) >= 3 and row["consistency_score"] is not None
    )
    if spread is not None and spread > Fraction(3, 10):
        yield "high_score_variance"


def last_scores(steps: Iterable[Row]) -> list[Decimal]:
    """The best scores of the last five completed steps that have one."""
    scored = [row for row in steps if row["completed_at"] and row["best_score"] is not None]
    scored.sort(key=lambda row: (row["completed_at"], row["step_id"].encode()))
    return [row["best_score"] for row in scored[-5:]]
