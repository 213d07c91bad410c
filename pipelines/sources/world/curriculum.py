"""What is taught at the academy: sequences, assignments, steps, games and classes (domain `progress`).

Nobody studies here yet: the work on the steps is in `pipelines.sources.world.progress`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.sources.world.people import KILN, NAMED, STUDENTS, Person
from pipelines.sources.world.rows import TIMELESS, Row, World, midnight

STAGES = ("learn", "play", "quiz", "challenge", "review")
TARGETS = {"learn": None, "play": 70, "quiz": 80, "challenge": 85, "review": 75}
DEPRECATED_GAME, NEW_GAME = "game_orbit", "game_orbit_two"
GAMES = {
    "game_pizza": "Pizza Parlour",
    "game_number_line": "Number Line Run",
    "game_ramp": "Ramp Lab",
    DEPRECATED_GAME: "Orbit",
    NEW_GAME: "Orbit II",
    "game_word_forge": "Word Forge",
}
REMOVED_STEP, NEW_STEP = "step_motion_1_challenge", "step_motion_1_challenge_b"
REMOVED_AT = midnight("03-05")
EASED_STEP, EASED_AT = "step_fractions_2_quiz", midnight("02-23")
ARCHIVED_AT = midnight("03-15")


@dataclass(frozen=True)
class Assignment:
    """A run of five steps, one per stage; `due` or `days` says how long a student has."""

    name: str
    title: str
    sequence: str | None
    position: int | None
    created: str
    game_id: str
    due: str | None = None
    days: int | None = None

    @property
    def assignment_id(self) -> str:
        """The id that steps and students refer to."""
        return f"asg_{self.name}"

    @property
    def created_at(self) -> datetime:
        """When it was made and handed out."""
        return midnight(self.created)

    def step_ids(self) -> Iterator[tuple[str, str]]:
        """Stage and id of each step, in order."""
        for stage in STAGES:
            yield stage, f"step_{self.name}_{stage}"


SEQUENCES = {"seq_fractions": "Fractions and ratios", "seq_motion": "Motion and forces"}
ASSIGNMENTS = (
    Assignment(
        "fractions_1", "Halves and quarters", "seq_fractions", 1, "01-19", "game_pizza", "02-06"
    ),
    Assignment(
        "fractions_2", "Adding fractions", "seq_fractions", 2, "02-02", "game_number_line", "02-27"
    ),
    Assignment(
        "fractions_3", "Ratios in the kitchen", "seq_fractions", 3, "02-23", "game_pizza", "03-20"
    ),
    Assignment(
        "fractions_4", "Maps and scales", "seq_fractions", 4, "03-16", "game_number_line", "04-10"
    ),
    Assignment("motion_1", "Speed", "seq_motion", 1, "01-26", "game_ramp", "03-06"),
    Assignment("motion_2", "Forces in orbit", "seq_motion", 2, "02-16", DEPRECATED_GAME, days=40),
    Assignment("motion_3", "Energy", "seq_motion", 3, "03-13", "game_ramp", "04-17"),
    Assignment(
        "reading", "A newspaper of our own", None, None, "01-19", "game_word_forge", "03-20"
    ),
)
SEVENTH_A = STUDENTS[:8]
SEVENTH_B = STUDENTS[6:12]
EIGHTH_C = STUDENTS[12:]
CLASSES = {
    "class_7a": ("7a Mathematics", "Yusuf Demir", SEVENTH_A),
    "class_7b": ("7b Mathematics", "Zoe Carver", SEVENTH_B),
    "class_8c": ("8c Physics", "Alan Whitcombe", EIGHTH_C),
}


def assigned_to(student: Person) -> list[Assignment]:
    """The assignments of a student: mathematics in year 7, physics in year 8, the newspaper for half of each."""
    of_sequence = "seq_motion" if student in EIGHTH_C else "seq_fractions"
    reads = STUDENTS.index(student) % 2 == 0
    return [
        assignment
        for assignment in ASSIGNMENTS
        if assignment.sequence == of_sequence or (assignment.sequence is None and reads)
    ]


def write_curriculum() -> World:
    """Rows of `sequences`, `assignments`, `steps`, `games`, `assignment_students`, `classes`, `class_students`."""
    return {
        "sequences": [
            {"sequence_id": sequence_id, "organization_id": KILN, "title": title}
            for sequence_id, title in SEQUENCES.items()
        ],
        "assignments": _assignments(),
        "steps": _steps(),
        "games": _games(),
        "assignment_students": _assignment_students(),
        "classes": [
            {
                "class_id": class_id,
                "organization_id": KILN,
                "teacher_id": NAMED[teacher].user_id,
                "name": name,
            }
            for class_id, (name, teacher, _) in CLASSES.items()
        ],
        "class_students": _class_students(),
    }


def _assignments() -> list[Row]:
    rows: list[Row] = [
        {
            "assignment_id": assignment.assignment_id,
            "sequence_id": assignment.sequence,
            "position": assignment.position,
            "title": assignment.title,
            "created_at": assignment.created_at,
            "estimated_duration_days": assignment.days,
            "due_at": midnight(assignment.due) if assignment.due else None,
            "is_archived": False,
            "effective_at": assignment.created_at,
        }
        for assignment in ASSIGNMENTS
    ]
    archived = rows[-1] | {"is_archived": True, "effective_at": ARCHIVED_AT}
    return [*rows, archived]


def _steps() -> list[Row]:
    rows = {
        step_id: _step(assignment, position, stage, step_id)
        for assignment in ASSIGNMENTS
        for position, (stage, step_id) in enumerate(assignment.step_ids())
    }
    eased = rows[EASED_STEP] | {"target_score": 75, "effective_at": EASED_AT}
    removed: Row = {"step_id": REMOVED_STEP, "effective_at": REMOVED_AT, "is_deleted": True}
    replacement = rows[REMOVED_STEP] | {"step_id": NEW_STEP, "effective_at": REMOVED_AT}
    remediation = _step(ASSIGNMENTS[1], 5, "play", "step_fractions_2_again") | {
        "is_remediation": True,
        "is_required": False,
        "effective_at": midnight("03-02"),
    }
    return [*rows.values(), eased, removed, replacement, remediation]


def _step(assignment: Assignment, position: int, stage: str, step_id: str) -> Row:
    review_due = midnight(assignment.due) - timedelta(days=4) if assignment.due else None
    return {
        "step_id": step_id,
        "assignment_id": assignment.assignment_id,
        "position": position,
        "stage": stage,
        "is_required": stage != "challenge",
        "target_score": TARGETS[stage],
        "concept_id": f"concept_{assignment.name}",
        "element_id": f"element_{assignment.name}_{stage}",
        "game_id": assignment.game_id if stage in {"play", "challenge"} else None,
        "due_at": review_due if stage == "review" else None,
        "is_remediation": False,
        "effective_at": assignment.created_at,
    }


def _games() -> list[Row]:
    rows: list[Row] = [
        {"game_id": game_id, "title": title, "is_deprecated": False, "effective_at": TIMELESS}
        for game_id, title in GAMES.items()
    ]
    deprecated: Row = {
        "game_id": DEPRECATED_GAME,
        "title": GAMES[DEPRECATED_GAME],
        "is_deprecated": True,
        "replaced_by_game_id": NEW_GAME,
        "effective_at": midnight("03-10"),
    }
    return [*rows, deprecated]


def _assignment_students() -> list[Row]:
    rows: list[Row] = [
        {
            "assignment_id": assignment.assignment_id,
            "student_id": student.user_id,
            "assigned_at": assignment.created_at,
            "due_at": None,
            "effective_at": assignment.created_at,
        }
        for student in STUDENTS
        for assignment in assigned_to(student)
    ]
    fractions_2, bob = ASSIGNMENTS[1], NAMED["Bob Tennant"]
    more_time: Row = {
        "assignment_id": fractions_2.assignment_id,
        "student_id": bob.user_id,
        "assigned_at": fractions_2.created_at,
        "due_at": midnight("03-13"),
        "effective_at": midnight("02-25"),
    }
    excused: Row = {
        "assignment_id": "asg_reading",
        "student_id": NAMED["Gita Sharma"].user_id,
        "effective_at": midnight("02-20"),
        "is_deleted": True,
    }
    return [*rows, more_time, excused]


def _class_students() -> list[Row]:
    rows: list[Row] = [
        {"class_id": class_id, "student_id": student.user_id, "effective_at": TIMELESS}
        for class_id, (_, _, students) in CLASSES.items()
        for student in students
    ]
    left: Row = {
        "class_id": "class_7a",
        "student_id": NAMED["Gita Sharma"].user_id,
        "effective_at": midnight("02-16"),
        "is_deleted": True,
    }
    return [*rows, left]
