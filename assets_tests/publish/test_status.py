"""What readers are told: ok, stale or unavailable, in the documented words."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets_tests.publish import house
from assets_tests.publish.conftest import Publish
from pipelines.publish import Failure, read_status, write_status

pytestmark = pytest.mark.slow

FIRST, SECOND = datetime(2026, 4, 1, 2, tzinfo=UTC), datetime(2026, 4, 2, 2, tzinfo=UTC)
FAILURE = Failure("check", "weeks_have_no_gap fails on org.weeks: 1 of 3 rows break it.")
ERROR = {
    "code": "PERFORMANCE_DATA_UNAVAILABLE",
    "message": "Performance data is temporarily unavailable",
}


def status_file(root: Path) -> dict[str, object]:
    return json.loads((root / "published/status.json").read_text())


def test_a_good_run_is_ok(publish_run: Publish, tmp_path: Path) -> None:
    publication = publish_run()
    status = write_status(house.settings(tmp_path), "run-1")
    written_at = (publication.path / "manifest.json").stat().st_mtime
    published_at = datetime.fromtimestamp(written_at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert status_file(tmp_path) == status == read_status(house.settings(tmp_path))
    assert status == {
        "state": "ok",
        "version": publication.version,
        "n": 1,
        "as_of": "2026-04-01T00:00:00.000000Z",
        "published_at": published_at,
        "run_id": "run-1",
    }


@pytest.mark.requirement("G000-17", "R000-45")
def test_a_failed_run_leaves_the_version_before_it_and_says_why(
    publish_run: Publish, tmp_path: Path
) -> None:
    publication = publish_run()
    ok = write_status(house.settings(tmp_path), "run-1")
    write_status(house.settings(tmp_path), "run-2", FAILURE, FIRST)
    stale = status_file(tmp_path)
    assert stale == {
        **ok,
        "state": "stale",
        "run_id": "run-2",
        "failure": {
            "step": "check",
            "error": FAILURE.error,
            "since": "2026-04-01T02:00:00.000000Z",
        },
        "error": ERROR,
    }
    assert stale["version"] == publication.version


def test_since_is_the_first_of_the_failures_in_a_row(publish_run: Publish, tmp_path: Path) -> None:
    settings = house.settings(tmp_path)
    publish_run()
    write_status(settings, "run-1", FAILURE, FIRST)
    again = write_status(settings, "run-2", Failure("ingest", "The disk is full."), SECOND)
    assert again["failure"] == {
        "step": "ingest",
        "error": "The disk is full.",
        "since": "2026-04-01T02:00:00.000000Z",
    }
    assert "failure" not in write_status(settings, "run-3")
    later = write_status(settings, "run-4", FAILURE, SECOND)
    assert later["failure"]["since"] == "2026-04-02T02:00:00.000000Z"


@pytest.mark.parametrize("content", ['{"state": "o', "[]"])
def test_a_status_that_cannot_be_read_is_written_anew(
    publish_run: Publish, tmp_path: Path, content: str
) -> None:
    settings = house.settings(tmp_path)
    publication = publish_run()
    (tmp_path / "published" / "status.json").write_text(content)
    assert read_status(settings)["state"] == "ok"
    assert write_status(settings, "run-1", FAILURE, FIRST)["failure"]["since"].startswith("2026")
    assert read_status(settings)["version"] == publication.version


def test_a_run_that_was_killed_after_the_switch_leaves_what_is_served(
    publish_run: Publish, tmp_path: Path
) -> None:
    settings = house.settings(tmp_path)
    publish_run()
    write_status(settings, "run-1", FAILURE, FIRST)
    later = publish_run(house.run(as_of=SECOND))
    told = read_status(settings)
    assert (told["state"], told["version"], told["run_id"]) == ("ok", later.version, None)
    assert "failure" not in told


@pytest.mark.requirement("R000-47", "R000-48", "R000-49", "R000-50", "G000-18")
def test_without_a_version_the_documented_error_is_all_there_is(tmp_path: Path) -> None:
    settings = house.settings(tmp_path)
    before_any_run = read_status(settings)
    assert (before_any_run["state"], before_any_run["error"]) == ("unavailable", ERROR)
    write_status(settings, "run-1", FAILURE, FIRST)
    status = status_file(tmp_path)
    assert (status["state"], status["error"]) == ("unavailable", ERROR)
    assert {status[key] for key in ("version", "n", "as_of", "published_at")} == {None}
    assert status["http_status"] == 503
    assert read_status(settings) == status


@pytest.mark.parametrize("content", ["", "[]", '{"n": 1}', "\0"])
def test_a_version_whose_manifest_cannot_be_read_is_not_served(
    publish_run: Publish, tmp_path: Path, content: str
) -> None:
    settings = house.settings(tmp_path)
    publication = publish_run()
    write_status(settings, "run-1")
    (publication.path / "manifest.json").write_text(content)
    told = read_status(settings)
    assert (told["state"], told["version"], told["error"]) == ("unavailable", None, ERROR)
    assert "manifest.json cannot be read (" in told["problem"]
    written = write_status(settings, "run-2", FAILURE, FIRST)
    assert written == status_file(tmp_path) == {**told, **written}

    publication.path.rename(tmp_path / "away")
    assert read_status(settings)["problem"] is None


def test_a_version_that_is_gone_is_not_served(publish_run: Publish, tmp_path: Path) -> None:
    publication = publish_run()
    write_status(house.settings(tmp_path), "run-1")
    shutil.rmtree(publication.path)
    status = read_status(house.settings(tmp_path))
    assert (status["state"], status["version"], status["error"]) == ("unavailable", None, ERROR)
