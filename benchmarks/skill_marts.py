"""The marts of `skills` over 20 million events: `python -m benchmarks.skill_marts`.

Belongs here: the world, which is skewed as real ones are: a few people write most of the updates and a few projects
have most of the people, each is on one to seven projects, and a project declares up to five of 400 skills, some only
for a time. About 54 million signals come of it.
"""

import sys
from pathlib import Path

from benchmarks.marts import MartBenchmark, main

WORLD = """
-- A number in [0, 1), the same for the same arguments and independent for others.
create temp macro draw(number, nth) as (hash(number * 1000 + nth) >> 11) / 9007199254740992.0;

insert into raw.users by name
select
    'user_' || range as user_id,
    'user ' || range as username,
    'org_' || range % 500 as organization_id,
    'student' as role,
    1 as experience_level,
    timestamptz '2025-01-01' as effective_at,
    false as is_deleted,
    1 as _batch,
    range as _row
from range({users});

-- Every tenth skill was renamed.
insert into raw.skills by name
select
    'skill_' || range as skill_id,
    'Skill ' || range || ', version ' || number as skill_name,
    'category ' || range % 12 as category,
    [timestamptz '2025-01-01', timestamptz '2025-11-01'][number] as effective_at,
    false as is_deleted,
    1 as _batch,
    range as _row
from range(400)
cross join (values (1), (2)) as versions (number)
where number = 1 or range % 10 = 0;

-- Every fiftieth project was deleted before the end.
insert into raw.projects by name
select
    'project_' || range as project_id,
    'org_' || range % 500 as organization_id,
    'Project ' || range as name,
    [timestamptz '2025-01-01', timestamptz '2026-02-01'][number] as effective_at,
    number = 2 as is_deleted,
    1 as _batch,
    range as _row
from range({projects})
cross join (values (1), (2)) as versions (number)
where number = 1 or range % 50 = 0;

-- A twentieth of the declarations is withdrawn, and half of these are made again.
insert into raw.project_skills by name
with declared as (
    select distinct
        range as project,
        cast(floor(400 * pow(draw(range, nth), 2)) as bigint) as skill
    from range({projects})
    cross join range(1, 6) as declarations (nth)
    where nth <= 1 + range % 5
)

select
    'project_' || project as project_id,
    'skill_' || skill as skill_id,
    [timestamptz '2025-01-01', timestamptz '2025-10-01', timestamptz '2025-12-01'][number] as effective_at,
    number = 2 as is_deleted,
    1 as _batch,
    row_number() over () as _row
from declared
cross join (values (1), (2), (3)) as versions (number)
where draw(project, skill) < [1.0, 0.05, 0.025][number];

create temp table memberships as
select
    range as member,
    nth,
    'user_' || range as user_id,
    'project_' || cast(floor({projects} * pow(draw(range, nth), 2)) as bigint) as project_id,
    timestamptz '2025-01-15' + draw(range, 100 + nth) * interval '350 days' as joined_at,
    (0.1 + draw(range, 200 + nth)) * interval '150 days' as stay
from range({users})
cross join range(1, 8) as projects (nth)
where nth <= 1 + range % 7;

insert into raw.project_events by name
select
    event_type || '_' || member || '_' || nth as project_event_id,
    project_id,
    user_id,
    event_type,
    case event_type when 'joined' then joined_at else joined_at + stay end as occurred_at,
    1 as _batch,
    row_number() over () as _row
from memberships
cross join (values ('joined'), ('completed')) as types (event_type)
where event_type = 'joined' or draw(member, 300 + nth) < 0.6;

insert into raw.progress_updates by name
with authors as (
    select
        range as number,
        cast(floor({users} * pow(draw(range, 1), 2)) as bigint) as member
    from range({events} - (select count(*) from raw.project_events))
)

select
    'update_' || number as progress_update_id,
    project_id,
    user_id,
    'Merged. Next is the clean-up of the old path.' as content,
    joined_at + draw(number, 3) * stay as occurred_at,
    1 as _batch,
    number as _row
from authors
inner join memberships
    on memberships.member = authors.member
    and memberships.nth = 1 + cast(floor(draw(number, 2) * (1 + authors.member % 7)) as bigint);

insert into raw.mentorship_sessions by name
select
    'session_' || range as mentorship_session_id,
    'user_' || range % {users} as intern_id,
    'user_' || cast(floor(2000 * draw(range, 1)) as bigint) as mentor_id,
    'Python packaging' as session_focus,
    case when range % 2 = 0 then 'project_' || cast(floor({projects} * draw(range, 2)) as bigint) end as project_id,
    'completed' as status,
    timestamptz '2025-01-15' + draw(range, 3) * interval '440 days' as occurred_at,
    1 as _batch,
    range as _row
from range({events} // 20);
"""

BENCHMARK = MartBenchmark(
    name="The marts of skills",
    sizes={"events": 20_000_000, "users": 200_000, "projects": 20_000},
    world=WORLD,
    select="+path:models/marts/skills",
    marts=(
        "skills.user_skill_signals",
        "skills.skill_distribution",
        "skills.skill_distribution_by_organization",
        "skills.skill_momentum",
        "skills.skill_activity",
        "skills.mentorship_summary",
    ),
    bare=Path(__file__).with_suffix(".sql"),
    allowed=1.3,
)

if __name__ == "__main__":
    sys.exit(main(BENCHMARK))
