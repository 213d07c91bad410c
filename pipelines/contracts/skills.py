"""What may land about projects and mentorship (document 002). Skill signals may not: only the emitter writes them."""

from pipelines.contracts.model import (
    Column,
    Type,
    entity,
    enum,
    event,
    identifier,
    organization,
    person,
    text,
    timestamp,
)

PROJECT = identifier("project_id", required=True, to="projects")

CONTRACTS = (
    entity(
        "skills",
        "skills",
        key=("skill_id",),
        columns=(
            identifier("skill_id", required=True),
            text("skill_name", required=True),
            text("category"),
        ),
    ),
    entity(
        "skills",
        "projects",
        key=("project_id",),
        columns=(
            identifier("project_id", required=True),
            organization(),
            text("name"),
            Column("metadata", Type.JSON),
        ),
    ),
    entity(
        "skills",
        "project_skills",
        key=("project_id", "skill_id"),
        columns=(PROJECT, identifier("skill_id", required=True, to="skills")),
    ),
    event(
        "skills",
        "project_events",
        key="project_event_id",
        columns=(
            identifier("project_event_id", required=True),
            PROJECT,
            person("user_id", required=True),
            enum("event_type", "joined", "completed", required=True),
            timestamp("occurred_at", required=True),
        ),
    ),
    event(
        "skills",
        "progress_updates",
        key="progress_update_id",
        columns=(
            identifier("progress_update_id", required=True),
            PROJECT,
            person("user_id", required=True),
            text("content", required=True),
            timestamp("occurred_at", required=True),
        ),
    ),
    event(
        "skills",
        "mentorship_sessions",
        key="mentorship_session_id",
        columns=(
            identifier("mentorship_session_id", required=True),
            person("intern_id", required=True),
            person("mentor_id", required=True),
            text("session_focus"),
            identifier("project_id", to="projects"),
            text("status"),
            timestamp("occurred_at", required=True),
        ),
    ),
)
