"""`cairn ...`: every command is a few lines over the modules below it.

Belongs here: arguments, exit codes, and which stream says what. Not here: what a command does, nor the
words of a run's summary (`pipelines.report`). What a command needs is imported when it is called:
Dagster and dbt take seconds.
"""

import argparse
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipelines.errors import CairnError
from pipelines.settings import Settings

OK, FAILED, USAGE, UNAVAILABLE, QUARANTINED = 0, 1, 2, 3, 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 ok, 1 failed, 2 usage, 3 nothing published, 4 `--strict`."""
    options = _parser().parse_args(arguments)
    settings = Settings() if options.data is None else Settings(data=options.data)
    command: Callable[[Settings, argparse.Namespace], int] = options.command
    try:
        return command(settings, options)
    except CairnError as error:
        _tell(str(error))
        return FAILED
    except KeyboardInterrupt:
        _tell("Interrupted; nothing was begun.")
        return FAILED


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Everything once: landing, ledger, warehouse, checks, publication."""
    now = datetime.now(UTC)
    _tell("cairn      starting")
    with _progress():
        from pipelines.defs.in_process import run_in_process
        from pipelines.report import quarantined, summary

        outcome = run_in_process(
            settings, options.as_of or now, is_now=options.as_of is None, rebuild=options.rebuild
        )
    print(summary(settings, outcome.facts, outcome.warnings))
    return QUARANTINED if options.strict and quarantined(outcome.facts) else OK


def verify(settings: Settings, options: argparse.Namespace) -> int:
    """Recompute every hash of the ledger and name what was changed."""
    from pipelines.ledger import Ledger
    from pipelines.ledger import verify as problems_of
    from pipelines.report import plural

    problems = problems_of(settings)
    for problem in problems:
        _tell(problem)
    if problems:
        return FAILED
    ledger = Ledger(settings)
    print(
        f"The ledger is whole: {plural(ledger.position, 'batch', 'batches')}, head {ledger.head}."
    )
    return OK


def status(settings: Settings, options: argparse.Namespace) -> int:
    """Print `status.json`; where nothing can be served, the documented error and nothing else."""
    from pipelines.publish import PERFORMANCE_DATA_UNAVAILABLE, State, read_status

    told = read_status(settings)
    unavailable = told["state"] == State.UNAVAILABLE
    if unavailable and "failure" in told:
        _tell(f"The step `{told['failure']['step']}` failed. {told['failure']['error']}")
    body = PERFORMANCE_DATA_UNAVAILABLE if unavailable else told
    print(json.dumps(body, indent=2, ensure_ascii=False))
    return UNAVAILABLE if unavailable else OK


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


def _moment(text: str) -> datetime:
    """A timestamp, or a bare date for its 00:00; without an offset it is UTC."""
    try:
        if not re.match(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no timestamp; write 2026-04-01 or 2026-04-01T06:30:00Z"
        ) from None


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
    verify_.set_defaults(command=verify)

    status_ = commands.add_parser(
        "status", parents=[everywhere], help="what is published, and whether it is current"
    )
    status_.set_defaults(command=status)

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
    sys.exit(main())
