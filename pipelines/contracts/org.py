"""What may land about people and organizations, the dimensions that all domains share."""

from pipelines.contracts.model import (
    Column,
    Type,
    entity,
    enum,
    identifier,
    integer,
    organization,
    text,
)

CONTRACTS = (
    entity(
        "org",
        "organizations",
        key=("organization_id",),
        columns=(
            identifier("organization_id", required=True),
            text("name", required=True),
            Column("timezone", Type.TIMEZONE, default="UTC"),
        ),
    ),
    entity(
        "org",
        "users",
        key=("user_id",),
        columns=(
            identifier("user_id", required=True),
            text("username", required=True, personal=True),
            text("email", personal=True),
            organization(),
            enum(
                "role",
                "student",
                "employee",
                "teacher",
                "team_lead",
                "manager",
                "employer",
                "admin",
                default="student",
            ),
            integer("experience_level", minimum=1, maximum=10, default="1"),
        ),
    ),
)
