"""Step 4 as asset checks: what was loaded is held against its contract, the marts against models and rules.

Blocking checks stand between what they judge and what is made of it: nothing is built on a raw table, and
no version is published from a mart, that fails one.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import dagster as dg

from pipelines.checks import RULES, CheckResult
from pipelines.checks.run import CONTRACT, VALUES, check_all
from pipelines.contracts import CONTRACTS
from pipelines.defs.house import WAREHOUSE, House
from pipelines.defs.project import MARTS
from pipelines.publish import Failure, write_status
from pipelines.warehouse import FAILED, RAW_CHECKED, connect, read_run, take_note


def _key(table: str) -> dg.AssetKey:
    return dg.AssetKey(table.split("."))


def _check(table: str, name: str) -> dg.AssetCheckKey:
    return dg.AssetCheckKey(_key(table), name)


def _contract_specs() -> Iterator[dg.AssetCheckSpec]:
    for name in CONTRACTS:
        description = f"What was newly loaded still satisfies the contract `{name}`."
        yield dg.AssetCheckSpec(
            CONTRACT, asset=_key(f"raw.{name}"), blocking=True, description=description
        )


def _mart_specs() -> Iterator[dg.AssetCheckSpec]:
    for table in MARTS:
        description = (
            f"Every row of `{table}` has values that its model in pipelines/checks/ takes."
        )
        yield dg.AssetCheckSpec(VALUES, asset=_key(table), blocking=True, description=description)
    for rule in RULES:
        first, *others = map(_key, rule.tables)
        yield dg.AssetCheckSpec(
            rule.name,
            asset=first,
            additional_deps=others,
            blocking=rule.blocking,
            description=rule.description,
        )


@dg.multi_asset_check(
    name="check_loaded", specs=list(_contract_specs()), pool=WAREHOUSE, can_subset=True
)
def check_loaded(
    context: dg.AssetCheckExecutionContext, house: House
) -> Iterator[dg.AssetCheckResult]:
    """Judge what is new in `raw` as it stands there, before anything is built on it."""
    selected = context.selected_asset_check_keys
    contracts = [c for c in CONTRACTS.values() if _check(f"raw.{c.name}", CONTRACT) in selected]
    with _telling_readers(context, house):
        with house.step("check raw") as step, connect(house.settings) as connection:
            results = check_all(connection, contracts, (), ())
            step.summary = f"{len(results)} contracts"
            step.rows = sum(result.rows_checked for result in results)
            if not context.is_subset and all(result.passed for result in results):
                take_note(connection, RAW_CHECKED, read_run(connection))
        yield from _reported(results)


@dg.multi_asset_check(name="check", specs=list(_mart_specs()), pool=WAREHOUSE, can_subset=True)
def check_marts(
    context: dg.AssetCheckExecutionContext, house: House
) -> Iterator[dg.AssetCheckResult]:
    """Judge the marts as they stand in the warehouse, before they are published."""
    selected = context.selected_asset_check_keys
    marts = [table for table in MARTS if _check(table, VALUES) in selected]
    rules = [rule for rule in RULES if _check(rule.tables[0], rule.name) in selected]
    with _telling_readers(context, house):
        with house.step("check") as step, connect(house.settings) as connection:
            results = check_all(connection, (), marts, rules)
            step.summary = f"{len(results)} checks of {len(marts)} marts"
            step.rows = sum(result.rows_checked for result in results)
            if any(result.blocking and not result.passed for result in results):
                take_note(connection, FAILED, read_run(connection))
            elif not context.is_subset:
                take_note(connection, FAILED, None)
        house.record()
        yield from _reported(results)


@contextmanager
def _telling_readers(context: dg.AssetCheckExecutionContext, house: House) -> Iterator[None]:
    """As the hook `tell_readers`: checks take no hooks. They are tried once."""
    try:
        yield
    except dg.Failure as error:
        step = context.op_execution_context.op.name
        write_status(house.settings, context.run.run_id, Failure(step, error.description or ""))
        raise


def _reported(results: Iterable[CheckResult]) -> Iterator[dg.AssetCheckResult]:
    """Report every result, and only then fail, so that one look shows all that is broken."""
    broken = []
    for result in results:
        yield dg.AssetCheckResult(
            asset_key=_key(result.tables[0]),
            check_name=result.name,
            passed=result.passed,
            severity=dg.AssetCheckSeverity.ERROR if result.blocking else dg.AssetCheckSeverity.WARN,
            description=result.sentence,
            metadata={
                "rows": result.rows_checked,
                "broken_rows": result.broken_rows,
                "examples": dg.MetadataValue.md("\n".join(f"- {e}" for e in result.examples)),
            },
        )
        if result.blocking and not result.passed:
            broken.append(result)
    if broken:
        first, *others = broken
        more = ", ".join(f"{result.name} on {result.tables[0]}" for result in others)
        also = f" So do {more}." if more else ""
        raise dg.Failure(
            f"{first.sentence}{also} The ledger is whole and nothing was published.",
            allow_retries=False,
        )
