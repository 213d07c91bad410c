"""What a landing of OULAD says of itself: rows in, rows out, and everything left out with its reason.

Counting only; what becomes of a row is decided in `pipelines.sources.oulad`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class LeftOut:
    """Something of a source table that is not in the landing files: `count` rows or values of it."""

    table: str
    what: str
    count: int
    reason: str


@dataclass(frozen=True)
class OuladReport:
    """What one landing read (rows per source table), wrote (rows and files per contract) and left out."""

    rows_in: dict[str, int]
    rows_out: dict[str, int]
    left_out: tuple[LeftOut, ...]
    files: tuple[Path, ...]

    def __str__(self) -> str:
        """A few lines for people: read, landed, left out with reasons."""
        lines = ["read:"]
        lines += [f"  {table:<20}{count:>12,}" for table, count in self.rows_in.items()]
        lines += ["landed:"]
        lines += [f"  {contract:<20}{count:>12,}" for contract, count in self.rows_out.items()]
        lines += ["left out or decided:"]
        lines += [
            f"  {left.table:<20}{left.count:>12,}  {left.what}: {left.reason}"
            for left in self.left_out
        ]
        return "\n".join(lines)


DECISIONS = (
    (
        "studentRegistration",
        "registrations of people who left before or on the day of joining",
        "they were members on no day; the unregistration is landed",
        "from enrolment where not was_member",
    ),
    (
        "studentRegistration",
        "missing days of registration",
        "the presentation's first day stands for them",
        "from enrolment where joining_is_unknown",
    ),
    (
        "studentInfo",
        "withdrawals without a day of unregistration",
        "a withdrawal that cannot be dated cannot be replayed; they stay members",
        "from oulad.studentInfo as info "
        "join presentation using (code_module, code_presentation) "
        "join enrolment on enrolment.lecture_id = presentation.lecture_id "
        "and enrolment.user_id = info.id_student::varchar "
        "where info.final_result = 'Withdrawn' and enrolment.gone is null",
    ),
    (
        "studentInfo",
        "demographics, earlier attempts, credits and final results",
        "no contract has a place for the former, and the latter carry no date",
        "from oulad.studentInfo join presentation using (code_module, code_presentation)",
    ),
    (
        "studentAssessment",
        "submissions without a score",
        "landed as pending, without points, and as a step that was started, not attempted",
        "from submission where score is null",
    ),
    (
        "studentAssessment",
        "due dates of banked submissions",
        "made in an earlier presentation, they say nothing about punctuality",
        "from submission join assessment using (assessment_id) where is_banked and due is not null",
    ),
    (
        "studentAssessment",
        "days of banked submissions before the student's work begins",
        "made in an earlier presentation; as events of steps they move to that beginning",
        "from submission left join enrolment using (lecture_id, user_id) "
        "where is_banked and submitted < greatest(0, joined)",
    ),
    (
        "assessments",
        "due dates of assessments without a day",
        "OULAD has none; nobody is late for them",
        "from assessment where due is null",
    ),
    (
        "assessments",
        "tasks of people who had left or not yet joined at the deadline",
        "(assessment, enrolment) pairs without a submission: nobody owed them",
        "from assessment join enrolment using (lecture_id) "
        "where (assessment_id, user_id) not in (select assessment_id, user_id from task)",
    ),
    (
        "assessments",
        "steps that are optional",
        "without weight beside others with one, or an exam of which no submission is known",
        "from step where not is_required",
    ),
)

UNREAD = (
    ("vle", "learning sites", "no contract takes what was there to be read"),
    ("studentVle", "clicks per day and site", "no contract takes clicks, and the rows have no key"),
)


def left_out(
    connection: duckdb.DuckDBPyConnection, rows_in: Mapping[str, int]
) -> tuple[LeftOut, ...]:
    """Count what the prepared tables of `connection` leave out of the release; nothing is listed with 0."""
    counted = [
        LeftOut(
            table,
            what,
            int(connection.execute(f"select count(*) {query}").fetchall()[0][0]),
            reason,
        )
        for table, what, reason, query in (*_outside_the_selection(), *DECISIONS)
    ]
    counted += [
        LeftOut(table, what, rows_in.get(table, 0), reason) for table, what, reason in UNREAD
    ]
    return tuple(left for left in counted if left.count)


def _outside_the_selection() -> Iterator[tuple[str, str, str, str]]:
    """Rows of presentations that were not asked for, and rows that belong to none."""
    known = "(code_module, code_presentation) in (select code_module, code_presentation from oulad.courses)"
    chosen = "(code_module, code_presentation) in (select code_module, code_presentation from presentation)"
    tables = dict.fromkeys(
        ("courses", "assessments", "studentInfo", "studentRegistration"), (known, chosen)
    )
    tables["studentAssessment"] = (
        f"id_assessment in (select id_assessment from oulad.assessments where {known})",
        "id_assessment in (select id_assessment from assessment)",
    )
    for table, (is_known, is_chosen) in tables.items():
        yield (
            table,
            "rows of other presentations",
            "they were not asked for",
            f"from oulad.{table} where {is_known} and not {is_chosen}",
        )
        yield (
            table,
            "rows of a presentation that is not in courses",
            "without a presentation they have no dates",
            f"from oulad.{table} where not {is_known}",
        )
