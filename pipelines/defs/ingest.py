"""Steps 1 and 2 as assets: the ledger, and a raw table per contract."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.contracts import CONTRACTS
from pipelines.defs.house import RETRIES, WAREHOUSE, House, tell_readers
from pipelines.ingest import IngestReport, ingest
from pipelines.publish import check_groups, require_link
from pipelines.report import plural
from pipelines.warehouse import discard, load

BOOK_DESCRIPTIONS = {
    "ledger_batches": "Every committed batch of the ledger.",
    "ledger_accounting": "Per batch and contract: rows read = accepted + duplicates + quarantined.",
    "ledger_quarantine": "Every rejected row, whole, with its reasons.",
    "run_metrics": "What runs measured: the duration and rows of each step.",
}
CONTRACT_KEYS = {name: dg.AssetKey(["raw", name]) for name in CONTRACTS}
BOOK_KEYS = {name: dg.AssetKey(["raw", name]) for name in BOOK_DESCRIPTIONS}
RUN_KEY = dg.AssetKey(["ops", "run"])


@dg.multi_asset(
    name="ingest",
    specs=[
        dg.AssetSpec(
            "ledger",
            group_name="ops",
            kinds={"parquet"},
            description="The hash chain of everything that was ever accepted: landing/ into ledger/.",
        )
    ],
    pool=WAREHOUSE,
    retry_policy=RETRIES,
    hooks={tell_readers},
)
def ingest_landing(house: House) -> dg.MaterializeResult[None]:
    """Take what is new in landing; what was taken before is passed over."""
    house.expect_dbt()
    with house.step("ingest") as step:
        check_groups(house.settings)
        require_link(house.settings.published)
        report = ingest(house.settings, house.lock, house.batch_time)
        step.rows = sum(entry.rows_read for entry in report.contracts.values())
        step.summary = _summary(report)
        return dg.MaterializeResult(metadata=_metadata(report))


def _table(key: dg.AssetKey, group: str, description: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        key, deps=["ledger"], group_name=group, description=description, kinds={"duckdb"}
    )


@dg.multi_asset(
    name="load",
    specs=[
        *(
            _table(
                CONTRACT_KEYS[name],
                contract.domain,
                f"Every accepted row of the {contract.kind} contract `{name}`, append-only. All contracts are loaded"
                " together.",
            )
            for name, contract in CONTRACTS.items()
        ),
        *(_table(key, "ops", BOOK_DESCRIPTIONS[name]) for name, key in BOOK_KEYS.items()),
        _table(RUN_KEY, "ops", "One row: what this run reads (n) and judges by (as_of)."),
    ],
    can_subset=True,
    pool=WAREHOUSE,
    retry_policy=RETRIES,
    hooks={tell_readers},
)
def load_warehouse(
    context: dg.AssetExecutionContext, house: House
) -> Iterator[dg.MaterializeResult[None]]:
    """Bring the warehouse to the ledger, and fix the run's two dials in `ops.run`: all of it, whatever is selected."""
    with house.step("load") as step:
        if house.rebuild:
            discard(house.settings)
        run = house.new_run(context.run.run_id)
        report = load(house.settings, run)
        step.rows = sum(report.rows.values())
        step.summary = plural(step.rows, "new row")
        if report.rebuilt:
            step.summary += " into a new warehouse"
        if report.damage is not None:
            step.summary += f" (the one before could not be opened: {report.damage})"
    house.record()
    told: dict[dg.AssetKey, dict[str, Any]] = {
        **{key: {"new_rows": report.rows.get(name, 0)} for name, key in CONTRACT_KEYS.items()},
        **{key: {} for key in BOOK_KEYS.values()},
        RUN_KEY: {"n": run.n, "as_of": run.as_of.isoformat(), "version": run.version},
    }
    for key in (key for key in told if key in context.selected_asset_keys):
        yield dg.MaterializeResult(key, metadata=told[key])


def _summary(report: IngestReport) -> str:
    if report.batch is None:
        return "nothing new"
    counts = report.contracts.values()
    return (
        f"batch {report.batch}: {plural(sum(c.rows_read for c in counts), 'row')} read"
        f" = {sum(c.accepted for c in counts):,} accepted"
        f" + {sum(c.duplicates for c in counts):,} duplicates"
        f" + {sum(c.quarantined for c in counts):,} quarantined"
    )


def _metadata(report: IngestReport) -> dict[str, Any]:
    """The report as a run shows it; `pipelines.report` reads it back for the command line."""
    return {
        "batch": report.batch or 0,
        "contracts": dg.MetadataValue.json(
            {
                name: {
                    "rows_read": entry.rows_read,
                    "accepted": entry.accepted,
                    "duplicates": entry.duplicates,
                    "quarantined": entry.quarantined,
                    "files": len(entry.files),
                }
                for name, entry in report.contracts.items()
            }
        ),
        "reasons": dg.MetadataValue.json(
            [[*names, count] for names, count in report.reasons.most_common()]
        ),
        "unreadable": dg.MetadataValue.json(report.unreadable),
        "ignored_columns": dg.MetadataValue.json(report.ignored_columns),
        "unknown_contract": dg.MetadataValue.json(report.unknown_contract),
        "passed_over": dg.MetadataValue.json(report.passed_over),
        "is_landing_missing": report.is_landing_missing,
        "swept": dg.MetadataValue.json(report.swept),
        "clock_went_back": report.clock_went_back or "",
    }
