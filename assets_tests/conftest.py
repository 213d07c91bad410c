"""What every test may ask for: an empty data root, and the sample run once per session.

Belongs here: fixtures for more than one package. Not here: a package's own worlds.
"""

from __future__ import annotations

import fcntl
import gc
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from assets_tests.realdata import absent
from pipelines.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "sample"
SAMPLE_AS_OF = datetime(2026, 4, 1, tzinfo=UTC)

collect_ignore = [test for data in absent() for test in data.tests]


@dataclass(frozen=True)
class SampleRun:
    """A data root in which the sample was landed and published, for all tests: read it, change nothing."""

    settings: Settings
    as_of: datetime

    @property
    def current(self) -> Path:
        """The published version."""
        return self.settings.published / "current"

    def copy_to(self, folder: Path) -> Settings:
        """A data root of your own that has seen the same, to go on from."""
        shutil.copytree(self.settings.data, folder, symlinks=True)
        return Settings(data=folder)


@pytest.fixture
def client(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A reader, in a time zone of its own, of the file that a module of tests has published."""
    with duckdb.connect(str(published), read_only=True) as connection:
        connection.execute("set TimeZone = 'America/New_York'")
        yield connection


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> SampleRun:
    """The sample from landing to published, by what `cairn run` calls; run by the worker that first asks for it."""
    from pipelines.defs.in_process import run_in_process

    of_worker = tmp_path_factory.getbasetemp()
    folder = of_worker if worker_id == "master" else of_worker.parent
    settings = Settings(data=folder / "sample" / "data")
    with (folder / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (settings.published / "current").exists():
            shutil.copytree(SAMPLE, settings.landing, dirs_exist_ok=True)
            run_in_process(settings, SAMPLE_AS_OF)
    return SampleRun(settings, SAMPLE_AS_OF)


@pytest.fixture
def data_root(tmp_path: Path) -> Settings:
    """An empty data root."""
    return Settings(data=tmp_path / "data")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly which tests did not run because the real data is absent."""
    for data in absent():
        terminalreporter.write_line(
            f"Real data is absent: {', '.join(data.tests)} not collected. Put {data.name} into {data.path},"
            " or name the folder that stands for realdata/ in CAIRN_REALDATA.",
            yellow=True,
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for the sample's run waits for it, so it is no test for `make test-fast`."""
    for item in items:
        if "sample_run" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """What all tests import stays: to look for garbage there again and again takes a twentieth of the time."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """At the end all of it is garbage: what Python does not find then, DuckDB's binding reports as leaks."""
    gc.unfreeze()
