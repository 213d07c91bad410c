"""What may land about assignments of steps and the work on them (document 003)."""

from pipelines.contracts.model import (
    Link,
    Rule,
    boolean,
    decimal,
    entity,
    enum,
    event,
    floating,
    identifier,
    integer,
    organization,
    person,
    text,
    timestamp,
)

ASSIGNMENT = identifier("assignment_id", required=True, to="assignments")
STUDENT = person("student_id", required=True)
CLASS = identifier("class_id", required=True, to="classes")
TEACHER_EVENTS = "('completed_by_teacher', 'target_adjusted', 'progress_reviewed')"
STAGE = enum("stage", "learn", "play", "quiz", "challenge", "review")

CONTRACTS = (
    entity(
        "progress",
        "sequences",
        key=("sequence_id",),
        columns=(
            identifier("sequence_id", required=True),
            organization(),
            text("title", required=True),
        ),
    ),
    entity(
        "progress",
        "assignments",
        key=("assignment_id",),
        columns=(
            identifier("assignment_id", required=True),
            identifier("sequence_id", to="sequences"),
            integer("position", minimum=0),
            text("title"),
            timestamp("created_at", required=True),
            floating("estimated_duration_days", minimum=0, above_minimum=True),
            timestamp("due_at"),
            boolean("is_archived", default="false"),
        ),
    ),
    entity(
        "progress",
        "steps",
        key=("step_id",),
        columns=(
            identifier("step_id", required=True),
            ASSIGNMENT,
            integer("position", required=True, minimum=0),
            STAGE,
            boolean("is_required", default="true"),
            decimal("target_score", 7, 4, minimum=0, maximum=100),
            identifier("concept_id"),
            identifier("element_id"),
            identifier("game_id", to="games"),
            timestamp("due_at"),
            boolean("is_remediation", default="false"),
        ),
    ),
    entity(
        "progress",
        "games",
        key=("game_id",),
        columns=(
            identifier("game_id", required=True),
            text("title"),
            boolean("is_deprecated", default="false"),
            identifier("replaced_by_game_id", to="games"),
        ),
    ),
    entity(
        "progress",
        "assignment_students",
        key=("assignment_id", "student_id"),
        columns=(ASSIGNMENT, STUDENT, timestamp("assigned_at"), timestamp("due_at")),
    ),
    entity(
        "progress",
        "classes",
        key=("class_id",),
        columns=(
            identifier("class_id", required=True),
            organization(),
            person("teacher_id", required=True),
            text("name"),
        ),
    ),
    entity(
        "progress",
        "class_students",
        key=("class_id", "student_id"),
        columns=(CLASS, STUDENT),
    ),
    event(
        "progress",
        "step_events",
        key="step_event_id",
        columns=(
            identifier("step_event_id", required=True),
            identifier("step_id", required=True, to="steps"),
            STUDENT,
            enum(
                "event_type",
                "started",
                "attempted",
                "completed_by_teacher",
                "target_adjusted",
                "progress_reviewed",
                required=True,
            ),
            decimal("score", 7, 4, minimum=0, maximum=100),
            decimal("target_score", 7, 4, minimum=0, maximum=100),
            integer("time_on_task_ms", minimum=0),
            identifier("session_id"),
            identifier("actor_id"),
            text("reason"),
            timestamp("occurred_at", required=True),
        ),
        rules=(
            Rule("missing", "score", "event_type = 'attempted'", "score for attempted"),
            Rule(
                "missing",
                "target_score",
                "event_type = 'target_adjusted'",
                "target_score for target_adjusted",
            ),
            Rule(
                "missing",
                "actor_id",
                f"event_type in {TEACHER_EVENTS}",
                "actor_id for the teacher's event types",
            ),
        ),
    ),
    event(
        "progress",
        "free_play_scores",
        key="free_play_score_id",
        columns=(
            identifier("free_play_score_id", required=True),
            STUDENT,
            identifier("game_id", required=True, to="games", link=Link.OPTIONAL),
            STAGE,
            decimal("score", 7, 4, required=True, minimum=0, maximum=100),
            enum("context", "all_games", "previous_assignment", default="all_games"),
            integer("time_on_task_ms", minimum=0),
            timestamp("occurred_at", required=True),
        ),
    ),
    event(
        "progress",
        "badge_awards",
        key="badge_award_id",
        columns=(
            identifier("badge_award_id", required=True),
            STUDENT,
            text("badge", required=True),
            timestamp("occurred_at", required=True),
        ),
    ),
)
