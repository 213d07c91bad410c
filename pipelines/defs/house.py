"""The house that a run works in: its data root, its two dials, and its hold on the ledger.

Belongs here: what every step shares (settings, the lock, retries, how a step is timed and how its
failure is said). Not here: any step.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from time import monotonic

import dagster as dg
from pydantic import Field, PrivateAttr

from pipelines.checks.fingerprint import Fingerprint
from pipelines.code_version import code_version
from pipelines.dbt import waiting_dbt
from pipelines.dbt_process import WaitingDbt
from pipelines.errors import CairnError, MachineError, first_line
from pipelines.ledger import Ledger, LedgerLock, ledger_lock
from pipelines.publish import Failure, write_status
from pipelines.run import Run, read_as_of
from pipelines.settings import Settings, read_settings
from pipelines.warehouse import connect, read_run, record_metrics

# One run at a time has the warehouse (dagster_instance.yaml limits the pool to one run).
WAREHOUSE = "warehouse"

# Where a retry can help (a full disk, a busy file, memory): three attempts, 2 s and 6 s apart.
# A `CairnError` that is not the machine's is final: it says what a person has to do.
RETRIES = dg.RetryPolicy(max_retries=2, delay=2, backoff=dg.Backoff.EXPONENTIAL)

NO_RUN = "The ledger is not held by a run, so nothing was written; start a run instead of calling its steps."
INTERRUPTED = "The run was interrupted; the ledger and the published version are whole; run again."

# What the machine says when it is at its end, whoever passes it on, in lower case.
OF_THE_MACHINE = (
    "no space left on device",
    "file too large",
    "permission denied",
    "read-only file system",
    "out of memory",
)

# DuckDB's and dbt's errors that are found before any row is read.
ABOUT_A_STATEMENT = ("Binder Error", "Catalog Error", "Parser Error", "Compilation Error")
# From the first mark to the last: what is quoted may hold one itself.
QUOTED = re.compile(r"""['"].*['"]""", re.DOTALL)

log = logging.getLogger("cairn")


def is_of_the_machine(message: str) -> bool:
    """Whether the machine failed, so that another attempt may not."""
    return any(words in message.casefold() for words in OF_THE_MACHINE)


def without_values(message: str) -> str:
    """An error's words without what it quotes, which may be of a row: readers of every role are told of a failure.

    Errors of the machine, and those about a statement, quote names of files, tables and columns.
    """
    if is_of_the_machine(message) or any(kind in message for kind in ABOUT_A_STATEMENT):
        return message
    return QUOTED.sub("'...'", message)


def sentence(kind: str, message: str) -> str:
    """What a failure that nobody put into words says to people: its kind and first line, what is kept, what to do."""
    return (
        f"{kind}: {without_values(first_line(message))}; the ledger and the published version are whole;"
        f" {what_to_do(message)}."
    )


def what_to_do(message: str) -> str:
    """About a failure that nobody put into words."""
    if is_of_the_machine(message):
        return "see to the disk, the rights or the memory, and run again"
    return "run again, and report it with the log if it stays"


@dataclass
class Step:
    """What a step tells of itself while it works."""

    name: str
    summary: str = ""
    rows: int = 0


class House(dg.ConfigurableResource):  # type: ignore[type-arg]
    """One per run. While it is open, its process is the one writer of the data root."""

    data: str | None = Field(default=None, description="The data root; else CAIRN_DATA.")
    as_of: str | None = Field(
        default=None,
        description="The moment everything is judged at, such as 2026-04-01 (its 00:00 UTC) or"
        " 2026-04-01T06:30:00Z; without it the moment the run was created, as with `is_now`.",
    )
    is_now: bool = Field(
        default=False,
        description="`as_of` is the moment the run began: what lands undated holds from then on, and is shown.",
    )
    rebuild: bool = Field(default=False, description="Throw the warehouse away first.")

    _lock: LedgerLock | None = PrivateAttr(default=None)
    _run_id: str = PrivateAttr(default="")
    _judged_at: datetime | None = PrivateAttr(default=None)
    _dbt: WaitingDbt | None = PrivateAttr(default=None)
    _timings: dict[tuple[str, str], float] = PrivateAttr(default_factory=dict)
    _measured: dict[str, Fingerprint] = PrivateAttr(default_factory=dict)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["House"]:
        """Hold the ledger from the run's first step to its last; a second run is told who has it."""
        self._judged_at = _created(context) if self.as_of is None else _moment(self.as_of)
        with ledger_lock(self.settings) as lock:
            self._lock = lock
            self._run_id = context.run.run_id if context.run else ""
            try:
                yield self
            finally:
                if self._dbt is not None:
                    self._dbt.dismiss()

    @cached_property
    def settings(self) -> Settings:
        """The settings of the run's data root."""
        return read_settings(None if self.data is None else Path(self.data))

    @property
    def lock(self) -> LedgerLock:
        """The proof that the ledger may be written."""
        if self._lock is None:
            raise CairnError(NO_RUN)
        return self._lock

    @property
    def batch_time(self) -> datetime | None:
        """The ledger time of the run's batch; None for the moment it is committed."""
        return self._judged_at if self.is_now or self.as_of is None else None

    @property
    def measured(self) -> dict[str, Fingerprint]:
        """The fingerprints of the marts that this run built, by table."""
        return self._measured

    def expect_dbt(self) -> None:
        """Let dbt come up while the steps before it do their work."""
        if self._dbt is None:
            self._dbt = waiting_dbt(self.settings)

    def dbt(self) -> WaitingDbt:
        """A dbt that has run nothing yet."""
        expected, self._dbt = self._dbt, None
        return expected or waiting_dbt(self.settings)

    def new_run(self, run_id: str) -> Run:
        """The arguments of the run that begins: all of the ledger, judged at `as_of`."""
        if self._judged_at is None:
            raise CairnError(NO_RUN)
        ledger = Ledger(self.settings)
        return Run(
            run_id=run_id,
            n=ledger.position,
            as_of=self._judged_at,
            head=ledger.head,
            code_version=code_version(),
        )

    def run(self) -> Run:
        """The run that the warehouse was loaded for."""
        if not self.settings.warehouse.exists():
            raise CairnError(
                f"There is no warehouse in {self.settings.data} yet; nothing was done; run the whole"
                " `nightly` job once, or `cairn run`."
            )
        with connect(self.settings) as connection:
            return read_run(connection)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Time a step, tell of it, and turn what a person must mend into a failure without retries."""
        step, begun = Step(name), monotonic()
        try:
            log.info("%-10s ...", name)
            yield step
        except CairnError as error:
            log.info("%-10s failed", name)
            may_pass = isinstance(error, MachineError)
            raise dg.Failure(str(error), allow_retries=may_pass) from error
        except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError) as error:
            # Dagster would try an interrupted step again.
            raise dg.Failure(INTERRUPTED, allow_retries=False) from error
        except dg.Failure as error:
            log.info("%-10s failed: %s", name, error)
            raise
        except Exception as error:
            log.info("%-10s failed: %s", name, error)
            raise dg.Failure(sentence(type(error).__name__, str(error))) from error
        seconds = monotonic() - begun
        log.info("%-10s %s (%.1f s)", name, step.summary, seconds)
        self._timings["step_duration_ms", name] = round(seconds * 1000, 3)
        self._timings["step_rows", name] = step.rows

    def note(self, metric: str, dimension: str, value: float) -> None:
        """Keep a measurement of the run until the warehouse can take it."""
        self._timings[metric, dimension] = value

    def record(self) -> None:
        """Put what this run measured so far into `raw.run_metrics`."""
        with connect(self.settings) as connection:
            # All of it anew: a step that is tried again measures itself again.
            connection.execute("delete from raw.run_metrics where run_id = ?", [self._run_id])
            record_metrics(connection, self._run_id, self._timings)


def _created(context: dg.InitResourceContext) -> datetime | None:
    """The moment at which the run was asked for, the same in every step and attempt; None outside of a run."""
    run, instance = context.run, context.instance
    record = instance.get_run_record_by_id(run.run_id) if run and instance else None
    return record.create_timestamp if record else None


def _moment(as_of: str) -> datetime:
    try:
        return read_as_of(as_of)
    except ValueError as error:
        raise CairnError(
            f"The run was told an `as_of` that cannot be used: {error}; nothing was begun; correct"
            " `resources.house.config.as_of`, or leave it out for this moment."
        ) from error


@dg.failure_hook(required_resource_keys={"house"})
def tell_readers(context: dg.HookContext) -> None:
    """After a step's last attempt, whoever started the run: `status.json` says that it failed, and why."""
    error = context.op_exception
    said = error.description if isinstance(error, dg.Failure) else None
    failure = Failure(context.op.name, said or sentence(type(error).__name__, str(error)))
    write_status(context.resources.house.settings, context.run_id, failure)


@dg.definitions
def resources() -> dg.Definitions:
    """One house per run, and therefore one process: another one would find the ledger held."""
    return dg.Definitions(resources={"house": House()}, executor=dg.in_process_executor)
