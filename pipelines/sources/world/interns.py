"""Who is an intern where, from when to when, and how reliably: what the internships' signals are made from.

`inst_3001` is the internship of the source document's example. `inst_3004` and `inst_3010` come less and less and
fall below their thresholds; every other internship has a turn of its own.
"""

from dataclasses import dataclass
from datetime import date

from pipelines.sources.world.people import FJORD, HARBOR, NAMED
from pipelines.sources.world.rows import LAST_DAY, day

HARBOR_EMPLOYER, FJORD_EMPLOYER = "emp_harborlight", "emp_fjordblick"
NEW_YORK, BERLIN = "America/New_York", "Europe/Berlin"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EXAMPLE = "inst_3001"


@dataclass(frozen=True)
class Internship:
    """An internship; `presence` is how likely its intern is there in the first and in the last week."""

    instance_id: str
    intern: str
    organization_id: str | None
    employer_id: str
    starts_on: date
    ends_on: date
    zone: str
    presence: tuple[float, float]
    workdays: tuple[str, ...] = WEEKDAYS[:5]
    has_own_zone: bool = False

    @property
    def user_id(self) -> str:
        """The intern's id."""
        return NAMED[self.intern].user_id

    @property
    def last_day(self) -> date:
        """The last day that the sample tells of."""
        return min(self.ends_on, LAST_DAY)

    def presence_on(self, on: date) -> float:
        """How likely the intern is there on a day, between the first and the last."""
        first, last = self.presence
        share = (on - self.starts_on) / (self.last_day - self.starts_on)
        return first + (last - first) * share


def _harbor(
    number: int, intern: str, first: str, last: str, presence: tuple[float, float]
) -> Internship:
    return Internship(
        f"inst_{number}", intern, HARBOR, HARBOR_EMPLOYER, day(first), day(last), NEW_YORK, presence
    )


def _fjord(
    number: int, intern: str, first: str, last: str, presence: tuple[float, float]
) -> Internship:
    return Internship(
        f"inst_{number}", intern, FJORD, FJORD_EMPLOYER, day(first), day(last), BERLIN, presence
    )


INTERNSHIPS = (
    _harbor(3001, "Amara Okafor", "01-19", "04-10", (1.0, 1.0)),
    _harbor(3002, "Ben Castellano", "01-19", "04-10", (0.97, 0.92)),
    _harbor(3003, "Chloe Tran", "01-26", "04-17", (0.92, 0.95)),
    _harbor(3004, "Diego Ramirez", "01-19", "04-10", (0.99, 0.45)),
    Internship(
        "inst_3005",
        "Elif Yildiz",
        HARBOR,
        HARBOR_EMPLOYER,
        day("02-02"),
        day("04-24"),
        "America/Los_Angeles",
        (0.95, 0.98),
        has_own_zone=True,
    ),
    _harbor(3006, "Farid Nazari", "01-19", "03-06", (0.88, 0.85)),
    _harbor(3007, "Grace Kim", "02-09", "05-01", (0.75, 0.95)),
    _fjord(3008, "Oskar Brandt", "01-19", "04-03", (0.96, 0.96)),
    _fjord(3009, "Paula Richter", "01-19", "03-31", (0.9, 0.9)),
    _fjord(3010, "Quirin Maier", "01-26", "04-17", (0.95, 0.55)),
    Internship(
        "inst_3011",
        "Rosa Conti",
        FJORD,
        FJORD_EMPLOYER,
        day("02-02"),
        day("04-30"),
        BERLIN,
        (0.9, 0.95),
        workdays=("mon", "wed", "fri"),
    ),
    _fjord(3012, "Samir Haddad", "02-02", "04-24", (0.93, 0.9)),
    Internship(
        "inst_3013",
        "Beatriz Solis",
        None,
        "emp_openfields",
        day("02-16"),
        day("05-08"),
        "UTC",
        (0.9, 0.9),
        workdays=("tue", "wed", "thu", "sat"),
    ),
)
