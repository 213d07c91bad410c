"""xAPI statements that a test writes itself: one that is complete, and what differs."""

import json
from decimal import Decimal
from typing import Any

VERBS = "http://adlnet.gov/expapi/verbs/"
VIDEO = "https://w3id.org/xapi/video/extensions/"
COURSE, LESSON = "https://school.example/course", "https://school.example/lesson"
STUDENT = "https://school.example|ada"
STEP = f"{COURSE}|{LESSON}"


def statement(**changes: Any) -> dict[str, Any]:
    """Ada completed a lesson of a course with 80 %; a changed part with the value None is left out."""
    complete = {
        "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
        "actor": {"account": {"homePage": "https://school.example", "name": "ada"}},
        "verb": {"id": f"{VERBS}completed"},
        "object": {
            "id": LESSON,
            "definition": {"type": "http://adlnet.gov/expapi/activities/lesson"},
        },
        "result": {"score": {"scaled": 0.8}, "duration": "PT1M"},
        "context": {
            "registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
            "contextActivities": {"parent": [{"id": COURSE}]},
        },
        "timestamp": "2026-03-01T12:00:00Z",
    }
    return {name: value for name, value in (complete | changes).items() if value is not None}


def as_read(**changes: Any) -> dict[str, Any]:
    """A statement as it is read from a file: fractions are exact."""
    read: dict[str, Any] = json.loads(json.dumps(statement(**changes)), parse_float=Decimal)
    return read


def verb(name: str) -> dict[str, str]:
    """A verb of ADL's, such as `passed`."""
    return {"id": f"{VERBS}{name}"}


def voiding(voided: str, **changes: Any) -> dict[str, Any]:
    """A statement that takes another back."""
    reference = {"objectType": "StatementRef", "id": voided}
    return statement(
        **{
            "id": "f0000000-0000-4000-8000-000000000000",
            "verb": verb("voided"),
            "object": reference,
        }
        | changes
    )
