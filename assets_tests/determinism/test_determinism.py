"""The number of threads and the memory change no byte of what is published: a small part of `make test-determinism`."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from assets_tests.determinism.derivations import ledger_of, parquet_bytes
from assets_tests.determinism.signals import land_signals
from pipelines.contracts import CONTRACTS

SIGNALS, SEED = 20_000, 2026


@pytest.mark.slow
@pytest.mark.requirement("R000-43")
def test_threads_and_memory_change_no_byte(tmp_path: Path) -> None:
    settings, accepted = ledger_of(tmp_path / "data", SIGNALS, SEED)
    assert accepted > SIGNALS / 2
    one, rows = parquet_bytes(settings, 1, "1GiB")
    assert rows > SIGNALS
    assert parquet_bytes(settings, 8, "8GiB")[0] == one


def test_signals_are_of_every_contract_and_the_same_again(tmp_path: Path) -> None:
    assert land_signals(tmp_path / "one", 2_000, SEED) == land_signals(
        tmp_path / "again", 2_000, SEED
    )
    for name in CONTRACTS:
        one, again = (
            pq.ParquetFile(tmp_path / folder / name / "signals.parquet").read()
            for folder in ("one", "again")
        )
        assert one.equals(again) and len(one) > 0, name
