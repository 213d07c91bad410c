"""What happens in the internships: presence, training and what employers say (domain `internships`).

`inst_3001` is the internship of the source document's example, written by hand: in the week 2026-03-01..2026-03-07 it
is present on four of five days and completes two trainings.
"""

from datetime import date, timedelta
from random import Random

from pipelines.sources.world.interns import EXAMPLE, INTERNSHIPS, WEEKDAYS, Internship
from pipelines.sources.world.people import FJORD, HARBOR, NAMED
from pipelines.sources.world.rows import (
    TIMELESS,
    Row,
    World,
    day,
    days,
    midnight,
    minutes,
    moment,
)

# Written by hand, so that the week of the document's example comes out as it says.
EXAMPLE_ABSENCES = {day("01-30"), day("02-19"), day("03-06"), day("03-24")}
EXAMPLE_TRAININGS = {
    "safety-basics": day("01-21"),
    "version-control": day("02-04"),
    "code-review": day("02-18"),
    "robot-cell-access": day("03-03"),
    "incident-reporting": day("03-05"),
    "presentation-skills": day("03-18"),
}
TRAININGS = (
    *EXAMPLE_TRAININGS,
    "data-protection",
    "testing-in-practice",
    "accessibility",
    "time-management",
)
COMMENTS = (
    (
        "communication",
        "Asks early when something is unclear; the stand-ups are short and to the point.",
    ),
    ("quality", "The last change came with tests and a clear description."),
    ("initiative", "Suggested a simpler wiring plan and drew it up for the team."),
    ("reliability", "Was hard to reach on two afternoons; we have talked about it."),
    ("teamwork", "Paired with a new colleague for a whole morning, unasked."),
    ("quality", "Needs a second look at edge cases before handing in."),
)


def write_internships(random: Random) -> World:
    """Rows of the six contracts of this domain."""
    return {
        "internships": _internships(),
        "internship_days_off": _days_off(),
        "kpi_thresholds": _thresholds(),
        "attendance_records": _attendance(random),
        "training_events": _trainings(random),
        "employer_inputs": _employer_inputs(random),
    }


def _internships() -> list[Row]:
    rows = {internship.instance_id: _internship(internship) for internship in INTERNSHIPS}
    extended = rows["inst_3009"] | {"ends_on": day("04-30"), "effective_at": midnight("03-23")}
    prolonged = rows["inst_3012"] | {"ends_on": day("05-08"), "effective_at": midnight("04-06")}
    withdrawn = rows["inst_3002"] | {
        "internship_instance_id": "inst_3099",
        "user_id": NAMED["Joy Adeyemi"].user_id,
    }
    ended = {
        "internship_instance_id": "inst_3099",
        "effective_at": midnight("01-26"),
        "is_deleted": True,
    }
    return [*rows.values(), extended, prolonged, withdrawn, ended]


def _internship(internship: Internship) -> Row:
    return {
        "internship_instance_id": internship.instance_id,
        "user_id": internship.user_id,
        "employer_id": internship.employer_id,
        "organization_id": internship.organization_id,
        "starts_on": internship.starts_on,
        "ends_on": internship.ends_on,
        "workdays": list(internship.workdays),
        "timezone": internship.zone if internship.has_own_zone else None,
        "effective_at": TIMELESS,
    }


def _days_off() -> list[Row]:
    rows: list[Row] = [
        {
            "internship_instance_id": internship.instance_id,
            "day": day("02-16"),
            "reason": "Presidents' Day",
        }
        for internship in INTERNSHIPS
        if internship.organization_id == HARBOR and internship.starts_on <= day("02-16")
    ]
    rows += [
        {"internship_instance_id": instance_id, "day": day(off), "reason": reason}
        for instance_id, off, reason in (
            ("inst_3002", "02-05", "medical appointment"),
            ("inst_3002", "02-06", "medical appointment"),
            ("inst_3008", "03-13", "university exam"),
            ("inst_3010", "02-20", "moving house"),
            ("inst_3012", "03-20", "visa appointment, since cancelled"),
        )
    ]
    rows = [row | {"effective_at": TIMELESS, "is_deleted": False} for row in rows]
    cancelled: Row = {
        "internship_instance_id": "inst_3012",
        "day": day("03-20"),
        "effective_at": midnight("03-17"),
        "is_deleted": True,
    }
    return [*rows, cancelled]


def _thresholds() -> list[Row]:
    def threshold(
        name: str, metric: str, effective_at: str | None = None, **more: str | int
    ) -> Row:
        since = midnight(effective_at) if effective_at else TIMELESS
        return {"kpi_threshold_id": name, "metric": metric, **more, "effective_at": since}

    return [
        threshold("kpi_attendance", "attendance_rate", min_value="0.8"),
        threshold(
            "kpi_attendance_3003",
            "attendance_rate",
            min_value="0.9",
            internship_instance_id="inst_3003",
        ),
        threshold(
            "kpi_attendance_fjord", "attendance_rate", min_value="0.75", organization_id=FJORD
        ),
        threshold(
            "kpi_attendance_fjord",
            "attendance_rate",
            "03-01",
            min_value="0.8",
            organization_id=FJORD,
        ),
        threshold("kpi_tasks_harbor", "tasks_completed", min_value=1, organization_id=HARBOR),
        threshold("kpi_late", "tasks_late", max_value=1),
        threshold("kpi_training_fjord", "training_completed", min_value=1, organization_id=FJORD),
        {
            "kpi_threshold_id": "kpi_training_fjord",
            "effective_at": midnight("02-22"),
            "is_deleted": True,
        },
    ]


def _attendance(random: Random) -> list[Row]:
    off = {(row["internship_instance_id"], row["day"]) for row in _days_off()}
    rows = []
    for internship in INTERNSHIPS:
        for on in days(internship.starts_on, internship.last_day):
            is_workday = WEEKDAYS[on.weekday()] in internship.workdays
            if not is_workday or (internship.instance_id, on) in off:
                continue
            if internship.instance_id == EXAMPLE:
                is_there = on not in EXAMPLE_ABSENCES
            else:
                is_there = random.random() < internship.presence_on(on)
            if is_there:
                rows.append(_attendance_record(random, internship, on))
    return rows


def _attendance_record(random: Random, internship: Internship, on: date) -> Row:
    clocked_in = moment(on, "08:40", internship.zone) + minutes(random, 0, 55)
    forgot_to_clock_out = random.random() < 0.03
    return {
        "attendance_record_id": f"att_{internship.instance_id[5:]}_{on:%m%d}",
        "internship_instance_id": internship.instance_id,
        "occurred_at": clocked_in,
        "clocked_out_at": None if forgot_to_clock_out else clocked_in + minutes(random, 420, 510),
    }


def _trainings(random: Random) -> list[Row]:
    rows = []
    for internship in INTERNSHIPS:
        completed = EXAMPLE_TRAININGS
        if internship.instance_id != EXAMPLE:
            weeks = (internship.last_day - internship.starts_on).days // 7
            completed = {
                training: internship.starts_on + timedelta(days=7 * week + random.randint(1, 4))
                for training, week in zip(TRAININGS, range(weeks), strict=False)
                if random.random() < 0.8
            }
        for training, on in completed.items():
            started = moment(on, "10:00", internship.zone) - minutes(random, 0, 2000)
            finished = moment(on, "13:00", internship.zone) + minutes(random, 0, 180)
            for status, occurred_at in (("started", started), ("completed", finished)):
                rows.append(
                    {
                        "training_event_id": f"trn_{internship.instance_id[5:]}_{training}_{status}",
                        "internship_instance_id": internship.instance_id,
                        "training_id": training,
                        "status": status,
                        "occurred_at": occurred_at,
                    }
                )
    return rows


def _employer_inputs(random: Random) -> list[Row]:
    rows: list[Row] = []
    for internship in INTERNSHIPS:
        for on in days(internship.starts_on + timedelta(days=11), internship.last_day):
            if on.weekday() != 4 or random.random() < 0.45:
                continue
            category, comment = random.choice(COMMENTS)
            rows.append(
                {
                    "employer_input_id": f"inp_{internship.instance_id[5:]}_{on:%m%d}",
                    "internship_instance_id": internship.instance_id,
                    "employer_id": internship.employer_id,
                    "category": category,
                    "comment": comment,
                    "occurred_at": moment(on, "15:00", internship.zone) + minutes(random, 0, 90),
                }
            )
    return rows
