"""A small ledger as `ops` tells of it, made by hand: what its rules read, sound in every number.

n = 2: batch 1 accepted one user and rejected another, batch 2 was empty; batch 3 is not read yet.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from assets_tests.dbt.harness import connect, make_warehouse
from pipelines.contracts import CONTRACTS


@pytest.fixture(scope="session")
def small_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse with it; read it, but leave it as it is."""
    path = make_warehouse(
        tmp_path_factory.mktemp("ledger") / "warehouse.duckdb",
        {
            "users": [
                {"user_id": "ada", "username": "Ada"},
                {"user_id": "bob", "username": "Bob", "_batch": 3},
            ]
        },
        n=2,
    )
    freshness = ", ".join(f"('{name}')" for name in CONTRACTS)
    with connect(path) as connection:
        connection.execute(
            f"""
            create table ops.batches as from (values
                (1, 'aa', 2, 1, 0, 1, 1), (2, 'bb', 0, 0, 0, 0, 0)
            ) as t (batch, hash, rows_read, accepted, duplicates, quarantined, files);
            create table ops.ingest_accounting as from (values
                (1, 'users', 2, 1, 0, 1, 1)
            ) as t (batch, contract, rows_read, accepted, duplicates, quarantined, files);
            create table ops.quarantine as from (values (1, 'users', 7)) as t (batch, contract, line);
            create table ops.freshness as from (values {freshness}) as t (contract);
            create table ops.run_metrics as from (values
                ('r1', 'step_rows', 'ingest', 2), ('r1', 'step_rows', 'load', 2), ('r1', 'runs', null, 1),
                ('r2', 'step_rows', 'ingest', 2)
            ) as t (run_id, metric, dimension, value);
            create table ops.orphans as from (values ('users', 'unresolved')) as t (contract, kind);
            """
        )
    return path
