"""What is wrong with the sample, on purpose: the flaws that real deliveries have, each with its reason.

Every flaw of `FLAWS` and `BROKEN_FILES` ends in quarantine with exactly the reasons given here; `STRAYS` are accepted
and refer to what never landed; `EXTRA_COLUMNS` are accepted and reported. Conflicts stand in the file of the row that
they contradict, so that the first row is the first whatever the files are called.
"""

from dataclasses import dataclass, field

from pipelines.sources.world.rows import Row, day, moment


@dataclass(frozen=True)
class Flaw:
    """A row of a delivery's last file, made wrong by `changes`; or a line that is no row at all."""

    contract: str
    reasons: tuple[str, ...]
    changes: Row = field(default_factory=dict)
    line: str | None = None


@dataclass(frozen=True)
class BrokenFile:
    """A file that nobody can read as a landing file: one row, quarantined whole."""

    contract: str
    name: str
    content: bytes
    reasons: tuple[str, ...] = ("unreadable_file",)


FLAWS = (
    Flaw("users", ("missing:username",), {"user_id": "user_1901", "username": None}),
    Flaw("users", ("range:experience_level",), {"user_id": "user_1902", "experience_level": 11}),
    Flaw("users", ("control_character:user_id",), {"user_id": "user\x0b1903"}),
    Flaw(
        "internships",
        ("range:ends_on", "timezone:timezone"),
        {
            "internship_instance_id": "inst_3901",
            "ends_on": "2025-04-10",
            "timezone": "Europe/Berln",
        },
    ),
    Flaw(
        "kpi_thresholds",
        ("missing:min_value",),
        {"kpi_threshold_id": "kpi_without_bounds", "min_value": None, "max_value": None},
    ),
    # the clock-out was sent again as a correction; what was said first stands
    Flaw("attendance_records", ("conflict",), {"clocked_out_at": "2026-03-02T23:59:00Z"}),
    Flaw(
        "attendance_records",
        ("range:clocked_out_at",),
        {
            "attendance_record_id": "att_backwards",
            "occurred_at": "2026-03-04T14:00:00Z",
            "clocked_out_at": "2026-03-04T13:00:00Z",
        },
    ),
    Flaw(
        "attendance_records",
        ("type:occurred_at",),
        {"attendance_record_id": "att_vague", "occurred_at": "yesterday, about nine"},
    ),
    Flaw("attendance_records", ("malformed",), line="att_cut_off,inst_3002,2026-03-"),
    Flaw(
        "training_events",
        ("malformed",),
        line='{"training_event_id": "trn_cut_off", "status": "comp',
    ),
    Flaw(
        "task_events",
        ("enum:event_type",),
        {"task_event_id": "tev_approved", "event_type": "approved"},
    ),
    Flaw(
        "task_events",
        ("range:actual_hours",),
        {"task_event_id": "tev_negative", "actual_hours": "-2"},
    ),
    Flaw("progress_updates", ("too_long:progress_update_id",), {"progress_update_id": "upd_" * 64}),
    Flaw(
        "step_events",
        ("range:score",),
        {"step_event_id": "sev_too_good", "event_type": "attempted", "score": "104.0"},
    ),
    Flaw(
        "step_events",
        ("missing:score",),
        {"step_event_id": "sev_no_score", "event_type": "attempted", "score": None},
    ),
    Flaw("free_play_scores", ("conflict",), {"score": "99.9"}),
    Flaw(
        "participations",
        ("missing:points",),
        {"participation_id": "par_no_points", "status": "reviewed", "points": None},
    ),
    Flaw(
        "participations",
        ("type:points",),
        {"participation_id": "par_too_fine", "status": "reviewed", "points": "12.34567"},
    ),
    Flaw(
        "certifications",
        ("missing:certified_by",),
        {"certification_id": "cert_by_nobody", "status": "failed", "certified_by": None},
    ),
    Flaw(
        "rules",
        ("range:min_points_absolute",),
        {"rule_id": "rule_twofold", "min_percentage": 50, "min_points_absolute": 60},
    ),
)

BROKEN_FILES = (
    BrokenFile(
        "badge_awards", "notes.txt", b"Ask Zoe whether spring badges go into their own file.\n"
    ),
    BrokenFile("mentorship_sessions", "2026-02.csv.gz", b"\x1f\x8b\x08 broken off in transfer"),
)

STRAYS: tuple[tuple[str, Row], ...] = (
    (
        "attendance_records",
        {
            "attendance_record_id": "att_stray",
            "internship_instance_id": "inst_9999",
            "occurred_at": moment(day("03-10"), "14:02"),
            "clocked_out_at": None,
        },
    ),
    (
        "task_events",
        {
            "task_event_id": "tev_stray",
            "task_assignment_id": "task_9999_0302_9999",
            "occurred_at": moment(day("03-10"), "10:41"),
        },
    ),
    ("lecture_members", {"lecture_id": "lec_topology"}),
    ("mentorship_sessions", {"mentorship_session_id": "ment_stray", "mentor_id": "user_1999"}),
)

EXTRA_COLUMNS = {
    "users": ("cost_center", "4711"),
    "attendance_records": ("badge_reader", "north gate"),
    "task_events": ("client_version", "5.2.1"),
}
