"""One student's steps replayed moment by moment: what was theirs, what was removed, what completed, and why.

What belongs here: causes and moments of completion. Everything of one moment is judged together, versions, signals
and plays alike, and a completion is for good.

Readings, where the documents leave room:
- A step completes by a score or an override of a removed step that counts for it (`system_migration`) when its own
  ones do not do it at that moment; order (1) to (4) comes first, own before re-mapped second.
- *Removed* is a step at the moment r from which it is placed nowhere, if the student had it just before r and has
  that assignment at r. A step that moves to another assignment is not removed. Where it was placed last counts;
  once it is placed anywhere again, it is no longer removed, but stays complete.
- "When it was in progress or complete": just before the removal.
- A free play is judged for a step at the first moment at which it has happened, the student has the step and the
  assignment has started; by the game, stage and target then, the game being in force. Never again for that step.
- Of the plays judged at one moment the earliest qualifying one counts, ties to the smaller key.
- "Has started" (of the step that passes by) is a `started` or `attempted` event of any time up to then.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from assets_tests.progress.oracle_known import ACTIVITY, Known, Row, duration


@dataclass(frozen=True)
class Completion:
    """When a step completed for good, and why."""

    at: datetime
    cause: str
    source: str | None
    play: Row | None = None


@dataclass(frozen=True)
class Removal:
    """When a step that the student had was placed nowhere, and what it was."""

    at: datetime
    step: Row
    was_begun: bool


@dataclass(frozen=True)
class Given:
    """An assignment of a student's: both versions in force."""

    assignment: Row
    student: Row

    @property
    def start(self) -> datetime:
        """When it begins."""
        return self.student["assigned_at"] or self.assignment["created_at"]

    @property
    def due_at(self) -> datetime | None:
        """When it is due, if anybody said so."""
        return self.student["due_at"] or self.assignment["due_at"]

    @property
    def end(self) -> datetime | None:
        """When it is expected to be complete."""
        days = self.assignment["estimated_duration_days"]
        return self.due_at or (self.start + duration(days) if days is not None else None)

    @property
    def is_archived(self) -> bool:
        """Whether it is put away."""
        return self.assignment["is_archived"]


@dataclass
class Frame:
    """The state from a moment on, until something happens again."""

    moment: datetime
    given: dict[str, Given] = field(default_factory=dict)
    steps: dict[str, Row] = field(default_factory=dict)
    removals: dict[str, Removal] = field(default_factory=dict)
    counted_for: dict[str, list[str]] = field(default_factory=dict)
    completions: dict[str, Completion] = field(default_factory=dict)
    own_events: dict[str, list[Row]] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)

    def events(self, step_id: str) -> list[Row]:
        """What counts for a step, its own events and those of removed ones, in order."""
        sources = [step_id, *self.counted_for.get(step_id, [])]
        events = [event for source in sources for event in self.own_events.get(source, [])]
        return sorted(events, key=lambda row: (row["occurred_at"], row["step_event_id"].encode()))

    def has_begun(self, step_id: str) -> bool:
        """Whether the student has ever worked on a step."""
        return any(event["event_type"] in ACTIVITY for event in self.events(step_id))


def target_of(step: Row, events: list[Row]) -> tuple[Decimal | None, str]:
    """A step's target and who set it: the student's latest adjustment, else the step."""
    adjusted = [event for event in events if event["event_type"] == "target_adjusted"]
    if adjusted:
        return adjusted[-1]["target_score"], "teacher"
    return step["target_score"], "step"


def reaches(score: Decimal, target: Decimal | None) -> bool:
    """Whether a score is enough; without a target any is."""
    return target is None or score >= target


class Replay:
    """All frames of a student, from the first moment at which anything happened."""

    def __init__(self, known: Known, student_id: str) -> None:
        self.known = known
        self.student_id = student_id
        self.judged_plays: set[tuple[str, str]] = set()
        self.frames: list[Frame] = []
        self.beginning = Frame(datetime.min)
        before = self.beginning
        for moment in self.moments():
            before = self.next_frame(before, moment)
            self.frames.append(before)

    def moments(self) -> list[datetime]:
        """Every moment at which the student's steps may change."""
        moments = set()
        for contract in ("sequences", "assignments", "steps", "games", "assignment_students"):
            for key, versions in self.known.versions[contract].items():
                if contract != "assignment_students" or key[1] == self.student_id:
                    for row in versions:
                        moments |= {row["effective_at"], row.get("created_at")}
                        moments |= {row.get("assigned_at")}
        for contract in ("step_events", "free_play_scores"):
            signals = self.known.signals[contract].get(self.student_id, [])
            moments |= {row["occurred_at"] for row in signals}
        return sorted(moments - {None})

    def at(self, moment: datetime) -> Frame:
        """The state at a moment."""
        reached = [frame for frame in self.frames if frame.moment <= moment]
        return reached[-1] if reached else self.beginning

    def just_before(self, moment: datetime) -> Frame:
        """The state just before a moment."""
        return self.at(moment - timedelta(microseconds=1))

    def next_frame(self, before: Frame, moment: datetime) -> Frame:
        """The state at a moment, from the one before it."""
        known = self.known
        assignments = known.in_force("assignments", moment)
        given = {
            assignment_id: Given(assignments[assignment_id,], row)
            for (assignment_id, student_id), row in known.in_force(
                "assignment_students", moment
            ).items()
            if student_id == self.student_id and (assignment_id,) in assignments
        }
        placed = known.placed(moment)
        steps = {
            step_id: step for step_id, step in placed.items() if step["assignment_id"] in given
        }
        events: dict[str, list[Row]] = defaultdict(list)
        for event in known.happened("step_events", self.student_id, moment):
            events[event["step_id"]].append(event)
        frame = Frame(moment, given, steps, completions=dict(before.completions), own_events=events)
        frame.removals = {
            step_id: removal
            for step_id, removal in before.removals.items()
            if step_id not in placed
        }
        for step_id, step in before.steps.items():
            if step_id not in placed and step["assignment_id"] in given:
                was_begun = step_id in before.completions or before.has_begun(step_id)
                frame.removals[step_id] = Removal(moment, step, was_begun)
                frame.completions.setdefault(
                    step_id, Completion(moment, "removal", "system_migration")
                )
        frame.counted_for = self.counted_for(frame)
        self.complete(frame)
        return frame

    def counted_for(self, frame: Frame) -> dict[str, list[str]]:
        """For each step the removed ones whose events count for it."""
        found: dict[str, list[str]] = defaultdict(list)
        for removed_id, removal in frame.removals.items():
            gone = removal.step
            if not removal.was_begun or gone["element_id"] is None or gone["stage"] is None:
                continue
            alike = [
                step_id
                for step_id, step in frame.steps.items()
                if all(
                    step[name] == gone[name] for name in ("assignment_id", "element_id", "stage")
                )
            ]
            if len(alike) == 1:
                found[alike[0]].append(removed_id)
        return dict(found)

    def complete(self, frame: Frame) -> None:
        """Complete what a cause holds for at the frame's moment."""
        for step_id, step in frame.steps.items():
            play = self.qualifying_play(frame, step_id, step)
            if step_id in frame.completions:
                continue
            completion = self.by_events(frame, step_id, step)
            if completion is None and play is not None:
                completion = Completion(frame.moment, "free_play", "free_play_reconciled", play)
            if completion is not None:
                frame.completions[step_id] = completion
        while passed_by := self.passed_by(frame):
            for step_id in passed_by:
                frame.completions[step_id] = Completion(frame.moment, "passed_by", None)

    def passed_by(self, frame: Frame) -> list[str]:
        """The incomplete optional steps with a later one of their assignment begun or complete."""
        return [
            step_id
            for step_id, step in frame.steps.items()
            if step_id not in frame.completions
            and not self.known.is_required(step, frame.moment)
            and any(
                other["assignment_id"] == step["assignment_id"]
                and other["position"] > step["position"]
                and (other_id in frame.completions or frame.has_begun(other_id))
                for other_id, other in frame.steps.items()
            )
        ]

    def by_events(self, frame: Frame, step_id: str, step: Row) -> Completion | None:
        """Completion by a score, else by a teacher."""
        events = frame.events(step_id)
        target, _ = target_of(step, events)
        causes = {
            "score": (
                "fresh_attempt",
                [
                    event
                    for event in events
                    if event["event_type"] == "attempted" and reaches(event["score"], target)
                ],
            ),
            "teacher": (
                "teacher_override",
                [event for event in events if event["event_type"] == "completed_by_teacher"],
            ),
        }
        for cause, (source, reasons) in causes.items():
            if reasons:
                is_own = any(event["step_id"] == step_id for event in reasons)
                return Completion(frame.moment, cause, source if is_own else "system_migration")
        return None

    def qualifying_play(self, frame: Frame, step_id: str, step: Row) -> Row | None:
        """The earliest of the free plays that are judged for a step now and are good enough."""
        if frame.given[step["assignment_id"]].start > frame.moment:
            return None
        target, _ = target_of(step, frame.events(step_id))
        qualifying = None
        for play in self.known.happened("free_play_scores", self.student_id, frame.moment):
            if (play["free_play_score_id"], step_id) in self.judged_plays:
                continue
            self.judged_plays.add((play["free_play_score_id"], step_id))
            is_same = (
                self.known.game(step, frame.moment) is not None
                and play["game_id"] == step["game_id"]
                and play["stage"] is not None
                and play["stage"] == step["stage"]
            )
            if is_same and reaches(play["score"], target) and qualifying is None:
                qualifying = play
        return qualifying
