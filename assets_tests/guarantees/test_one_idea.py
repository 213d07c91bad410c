"""published(version) = f(ledger[1..n], as_of), shown on the whole pipeline with the committed sample.

The same signals are delivered in another way, and run again in other states of the house; compared is the fingerprint
of every published table that is not about the deliveries themselves (`ops`).
"""

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets_tests.conftest import SAMPLE, SampleRun
from assets_tests.conftest import SAMPLE_AS_OF as AS_OF
from assets_tests.guarantees.deliveries import first_halves, merge
from pipelines.dbt import manifest
from pipelines.defs.in_process import run_in_process
from pipelines.defs.project import built
from pipelines.ingest import ingest
from pipelines.ledger import ledger_lock
from pipelines.settings import Settings

pytestmark = pytest.mark.slow

EARLIER = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)


def fingerprints(
    settings: Settings, as_of: datetime, *, with_ops: bool = False, rebuild: bool = False
) -> dict[str, str]:
    """Run, and return the fingerprint of each mart that the run built."""
    outcome = run_in_process(settings, as_of, rebuild=rebuild)
    found = {
        asset.replace("/", "."): facts["fingerprint"]
        for asset, facts in outcome.facts.items()
        if "fingerprint" in facts and asset != "ops/run_metrics"
    }
    assert "internships.internship_aggregates" in found
    return {table: value for table, value in found.items() if with_ops or table[:4] != "ops."}


def parquet_bytes(settings: Settings) -> dict[str, str]:
    """The SHA-256 of every published Parquet file, by its place in the version."""
    current = (settings.published / "current").resolve()
    return {
        path.relative_to(current).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(current.rglob("*.parquet"))
        if path.parent.name != "run_metrics"
    }


def built_by_dbt(settings: Settings) -> set[str]:
    """The kinds of what the last run of a house built: tables, and views and seeds where they did not stand."""
    kinds = {name: node["config"]["materialized"] for name, node in built(manifest()).items()}
    results = json.loads((settings.data / "dbt" / "run_results.json").read_bytes())["results"]
    return {kinds[result["unique_id"]] for result in results if result["unique_id"] in kinds}


def without_ops(found: dict[str, str]) -> dict[str, str]:
    return {table: value for table, value in found.items() if not table.startswith("ops.")}


@pytest.mark.requirement("R000-10", "R000-25", "R000-44", "G000-16", "GX-11")
def test_as_of_moved_on_and_moved_back_says_the_same_of_other_deliveries(
    sample_run: SampleRun, tmp_path: Path
) -> None:
    """One house gets half of the rows, then all in files merged and reordered, and is judged early first.

    The sample's house goes back, and on again without its warehouse and its publication, which costs nothing but time.
    """
    tables = json.loads((sample_run.current / "manifest.json").read_text())["tables"]
    expected = {
        name: table["fingerprint"] for name, table in tables.items() if table["fingerprint"]
    }
    house = sample_run.copy_to(tmp_path / "house")
    other = Settings(data=tmp_path / "other")
    first_halves(SAMPLE, other.landing)
    with ledger_lock(other) as lock:
        assert ingest(other, lock).batch == 1
    merge(SAMPLE, other.landing)
    said_then = fingerprints(other, EARLIER)
    assert said_then != without_ops(expected)
    assert fingerprints(other, AS_OF) == without_ops(expected)
    assert fingerprints(house, EARLIER) == said_then
    assert built_by_dbt(house) == {"table"}
    shutil.rmtree(house.published)
    assert fingerprints(house, AS_OF, with_ops=True, rebuild=True) == expected
    assert built_by_dbt(house) == {"table", "view", "seed"}
    assert parquet_bytes(house) == parquet_bytes(sample_run.settings)
