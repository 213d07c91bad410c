"""A run in a process of its own that is killed at a chosen point: before its k-th durable operation, or within dbt.

Durable operations are what makes bytes or names last: `fsync`, renames and removals of files, and every statement
that a connection to DuckDB is given. They are counted by patching them in a forked process; the product knows nothing
of it. dbt runs in a process of its own here too, forked instead of started anew, which saves its imports; what is
killed there is chosen by a share of the time that the build takes. SIGKILL goes to the whole process group.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from subprocess import CompletedProcess
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from pipelines import dbt as dbt_process
from pipelines import definitions
from pipelines.defs import house
from pipelines.defs.in_process import run_in_process
from pipelines.settings import Settings

AS_OF = datetime(2026, 4, 2, tzinfo=UTC)
FILE_OPERATIONS = ("fsync", "replace", "rename", "unlink", "rmdir")
STATEMENTS = ("execute", "executemany", "sql")
# Loaded before any fork, which makes a run's beginning cheap.
LOADED = definitions.defs()
LOADED.resolve_job_def("nightly")
MANIFEST = Manifest.from_msgpack((dbt_process.TARGET / dbt_process.PARSED_STATE).read_bytes())


@dataclass(frozen=True)
class Point:
    """Where a run is killed: in `step`, before durable operation `operation`, or at a share of dbt's time."""

    step: str
    operation: int | None = None
    share: float | None = None

    def __str__(self) -> str:
        place = (
            f"at {self.share:.0%} of dbt"
            if self.operation is None
            else f"operation {self.operation}"
        )
        return f"{self.step}, {place}"


@dataclass
class Course:
    """What a run that nobody kills does: the step of each durable operation in order, and how long dbt takes."""

    steps: list[str] = field(default_factory=list)
    dbt_seconds: float = 0.0


def run_whole(settings: Settings, as_of: datetime = AS_OF) -> Course:
    """A run that nobody kills, and what there was to kill."""
    told = in_child(lambda: _run(settings, None, Course(), as_of))
    assert told is not None, "somebody killed it"
    return Course(told["steps"], told["dbt_seconds"])


def run_and_kill(settings: Settings, point: Point, course: Course) -> bool:
    """A run that is killed at the point; False when there was nothing left to do there, and it lived on."""
    return in_child(lambda: _run(settings, point, course, AS_OF)) is None


def in_child(work: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """What the work says, done in a child that leads a process group of its own; None when it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setsid()
            os.close(reading)
            with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):  # noqa: PTH123
                os.write(writing, json.dumps(work()).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    assert status == 0, f"the run ended with {os.waitstatus_to_exitcode(status)}"
    answer: dict[str, Any] = json.loads(said)
    return answer


def _run(
    settings: Settings, point: Point | None, course: Course, as_of: datetime
) -> dict[str, Any]:
    counter = _Counter(point)
    logger = logging.getLogger("cairn")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(counter)
    definitions.defs = lambda: LOADED
    house.waiting_dbt = lambda _: _ForkedDbt(settings, point, course)
    with counter.counting():
        run_in_process(settings, as_of)
    return {"steps": counter.steps, "dbt_seconds": course.dbt_seconds}


class _Counter(logging.Handler):
    """Counts durable operations, knows the step they are in, and kills before the chosen one."""

    def __init__(self, point: Point | None) -> None:
        super().__init__()
        self.steps: list[str] = []
        self.step = "begin"
        self.fatal = point.operation if point is not None else None

    def emit(self, record: logging.LogRecord) -> None:
        """A step says its name when it begins."""
        if record.getMessage().endswith(" ..."):
            self.step = record.getMessage().removesuffix("...").strip()

    def count(self) -> None:
        if len(self.steps) == self.fatal:
            os.killpg(0, signal.SIGKILL)
        self.steps.append(self.step)

    @contextlib.contextmanager
    def counting(self) -> Iterator[None]:
        originals = {name: getattr(os, name) for name in FILE_OPERATIONS}
        connect = duckdb.connect
        for name, function in originals.items():
            setattr(os, name, self._counted(function))
        duckdb.connect = lambda *args, **kwargs: _Connection(connect(*args, **kwargs), self)
        try:
            yield
        finally:
            duckdb.connect = connect
            for name, function in originals.items():
                setattr(os, name, function)

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.count()
            return function(*args, **kwargs)

        return call


class _Connection:
    """A connection whose statements are counted."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, counter: _Counter) -> None:
        self._connection, self._counter = connection, counter

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def __getattr__(self, name: str) -> Any:
        if name in STATEMENTS:
            self._counter.count()
        return getattr(self._connection, name)


class _ForkedDbt:
    """A dbt that is forked, not started; and killed with its run when that is the point."""

    def __init__(self, settings: Settings, point: Point | None, course: Course) -> None:
        self._settings, self._point, self._course = settings, point, course

    def run(self, *arguments: str) -> CompletedProcess[str]:
        begun = time.monotonic()
        share = self._point and self._point.share
        if share is not None:
            fatal = threading.Timer(
                share * self._course.dbt_seconds, os.killpg, (0, signal.SIGKILL)
            )
            fatal.daemon = True
            fatal.start()
        child = os.fork()
        if child == 0:
            os._exit(0 if _dbt(self._settings, arguments) else 1)
        _, status = os.waitpid(child, 0)
        if share is not None:
            # This build was quicker than the recorded one: its end is the point.
            os.killpg(0, signal.SIGKILL)
        self._course.dbt_seconds = time.monotonic() - begun
        return CompletedProcess(arguments, os.waitstatus_to_exitcode(status), "")

    def dismiss(self) -> None:
        """It waits for nothing."""


def _dbt(settings: Settings, arguments: Sequence[str]) -> bool:
    gc.disable()  # as in `pipelines.dbt_process`
    target = dbt_process.run_target(settings)
    target.mkdir(parents=True, exist_ok=True)
    os.environ |= dbt_process.environment(settings, target)
    os.chdir(dbt_process.PROJECT)
    succeeded = dbtRunner(manifest=MANIFEST).invoke([*arguments]).success
    DuckDBConnectionManager.close_all_connections()
    return bool(succeeded)
