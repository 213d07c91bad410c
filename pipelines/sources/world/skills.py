"""Projects, the skills they need, the work on them, and mentorship (domain `skills`)."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from pipelines.sources.world.people import (
    FJORD,
    FJORD_INTERNS,
    FJORD_STAFF,
    HARBOR,
    HARBOR_INTERNS,
    HARBOR_STAFF,
    NAMED,
    Person,
)
from pipelines.sources.world.rows import (
    LAST_DAY,
    TIMELESS,
    Row,
    World,
    day,
    days,
    midnight,
    minutes,
    moment,
)

SKILLS = {
    "skill_python": ("Python", "programming"),
    "skill_sql": ("SQL", "programming"),
    "skill_typescript": ("TypeScript", "programming"),
    "skill_ros": ("Robot Operating System", "robotics"),
    "skill_vision": ("Machine vision", "robotics"),
    "skill_cad": ("Computer-aided design", "robotics"),
    "skill_testing": ("Testing", "practice"),
    "skill_accessibility": ("Accessible design", "practice"),
    "skill_writing": ("Technical writing", "practice"),
    "skill_stats": ("Statistics", "analysis"),
}


@dataclass(frozen=True)
class Project:
    """A project with the skills it is scoped to, its members and, where it has ended, its last day."""

    project_id: str
    organization_id: str
    name: str
    skills: tuple[str, ...]
    members: tuple[Person, ...]
    first_day: str
    last_day: str | None = None


PROJECTS = (
    Project(
        "proj_belt_camera",
        HARBOR,
        "Belt camera",
        ("skill_python", "skill_vision", "skill_testing"),
        (*HARBOR_INTERNS[:4], HARBOR_STAFF[0]),
        "01-21",
        "03-20",
    ),
    Project(
        "proj_gripper",
        HARBOR,
        "Soft gripper",
        ("skill_ros", "skill_cad"),
        (*HARBOR_INTERNS[3:], HARBOR_STAFF[2]),
        "02-03",
    ),
    Project(
        "proj_cell_reports",
        HARBOR,
        "Cell reports",
        ("skill_sql", "skill_stats", "skill_writing"),
        (HARBOR_INTERNS[0], HARBOR_INTERNS[2], HARBOR_STAFF[1], HARBOR_STAFF[3]),
        "02-10",
        "03-27",
    ),
    Project(
        "proj_help_center",
        FJORD,
        "Help center",
        ("skill_typescript", "skill_accessibility", "skill_writing"),
        (*FJORD_INTERNS[:3], FJORD_STAFF[0]),
        "01-26",
        "03-13",
    ),
    Project(
        "proj_search",
        FJORD,
        "Faster search",
        ("skill_typescript", "skill_sql", "skill_testing"),
        (*FJORD_INTERNS[2:], *FJORD_STAFF[:2]),
        "02-09",
    ),
)
UPDATES = (
    "Finished the first version and asked for a review.",
    "Found out why the numbers were off: the clock of one machine was an hour behind.",
    "Wrote tests for the two cases that broke last week.",
    "Talked to the people who use it; they would rather have one page than three.",
    "Blocked since noon, the test bench is in use.",
    "Merged. Next is the clean-up of the old path.",
    "Measured before and after: from 4.1 s to 0.9 s.",
    "Half a day of reading, notes are in the wiki.",
)
FOCUSES = ("Career plans", "Python packaging", "How to ask for feedback", "Reading a schematic")


def write_skills(random: Random) -> World:
    """Rows of the six contracts of this domain."""
    return {
        "skills": _skills(),
        "projects": _projects(),
        "project_skills": _project_skills(),
        "project_events": _project_events(random),
        "progress_updates": _progress_updates(random),
        "mentorship_sessions": _mentorship_sessions(random),
    }


def _skills() -> list[Row]:
    rows: list[Row] = [
        {"skill_id": skill_id, "skill_name": name, "category": category, "effective_at": TIMELESS}
        for skill_id, (name, category) in SKILLS.items()
    ]
    renamed: Row = {
        "skill_id": "skill_vision",
        "skill_name": "Computer vision",
        "category": "robotics",
        "effective_at": midnight("03-02"),
    }
    return [*rows, renamed]


def _projects() -> list[Row]:
    return [
        {
            "project_id": project.project_id,
            "organization_id": project.organization_id,
            "name": project.name,
            # what the founders had in mind is informational and makes nobody skilled
            "metadata": {"skill_ideas": ["leadership", project.skills[0]], "priority": number},
        }
        for number, project in enumerate(PROJECTS, 1)
    ]


def _project_skills() -> list[Row]:
    rows: list[Row] = [
        {"project_id": project.project_id, "skill_id": skill_id, "effective_at": TIMELESS}
        for project in PROJECTS
        for skill_id in project.skills
    ]
    rows.append(
        {
            "project_id": "proj_search",
            "skill_id": "skill_testing",
            "effective_at": midnight("03-09"),
            "is_deleted": True,
        }
    )
    rows.append(
        {
            "project_id": "proj_gripper",
            "skill_id": "skill_python",
            "effective_at": midnight("02-23"),
        }
    )
    return rows


def _project_events(random: Random) -> list[Row]:
    rows: list[Row] = []
    for project in PROJECTS:
        for number, member in enumerate(project.members):
            joined = moment(day(project.first_day), "09:00") + minutes(random, 0, 3000)
            moments = {"joined": joined}
            # the last member to join leaves the completion to the others
            if project.last_day and number < len(project.members) - 1:
                moments["completed"] = moment(day(project.last_day), "14:00") + minutes(
                    random, 0, 180
                )
            rows += [
                {
                    "project_event_id": f"pev_{project.project_id[5:]}_{member.user_id[5:]}_{event_type}",
                    "project_id": project.project_id,
                    "user_id": member.user_id,
                    "event_type": event_type,
                    "occurred_at": occurred_at,
                }
                for event_type, occurred_at in moments.items()
            ]
    return rows


def _progress_updates(random: Random) -> list[Row]:
    rows: list[Row] = []
    for project in PROJECTS:
        first = day(project.first_day) + timedelta(days=3)
        last = day(project.last_day) if project.last_day else LAST_DAY
        for on in days(first, last):
            for member in project.members:
                if on.weekday() > 4 or random.random() > 0.09:
                    continue
                rows.append(
                    {
                        "progress_update_id": f"upd_{project.project_id[5:]}_{member.user_id[5:]}_{on:%m%d}",
                        "project_id": project.project_id,
                        "user_id": member.user_id,
                        "content": random.choice(UPDATES),
                        "occurred_at": moment(on, "14:00") + minutes(random, 0, 300),
                    }
                )
    return rows


def _mentorship_sessions(random: Random) -> list[Row]:
    mentors = {
        **dict.fromkeys(HARBOR_INTERNS, (NAMED["Hannah Weiss"], NAMED["Kenji Mori"])),
        **dict.fromkeys(FJORD_INTERNS, (NAMED["Vera Dvorak"], NAMED["Tilda Sorensen"])),
    }
    rows: list[Row] = []
    for intern, choice in mentors.items():
        for on in days(day("02-02"), LAST_DAY):
            if on.weekday() != 2 or random.random() > 0.4:
                continue
            projects = [project.project_id for project in PROJECTS if intern in project.members]
            rows.append(
                {
                    "mentorship_session_id": f"ment_{intern.user_id[5:]}_{on:%m%d}",
                    "intern_id": intern.user_id,
                    "mentor_id": random.choice(choice).user_id,
                    "session_focus": random.choice(FOCUSES),
                    "project_id": random.choice(projects) if random.random() < 0.5 else None,
                    "status": "completed" if random.random() < 0.9 else "no_show",
                    "occurred_at": moment(on, "13:00") + minutes(random, 0, 120),
                }
            )
    return rows
