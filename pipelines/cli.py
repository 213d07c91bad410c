"""`cairn ...`: every command is a few lines over the modules below it.

Belongs here: arguments, exit codes, and which stream says what. Not here: what a command does, nor the
words of a run's summary (`pipelines.report`). What a command needs is imported when it is called:
Dagster and dbt take seconds.
"""

import argparse
import getpass
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from pipelines.errors import CairnError, UnavailableError
from pipelines.run import read_as_of
from pipelines.settings import Settings, read_settings

OK, FAILED, USAGE, UNAVAILABLE, QUARANTINED, UNPROVED = 0, 1, 2, 3, 4, 5


def process() -> NoReturn:
    """`cairn` as a process of its own.

    It ends at once: taking apart all that a run has imported takes a tenth of one with nothing new.
    """
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 ok, 1 failed, 2 usage, 3 nothing published, 4 rows quarantined under `--strict`, 5 not proved by `--deep`.
    """
    options = _parser().parse_args(arguments)
    settings = _settings(options.data)
    command: Callable[[Settings, argparse.Namespace], int] = options.command
    try:
        code = command(settings, options)
        sys.stdout.flush()
        return code
    except UnavailableError as error:
        _tell(str(error))
        return _unavailable()
    except CairnError as error:
        _tell(str(error))
        return FAILED
    except BrokenPipeError:
        # Whoever reads has enough, as `head` has; what is not written yet goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        _tell(
            f"The machine refused: {error}; what was committed and what is published stand; see to the path, the"
            " rights or the disk, and run the command again."
        )
        return FAILED
    except KeyboardInterrupt:
        _tell("Interrupted; what was committed and what is published stand; run the command again.")
        return FAILED


def _settings(data: Path | None) -> Settings:
    """The settings of a data root; ends with the exit code of usage where the environment holds what is none."""
    try:
        return read_settings(data)
    except CairnError as error:
        _tell(str(error))
        sys.exit(USAGE)


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Everything once: landing, ledger, warehouse, checks, publication."""
    now = datetime.now(UTC)
    _tell("cairn      starting")
    with _progress():
        from pipelines.defs.in_process import RunError, run_in_process
        from pipelines.report import quarantined, summary, taken

        try:
            outcome = run_in_process(
                settings,
                options.as_of or now,
                is_now=options.as_of is None,
                rebuild=options.rebuild,
            )
        except RunError as error:
            if told := taken(settings, error.facts):
                _tell(told)
            raise
    print(summary(settings, outcome.facts, outcome.warnings))
    return QUARANTINED if options.strict and quarantined(outcome.facts) else OK


def verify(settings: Settings, options: argparse.Namespace) -> int:
    """Recompute every hash of the ledger, `--deep` also every published row, and name what was changed."""
    from pipelines.ledger import Ledger
    from pipelines.ledger import verify as problems_of
    from pipelines.privacy import key_problems
    from pipelines.report import plural

    ledger = Ledger(settings)
    ledger.require()
    problems = problems_of(settings) or key_problems(settings)
    for problem in problems:
        _tell(problem)
    if problems:
        return FAILED
    print(
        f"The ledger is whole: {plural(ledger.position, 'batch', 'batches')}, head {ledger.head}."
    )
    return _verify_published(settings) if options.deep else OK


def _verify_published(settings: Settings) -> int:
    """Derive the published version again, and name every file, table and row in which it differs."""
    from pipelines.proof import prove
    from pipelines.report import plural

    verdict = prove(settings)
    for problem in verdict.problems:
        _tell(f"{verdict.version}: {problem}")
    if verdict.unproved is not None:
        _tell(f"{verdict.version} was not derived again: {verdict.unproved}")
    if verdict.problems:
        return FAILED
    if verdict.unproved is not None:
        return UNPROVED
    print(
        f"{verdict.version} follows from the ledger: {plural(verdict.tables, 'table')} derived again, row for row, and"
        f" {plural(verdict.files, 'file')} as the manifest says."
    )
    return OK


def forget(settings: Settings, options: argparse.Namespace) -> int:
    """Make a person unrecognisable in the ledger, in quarantine and in what is published, and say what is left."""
    from pipelines.dbt import discard_logs
    from pipelines.ledger import Ledger, ledger_lock
    from pipelines.privacy import forget as forget_person
    from pipelines.privacy.report import forgotten, left
    from pipelines.publish import read_status, withdraw
    from pipelines.warehouse import discard

    Ledger(settings).require()
    with ledger_lock(settings) as lock:
        forgetting = forget_person(lock, options.user, options.reason, options.by)
        discard(settings)
        discard_logs(settings)
        withdrawn = withdraw(settings)
    print(forgotten(forgetting, withdrawn))
    shown = read_status(settings)
    if shown["n"] is not None and shown["n"] < forgetting.signal.batch:
        _publish_again(settings, datetime.fromisoformat(shown["as_of"]))
    print(left(settings, forgetting))
    return OK


def _publish_again(settings: Settings, as_of: datetime) -> None:
    """The published moment once more, from the ledger as it is now; the version before goes with the switch."""
    from pipelines.defs.in_process import run_in_process

    try:
        with _progress():
            outcome = run_in_process(settings, as_of)
    except CairnError as error:
        raise CairnError(
            f"{error} The person is forgotten, but the published version still shows the name: mend what failed"
            " and run `cairn run`; the version goes when the next one takes its place."
        ) from error
    print(f"Published {outcome.facts['ops/run']['version']}, without the name.")


def status(settings: Settings, options: argparse.Namespace) -> int:
    """Print `status.json`; where nothing can be served, the documented error and nothing else."""
    from pipelines.publish import State, read_status

    told = read_status(settings)
    unavailable = told["state"] == State.UNAVAILABLE
    if unavailable and told.get("problem"):
        _tell(told["problem"])
    elif unavailable and "failure" in told:
        _tell(f"The step `{told['failure']['step']}` failed. {told['failure']['error']}")
    if unavailable:
        return _unavailable()
    print(json.dumps(told, indent=2, ensure_ascii=False))
    return OK


def _unavailable() -> int:
    """Print what the documents have every reader answer where nothing can be served."""
    from pipelines.publish import PERFORMANCE_DATA_UNAVAILABLE

    print(json.dumps(PERFORMANCE_DATA_UNAVAILABLE, indent=2))
    return UNAVAILABLE


def explain(settings: Settings, options: argparse.Namespace) -> int:
    """How one published row came about: its formula with its values, and the landing lines behind it."""
    from pipelines.explain import explain as explanation_of
    from pipelines.explain import text

    explanation = explanation_of(settings, options.table, options.key)
    print(explanation.to_json() if options.json else text(explanation))
    return OK


def land_oulad(settings: Settings, options: argparse.Namespace) -> int:
    """Turn OULAD's tables into landing files, and say what was left out and why."""
    from pipelines.sources.oulad import land_oulad as land

    print(land(options.source, settings.landing, options.presentation))
    return OK


def land_xapi(settings: Settings, options: argparse.Namespace) -> int:
    """Turn a file of xAPI statements into landing files, and say what became of every statement."""
    from pipelines.sources.xapi import land_xapi as land

    print(land(options.source, settings.landing, options.mapping))
    return OK


@contextmanager
def _progress() -> Iterator[None]:
    """Show on stderr what the steps tell of themselves while they work."""
    logger, handler = logging.getLogger("cairn"), logging.StreamHandler(sys.stderr)
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _moment(text: str) -> datetime:
    try:
        return read_as_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _words(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("it says nothing, and stays in the ledger for ever")
    return text.strip()


def _named_value(text: str) -> tuple[str, str]:
    name, is_given, value = text.partition("=")
    if not (name and is_given):
        raise argparse.ArgumentTypeError(f"{text!r} names no value; write user_id=user_1001")
    return name, value


def _parser() -> argparse.ArgumentParser:
    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument(
        "--data", type=Path, metavar="DIR", help="the data root (default: CAIRN_DATA, else ./data)"
    )
    parser = argparse.ArgumentParser(
        prog="cairn", description="Append-only signals in, trusted performance records out."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run_ = commands.add_parser(
        "run", parents=[everywhere], help="take what landed, and publish a version"
    )
    run_.add_argument(
        "--as-of",
        type=_moment,
        metavar="TS",
        help="the moment everything is judged at: a timestamp, or a date for its 00:00 UTC (default: now)",
    )
    run_.add_argument("--rebuild", action="store_true", help="throw the warehouse away first")
    run_.add_argument(
        "--strict", action="store_true", help="exit with 4 when the run quarantined rows"
    )
    run_.set_defaults(command=run)

    verify_ = commands.add_parser(
        "verify", parents=[everywhere], help="prove that the ledger is what was committed"
    )
    verify_.add_argument(
        "--deep",
        action="store_true",
        help="derive the published version again, and compare every row",
    )
    verify_.set_defaults(command=verify)

    forget_ = commands.add_parser(
        "forget",
        parents=[everywhere],
        help="make a person unrecognisable, without touching history",
    )
    forget_.add_argument("--user", required=True, metavar="ID", help="the person's user_id")
    forget_.add_argument(
        "--reason",
        required=True,
        type=_words,
        metavar="TEXT",
        help="why; it stays in the ledger for ever, so name a ticket and not the person",
    )
    forget_.add_argument(
        "--by",
        type=_words,
        default=_login(),
        metavar="ID",
        help="who says so (default: your login)",
    )
    forget_.set_defaults(command=forget)

    status_ = commands.add_parser(
        "status", parents=[everywhere], help="what is published, and whether it is current"
    )
    status_.set_defaults(command=status)

    explain_ = commands.add_parser(
        "explain",
        parents=[everywhere],
        help="how a published number came about, and the landing lines behind it",
    )
    explain_.add_argument(
        "table", metavar="TABLE", help="such as user_performance, with or without its schema"
    )
    explain_.add_argument(
        "key",
        nargs="*",
        type=_named_value,
        metavar="COLUMN=VALUE",
        help="the row: each column of the table's grain",
    )
    explain_.add_argument("--json", action="store_true", help="print it for machines")
    explain_.set_defaults(command=explain)

    land = commands.add_parser("land", help="turn a foreign format into landing files")
    sources = land.add_subparsers(required=True, metavar="SOURCE")
    oulad = sources.add_parser(
        "oulad", parents=[everywhere], help="the Open University Learning Analytics Dataset"
    )
    oulad.add_argument("source", type=Path, metavar="SRC", help="the folder of its tables")
    oulad.add_argument(
        "--presentation",
        action="append",
        metavar="ID",
        help="only this one, such as EEE-2014J; may be given several times",
    )
    oulad.set_defaults(command=land_oulad)

    xapi = sources.add_parser("xapi", parents=[everywhere], help="xAPI statements, as JSON")
    xapi.add_argument(
        "source", type=Path, metavar="FILE", help="JSON lines or a list, also .gz, .zst"
    )
    xapi.add_argument(
        "--mapping",
        type=Path,
        metavar="TABLE",
        help="a CSV kind,iri,becomes that extends pipelines/sources/xapi_mapping.csv",
    )
    xapi.set_defaults(command=land_xapi)
    return parser


if __name__ == "__main__":
    process()
