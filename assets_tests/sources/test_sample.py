"""The committed sample: made by its generator, over all contracts, with exactly the flaws that were planted."""

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts import CONTRACTS
from pipelines.ingest import IngestReport, ingest
from pipelines.ledger import ledger_lock
from pipelines.settings import Settings
from pipelines.sources.flaws import BROKEN_FILES, EXTRA_COLUMNS, FLAWS
from pipelines.sources.sample import EARLIER_EXPORT, main, write_sample

COMMITTED = Path(__file__).parents[2] / "data" / "sample"


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_generator_writes_what_is_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["sample", str(tmp_path)])
    main()
    assert files(tmp_path) == files(COMMITTED)


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    write_sample(tmp_path, seed=1)
    other, committed = files(tmp_path), files(COMMITTED)
    assert other.keys() == committed.keys()
    assert other["attendance_records/2026-02.csv"] != committed["attendance_records/2026-02.csv"]


def test_it_covers_all_contracts_and_formats_and_stays_small() -> None:
    committed = files(COMMITTED)
    assert {name.split("/")[0] for name in committed} == set(CONTRACTS)
    endings = {name.split(".", 1)[1] for name in committed}
    assert endings >= {"csv", "csv.gz", "csv.zst", "jsonl", "jsonl.gz", "jsonl.zst", "parquet"}
    assert sum(map(len, committed.values())) < 2_000_000


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data root with the sample in its landing folder."""
    settings = Settings(data=tmp_path_factory.mktemp("sample"))
    write_sample(settings.landing)
    return settings


@pytest.fixture(scope="module")
def taken(settings: Settings) -> IngestReport:
    with ledger_lock(settings) as lock:
        return ingest(settings, lock)


@pytest.mark.slow
def test_exactly_the_planted_flaws_are_quarantined(taken: IngestReport) -> None:
    planted = Counter(
        (flaw.contract, reason) for flaw in (*FLAWS, *BROKEN_FILES) for reason in flaw.reasons
    )
    assert taken.reasons == planted
    rows = Counter(flaw.contract for flaw in (*FLAWS, *BROKEN_FILES))
    assert {
        name: entry.quarantined for name, entry in taken.contracts.items() if entry.quarantined
    } == rows


@pytest.mark.slow
def test_rows_come_twice_where_an_export_was_repeated(taken: IngestReport) -> None:
    duplicates = {
        name: entry.duplicates for name, entry in taken.contracts.items() if entry.duplicates
    }
    assert duplicates.items() >= EARLIER_EXPORT.items()
    assert sum(duplicates.values()) - sum(EARLIER_EXPORT.values()) == 21


@pytest.mark.slow
def test_unknown_columns_are_reported_and_their_rows_accepted(taken: IngestReport) -> None:
    reported = {
        (name.split("/")[0], column)
        for name, columns in taken.ignored_columns.items()
        for column in columns
    }
    assert reported == {(contract, column) for contract, (column, _) in EXTRA_COLUMNS.items()}


@pytest.mark.slow
@pytest.mark.usefixtures("taken")
def test_the_week_of_the_documents_example(settings: Settings) -> None:
    """`inst_3001` from Sunday 2026-03-01 to Saturday 2026-03-07 in New York, counted in the ledger's segments."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'America/New_York'")
        for contract in (
            "attendance_records",
            "task_assignments",
            "task_events",
            "training_events",
        ):
            connection.execute(
                f"create view {contract} as from read_parquet('{settings.ledger}/{contract}/*.parquet')"
            )
        connection.execute(
            "create macro in_the_week(moment) as moment::date between '2026-03-01' and '2026-03-07'"
        )
        attended, trained = connection.execute(
            """
            select
                (select count(distinct occurred_at::date) from attendance_records
                 where internship_instance_id = 'inst_3001' and in_the_week(occurred_at)),
                (select count(distinct training_id) from training_events
                 where internship_instance_id = 'inst_3001' and status = 'completed' and in_the_week(occurred_at)),
            """
        ).fetchall()[0]
        tasks, late = connection.execute(
            """
            with first_submissions as (
                select task_id, due_at, min(occurred_at) as submitted_at
                from task_events join task_assignments using (task_assignment_id)
                where internship_instance_id = 'inst_3001' and event_type = 'submitted'
                group by all
            )
            select count(*), count(*) filter (submitted_at > due_at)
            from first_submissions where in_the_week(submitted_at)
            """
        ).fetchall()[0]
    assert (attended, tasks, late, trained) == (4, 4, 1, 2)
