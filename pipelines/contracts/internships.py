"""What may land about internships (document 000)."""

from pipelines.contracts.model import (
    Column,
    Rule,
    Type,
    date,
    entity,
    enum,
    event,
    floating,
    identifier,
    organization,
    person,
    text,
    timestamp,
)

INTERNSHIP = identifier("internship_instance_id", required=True, to="internships")

CONTRACTS = (
    entity(
        "internships",
        "internships",
        key=("internship_instance_id",),
        columns=(
            identifier("internship_instance_id", required=True),
            person("user_id", required=True),
            identifier("employer_id", required=True),
            organization(),
            date("starts_on", required=True),
            date("ends_on", required=True),
            Column(
                "workdays",
                Type.LIST,
                values=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
                default="mon|tue|wed|thu|fri",
            ),
            Column("timezone", Type.TIMEZONE),
        ),
        rules=(
            Rule(
                "range",
                "ends_on",
                "ends_on < starts_on or ends_on > starts_on + interval 5 years",
                "ends_on from starts_on to 5 years later",
            ),
        ),
    ),
    entity(
        "internships",
        "internship_days_off",
        key=("internship_instance_id", "day"),
        columns=(INTERNSHIP, date("day", required=True), text("reason")),
    ),
    entity(
        "internships",
        "kpi_thresholds",
        key=("kpi_threshold_id",),
        columns=(
            identifier("kpi_threshold_id", required=True),
            organization(),
            identifier("internship_instance_id", to="internships"),
            enum(
                "metric",
                "attendance_rate",
                "tasks_completed",
                "tasks_late",
                "training_completed",
                required=True,
            ),
            floating("min_value"),
            floating("max_value"),
        ),
        rules=(Rule("missing", "min_value", "given.max_value is null", "min_value or max_value"),),
    ),
    event(
        "internships",
        "attendance_records",
        key="attendance_record_id",
        columns=(
            identifier("attendance_record_id", required=True),
            INTERNSHIP,
            timestamp("occurred_at", required=True),
            timestamp("clocked_out_at"),
        ),
        rules=(
            Rule(
                "range",
                "clocked_out_at",
                "clocked_out_at < occurred_at",
                "clocked_out_at >= occurred_at",
            ),
        ),
    ),
    event(
        "internships",
        "training_events",
        key="training_event_id",
        columns=(
            identifier("training_event_id", required=True),
            INTERNSHIP,
            identifier("training_id", required=True),
            enum("status", "started", "completed", required=True),
            timestamp("occurred_at", required=True),
        ),
    ),
    event(
        "internships",
        "employer_inputs",
        key="employer_input_id",
        columns=(
            identifier("employer_input_id", required=True),
            INTERNSHIP,
            identifier("employer_id", required=True),
            text("category"),
            text("comment"),
            timestamp("occurred_at", required=True),
        ),
    ),
)
