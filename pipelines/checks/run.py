"""Running the checks on a warehouse: contracts of raw tables, values of marts, rules between tables.

Belongs here: what is run on which tables. Not here: what must hold (the domains' modules beside this one,
and the contracts), and what follows from a failure (whoever calls).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import duckdb
import pandera.polars as pa

from pipelines.checks import MODELS
from pipelines.checks.frames import Findings, validate
from pipelines.checks.result import EXAMPLES, CheckResult, row_text, shortened
from pipelines.checks.rule import Rule
from pipelines.contracts.model import Contract, Kind
from pipelines.contracts.pandera_models import live_rows, tombstones
from pipelines.warehouse import RAW_CHECKED

VALUES = "values"
CONTRACT = "contract"


def check_contract(connection: duckdb.DuckDBPyConnection, contract: Contract) -> CheckResult:
    """The rows that were loaded since all of them held their contracts, against the one they were accepted by."""
    unchecked = (
        f"select * from raw.{contract.name}"
        f" where _batch > (select coalesce(max(n), 0) from {RAW_CHECKED})"
    )

    def find() -> Findings:
        if not _count(connection, f"({unchecked})"):
            return Findings(passed=True, rows=0, broken_rows=0, examples=())
        if contract.kind is Kind.EVENT:
            return validate(connection, unchecked, live_rows(contract))
        live = f"{unchecked} and is_deleted is distinct from true"
        findings = validate(connection, live, live_rows(contract))
        deleted = f"{unchecked} and is_deleted"
        if _count(connection, f"({deleted})"):
            findings += validate(connection, deleted, tombstones(contract))
        return findings

    return _result(
        CONTRACT,
        (f"raw.{contract.name}",),
        f"Every newly loaded row still satisfies the contract `{contract.name}`, by which it was accepted."
        " A broken one means that ingestion or loading changed it: `cairn verify` tells whether the ledger is"
        " whole; if it is, throw the warehouse away (`cairn run --rebuild`).",
        find,
    )


def check_values(
    connection: duckdb.DuckDBPyConnection, table: str, model: type[pa.DataFrameModel] | None
) -> CheckResult:
    """A mart's rows held against its model; a mart without a model fails."""
    domain = table.split(".")[0]

    def find() -> Findings:
        if model is None:
            missing = f"MODELS of pipelines/checks/{domain}.py does not name {table}"
            return Findings(passed=False, rows=0, broken_rows=0, examples=(missing,))
        return validate(connection, f"select * from {table}", model)

    return _result(
        VALUES,
        (table,),
        f"Every row satisfies the model of `{table}` in pipelines/checks/{domain}.py, column by column."
        " A broken one is a fault of the mart's SQL or of the model, never of what landed: compare the examples"
        " with the mart's description.",
        find,
    )


def check_rule(connection: duckdb.DuckDBPyConnection, rule: Rule) -> CheckResult:
    """The rows that break a rule, counted and shown."""

    def find() -> Findings:
        rows = sum(_count(connection, table) for table in rule.tables)
        broken = f"(\n{rule.sql}\n)"
        broken_rows = _count(connection, broken)
        if not broken_rows:
            return Findings(passed=True, rows=rows, broken_rows=0, examples=())
        found = connection.sql(f"select * from {broken} order by all limit {EXAMPLES}")
        return Findings(
            passed=False,
            rows=rows,
            broken_rows=broken_rows,
            examples=tuple(
                shortened(row_text(dict(zip(found.columns, row, strict=True))))
                for row in found.fetchall()
            ),
        )

    return _result(rule.name, rule.tables, rule.description, find, blocking=rule.blocking)


def check_all(
    connection: duckdb.DuckDBPyConnection,
    contracts: Iterable[Contract],
    marts: Iterable[str],
    rules: Iterable[Rule],
) -> list[CheckResult]:
    """Every check, in the order of the house: what landed, what each mart holds, what agrees between tables."""
    return [
        *(check_contract(connection, contract) for contract in contracts),
        *(check_values(connection, table, MODELS.get(table)) for table in sorted(marts)),
        *(check_rule(connection, rule) for rule in rules),
    ]


def _result(
    name: str,
    tables: tuple[str, ...],
    description: str,
    find: Callable[[], Findings],
    *,
    blocking: bool = True,
) -> CheckResult:
    """A check that cannot be run, for want of a table or a column, has failed, and the others still run."""
    try:
        findings = find()
    except duckdb.Error as error:
        findings = Findings(
            passed=False, rows=0, broken_rows=0, examples=(shortened(f"cannot be run: {error}"),)
        )
    return CheckResult(
        name,
        tables,
        description,
        blocking,
        findings.passed,
        findings.rows,
        findings.broken_rows,
        findings.examples,
    )


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    [(rows,)] = connection.execute(f"select count(*) from {relation}").fetchall()
    return int(rows)
