"""The marts of `performance` from five million completions by two hundred thousand users.

Every twentieth task has no difficulty, every nineteenth no skill match, every seventeenth no due date, and some
completions state no hours. Of a hundred assignments five were changed after they were given, three were cancelled
after they were completed and two of those completed again; every twentieth user has no organization.
"""

import sys
from pathlib import Path

from benchmarks.marts import MartBenchmark, main

WORLD = """
insert into raw.users
select
    'user-' || user_number, 'name ' || user_number, null,
    case when user_number % 20 > 0 then 'organization-' || user_number // 100 end,
    case user_number % 50 when 0 then 'admin' when 1 then 'team_lead' else 'employee' end,
    1 + user_number % 10, timestamptz '1970-01-01 00:00:00+00', false, 1, user_number
from range({users}) as numbers (user_number);

create temp table drawn as
select
    task_number,
    hash(task_number) % {users} as user_number,
    (hash(task_number, 1) % 1000)::bigint as chance,
    (hash(task_number, 2) % 101)::bigint as difficulty,
    (hash(task_number, 3) % 1001)::bigint as skill_match,
    (hash(task_number, 4) % 4000)::bigint as hundredths_of_hours,
    timestamptz '2024-04-01 00:00:00+00' + to_seconds((hash(task_number, 5) % 60000000)::bigint) as assigned_at,
    to_seconds((86400 + hash(task_number, 6) % 1000000)::bigint) as allowed,
    to_seconds((3600 + hash(task_number, 7) % 1000000)::bigint) as taken
from range({completions}) as numbers (task_number);

insert into raw.task_assignments
select
    'assignment-' || task_number, 'task-' || task_number % 1000, 'user-' || user_number, null,
    'Task ' || task_number % 1000,
    case when chance % 20 > 0 then difficulty / 10 end, case when chance % 19 > 0 then skill_match / 1000 end,
    assigned_at, case when chance % 17 > 0 then assigned_at + allowed end,
    timestamptz '1970-01-01 00:00:00+00', false, 1, task_number
from drawn;
insert into raw.task_assignments
select
    'assignment-' || task_number, 'task-' || task_number % 1000, 'user-' || user_number, null,
    'Task ' || task_number % 1000,
    difficulty / 10, skill_match / 1000,
    assigned_at, assigned_at + allowed + to_hours(24), assigned_at + to_hours(12), false, 1, task_number
from drawn where chance < 50;

insert into raw.task_events
select
    'submitted-' || task_number, 'assignment-' || task_number, 'submitted', null, 'user-' || user_number, null,
    assigned_at + taken - to_hours(1), 1, task_number
from drawn;
insert into raw.task_events
select
    'completed-' || task_number, 'assignment-' || task_number, 'completed', null, 'user-' || user_number,
    case when chance % 7 > 0 then hundredths_of_hours / 100 end, assigned_at + taken, 1, task_number
from drawn;
insert into raw.task_events
select
    'cancelled-' || task_number, 'assignment-' || task_number, 'cancelled', null, null, null,
    assigned_at + taken + to_hours(24), 1, task_number
from drawn where chance between 100 and 129;
insert into raw.task_events
select
    'again-' || task_number, 'assignment-' || task_number, 'completed', null, 'user-' || user_number, 1.5,
    assigned_at + taken + to_hours(30), 1, task_number
from drawn where chance between 110 and 139;
"""

BENCHMARK = MartBenchmark(
    name="performance marts",
    sizes={"completions": 5_000_000, "users": 200_000},
    world=WORLD,
    select="+path:models/marts/performance",
    marts=(
        "performance.performance_logs",
        "performance.performance_snapshots",
        "performance.performance_milestones",
        "performance.performance_badges",
        "performance.user_performance",
        "performance.team_performance",
        "performance.performance_distribution",
    ),
    bare=Path(__file__).with_suffix(".sql"),
    allowed=1.3,
)

if __name__ == "__main__":
    sys.exit(main(BENCHMARK))
