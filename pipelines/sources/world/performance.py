"""Tasks and what became of them (domain `performance`), for interns and for staff.

The tasks of `inst_3001` are written by hand: in the week 2026-03-01..2026-03-07 four are submitted, one of them late.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from pipelines.sources.world.interns import BERLIN, EXAMPLE, INTERNSHIPS, NEW_YORK
from pipelines.sources.world.people import FJORD_STAFF, HARBOR_STAFF, NAMED
from pipelines.sources.world.rows import (
    AS_OF,
    FIRST_DAY,
    LAST_DAY,
    Row,
    World,
    day,
    days,
    minutes,
    moment,
    one_decimal,
)

# Title, assigned, due, submitted: wall clock in New York; a due date without a time is the end of its day.
EXAMPLE_TASKS = (
    ("Set up the development machine", "01-19 09:30", "01-23", "01-21 16:20"),
    ("Read the cell's safety manual", "01-22 09:30", "01-30", "01-29 11:05"),
    ("Label the training images", "02-02 10:00", "02-06 17:00", "02-06 15:40"),
    ("Write the gripper's checklist", "02-09 10:00", "02-13", "02-13 17:30"),
    ("Plot last month's cycle times", "02-16 09:00", "02-20 12:00", "02-20 14:10"),
    ("Repair the nightly import", "02-23 09:15", "02-27", "02-26 13:00"),
    ("Calibrate camera two", "02-24 09:15", "03-03", "03-02 10:45"),
    ("Review the wiring plan", "02-25 14:00", "03-03 12:00", "03-04 09:20"),
    ("Measure the belt's slip", "02-26 09:30", "03-06", "03-05 16:50"),
    ("Draft the demo script", "03-02 09:30", "03-05 18:00", "03-05 12:15"),
    ("Rehearse the demo", "03-05 13:00", "03-11", "03-10 15:00"),
    ("Document the import", "03-12 09:30", "03-20", "03-19 11:30"),
    ("Hand over camera two", "03-23 09:30", "03-30 17:00", "03-27 16:00"),
)
TITLES = (
    "Fix the flaky sensor test",
    "Update the parts list",
    "Summarise customer feedback",
    "Build the status page",
    "Clean the address data",
    "Prototype the login screen",
    "Write release notes",
    "Compare two motor drivers",
    "Translate the help pages",
    "Profile the search",
    "Add alt texts",
    "Sketch the test plan",
    "Sort the spare parts",
    "Review the onboarding guide",
    "Measure page load times",
    "Draw the network diagram",
)


@dataclass(frozen=True)
class Worker:
    """Somebody who is given tasks; `punctuality` is the share of them that is handed in on time."""

    user_id: str
    zone: str
    reviewer: str
    punctuality: float
    first_day: date
    last_day: date
    instance_id: str | None = None


@dataclass(frozen=True)
class Task:
    """One task of one worker. `due_at` is a moment, a bare date, or missing."""

    task_id: str
    worker: Worker
    title: str
    assigned_at: datetime
    due_at: date | None

    @property
    def assignment_id(self) -> str:
        """The id that events refer to."""
        return f"{self.task_id}_{self.worker.user_id[5:]}"

    @property
    def due_on(self) -> date:
        """The day that the worker has in mind, deadline or not."""
        if self.due_at is None:
            return self.assigned_at.date() + timedelta(days=6)
        return self.due_at.date() if isinstance(self.due_at, datetime) else self.due_at


def write_performance(random: Random) -> World:
    """Rows of `task_assignments` and `task_events`."""
    assignments: list[Row] = []
    events: list[Row] = []
    example, *workers = _workers(random)
    for number, (title, assigned, due, submitted) in enumerate(EXAMPLE_TASKS, 1):
        due_at = _local(due) if " " in due else day(due)
        task = Task(f"task_3001_{number:02d}", example, title, _local(assigned), due_at)
        assignments.append(_assignment(random, task))
        events += _handed_in(random, task, _local(submitted))
    for worker in workers:
        for on in days(worker.first_day, worker.last_day - timedelta(days=3)):
            if on.weekday() < 5 and random.random() < 0.35:
                task = _task(random, worker, on)
                assignments.append(_assignment(random, task))
                events += _fate(random, task)
    return {
        "task_assignments": assignments,
        "task_events": [event for event in events if _is_known(event["occurred_at"])],
    }


def _local(text: str) -> datetime:
    """`MM-DD HH:MM` on a wall clock in New York."""
    on, clock = text.split()
    return moment(day(on), clock, NEW_YORK)


def _is_known(occurred_at: object) -> bool:
    """Whether a source could have told of it by the morning after the sample's end."""
    return isinstance(occurred_at, datetime) and occurred_at < AS_OF + timedelta(hours=12)


def _workers(random: Random) -> list[Worker]:
    """The interns, the example first, and then the staff."""
    interns = [
        Worker(
            user_id=internship.user_id,
            zone=internship.zone,
            reviewer=NAMED["Hannah Weiss"].user_id,
            punctuality=0.45 if internship.instance_id in {"inst_3004", "inst_3007"} else 0.88,
            first_day=internship.starts_on,
            last_day=internship.last_day,
            instance_id=internship.instance_id,
        )
        for internship in INTERNSHIPS
    ]
    staff = [
        Worker(
            user_id=person.user_id,
            zone=NEW_YORK if person in HARBOR_STAFF else BERLIN,
            reviewer=NAMED["Lena Novak" if person in HARBOR_STAFF else "Vera Dvorak"].user_id,
            punctuality=0.7 + 0.28 * random.random(),
            first_day=FIRST_DAY,
            last_day=LAST_DAY,
        )
        for person in (*HARBOR_STAFF, *FJORD_STAFF)
    ]
    if interns[0].instance_id != EXAMPLE:
        raise ValueError(f"the first internship is the example, {EXAMPLE}")
    return interns + staff


def _task(random: Random, worker: Worker, on: date) -> Task:
    due_on = on + timedelta(days=random.randint(3, 9))
    kind_of_deadline = random.random()
    due_at: date | None = None
    if kind_of_deadline < 0.5:
        due_at = due_on
    elif kind_of_deadline < 0.93:
        due_at = moment(due_on, random.choice(("12:00", "17:00", "18:00")), worker.zone)
    number = (worker.instance_id or worker.user_id)[5:]
    return Task(
        f"task_{number}_{on:%m%d}",
        worker,
        random.choice(TITLES),
        moment(on, "09:00", worker.zone) + minutes(random, 0, 240),
        due_at,
    )


def _assignment(random: Random, task: Task) -> Row:
    is_rated = random.random() < 0.9
    return {
        "task_assignment_id": task.assignment_id,
        "task_id": task.task_id,
        "user_id": task.worker.user_id,
        "internship_instance_id": task.worker.instance_id,
        "title": task.title,
        "difficulty": one_decimal(random.randint(20, 95) / 10) if is_rated else None,
        "skill_match": one_decimal(random.randint(4, 10) / 10) if is_rated else None,
        "assigned_at": task.assigned_at,
        "due_at": task.due_at,
    }


def _fate(random: Random, task: Task) -> list[Row]:
    """Mostly handed in; a few tasks are cancelled, a few never come."""
    fate = random.random()
    if fate < 0.04:
        return [_event(task, "cancelled", task.assigned_at + minutes(random, 600, 3000))]
    if fate < 0.1:
        return []
    is_punctual = random.random() < task.worker.punctuality
    days_early = random.randint(0, 2) if is_punctual else -random.randint(1, 4)
    morning = moment(task.due_on - timedelta(days=days_early), "08:30", task.worker.zone)
    handed_in = max(morning, task.assigned_at) + minutes(random, 30, 200)
    events = _handed_in(random, task, handed_in)
    if random.random() < 0.03:
        reopened = handed_in + timedelta(days=3)
        events.append(_event(task, "cancelled", reopened))
        events.append(_event(task, "completed", reopened + timedelta(days=2), 2))
    return events


def _handed_in(random: Random, task: Task, submitted_at: datetime) -> list[Row]:
    """Submitted, reviewed and completed; every fifth task is revised once before."""
    events = [_event(task, "submitted", submitted_at)]
    reviewed_at = submitted_at + minutes(random, 60, 1500)
    reviewer: Row = {"actor_id": task.worker.reviewer}
    if random.random() < 0.2:
        events.append(
            _event(task, "reviewed", reviewed_at) | reviewer | {"outcome": "needs_revision"}
        )
        submitted_at = reviewed_at + minutes(random, 120, 2000)
        reviewed_at = submitted_at + minutes(random, 60, 900)
        events.append(_event(task, "submitted", submitted_at, 2))
        events.append(_event(task, "reviewed", reviewed_at, 2) | reviewer | {"outcome": "accepted"})
    else:
        events.append(_event(task, "reviewed", reviewed_at) | reviewer | {"outcome": "accepted"})
    hours = one_decimal(random.randint(10, 140) / 10) if random.random() < 0.85 else None
    return [*events, _event(task, "completed", submitted_at) | {"actual_hours": hours}]


def _event(task: Task, event_type: str, occurred_at: datetime, number: int = 1) -> Row:
    return {
        "task_event_id": f"{task.assignment_id}_{event_type}_{number}",
        "task_assignment_id": task.assignment_id,
        "event_type": event_type,
        "outcome": None,
        "actor_id": task.worker.user_id,
        "actual_hours": None,
        "occurred_at": occurred_at,
    }
