"""What the marts of `org` must satisfy: people, organizations and the calendar of weeks.

Belongs here: rules about values of these marts and between them. Not here: keys, which the marts'
own constraints hold, and what is wrong with a row that lands, which is its contract's business.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from pipelines.checks.mart import Mart, Weekly
from pipelines.checks.rule import Rule


class Users(Mart):
    """`org.users`. Strict: an e-mail address, or any other column beside these, is an error."""

    user_id: str
    username: str
    organization_id: str = pa.Field(nullable=True)
    role: str = pa.Field(
        isin=["student", "employee", "teacher", "team_lead", "manager", "employer", "admin"]
    )
    experience_level: int = pa.Field(ge=1, le=10)


class Organizations(Mart):
    """`org.organizations`."""

    organization_id: str
    name: str
    timezone: str


class Weeks(Weekly):
    """`org.weeks`: from Sunday to Saturday."""

    week_end: pl.Date

    @pa.dataframe_check
    @classmethod
    def lasts_seven_days(cls, data: PolarsData) -> pl.LazyFrame:
        """The last day is included."""
        return data.lazyframe.select(
            pl.col("week_end") == pl.col("week_start") + pl.duration(days=6)
        )


MODELS: dict[str, type[pa.DataFrameModel]] = {
    "org.users": Users,
    "org.organizations": Organizations,
    "org.weeks": Weeks,
}

RULES: tuple[Rule, ...] = (
    Rule(
        name="weeks_have_no_gap",
        tables=("org.weeks",),
        description=(
            "Every week between the first and the last is there: each one but the first starts seven days after"
            " another. It matters to whoever fills quiet weeks with zeros from this calendar. A gap is a fault of"
            " the model `weeks`, never of the data: look at what it generates between its first and last week."
        ),
        sql="""
            select weeks.week_start
            from org.weeks as weeks
            where weeks.week_start > (select min(week_start) from org.weeks)
                and weeks.week_start - 7 not in (select week_start from org.weeks)
        """,
    ),
)
