"""What the world is written in: rows of typed values, and moments on the sample's calendar.

The calendar is ten weeks of the first quarter of 2026, up to the moment that the sample is judged at.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

Row = dict[str, object]
World = dict[str, list[Row]]

FIRST_DAY = date(2026, 1, 19)
LAST_DAY = date(2026, 3, 31)
AS_OF = datetime(2026, 4, 1, tzinfo=UTC)
TIMELESS = datetime(1970, 1, 1, tzinfo=UTC)


def day(text: str) -> date:
    """The day `MM-DD` of the sample's year."""
    return date.fromisoformat(f"2026-{text}")


def moment(on: date, clock: str, zone: str = "UTC") -> datetime:
    """A wall-clock time (`HH:MM`) on a day in a time zone; the offset is kept."""
    return datetime.combine(on, time.fromisoformat(clock), ZoneInfo(zone))


def midnight(text: str) -> datetime:
    """00:00 UTC of the day `MM-DD`."""
    return moment(day(text), "00:00")


def minutes(random: Random, least: int, most: int) -> timedelta:
    """A random span between two numbers of minutes, to the second."""
    return timedelta(seconds=random.randint(least * 60, most * 60))


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def one_decimal(number: float) -> Decimal:
    """A number with one decimal, exactly."""
    return Decimal(f"{number:.1f}")
