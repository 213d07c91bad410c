"""What may land about lectures, graded work, certification and exam registration (document 004)."""

from pipelines.contracts.model import (
    Column,
    Link,
    Rule,
    Type,
    boolean,
    decimal,
    entity,
    enum,
    event,
    identifier,
    integer,
    organization,
    person,
    text,
    timestamp,
)

LECTURE = identifier("lecture_id", required=True, to="lectures")
ASSESSMENT = identifier("assessment_id", required=True, to="assessments")
ACHIEVEMENT = identifier("achievement_id", required=True, to="achievements")
CAMPAIGN = identifier("campaign_id", required=True, to="campaigns")
USER = person("user_id", required=True)
OCCURRED_AT = timestamp("occurred_at", required=True)

CONTRACTS = (
    entity(
        "records",
        "lectures",
        key=("lecture_id",),
        columns=(
            identifier("lecture_id", required=True),
            organization(),
            text("title", required=True),
            person("teacher_id"),
        ),
    ),
    entity("records", "lecture_members", key=("lecture_id", "user_id"), columns=(LECTURE, USER)),
    entity(
        "records",
        "assessments",
        key=("assessment_id",),
        columns=(
            identifier("assessment_id", required=True),
            LECTURE,
            text("title", required=True),
            enum("kind", "assignment", "exam", "talk", default="assignment"),
            decimal("max_points", 12, 4, required=True, minimum=0),
            timestamp("due_at"),
            boolean("is_archived", default="false"),
        ),
    ),
    event(
        "records",
        "participations",
        key="participation_id",
        columns=(
            identifier("participation_id", required=True),
            ASSESSMENT,
            USER,
            enum("status", "pending", "reviewed", "absent", "exempt", required=True),
            decimal("points", 12, 4, minimum=0),
            timestamp("submitted_at"),
            identifier("actor_id"),
            OCCURRED_AT,
        ),
        rules=(Rule("missing", "points", "status = 'reviewed'", "points for reviewed"),),
    ),
    entity(
        "records",
        "achievements",
        key=("achievement_id",),
        columns=(
            identifier("achievement_id", required=True),
            LECTURE,
            text("title", required=True),
            enum("value_type", "boolean", "numeric", "percentage", required=True),
            decimal("threshold", 12, 4),
            text("description"),
        ),
        rules=(
            Rule(
                "missing",
                "threshold",
                "value_type in ('numeric', 'percentage')",
                "threshold for numeric and percentage",
            ),
            Rule(
                "range",
                "threshold",
                "(value_type = 'boolean' and given.threshold is not null)"
                " or (value_type = 'numeric' and threshold <= 0)"
                " or (value_type = 'percentage' and (threshold < 0 or threshold > 100))",
                "no threshold for boolean, > 0 for numeric, 0..100 for percentage",
            ),
        ),
    ),
    event(
        "records",
        "achievement_grades",
        key="achievement_grade_id",
        columns=(
            identifier("achievement_grade_id", required=True),
            ACHIEVEMENT,
            USER,
            text("grade_value"),
            identifier("actor_id"),
            OCCURRED_AT,
        ),
    ),
    entity(
        "records",
        "rules",
        key=("rule_id",),
        columns=(
            identifier("rule_id", required=True),
            LECTURE,
            decimal("min_percentage", 7, 4, minimum=0, maximum=100),
            decimal("min_points_absolute", 12, 4, minimum=0),
            boolean("active", default="false"),
        ),
        rules=(
            Rule(
                "range",
                "min_points_absolute",
                "given.min_percentage is not null and given.min_points_absolute is not null",
                "min_percentage or min_points_absolute, not both",
            ),
        ),
    ),
    entity(
        "records",
        "rule_achievements",
        key=("rule_id", "achievement_id"),
        columns=(
            identifier("rule_id", required=True, to="rules", link=Link.OPTIONAL),
            ACHIEVEMENT,
            integer("position", required=True),
        ),
    ),
    event(
        "records",
        "certifications",
        key="certification_id",
        columns=(
            identifier("certification_id", required=True),
            LECTURE,
            USER,
            enum("status", "pending", "passed", "failed", required=True),
            enum("source", "computed", "manual", default="computed"),
            identifier("certified_by"),
            identifier("rule_id", to="rules"),
            text("note"),
            OCCURRED_AT,
        ),
        rules=(
            Rule("missing", "certified_by", "status <> 'pending'", "certified_by unless pending"),
        ),
    ),
    entity(
        "records",
        "campaigns",
        key=("campaign_id",),
        columns=(
            identifier("campaign_id", required=True),
            LECTURE,
            text("title", required=True),
        ),
    ),
    entity(
        "records",
        "registration_policies",
        key=("policy_id",),
        columns=(
            identifier("policy_id", required=True),
            CAMPAIGN,
            text("kind", required=True),
            enum("phase", "registration", "finalization", "both", required=True),
            boolean("active", default="true"),
            integer("position", required=True),
            Column("config", Type.JSON),
        ),
    ),
    event(
        "records",
        "registration_events",
        key="registration_event_id",
        columns=(
            identifier("registration_event_id", required=True),
            CAMPAIGN,
            enum(
                "event_type",
                "saved",
                "opened",
                "registered",
                "confirmed",
                "withdrawn",
                "finalized",
                required=True,
            ),
            person("user_id"),
            OCCURRED_AT,
        ),
        rules=(
            Rule(
                "missing",
                "user_id",
                "event_type in ('registered', 'confirmed', 'withdrawn')",
                "user_id for registered, confirmed and withdrawn",
            ),
        ),
    ),
)
