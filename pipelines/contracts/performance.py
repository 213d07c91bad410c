"""What may land about tasks (document 001); the internships domain counts them too."""

from pipelines.contracts.model import (
    entity,
    enum,
    event,
    floating,
    identifier,
    person,
    text,
    timestamp,
)

CONTRACTS = (
    entity(
        "performance",
        "task_assignments",
        key=("task_assignment_id",),
        columns=(
            identifier("task_assignment_id", required=True),
            identifier("task_id", required=True),
            person("user_id", required=True),
            identifier("internship_instance_id", to="internships"),
            text("title"),
            floating("difficulty", minimum=0, maximum=10),
            floating("skill_match", minimum=0, maximum=1),
            timestamp("assigned_at", required=True),
            timestamp("due_at", bare_date_is_end_of_day=True),
        ),
    ),
    event(
        "performance",
        "task_events",
        key="task_event_id",
        columns=(
            identifier("task_event_id", required=True),
            identifier("task_assignment_id", required=True, to="task_assignments"),
            enum("event_type", "submitted", "reviewed", "completed", "cancelled", required=True),
            enum("outcome", "accepted", "needs_revision", "rejected"),
            identifier("actor_id"),
            floating("actual_hours", minimum=0),
            timestamp("occurred_at", required=True),
        ),
    ),
)
