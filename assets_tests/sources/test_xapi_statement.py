"""One statement at a time: who, what, how well, how long, when, and what is wrong with it."""

import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from assets_tests.sources.xapi_statements import (
    COURSE,
    LESSON,
    STEP,
    STUDENT,
    VIDEO,
    as_read,
    statement,
    verb,
    voiding,
)
from pipelines.sources.xapi_mapping import read_mapping
from pipelines.sources.xapi_statement import NO_EVENT, VOIDING, Reading, read_statement

MAPPING = read_mapping()


def read(**changes: Any) -> Reading:
    """What a statement with these changes says."""
    return read_statement(7, as_read(**changes), MAPPING)


def scored(**score: object) -> dict[str, Any]:
    return {"score": score}


def test_a_complete_statement_is_an_attempt() -> None:
    assert read() == Reading(
        place=7,
        verb="http://adlnet.gov/expapi/verbs/completed",
        statement_id="6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
        student_id=STUDENT,
        assignment_id=COURSE,
        step_id=STEP,
        element_id=LESSON,
        stage="learn",
        session_id="ec531277-b57b-4c15-8d91-d292c5b2b8f7",
        occurred_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
        event_type="attempted",
        score=Decimal("80.0000"),
        time_on_task_ms=60_000,
    )


@pytest.mark.parametrize(
    ("name", "event_type"),
    [
        ("initialized", "started"),
        ("completed", "attempted"),
        ("passed", "attempted"),
        ("failed", "attempted"),
        ("scored", "attempted"),
    ],
)
def test_verbs_become_events(name: str, event_type: str) -> None:
    reading = read(verb=verb(name))
    assert (reading.event_type, reading.fault) == (event_type, None)
    assert (reading.score is not None) == (event_type == "attempted")


def test_another_verb_becomes_nothing_but_says_who_has_the_step() -> None:
    reading = read(verb=verb("terminated"))
    assert reading.fault == NO_EVENT
    assert reading.event_type is None
    assert (reading.student_id, reading.step_id) == (STUDENT, STEP)


@pytest.mark.parametrize(
    ("result", "score", "notes"),
    [
        (scored(scaled=0), "0.0000", []),
        (scored(scaled=1), "100.0000", []),
        (scored(scaled=0.123455), "12.3455", []),
        (
            scored(scaled=0.1234565),
            "12.3457",
            [],
        ),  # half up, and not 12.3456 as half even or a double would
        (scored(scaled=-1), "0.0000", ["a score below nothing: 0"]),
        (scored(scaled=-0.25), "0.0000", ["a score below nothing: 0"]),
        (scored(scaled=0.5, raw=90, min=0, max=100), "50.0000", []),
        (scored(raw=7, min=5, max=9), "50.0000", []),
        (scored(raw=2, max=3), "66.6667", []),
        (scored(raw=2, min=None, max=4), "50.0000", []),
        (scored(raw=-5, min=-10, max=10), "25.0000", []),
    ],
)
def test_scores_are_percentages_of_the_full_score(
    result: dict[str, Any], score: str, notes: list[str]
) -> None:
    reading = read(result=result)
    assert reading.event_type == "attempted"
    assert (reading.score, reading.notes) == (Decimal(score), notes)


NO_SCORE = "no score: the step was started, not attempted"
OUTSIDE = "a score outside of its range: left out"


@pytest.mark.parametrize(
    ("result", "notes"),
    [
        ({}, [NO_SCORE]),
        (None, [NO_SCORE]),
        ("well done", [NO_SCORE]),
        ({"success": True, "completion": True}, [NO_SCORE]),
        (scored(raw=7), [NO_SCORE]),  # of how many?
        (scored(scaled=1.01), [OUTSIDE, NO_SCORE]),
        (scored(scaled=-1.01), [OUTSIDE, NO_SCORE]),
        (scored(scaled=80), [OUTSIDE, NO_SCORE]),
        (scored(scaled="0.8"), [OUTSIDE, NO_SCORE]),
        (scored(scaled=True), [OUTSIDE, NO_SCORE]),
        (scored(raw=11, min=0, max=10), [OUTSIDE, NO_SCORE]),
        (scored(raw=-1, max=10), [OUTSIDE, NO_SCORE]),
        (scored(raw=5, min=5, max=5), [OUTSIDE, NO_SCORE]),
        (scored(raw=5, min=9, max=1), [OUTSIDE, NO_SCORE]),
        (scored(raw="5", max=9), [OUTSIDE, NO_SCORE]),
        ({"extensions": {f"{VIDEO}progress": 1.5}}, [OUTSIDE, NO_SCORE]),
    ],
)
def test_without_a_usable_score_the_step_was_started(
    result: dict[str, Any] | None, notes: list[str]
) -> None:
    reading = read(result=result, verb=verb("passed"))
    assert (reading.event_type, reading.score, reading.notes) == ("started", None, notes)
    assert reading.fault is None


@pytest.mark.parametrize(
    ("extension", "value", "score"),
    [
        (f"{VIDEO}progress", 1, "100.0000"),
        (f"{VIDEO}progress", 0.472, "47.2000"),
        ("https://w3id.org/xapi/cmi5/result/extensions/progress", 47, "47.0000"),
    ],
)
def test_progress_is_the_score_where_there_is_none(
    extension: str, value: float, score: str
) -> None:
    assert read(result={"extensions": {extension: value}}).score == Decimal(score)
    with_score = read(result={"score": {"scaled": 0.3}, "extensions": {extension: value}})
    assert with_score.score == Decimal("30.0000")


@pytest.mark.parametrize(
    ("duration", "milliseconds"),
    [
        ("PT1S", 1_000),
        ("P1DT2H3M4.5S", 93_784_500),
        ("PT1,25S", 1_250),
        ("P2W", 1_209_600_000),
        ("PT36H", 129_600_000),
        ("PT0S", 0),
        ("PT0.0005S", 1),
        ("PT0.0004S", 0),
    ],
)
def test_durations_are_milliseconds(duration: str, milliseconds: int) -> None:
    reading = read(result={"score": {"scaled": 1}, "duration": duration})
    assert (reading.time_on_task_ms, reading.notes) == (milliseconds, [])


@pytest.mark.parametrize(
    "duration", ["1:30", "P1Y", "P2M", "-PT5S", "", 90, ["PT1S"], "P99999999999D"]
)
def test_what_is_no_duration_is_left_out(duration: object) -> None:
    reading = read(result={"score": {"scaled": 1}, "duration": duration})
    assert reading.time_on_task_ms is None
    assert reading.notes == ["a time on task that is none: left out"]
    assert reading.event_type == "attempted"


@pytest.mark.parametrize(
    ("segments", "milliseconds"),
    [
        ("0[.]459.48", 459_480),
        ("0[.]42.608[,]43.168[.]124.692[,]176.4", 124_132),
        ("", 0),
        ("12.5", 0),
        ("10[.]5", None),
        ("a[.]b", None),
        (7, None),
    ],
)
def test_played_segments_are_the_time_where_there_is_no_duration(
    segments: str | int, milliseconds: int | None
) -> None:
    extensions = {f"{VIDEO}played-segments": segments}
    result = {"score": {"scaled": 1}, "extensions": extensions}
    assert read(result=result).time_on_task_ms == milliseconds
    assert read(result=result | {"duration": "PT2S"}).time_on_task_ms == 2_000


def test_without_a_time_there_is_none() -> None:
    reading = read(result={"score": {"scaled": 1}})
    assert (reading.time_on_task_ms, reading.notes) == (None, [])


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        ("2021-11-24T10:56:03.383499+00:00", datetime(2021, 11, 24, 10, 56, 3, 383499, UTC)),
        ("2021-11-24T10:56:03.383499999Z", datetime(2021, 11, 24, 10, 56, 3, 383499, UTC)),
        ("2021-11-24T10:56:03.3+0530", datetime(2021, 11, 24, 5, 26, 3, 300000, UTC)),
        ("2021-11-24T10:56:03", datetime(2021, 11, 24, 10, 56, 3, tzinfo=UTC)),
    ],
)
def test_timestamps_are_moments_in_utc(timestamp: str, moment: datetime) -> None:
    assert read(timestamp=timestamp).occurred_at == moment


def test_without_a_timestamp_the_server_s_holds() -> None:
    stored = read(timestamp=None, stored="2026-03-02T00:00:00Z")
    assert stored.occurred_at == datetime(2026, 3, 2, tzinfo=UTC)


ADDRESS = "mailto:ada@school.example"
HASHED = hashlib.sha1(ADDRESS.encode()).hexdigest()


@pytest.mark.parametrize(
    ("actor", "student_id"),
    [
        ({"objectType": "Agent", "mbox": ADDRESS}, HASHED),
        ({"mbox_sha1sum": HASHED.upper()}, HASHED),
        ({"openid": "https://ada.example"}, hashlib.sha1(b"https://ada.example").hexdigest()),
        ({"name": "Ada", "account": {"homePage": " https://a.example ", "name": "7"}}, "https://a.example|7"),
        ({"account": {"homePage": "https://b.example", "name": "7"}}, "https://b.example|7"),
    ],
)  # fmt: skip
def test_students_are_told_apart_by_pseudonyms(actor: dict[str, Any], student_id: str) -> None:
    assert read(actor=actor).student_id == student_id


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"id": None}, "it has no id"),
        ({"id": 12}, "it has no id"),
        ({"id": "  "}, "it has no id"),
        ({"verb": None}, "it has no verb"),
        ({"verb": "completed"}, "it has no verb"),
        ({"actor": None}, "its actor is missing or cannot be told from others"),
        ({"actor": "ada"}, "its actor is missing or cannot be told from others"),
        ({"actor": {"name": "Ada"}}, "its actor is missing or cannot be told from others"),
        (
            {"actor": {"account": {"name": "ada"}}},
            "its actor is missing or cannot be told from others",
        ),
        ({"actor": {"objectType": "Group", "member": [{"mbox": ADDRESS}]}}, "its actor is a Group"),
        ({"actor": {"objectType": "Group", "mbox": ADDRESS}}, "its actor is a Group"),
        ({"object": None}, "its object is no Activity with an id that can land"),
        (
            {"object": {"objectType": "Agent", "mbox": ADDRESS}},
            "its object is no Activity with an id that can land",
        ),
        (
            {"object": {"objectType": "SubStatement", "id": LESSON}},
            "its object is no Activity with an id that can land",
        ),
        (
            {"object": {"id": "https://a.example/" + "x" * 255}},
            "its object is no Activity with an id that can land",
        ),
        (
            {"object": {"id": "https://a.example/\u0007"}},
            "its object is no Activity with an id that can land",
        ),
        (
            {"object": {"id": "https://a.example/\ud800"}},
            "its object is no Activity with an id that can land",
        ),
        (
            {"object": {"id": "https://a.example/" + "x" * 230}},
            "its ids make one of more than 255 characters",
        ),
        (
            {"context": {"contextActivities": {"parent": [{"id": 7}]}}},
            "its parent has no id that can land",
        ),
        (
            {"context": {"contextActivities": {"parent": ["course"]}}},
            "its parent has no id that can land",
        ),
        ({"timestamp": None}, "it has no readable timestamp"),
        ({"timestamp": "yesterday"}, "it has no readable timestamp"),
        ({"timestamp": 1_700_000_000}, "it has no readable timestamp"),
        ({"timestamp": "0001-01-01T00:00:00+23:59"}, "it has no readable timestamp"),
        ({"timestamp": "1969-12-31T23:59:59Z"}, "its timestamp lies outside of 1970..2200"),
        ({"timestamp": "2200-01-01T00:00:00Z"}, "its timestamp lies outside of 1970..2200"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], fault: str) -> None:
    reading = read(**changes)
    assert reading.fault == fault
    assert reading.event_type is None


def test_the_last_moment_that_can_land() -> None:
    assert read(timestamp="2199-12-31T23:59:59.999999Z").fault is None


def test_a_verb_without_an_id_has_no_name() -> None:
    assert read(verb=None).verb == "(no verb)"


def test_an_activity_without_a_parent_is_an_assignment_of_itself() -> None:
    for context in (None, {}, {"contextActivities": {"parent": []}}, {"contextActivities": 1}):
        reading = read(context=context)
        assert (reading.assignment_id, reading.step_id, reading.element_id) == (LESSON,) * 3


def test_an_activity_belongs_to_its_first_parent() -> None:
    one = {"contextActivities": {"parent": {"id": COURSE}}}
    assert read(context=one).step_id == STEP
    two = {"contextActivities": {"parent": [{"id": COURSE}, {"id": "https://other.example"}]}}
    reading = read(context=two)
    assert reading.step_id == STEP
    assert reading.notes == ["several parents: the first is its assignment"]


def test_the_same_activity_in_two_courses_is_two_steps() -> None:
    other = {"contextActivities": {"parent": [{"id": "https://other.example"}]}}
    assert read(context=other).step_id != read().step_id
    assert read(context=other).element_id == read().element_id


def test_a_session_is_told_by_an_extension_or_the_registration() -> None:
    sessions = {
        f"{VIDEO}session-id": "one",
        "https://w3id.org/xapi/cmi5/context/extensions/sessionid": "two",
    }
    for extension, session in sessions.items():
        context = statement()["context"] | {"extensions": {extension: session}}
        assert read(context=context).session_id == session
    assert read().session_id == "ec531277-b57b-4c15-8d91-d292c5b2b8f7"
    assert read(context=None).session_id is None


@pytest.mark.parametrize(
    ("threshold", "target", "notes"),
    [
        (0.9, "90.0000", []),
        (1, "100.0000", []),
        (90, None, ["a target outside of 0..1: left out"]),
        ("0.9", None, ["a target outside of 0..1: left out"]),
    ],
)
def test_a_threshold_is_the_target(threshold: object, target: str | None, notes: list[str]) -> None:
    reading = read(context={"extensions": {f"{VIDEO}completion-threshold": threshold}})
    assert reading.target_score == (None if target is None else Decimal(target))
    assert reading.notes == notes


def test_a_voiding_statement_names_what_it_voids() -> None:
    reading = read_statement(1, voiding("6690E6C9-3EF0-4ED3-8B37-7F3964730BEE"), MAPPING)
    assert (reading.voids, reading.fault) == ("6690e6c9-3ef0-4ed3-8b37-7f3964730bee", VOIDING)
    nothing = read_statement(1, voiding("", object={"objectType": "StatementRef"}), MAPPING)
    assert (nothing.voids, nothing.fault) == (None, "it voids nothing")
