"""A house with a published version and more in landing, a run of it that nobody kills, and runs that are killed.

Belongs here: what must hold after a kill, and after the run that follows it. Not here: how a run is killed.
"""

from __future__ import annotations

import json
import random
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from assets_tests.conftest import SAMPLE
from assets_tests.crash.killing import Course, Point, in_child, run_and_kill, run_whole
from pipelines.ingest import ingest
from pipelines.ledger import Ledger, ledger_lock, verify
from pipelines.marts import ROLES
from pipelines.privacy import key_problems
from pipelines.proof.files import file_problems
from pipelines.publish import read_manifest
from pipelines.settings import Settings

FIRST_NIGHT = datetime(2026, 4, 1, tzinfo=UTC)

# What the killed runs find in landing: accepted, duplicate and rejected rows, of people and of events.
SECOND_NIGHT = {
    "users/late.csv": "user_id,username,email,role\nuser_3001,ada.byron,ada@byron.example,student\n"
    "user_3002,bob,,wizard\n",
    "internships/late.csv": "internship_instance_id,user_id,employer_id,organization_id,starts_on,ends_on\n"
    "inst_9001,user_3001,user_1017,org_harbor,2026-03-02,2026-05-01\n",
    "attendance_records/late.csv": "attendance_record_id,internship_instance_id,occurred_at\n"
    "late_1,inst_9001,2026-03-02T08:00:00Z\nlate_2,inst_3001,2026-03-13T08:00:00Z\nlate_2,inst_3001,x\n",
    "participations/late.jsonl": '{"participation_id":"late_p","assessment_id":"none","user_id":"user_3001",'
    '"status":"pending","occurred_at":"2026-03-30"}\n',
}

# How many of a hundred kills fall into each step.
WEIGHTS = {
    "ingest": 25,
    "load": 18,
    "check raw": 5,
    "transform": 25,
    "check": 5,
    "publish": 22,
}


class House:
    """The data root `folder/data`, which every kill begins from anew.

    Its first night is that of the data root `first_night`, or is run.
    """

    def __init__(self, folder: Path, first_night: Path | None = None) -> None:
        self.settings = Settings(data=folder / "data", memory_limit="2GiB", threads=2)
        self._kept = folder / "kept"
        if first_night is None:
            shutil.copytree(SAMPLE, self.settings.landing)
            run_whole(self.settings, FIRST_NIGHT)
        else:
            shutil.copytree(first_night, self.settings.data, symlinks=True)
        self.before = self._version()
        # With the first night's there are as many segments of a contract as the second night merges.
        assert in_child(self._small_batches)
        for name, content in SECOND_NIGHT.items():
            (self.settings.landing / name).write_text(content)
        shutil.copytree(self.settings.data, self._kept, symlinks=True)
        self.course: Course = run_whole(self.settings)
        self.after = self._version()
        self.fingerprints = self._fingerprints()
        assert self.before != self.after
        assert Ledger(self.settings).entries()[-1].compacted.keys() == {"badge_awards"}

    def restore(self) -> None:
        """The house as it was before the second night."""
        shutil.rmtree(self.settings.data)
        shutil.copytree(self._kept, self.settings.data, symlinks=True)

    def kill(self, point: Point) -> list[str]:
        """Kill a run at the point; what is wrong with what a reader finds then.

        When the killed runs before it had done all that it would be killed in, it ends, and another one begins anew.
        """
        problems = []
        if not run_and_kill(self.settings, point, self.course):
            problems = self._at_the_end()
            self.restore()
            assert run_and_kill(self.settings, point, self.course), "nobody was killed"
        problems += [f"after a kill in {point}: {problem}" for problem in self._problems()]
        return problems

    def run_on(self) -> list[str]:
        """The next run; what is wrong with what it leaves."""
        run_whole(self.settings)
        return self._at_the_end()

    def _small_batches(self) -> dict[str, Any]:
        """Batches of a badge each, that no run took; what the last one did."""
        folder = self.settings.landing / "badge_awards"
        header = "badge_award_id,student_id,badge,occurred_at"
        for number in range(self.settings.merge_segments - 1):
            (folder / f"small{number}.csv").write_text(
                f"{header}\nsmall{number},user_1052,star,2026-01-01\n"
            )
            with ledger_lock(self.settings) as lock:
                report = ingest(self.settings, lock)
        return {"batch": report.batch}

    def _at_the_end(self) -> list[str]:
        """What is wrong with what a whole run leaves."""
        problems = self._problems()
        if self._version() != self.after:
            problems.append(f"the next run published {self._version()}")
        if self._fingerprints() != self.fingerprints:
            problems.append(
                "the next run's fingerprints are not those of a run that was never killed"
            )
        leftovers = [path.name for path in self.settings.data.glob(".*")]
        leftovers += [path.name for path in (self.settings.published / "versions").glob(".*")]
        return problems + [f"{name} was left behind" for name in leftovers]

    def _problems(self) -> list[str]:
        seen = in_child(self._seen)
        assert seen is not None, "somebody killed the reader"
        problems: list[str] = seen["problems"]
        return problems

    def _seen(self) -> dict[str, Any]:
        """What is wrong with what a reader finds, and with the ledger."""
        version = (self.settings.published / "current").resolve()
        problems = [*file_problems(version, read_manifest(version)), *verify(self.settings)]
        problems += key_problems(self.settings)
        for role in ROLES:
            with duckdb.connect(version / role / "cairn.duckdb", read_only=True) as reader:
                [(name,)] = reader.sql("select version from version").fetchall()
            if name != version.name:
                problems.append(f"{role} reads {name} in {version.name}")
        if version.name not in (self.before, self.after):
            problems.append(f"the version {version.name} is shown")
        before = self.settings.merge_segments
        if Ledger(self.settings).position not in (before, before + 1):
            problems.append("the ledger has another number of batches")
        return {"problems": problems}

    def _version(self) -> str:
        return (self.settings.published / "current").readlink().name

    def _fingerprints(self) -> dict[str, str | None]:
        manifest = json.loads((self.settings.published / "current/manifest.json").read_bytes())
        return {
            name: table["fingerprint"]
            for name, table in manifest["tables"].items()
            # The batch's own time and hash differ between any two runs.
            if name not in ("ops.batches", "ops.freshness")
        }


def points(course: Course, number: int, seed: int) -> list[Point]:
    """So many points, each step its share of them, drawn by the seed: the same again on every machine."""
    rng = random.Random(seed)
    drawn: list[Point] = []
    for step, weight in WEIGHTS.items():
        places = [place for place, name in enumerate(course.steps) if name == step]
        for _ in range(max(1, round(number * weight / 100))):
            if step == "transform" and rng.random() < 0.8:
                drawn.append(Point(step, share=rng.random()))
            else:
                drawn.append(Point(step, operation=rng.choice(places)))
    return drawn
