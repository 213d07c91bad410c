"""The marts of `progress` from twenty million step events of a hundred thousand students.

Courses of 500 students: four assignments of ten steps, handed out three weeks apart, worked on in twelve weekly
sessions (a tenth of the students does all of it in eight and is not seen again). Every step is started once and
attempted about four times; of a hundred steps a teacher completes one, adjusts the target of one and reviews one. Every
fifth step is optional, every fifth has no target, every student plays five games freely. In every tenth course a
step gets another target, one is replaced by its like, a game is deprecated and an assignment archived; every fiftieth
student got more time.

`python -m benchmarks.progress_marts` measures what is so today against bare SQL; with `--replay` it measures how long
the replay takes, table by table, against `step_progress` with all that it is made of.
"""

import sys
from pathlib import Path

from benchmarks import marts, stages

WORLD = """
create temp table students as
select
    student_number,
    'student-' || student_number as student_id,
    student_number // 500 as course_number,
    (40 + hash(student_number) % 50)::int as ability,
    case when student_number % 10 = 7 then 8 else 12 end as sessions,
    timestamptz '2026-01-05 08:00:00+00' + to_days((student_number % 5)::int) as begins_at
from range({students}) as numbers (student_number);

create temp table courses as
select distinct course_number, course_number % 10 = 3 as is_changed from students;

insert into raw.organizations
select 'organization-' || number, 'Organization ' || number, 'UTC', timestamptz '1970-01-01', false, 1, number
from range({students} // 1000 + 1) as numbers (number);
insert into raw.users
select
    student_id, 'name ' || student_number, null, 'organization-' || student_number // 1000, 'student', 1,
    timestamptz '1970-01-01', false, 1, student_number
from students;
insert into raw.classes
select
    'class-' || number, 'organization-' || number // 40, 'teacher-' || number % 100, null,
    timestamptz '1970-01-01', false, 1, number
from range({students} // 25 + 1) as numbers (number);
insert into raw.class_students
select 'class-' || student_number // 25, student_id, timestamptz '1970-01-01', false, 1, student_number
from students;
insert into raw.badge_awards
select 'badge-' || student_number, student_id, 'Perseverance', begins_at + to_days(40), 1, student_number
from students where student_number % 3 = 0;

insert into raw.sequences
select 'course-' || course_number, null, 'Course', timestamptz '1970-01-01', false, 1, course_number
from courses;
insert into raw.games
select
    'game-' || course_number || '-' || number, null, version = 1,
    case when version = 1 then 'game-' || course_number || '-' || (number + 1) end,
    case version when 0 then timestamptz '1970-01-01' else timestamptz '2026-03-01' end, false, 1, course_number
from courses, range(4) as games (number), range(2) as versions (version)
where version = 0 or (is_changed and number = 2);
insert into raw.assignments
select
    'assignment-' || course_number || '-' || number, 'course-' || course_number, number, null,
    timestamptz '2026-01-05' + to_days((21 * number)::int), 25,
    case when number % 2 = 0 then timestamptz '2026-01-31' + to_days((21 * number)::int) end, version = 1,
    case version when 0 then timestamptz '1970-01-01' else timestamptz '2026-03-15' end, false, 1, course_number
from courses, range(4) as assignments (number), range(2) as versions (version)
where version = 0 or (is_changed and number = 0);
insert into raw.steps
select
    'step-' || course_number || '-' || number || case version when 2 then 'b' else '' end,
    'assignment-' || course_number || '-' || number // 10, number % 10,
    ['learn', 'play', 'quiz', 'challenge', 'review'][1 + number % 5],
    number % 5 <> 3,
    case number % 5 when 0 then null when 2 then 70 when 3 then 80 else 60 end - case version when 1 then 10 else 0 end,
    'concept-' || course_number || '-' || number // 5, 'element-' || number,
    case when number % 5 in (1, 2) then 'game-' || course_number || '-' || number // 10 end,
    timestamptz '2026-01-31' + to_days((21 * (number // 10))::int), number % 20 = 9,
    case version
        when 0 then timestamptz '1970-01-01'
        when 1 then timestamptz '2026-02-01'
        else timestamptz '2026-02-15'
    end,
    version = 3, 1, course_number
from courses, range(40) as steps (number), range(4) as versions (version)
where version = 0 or (is_changed and (version = 1 and number = 6 or version in (2, 3) and number = 12));
insert into raw.assignment_students
select
    'assignment-' || course_number || '-' || number, student_id, begins_at + to_days((21 * number)::int) - to_hours(1),
    case when version = 1 then timestamptz '2026-02-28' + to_days((21 * number)::int) end,
    case version
        when 0 then timestamptz '2026-01-05' + to_days((21 * number)::int)
        else timestamptz '2026-01-12' + to_days((21 * number)::int)
    end,
    false, 1, student_number
from students, range(4) as assignments (number), range(2) as versions (version)
where version = 0 or student_number % 50 = 11;

insert into raw.step_events
select
    'event-' || event_number, 'step-' || course_number || '-' || step_number, student_id,
    event_type,
    case when event_type = 'attempted'
        then least(100, greatest(0, ability + 4 * slot + (hash(event_number, 1) % 200000)::int / 10000 - 10))
    end,
    case when event_type = 'target_adjusted' then 50 end,
    case when event_type in ('started', 'attempted') then (hash(event_number, 2) % 80000)::int end,
    case when event_type in ('started', 'attempted') then 'session-' || student_number || '-' || session end,
    case when event_type not in ('started', 'attempted') then 'teacher-' || student_number % 100 end,
    null,
    begins_at + to_days((7 * session)::int) + to_seconds((400 * (step_number % 5) + 80 * slot)::int)
        + to_minutes((60 * (step_number // 5 % 2))::int),
    1, event_number
from (
    select
        *,
        step_number * sessions // 40 as session,
        case
            when slot = 0 then 'started'
            when slot = 4 and chance = 0 then 'completed_by_teacher'
            when slot = 4 and chance = 1 then 'target_adjusted'
            when slot = 4 and chance = 2 then 'progress_reviewed'
            else 'attempted'
        end as event_type
    from (
        select
            students.*,
            slots.slot,
            steps.step_number,
            200 * student_number + 5 * steps.step_number + slots.slot as event_number,
            hash(student_number, steps.step_number, 3) % 100 as chance
        from students, range(40) as steps (step_number), range(5) as slots (slot)
    ) as numbered
) as drawn;

insert into raw.free_play_scores
select
    'play-' || student_number || '-' || number, student_id,
    'game-' || course_number || '-' || (student_number + number) % 4,
    case number % 2 when 0 then 'play' else 'quiz' end,
    least(100, ability + (hash(student_number, number, 4) % 20)::int),
    'all_games', 120000, begins_at + to_days((7 * number + 3)::int), 1, student_number
from students, range(5) as plays (number);
"""

TODAY = marts.MartBenchmark(
    name="progress marts, as they stand",
    sizes={"students": 100_000},
    world=WORLD,
    select="+student_progress_summary +assignment_progress +sequence_progress +student_activity",
    marts=(
        "progress.step_progress",
        "progress.assignment_progress",
        "progress.sequence_progress",
        "progress.concept_mastery",
        "progress.student_activity",
        "progress.student_progress_summary",
    ),
    bare=Path(__file__).with_suffix(".sql"),
    allowed=1.3,
)

REPLAY = stages.StageBenchmark(
    name="progress, replayed",
    sizes=TODAY.sizes,
    world=WORLD,
    base="+step_progress",
    between=TODAY.select,
    select="+progress_events +progress_snapshots +student_risk_history +interventions +progress_inconsistencies",
    allowed=3.0,
)

if __name__ == "__main__":
    if "--replay" in sys.argv:
        sys.argv.remove("--replay")
        sys.exit(stages.main(REPLAY))
    sys.exit(marts.main(TODAY))
