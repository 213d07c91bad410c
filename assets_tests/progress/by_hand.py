"""Small worlds made by hand, for tests whose results a person can compute.

What belongs here: rows with the contracts' defaults, and the one student, assignment and days that most such
tests speak of.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from assets_tests.progress.oracle_known import EVENT_KEYS, KEYS, Row, World
from pipelines.contracts import CONTRACTS

MARCH = datetime(2026, 3, 1, tzinfo=UTC)  # a Sunday
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """So many days after 1 March 2026, 00:00 UTC."""
    return MARCH + timedelta(days=number)


def row(contract: str, place: int, given: Row) -> Row:
    """A row as the ledger holds it; numbers of decimals may be given as text."""
    columns = CONTRACTS[contract].columns
    full: Row = {column.name: None for column in columns}
    for column in columns:
        if column.default is not None and not given.get("is_deleted"):
            is_flag = column.default in ("true", "false")
            full[column.name] = column.default == "true" if is_flag else column.default
    if contract in KEYS:
        full |= {"effective_at": EPOCH, "is_deleted": False}
    else:
        full |= {EVENT_KEYS[contract]: str(place)}
    full |= {"_batch": 1, "_row": place} | given
    for name in ("score", "target_score"):
        if full.get(name) is not None:
            full[name] = Decimal(full[name])
    return full


def world(**contracts: list[Row]) -> World:
    """A world of these rows."""
    return {
        contract: [
            row(contract, place, given) for place, given in enumerate(contracts.get(contract, []))
        ]
        for contract in (*KEYS, *EVENT_KEYS)
    }


def given_to_ann(
    *steps: Row, events: list[Row] = (), assignment: Row | None = None, **more: list[Row]
) -> World:
    """Ann has the assignment `a` from 1 March on, with these steps, numbered from 1 by position and id."""
    numbered = [
        {"step_id": str(number), "assignment_id": "a", "position": number} | step
        for number, step in enumerate(steps, start=1)
    ]
    return world(
        assignments=[{"assignment_id": "a", "created_at": MARCH} | (assignment or {})],
        assignment_students=[{"assignment_id": "a", "student_id": "ann"}],
        steps=[*numbered, *more.pop("steps", [])],
        step_events=list(events),
        **more,
    )


def event(step_id: str, event_type: str, at: datetime, **more: Any) -> Row:
    """Something that Ann, or her teacher, did."""
    return {
        "step_id": step_id,
        "student_id": "ann",
        "event_type": event_type,
        "occurred_at": at,
    } | more


def attempt(step_id: str, score: str, at: datetime, **more: Any) -> Row:
    """An attempt of Ann's."""
    return event(step_id, "attempted", at, score=score, **more)


def play(score: str, at: datetime, **more: Any) -> Row:
    """A free play of Ann's."""
    what = {"student_id": "ann", "game_id": "g", "stage": "play", "score": score, "occurred_at": at}
    return what | more
