"""What the marts of `ops` must satisfy: the law of conservation and the ledger's agreement with the warehouse.

Belongs here: rules about what the pipeline says about itself. Not here: the ledger's own integrity
(hashes, chain), which `pipelines.ledger` verifies before anything is built.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.checks.mart import Mart, Moment, Texts
from pipelines.checks.rule import Rule
from pipelines.contracts import CONTRACTS

NAMES = list(CONTRACTS)
HEX_SHA_256 = "^[0-9a-f]{64}$"


class Counts(Mart):
    """The counts of the conservation law, in rows."""

    batch: int = pa.Field(ge=1)
    rows_read: int = pa.Field(ge=0)
    accepted: int = pa.Field(ge=0)
    duplicates: int = pa.Field(ge=0)
    quarantined: int = pa.Field(ge=0)
    files: int = pa.Field(ge=0)

    @pa.dataframe_check
    @classmethod
    def nothing_is_lost(cls, data: PolarsData) -> pl.LazyFrame:
        """Every row that was read is accepted, a duplicate, or quarantined."""
        kept = pl.col("accepted") + pl.col("duplicates") + pl.col("quarantined")
        return data.lazyframe.select(pl.col("rows_read") == kept)


class Batches(Counts):
    """`ops.batches`."""

    committed_at: Moment
    hash: str = pa.Field(str_matches=HEX_SHA_256)


class IngestAccounting(Counts):
    """`ops.ingest_accounting`."""

    contract: str = pa.Field(isin=NAMES)


class Quarantine(Mart):
    """`ops.quarantine`."""

    contract: str = pa.Field(isin=NAMES)
    file_hash: str = pa.Field(str_matches=HEX_SHA_256)
    line: int = pa.Field(ge=0)
    file: str
    reasons: Texts
    raw: str = pa.Field(nullable=True)
    batch: int = pa.Field(ge=1)

    @pa.dataframe_check
    @classmethod
    def has_a_reason(cls, data: PolarsData) -> pl.LazyFrame:
        """Nothing is rejected without saying why."""
        return data.lazyframe.select(pl.col("reasons").list.len() > 0)


class Orphans(Mart):
    """`ops.orphans`."""

    contract: str = pa.Field(isin=NAMES)
    column: str
    kind: str = pa.Field(isin=["orphan", "unresolved", "still_required"])
    rows: int = pa.Field(ge=1)
    examples: Texts

    @pa.dataframe_check
    @classmethod
    def has_examples(cls, data: PolarsData) -> pl.LazyFrame:
        """One to five."""
        return data.lazyframe.select(pl.col("examples").list.len().is_between(1, 5))


class Freshness(Mart):
    """`ops.freshness`."""

    contract: str = pa.Field(isin=NAMES)
    last_occurred_at: Moment = pa.Field(nullable=True)
    last_ingested_at: Moment = pa.Field(nullable=True)
    class_: str = pa.Field(alias="class", isin=["near_real_time", "lagged"])


class RunMetrics(Mart):
    """`ops.run_metrics`."""

    run_id: str
    metric: str
    dimension: str = pa.Field(nullable=True)
    value: float = pa.Field(ge=0)


MODELS: dict[str, type[pa.DataFrameModel]] = {
    "ops.batches": Batches,
    "ops.ingest_accounting": IngestAccounting,
    "ops.quarantine": Quarantine,
    "ops.orphans": Orphans,
    "ops.freshness": Freshness,
    "ops.run_metrics": RunMetrics,
}


def _raw_counts() -> str:
    """A query of the rows that the warehouse holds, per contract and batch."""
    return " union all ".join(
        f"select '{name}' as contract, _batch as batch, count(*) as loaded from raw.{name} group by all"
        for name in CONTRACTS
    )


RULES: tuple[Rule, ...] = (
    Rule(
        name="loaded_rows_are_the_accepted_rows",
        tables=("ops.ingest_accounting",),
        description=(
            "The warehouse holds, per contract and batch, exactly the rows that the ledger accepted. Where it does"
            " not, every number of this version is in doubt. The warehouse is disposable: throw it away and run again"
            " (`cairn run --rebuild`); if it still disagrees, `cairn verify` names the segment that was changed."
        ),
        sql=f"""
            with loaded as ({_raw_counts()}),

            expected as (
                select contract, batch, accepted from ops.ingest_accounting where accepted > 0
            )

            select *
            from expected
            full join (select * from loaded where batch <= (select n from ops.run)) as known
                using (contract, batch)
            where expected.accepted is distinct from known.loaded
        """,
    ),
    Rule(
        name="quarantined_rows_are_kept",
        tables=("ops.quarantine", "ops.ingest_accounting"),
        description=(
            "Per contract and batch, as many rows are in quarantine as the ledger says were quarantined: nothing is"
            " rejected and then lost. A difference means a quarantine file was changed or not loaded; `cairn verify`"
            " finds the first, `cairn run --rebuild` repairs the second."
        ),
        sql="""
            with kept as (
                select contract, batch, count(*) as kept from ops.quarantine group by all
            ),

            expected as (
                select contract, batch, quarantined from ops.ingest_accounting where quarantined > 0
            )

            select *
            from expected
            full join kept using (contract, batch)
            where expected.quarantined is distinct from kept.kept
        """,
    ),
    Rule(
        name="batches_are_the_whole_ledger",
        tables=("ops.batches",),
        description=(
            "The batches are 1 to n without a gap, n being the ledger position this version claims to have read."
            " A gap means that the warehouse was loaded from another ledger: `cairn run --rebuild`."
        ),
        sql="""
            select run.n, count(batches.batch) as batches, max(batches.batch) as last_batch
            from ops.run as run
            left join ops.batches as batches on true
            group by run.n
            having count(batches.batch) <> run.n or coalesce(max(batches.batch), 0) <> run.n
        """,
    ),
    Rule(
        name="batches_sum_their_contracts",
        tables=("ops.batches", "ops.ingest_accounting"),
        description=(
            "A batch's counts are the sums of its contracts' counts. A difference is a fault of the model `batches`."
        ),
        sql="""
            with totals as (
                select
                    batch,
                    sum(rows_read),
                    sum(accepted),
                    sum(duplicates),
                    sum(quarantined),
                    sum(files)
                from ops.ingest_accounting
                group by batch
            ),

            batches as (
                select batch, rows_read, accepted, duplicates, quarantined, files
                from ops.batches
                where files > 0 or rows_read > 0
            )

            (from totals except from batches) union all (from batches except from totals)
        """,
    ),
    Rule(
        name="every_contract_has_a_freshness",
        tables=("ops.freshness",),
        description=(
            "There is one row per landing contract. A contract without one was added without naming it in the"
            " project's list of contracts (`macros/contracts.sql`)."
        ),
        sql=f"""
            select contract
            from (values {", ".join(f"('{name}')" for name in CONTRACTS)}) as landing (contract)
            where contract not in (select contract from ops.freshness)
        """,
    ),
    Rule(
        name="nothing_is_measured_twice",
        tables=("ops.run_metrics",),
        description=(
            "A run has one value per metric and dimension. The table is a view, which no key can hold to that, hence"
            " this rule. Two values mean that a step's first try was kept beside its second: the fault is in"
            " `pipelines/defs/house.py`, and `cairn run --rebuild` begins the measurements anew."
        ),
        sql="""
            select run_id, metric, dimension, count(*) as times
            from ops.run_metrics
            group by all
            having count(*) > 1
        """,
    ),
    Rule(
        name="no_orphans",
        tables=("ops.orphans",),
        description=(
            "A row whose structural reference leads nowhere counts in no current table. That is no error while the"
            " other side may still land, hence only a warning; if it stays, the source dropped or deleted what the"
            " row belongs to. Ask the source for the ids in `examples`; a row of an entity that holds one goes with a"
            " tombstone, an event stays."
        ),
        sql="select * from ops.orphans where kind = 'orphan'",
        blocking=False,
    ),
)
