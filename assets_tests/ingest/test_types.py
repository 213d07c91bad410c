"""What texts mean, type by type: the cases that a person checks by eye."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from assets_tests.ingest.data_root import DataRoot

STEP_EVENTS = "step_event_id,step_id,student_id,event_type,score,time_on_task_ms,occurred_at\n"


def csv_of(header: str, rows: list[str]) -> str:
    return header + "".join(row + "\n" for row in rows)


def test_decimals_are_exact_in_every_notation(root: DataRoot) -> None:
    exact = {
        "87.5": "87.5",
        "123e-4": "0.0123",
        "+0.5": "0.5",
        "5.": "5",
        ".5": "0.5",
        "1E+2": "100",
        "10e-5": "0.0001",
        "50.5" + "0" * 40: "50.5",
        "0" * 40 + "7": "7",
        "0e999999999": "0",
        "-0": "0",
    }
    faults = {
        "1e-5": "type",
        "12.34567": "type",
        "1e-9999999999999999999": "type",
        "1.2.3": "type",
        "nan": "type",
        "100.0001": "range",
        "-0.0001": "range",
        "1000": "range",
        "1e9999999999999999999": "range",
    }
    rows = [f"e{n},s,u,attempted,{text},,2026-01-01" for n, text in enumerate([*exact, *faults])]
    root.taken("step_events", "scores.csv", csv_of(STEP_EVENTS, rows))
    scores = [row["score"] for row in root.accepted("step_events")]
    assert scores == [Decimal(text) for text in exact.values()]
    found = [row.reasons for row in root.quarantined("step_events")]
    assert found == [(f"{fault}:score",) for fault in faults.values()]


def test_whole_numbers_are_digits_with_a_sign(root: DataRoot) -> None:
    exact = {"0": 0, "-0": 0, "+7": 7, "007": 7, " 3 ": 3, str(2**63 - 1): 2**63 - 1}
    faults = {"1.0": "type", "1e2": "type", "1_0": "type", "\u0663": "type", str(2**63): "range"}
    faults |= {"-1": "range", "9" * 30: "range", "true": "type"}
    rows = [f"e{n},s,u,started,,{text},2026-01-01" for n, text in enumerate([*exact, *faults])]
    root.taken("step_events", "times.csv", csv_of(STEP_EVENTS, rows))
    assert [row["time_on_task_ms"] for row in root.accepted("step_events")] == [*exact.values()]
    found = [row.reasons for row in root.quarantined("step_events")]
    assert found == [(f"{fault}:time_on_task_ms",) for fault in faults.values()]


def test_floats_are_finite_and_below_a_thousand_million(root: DataRoot) -> None:
    exact = {"0.1": 0.1, "-1.5e-3": -0.0015, "5.": 5.0, "999999999.9999999": 999999999.9999999}
    exact |= {"-999999999": -999999999.0, "1e-400": 0.0}
    faults = {"1e9": "range", "-1e9": "range", "1e400": "range", "nan": "type", "inf": "type"}
    faults |= {"1,5": "type", "1_0": "type", "0x1p3": "type", "1e": "type"}
    rows = [f't{n},tasks_late,"{text}"' for n, text in enumerate([*exact, *faults])]
    header = "kpi_threshold_id,metric,min_value\n"
    root.taken("kpi_thresholds", "bounds.csv", csv_of(header, rows))
    assert [row["min_value"] for row in root.accepted("kpi_thresholds")] == [*exact.values()]
    found = [row.reasons for row in root.quarantined("kpi_thresholds")]
    assert found == [(f"{fault}:min_value",) for fault in faults.values()]


def test_moments_become_utc(root: DataRoot) -> None:
    exact = {
        "2026-01-01": datetime(2026, 1, 1),
        "2026-01-01 10:00": datetime(2026, 1, 1, 10),
        "2026-01-01T10:00:30.5Z": datetime(2026, 1, 1, 10, 0, 30, 500_000),
        "2026-01-01T10:00+05:30": datetime(2026, 1, 1, 4, 30),
        "2026-01-01T10:00:00.000001-0545": datetime(2026, 1, 1, 15, 45, 0, 1),
        "1970-01-01": datetime(1970, 1, 1),
        "1969-12-31T23:00-01:00": datetime(1970, 1, 1),
        "2200-01-01": datetime(2200, 1, 1),
        "2200-01-01T05:30+05:30": datetime(2200, 1, 1),
    }
    faults = {
        "1969-12-31T23:59:59.999999": "range",
        "2200-01-01T00:00:00.000001": "range",
        "1970-01-01T00:00+00:01": "range",
        "0000-01-01": "range",
        "2026-02-29": "type",
        "2026-01-01T24:00": "type",
        "2026-01-01T23:59:60": "type",
        "2026-01-01T10:00+24:00": "type",
        "2026-01-01T10:00:00.1234567": "type",
        "2026-01-01T10:00 +01:00": "type",
        "2026-01-01Z": "type",
        "1767225600": "type",
        "now": "type",
        "infinity": "type",
    }
    rows = [f"b{n},u,star,{text}" for n, text in enumerate([*exact, *faults])]
    header = "badge_award_id,student_id,badge,occurred_at\n"
    root.taken("badge_awards", "moments.csv", csv_of(header, rows))
    moments = [row["occurred_at"] for row in root.accepted("badge_awards")]
    assert moments == [moment.replace(tzinfo=UTC) for moment in exact.values()]
    found = [row.reasons for row in root.quarantined("badge_awards")]
    assert found == [(f"{fault}:occurred_at",) for fault in faults.values()]


def test_a_bare_due_date_is_the_end_of_its_utc_day_for_tasks_alone(root: DataRoot) -> None:
    root.drop(
        "task_assignments/t.csv",
        "task_assignment_id,task_id,user_id,assigned_at,due_at\n"
        "a,t,u,2026-01-01,2026-01-31\nb,t,u,2026-01-01,2026-01-31T00:00\nc,t,u,2026-01-01,\n",
    )
    root.drop("assignments/a.csv", "assignment_id,created_at,due_at\na,2026-01-01,2026-01-31\n")
    root.ingest()
    end_of_day = datetime(2026, 1, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    midnight = datetime(2026, 1, 31, tzinfo=UTC)
    tasks = root.accepted("task_assignments")
    assert [row["due_at"] for row in tasks] == [end_of_day, midnight, None]
    assert {row["assigned_at"] for row in tasks} == {datetime(2026, 1, 1, tzinfo=UTC)}
    assert [row["due_at"] for row in root.accepted("assignments")] == [midnight]


def test_days_words_truths_and_zones(root: DataRoot) -> None:
    header = "internship_instance_id,user_id,employer_id,starts_on,ends_on,workdays,timezone,is_deleted\n"
    good = [
        "a,u,e,2024-02-29,2029-02-28,,Europe/Berlin,",
        "b,u,e,2024-02-29,2024-02-29,Fri| MON |fri,,NO",
        'c,u,e,1970-01-01,1970-01-02,"[""sun"", ""sat""]", UTC ,0',
        "d,u,e,2195-01-01,2200-01-01,[],,false",
    ]
    bad = {
        "e,u,e,2024-02-29,2029-03-01,,,": ("range:ends_on",),
        "f,u,e,2024-02-29,2024-02-28,,,": ("range:ends_on",),
        "g,u,e,2023-02-29,2024-01-01,,,": ("type:starts_on",),
        "h,u,e,2024-1-1,2024-01-01T00:00,,,": ("type:ends_on", "type:starts_on"),
        "i,u,e,1969-12-31,1970-01-01,,,": ("range:starts_on",),
        "j,u,e,2199-01-01,2200-01-02,,,": ("range:ends_on",),
        "k,u,e,2024-01-01,2024-01-01,mon|holiday,,": ("enum:workdays",),
        "l,u,e,2024-01-01,2024-01-01,[1],,": ("type:workdays",),
        "m,u,e,2024-01-01,2024-01-01,,europe/berlin,": ("timezone:timezone",),
        "n,u,e,2024-01-01,2024-01-01,,+01:00,maybe": ("timezone:timezone", "type:is_deleted"),
    }
    root.taken("internships", "i.csv", csv_of(header, [*good, *bad]))
    rows = root.accepted("internships")
    weekdays = sorted(["mon", "tue", "wed", "thu", "fri"])
    assert [row["workdays"] for row in rows] == [weekdays, ["fri", "mon"], ["sat", "sun"], weekdays]
    assert [row["timezone"] for row in rows] == ["Europe/Berlin", None, "UTC", None]
    assert rows[0]["ends_on"] == date(2029, 2, 28)
    assert {row["is_deleted"] for row in rows} == {False}
    assert [row.reasons for row in root.quarantined("internships")] == [*bad.values()]


def test_json_is_equal_by_value(root: DataRoot) -> None:
    same = [
        '{"a":1,"b":[1,2.50]}',
        '{"b":[1.0,25e-1],"a":1.0}',
        ' { "b" : [ 1 , 2.5 ] , "a" : 1 } ',
    ]
    other = [
        '{"a":1,"b":[2.5,1]}',
        '{"a":true,"b":[1,2.5]}',
        '{"a":1}',
        '{"a":100000000000000000001}',
    ]
    bad = [
        "[1]",
        "null",
        '{"a":NaN}',
        '{"a":1,}',
        "{a:1}",
        '{"a":1e400}',
        '{"a":1e99999999999999999999}',
        '{"a":"\\ud800"}',
        '"{}"',
    ]
    header = "project_id,metadata,effective_at\n"
    rows = ['p,"' + text.replace('"', '""') + '",2026-01-01' for text in [*same, *other, *bad]]
    entry = root.taken("projects", "p.csv", csv_of(header, rows))
    assert (entry.accepted, entry.duplicates) == (1, 2)
    found = [row.reasons for row in root.quarantined("projects")]
    assert found == [("conflict",)] * len(other) + [("type:metadata",)] * len(bad)


def test_defaults_hold_for_empty_blank_null_and_absent(root: DataRoot) -> None:
    root.drop("users/u.csv", "user_id,username,role,experience_level\na,A,, \nb,B,ADMIN,10\n")
    root.drop(
        "users/u.jsonl",
        '{"user_id":"c","username":"C","role":null}\n{"user_id":4,"username":" "}\n',
    )
    root.drop("organizations/o.csv", "organization_id,name\no,O\n")
    root.ingest()
    users = {row["user_id"]: row for row in root.accepted("users")}
    assert {key: (row["role"], row["experience_level"]) for key, row in users.items()} == {
        "a": ("student", 1),
        "b": ("admin", 10),
        "c": ("student", 1),
        "4": ("student", 1),
    }
    assert users["4"]["username"] == " "
    assert [row["timezone"] for row in root.accepted("organizations")] == ["UTC"]


def test_ids_are_trimmed_texts_of_at_most_255_characters(root: DataRoot) -> None:
    good = {
        "\u00a0 a \u3000": "a",
        "x" * 255: "x" * 255,
        "\u00e9" * 255: "\u00e9" * 255,
        "\x85b": "b",
    }
    bad = {
        "x" * 256: "too_long",
        "a\x01b": "control_character",
        "a\x85b": "control_character",
        "\x1ca": "control_character",
        '"a\nb"': "control_character",
        "\u2003": "missing",
    }
    root.taken(
        "organizations",
        "o.csv",
        csv_of("organization_id,name\n", [f"{t},O" for t in [*good, *bad]]),
    )
    assert [row["organization_id"] for row in root.accepted("organizations")] == [*good.values()]
    found = [row.reasons for row in root.quarantined("organizations")]
    assert found == [(f"{fault}:organization_id",) for fault in bad.values()]


@pytest.mark.requirement("G001-05", "G001-26", "G002-06")
def test_what_lies_outside_its_range_or_its_words_is_quarantined(root: DataRoot) -> None:
    root.drop(
        "task_assignments/t.csv",
        "task_assignment_id,task_id,user_id,assigned_at,difficulty,skill_match\n"
        "a,t,u,2026-01-01,0,0\nb,t,u,2026-01-01,10,1\nc,t,u,2026-01-01,10.1,1.1\nd,t,u,2026-01-01,-0.1,-1\n",
    )
    root.drop("users/u.csv", "user_id,username,experience_level\na,A,1\nb,B,10\nc,C,0\nd,D,11\n")
    root.drop(
        "project_events/p.csv",
        "project_event_id,project_id,user_id,event_type,occurred_at\na,p,u,left,2026-01-01\n",
    )
    root.ingest()
    assert [row["difficulty"] for row in root.accepted("task_assignments")] == [0, 10]
    out = ("range:difficulty", "range:skill_match")
    assert [row.reasons for row in root.quarantined("task_assignments")] == [out, out]
    assert [row["experience_level"] for row in root.accepted("users")] == [1, 10]
    assert [row.reasons for row in root.quarantined("users")] == [("range:experience_level",)] * 2
    assert [row.reasons for row in root.quarantined("project_events")] == [("enum:event_type",)]


RULES: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "kpi_thresholds": (
        "kpi_threshold_id,metric,min_value,max_value",
        {
            "a,tasks_late,1,": (),
            "b,tasks_late,,1": (),
            "c,tasks_late,,": ("missing:min_value",),
            "d,tasks_late,x,": ("type:min_value",),
            "e,tasks_late,,x": ("type:max_value",),
        },
    ),
    "attendance_records": (
        "attendance_record_id,internship_instance_id,occurred_at,clocked_out_at",
        {
            "a,i,2026-01-01T08:00,2026-01-01T08:00": (),
            "b,i,2026-01-01T08:00,": (),
            "c,i,2026-01-01T08:00,2026-01-01T07:59:59.999999": ("range:clocked_out_at",),
        },
    ),
    "step_events": (
        "step_event_id,step_id,student_id,event_type,score,target_score,actor_id,occurred_at",
        {
            "a,s,u,started,,,,2026-01-01": (),
            "b,s,u,attempted,0,,,2026-01-01": (),
            "c,s,u,target_adjusted,,0,t,2026-01-01": (),
            "d,s,u,attempted,,,,2026-01-01": ("missing:score",),
            "e,s,u,target_adjusted,,,,2026-01-01": ("missing:actor_id", "missing:target_score"),
            "f,s,u,completed_by_teacher,,,,2026-01-01": ("missing:actor_id",),
            "g,s,u,progress_reviewed,,,,2026-01-01": ("missing:actor_id",),
        },
    ),
    "participations": (
        "participation_id,assessment_id,user_id,status,points,occurred_at",
        {
            "a,x,u,reviewed,0,2026-01-01": (),
            "b,x,u,absent,,2026-01-01": (),
            "c,x,u,reviewed,,2026-01-01": ("missing:points",),
            "d,x,u,reviewed,123456789,2026-01-01": ("range:points",),
        },
    ),
    "achievements": (
        "achievement_id,lecture_id,title,value_type,threshold",
        {
            "a,l,T,boolean,": (),
            "b,l,T,numeric,0.0001": (),
            "c,l,T,percentage,0": (),
            "d,l,T,percentage,100": (),
            "e,l,T,boolean,1": ("range:threshold",),
            "f,l,T,numeric,": ("missing:threshold",),
            "g,l,T,numeric,0": ("range:threshold",),
            "h,l,T,percentage,": ("missing:threshold",),
            "i,l,T,percentage,100.0001": ("range:threshold",),
            "j,l,T,percentage,-1": ("range:threshold",),
        },
    ),
    "rules": (
        "rule_id,lecture_id,min_percentage,min_points_absolute",
        {
            "a,l,50,": (),
            "b,l,,50": (),
            "c,l,,": (),
            "d,l,0,0": ("range:min_points_absolute",),
            "e,l,101,": ("range:min_percentage",),
        },
    ),
    "certifications": (
        "certification_id,lecture_id,user_id,status,certified_by,occurred_at",
        {
            "a,l,u,pending,,2026-01-01": (),
            "b,l,u,passed,t,2026-01-01": (),
            "c,l,u,passed,,2026-01-01": ("missing:certified_by",),
            "d,l,u,failed,,2026-01-01": ("missing:certified_by",),
        },
    ),
    "registration_events": (
        "registration_event_id,campaign_id,event_type,user_id,occurred_at",
        {
            "a,c,saved,,2026-01-01": (),
            "b,c,registered,u,2026-01-01": (),
            "c,c,registered,,2026-01-01": ("missing:user_id",),
            "d,c,confirmed,,2026-01-01": ("missing:user_id",),
            "e,c,withdrawn,,2026-01-01": ("missing:user_id",),
        },
    ),
    "assignments": (
        "assignment_id,created_at,estimated_duration_days,position",
        {
            "a,2026-01-01,0.5,0": (),
            "b,2026-01-01,0,-1": ("range:estimated_duration_days", "range:position"),
        },
    ),
}


def test_rules_between_columns(root: DataRoot) -> None:
    for contract, (header, rows) in RULES.items():
        root.drop(f"{contract}/rows.csv", csv_of(header + "\n", [*rows]))
    root.ingest()
    for contract, (_, rows) in RULES.items():
        wanted = {line: reasons for line, reasons in enumerate(rows.values(), start=2) if reasons}
        assert {row.line: row.reasons for row in root.quarantined(contract)} == wanted, contract
        assert len(root.accepted(contract)) == len(rows) - len(wanted), contract


def test_a_tombstone_needs_its_key_alone(root: DataRoot) -> None:
    header = "achievement_id,lecture_id,title,value_type,threshold,is_deleted,effective_at\n"
    rows = ["a,,,nonsense,x,YES,2026-01-01", ",,,,,true,", "b,,,,,yes,never", "c,,,,,perhaps,"]
    root.taken("achievements", "a.csv", csv_of(header, rows))
    (tombstone,) = root.accepted("achievements")
    assert (tombstone["achievement_id"], tombstone["is_deleted"]) == ("a", True)
    assert {tombstone[name] for name in ("lecture_id", "title", "value_type", "threshold")} == {
        None
    }
    assert [row.reasons for row in root.quarantined("achievements")] == [
        ("missing:achievement_id",),
        ("type:effective_at",),
        ("missing:lecture_id", "missing:title", "missing:value_type", "type:is_deleted"),
    ]
