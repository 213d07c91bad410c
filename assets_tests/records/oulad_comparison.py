"""Performance records and proposals of OULAD, held against sums over OULAD's own files, and against its final results.

What belongs here: the comparisons, for whoever has made a version from OULAD by whatever way. They ask that the run's
`as_of` lies after the last presentation, because the sums over the files know of no moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb

from assets_tests.records.oracle import percentage
from assets_tests.sources.oulad_oracle import oulad_enrolments

PASS_PERCENTAGE = 40
RESULTS = ("Distinction", "Pass", "Fail", "Withdrawn")
VERDICTS = ("passed", "failed", "deferred", "no longer enrolled")
Record = tuple[str, str, Decimal, Decimal, float | None, Decimal]


def expected_records(source: Path, presentations: Sequence[str] | None = None) -> set[Record]:
    """What the files say: (lecture_id, user_id, total, maximum, percentage, pending maximum) per enrolment in force."""
    with duckdb.connect() as connection:
        return {
            (lecture_id, user_id, total, maximum, percentage(total, maximum), pending)
            for lecture_id, user_id, is_member, total, _, maximum, pending, *_ in oulad_enrolments(
                connection, source, presentations
            )
            if is_member
        }


def found_records(connection: duckdb.DuckDBPyConnection, table: str) -> set[Record]:
    """What a version says; `table` is `records.performance_records`, or a scan of its Parquet files."""
    rows: list[Record] = connection.sql(
        f"""
        select
            lecture_id, user_id, points_total_materialized, points_max_materialized,
            percentage_materialized, points_max_pending
        from {table}
        """
    ).fetchall()
    assert len(rows) == len(set(rows)), "a record stands twice"
    return set(rows)


def differences(
    connection: duckdb.DuckDBPyConnection,
    source: Path,
    presentations: Sequence[str] | None = None,
    table: str = "records.performance_records",
) -> list[tuple[str, Record]]:
    """The records that only one side has, each with the side: `found` or `expected`; empty when all agree."""
    found = found_records(connection, table)
    expected = expected_records(source, presentations)
    return [("found", record) for record in sorted(found - expected, key=str)] + [
        ("expected", record) for record in sorted(expected - found, key=str)
    ]


def expected_proposals(source: Path) -> set[tuple[str, str, str, Decimal, tuple[str, ...]]]:
    """What the files say: (lecture_id, user_id, status, required points, reasons to wait) per enrolment in force."""
    proposals = set()
    for lecture_id, user_id, total, maximum, _, pending in expected_records(source):
        required = Decimal(-(-maximum * PASS_PERCENTAGE // 100))
        reasons = []
        if total < required <= total + pending:
            reasons.append("points_pending")
        if maximum == 0:
            reasons.append("points_not_measurable")
        status = "passed" if total >= required else "failed"
        proposals.add((lecture_id, user_id, status, required, tuple(sorted(reasons))))
    return proposals


def confusion(
    connection: duckdb.DuckDBPyConnection, source: Path, table: str
) -> Counter[tuple[str, str]]:
    """How many enrolments have which final result, by OULAD's file, and which proposal, by `table`.

    A proposal with a reason to wait is `deferred`; who unregistered has none and is `no longer enrolled`.
    """
    rows = connection.execute(
        f"""
        select
            info.final_result,
            case
                when proposal.user_id is null then 'no longer enrolled'
                when len(proposal.deferral_reasons) > 0 then 'deferred'
                else proposal.proposed_status
            end as verdict,
            count(*)
        from read_parquet($source || '/studentInfo.parquet') as info
        left join {table} as proposal
            on proposal.lecture_id = info.code_module || '-' || info.code_presentation
            and proposal.user_id = info.id_student::bigint::varchar
        group by all
        """,
        {"source": str(source)},
    ).fetchall()
    return Counter({(result, verdict): count for result, verdict, count in rows})


def confusion_table(counts: Counter[tuple[str, str]]) -> str:
    """The counts as a table for people, a row per final result."""
    lines = [
        "| OULAD's final result | " + " | ".join(VERDICTS) + " |",
        "|---|" + "---:|" * len(VERDICTS),
    ]
    for result in RESULTS:
        row = " | ".join(f"{counts[result, verdict]:,}" for verdict in VERDICTS)
        lines.append(f"| {result} | {row} |")
    return "\n".join(lines)
