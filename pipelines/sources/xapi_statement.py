"""One xAPI statement (1.0.x) as what it says of a student and a step, or why it says nothing.

Everything here is said by the statement alone, so that the same statement becomes the same row whatever file it
comes in, and landing it twice is a duplicate:

- **Student**: the Agent's account as `<home page>|<name>`, because names are unique only within a home page (the name
  alone where the mapping says so), or its `mbox_sha1sum`; an `mbox` or `openid` is hashed like one, so that no address
  becomes an id. A Group is nobody in particular.
- **Assignment and step**: the activity's first parent (such as a course) and the activity in it, `<parent>|<activity>`;
  without a parent the activity is an assignment with itself as the step. `element_id` is the activity.
- **Score** 0..100: `scaled` x 100, with less than nothing as 0; else `raw` between `min` (0 if missing) and `max`;
  else the progress. What the verb makes an attempt is one only with a score: without, the step was `started`.
- **Time on task**: the duration; else what the mapping finds. Years and months have no length and are no time.
- **Session**: what the mapping finds; else the registration.
"""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import isodate

from pipelines.contracts.model import FIRST_MOMENT, LAST_MOMENT, LONGEST_ID
from pipelines.sources.xapi_mapping import Mapping

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
MOST_SECONDS = (
    10**12
)  # more than all time since 1970, and their milliseconds are a landing file's integer

Said = Callable[[str], Any]
"""What a statement's extensions say of a meaning of the mapping, None for nothing."""

NO_EVENT = "its verb becomes nothing"
VOIDING = "it voids another statement"


class _FaultError(Exception):
    """Why a statement says nothing of a student and a step."""


@dataclass
class Reading:
    """What one statement says; `place` is where it stands in its file.

    `fault` is why it becomes no event; with the fault `NO_EVENT` it still says that the student has the step, with
    any other nothing. `notes` are decisions about what it became.
    """

    place: int
    verb: str = "(no verb)"
    statement_id: str | None = None
    voids: str | None = None
    student_id: str | None = None
    assignment_id: str | None = None
    step_id: str | None = None
    element_id: str | None = None
    stage: str | None = None
    target_score: Decimal | None = None
    session_id: str | None = None
    occurred_at: datetime | None = None
    event_type: str | None = None
    score: Decimal | None = None
    time_on_task_ms: int | None = None
    fault: str | None = None
    notes: list[str] = field(default_factory=list)


def read_statement(place: int, statement: dict[str, Any], mapping: Mapping) -> Reading:
    """Read one statement; what is wrong with it is said in `fault` and `notes`."""
    reading = Reading(place)
    try:
        _read(reading, statement, mapping)
    except _FaultError as fault:
        reading.fault = str(fault)
    return reading


def _read(reading: Reading, statement: dict[str, Any], mapping: Mapping) -> None:
    context, result = _object(statement.get("context")), _object(statement.get("result"))
    extensions = _object(context.get("extensions")) | _object(result.get("extensions"))

    def first_said(meaning: str) -> Any:
        found = (extensions.get(iri) for iri in mapping.extensions[meaning])
        return next((value for value in found if value is not None), None)

    verb = _identifier(_object(statement.get("verb")).get("id"))
    if verb is None:
        raise _FaultError("it has no verb")
    reading.verb = verb
    reading.statement_id = _lower(statement.get("id"), "it has no id")
    if reading.verb == VOIDED:
        reading.voids = _lower(_object(statement.get("object")).get("id"), "it voids nothing")
        raise _FaultError(VOIDING)
    reading.student_id = _student(_object(statement.get("actor")), mapping)
    _place(reading, _object(statement.get("object")), context, mapping)
    reading.occurred_at = _moment(statement.get("timestamp") or statement.get("stored"))
    reading.session_id = _identifier(first_said("session")) or _identifier(
        context.get("registration")
    )
    reading.target_score = _target(first_said("target_ratio"), reading.notes)
    reading.event_type = mapping.becomes("verb", reading.verb)
    if reading.event_type is None:
        raise _FaultError(NO_EVENT)
    reading.time_on_task_ms = _time_on_task(result, first_said, reading.notes)
    if reading.event_type == "attempted":
        reading.score = _score(_object(result.get("score")), first_said, reading.notes)
        if reading.score is None:
            reading.event_type = "started"
            reading.notes.append("no score: the step was started, not attempted")


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _identifier(value: Any) -> str | None:
    """A text that can be an id of a landing file, trimmed; None for anything else."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    if not 0 < len(text) <= LONGEST_ID:
        return None
    if text.isprintable():  # nearly always, and far quicker than a look at every character
        return text
    return None if any(unicodedata.category(c) in ("Cc", "Cs") for c in text) else text


def _lower(value: Any, fault: str) -> str:
    """A UUID or a hash, in which case means nothing."""
    text = _identifier(value)
    if text is None:
        raise _FaultError(fault)
    return text.lower()


def _student(actor: dict[str, Any], mapping: Mapping) -> str:
    if actor.get("objectType") == "Group":
        raise _FaultError("its actor is a Group")
    account = _object(actor.get("account"))
    home_page, name = _identifier(account.get("homePage")), _identifier(account.get("name"))
    if name is not None and mapping.becomes("account", home_page) == "name":
        return name
    if name is not None and home_page is not None:
        return _joined(home_page, name)
    for hashed in (actor.get("mbox"), actor.get("openid")):
        if (address := _identifier(hashed)) is not None:
            return hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()
    return _lower(actor.get("mbox_sha1sum"), "its actor is missing or cannot be told from others")


def _joined(first: str, second: str) -> str:
    joined = _identifier(f"{first}|{second}")
    if joined is None:
        raise _FaultError(f"its ids make one of more than {LONGEST_ID} characters")
    return joined


def _place(
    reading: Reading, activity: dict[str, Any], context: dict[str, Any], mapping: Mapping
) -> None:
    """The assignment, the step and its stage."""
    element_id = _identifier(activity.get("id"))
    if activity.get("objectType", "Activity") != "Activity" or element_id is None:
        raise _FaultError("its object is no Activity with an id that can land")
    parents = _object(context.get("contextActivities")).get("parent") or []
    if not isinstance(parents, list):
        parents = [parents]
    if len(parents) > 1:
        reading.notes.append("several parents: the first is its assignment")
    reading.element_id = reading.assignment_id = reading.step_id = element_id
    if parents:
        reading.assignment_id = _identifier(_object(parents[0]).get("id"))
        if reading.assignment_id is None:
            raise _FaultError("its parent has no id that can land")
        reading.step_id = _joined(reading.assignment_id, element_id)
    kind = _identifier(_object(activity.get("definition")).get("type"))
    reading.stage = mapping.becomes("activity_type", kind)


def _moment(value: Any) -> datetime:
    """A moment in UTC; a time without an offset is UTC, and so is xAPI's advice."""
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise _FaultError("it has no readable timestamp") from None
    if not FIRST_MOMENT <= moment < LAST_MOMENT:
        raise _FaultError("its timestamp lies outside of 1970..2200")
    return moment


def _number(value: Any) -> Decimal | None:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return Decimal(value) if is_number else None


def _percent(share: Decimal) -> Decimal:
    """A share of 1 as a landing file's score: 0..100 with four decimals, half up."""
    return (100 * share).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def _target(said: Any, notes: list[str]) -> Decimal | None:
    share = _number(said)
    if share is not None and 0 <= share <= 1:
        return _percent(share)
    if said is not None:
        notes.append("a target outside of 0..1: left out")
    return None


def _score(score: dict[str, Any], first_said: Said, notes: list[str]) -> Decimal | None:
    try:
        share = _share(score, first_said)
    except (ValueError, ArithmeticError):
        notes.append("a score outside of its range: left out")
        return None
    if share is not None and share < 0:
        notes.append("a score below nothing: 0")
    return None if share is None else _percent(max(share, Decimal(0)))


def _share(score: dict[str, Any], first_said: Said) -> Decimal | None:
    """The reached share of the full score, -1..1, None without; raises `ValueError` for one that is none."""
    if score.get("scaled") is not None:
        return _within(-1, _number(score["scaled"]))
    if score.get("raw") is not None and score.get("max") is not None:
        raw, high = _number(score["raw"]), _number(score["max"])
        low = _number(0 if score.get("min") is None else score["min"])
        if low is None or high is None:
            raise ValueError(score)
        return (_within(low, raw, high) - low) / (high - low)
    if (ratio := first_said("progress_ratio")) is not None:
        return _within(0, _number(ratio))
    if (percentage := first_said("progress_percentage")) is not None:
        return _within(0, _number(percentage), 100) / 100
    return None


def _within(least: Decimal | int, number: Decimal | None, most: Decimal | int = 1) -> Decimal:
    if number is None or not least <= number <= most:
        raise ValueError(number)
    return number


def _time_on_task(result: dict[str, Any], first_said: Said, notes: list[str]) -> int | None:
    """Milliseconds, half up."""
    duration = result.get("duration")
    if duration is None:
        duration = first_said("duration")
    try:
        if duration is not None:
            seconds = _duration(duration)
        elif (said := first_said("seconds")) is not None:
            seconds = _number(said)
        elif (said := first_said("played_segments")) is not None:
            seconds = _played(said)
        else:
            return None
        return int(_within(0, seconds, MOST_SECONDS).scaleb(3).quantize(Decimal(1), ROUND_HALF_UP))
    except (AttributeError, TypeError, ValueError, ArithmeticError):
        notes.append("a time on task that is none: left out")
        return None


def _duration(text: str) -> Decimal | None:
    """The seconds of an ISO 8601 duration, None for one with years or months, which have no length."""
    duration = isodate.parse_duration(text)
    if not isinstance(duration, timedelta):
        return None
    return Decimal(duration // timedelta(microseconds=1)).scaleb(-6)


def _played(text: str) -> Decimal:
    """The seconds of the video profile's segments, `from[.]to[,]from[.]to`; what has no end yet has no length."""
    pairs = (segment.split("[.]") for segment in text.split("[,]"))
    return sum(
        (Decimal(pair[1]) - Decimal(pair[0]) for pair in pairs if len(pair) == 2), Decimal(0)
    )
