"""Performance records and certification proposals of many lectures: dbt against bare DuckDB SQL.

A lecture has members, twelve assignments (nearly all handed in, some corrected, some not marked), a talk and an
attendance to be graded, and one active rule. An implementation of the same idea that goes from user to user takes
0.17 s for 400 students with 12 assignments; the last line says what it is here.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.marts import MartBenchmark, main

WORLD = """
    insert into raw.lectures by name
    select
        'l' || lecture as lecture_id, 'Lecture' as title, timestamptz '1970-01-01 00:00:00Z' as effective_at,
        false as is_deleted, 1 as _batch, lecture as _row
    from range({lectures}) as lectures (lecture);

    -- Some have left again.
    insert into raw.lecture_members by name
    select
        'l' || member % {lectures} as lecture_id, 'u' || member as user_id,
        timestamptz '2026-01-01 00:00:00Z' as effective_at, false as is_deleted, 1 as _batch, member as _row
    from range({members}) as members (member)
    union all
    select
        'l' || member % {lectures}, 'u' || member, timestamptz '2026-02-01 00:00:00Z', true, 1,
        {members} + member
    from range(0, {members}, 50) as leavers (member);

    insert into raw.assessments by name
    select
        'l' || lecture || '-' || sheet as assessment_id, 'l' || lecture as lecture_id, 'Sheet' as title,
        'assignment' as kind, 10 + lecture % 3 as max_points, false as is_archived,
        timestamptz '1970-01-01 00:00:00Z' as effective_at, false as is_deleted, 1 as _batch,
        {assessments} * lecture + sheet as _row
    from range({lectures}) as lectures (lecture)
    cross join range({assessments}) as sheets (sheet);

    -- One in twenty-five is not handed in, one in twenty is corrected afterwards.
    insert into raw.participations by name
    with handed_in as (
        select
            member, sheet, hash(member, sheet) % 100 as fate,
            'l' || member % {lectures} || '-' || sheet as assessment_id,
            timestamptz '2026-01-10 12:00:00Z' + to_days((7 * sheet)::integer) as submitted_at
        from range({members}) as members (member)
        cross join range({assessments}) as sheets (sheet)
        where fate >= 4
    ),

    statements as (
        select *, 0 as correction from handed_in
        union all
        select *, 1 from handed_in where fate >= 95
    )

    select
        assessment_id || '-' || member || '-' || correction as participation_id, assessment_id,
        'u' || member as user_id,
        case fate when 4 then 'absent' when 5 then 'exempt' when 6 then 'pending' else 'reviewed' end as status,
        case when fate > 6 then (fate * (3 + member % 8) + correction) / 100 end as points,
        submitted_at, submitted_at + to_days(3 + correction) as occurred_at, 1 as _batch,
        row_number() over () as _row
    from statements;

    insert into raw.achievements by name
    select
        'l' || lecture || '-' || value_type as achievement_id, 'l' || lecture as lecture_id, value_type as title,
        value_type, if(value_type = 'numeric', 12, null) as threshold,
        timestamptz '1970-01-01 00:00:00Z' as effective_at, false as is_deleted, 1 as _batch, lecture as _row
    from range({lectures}) as lectures (lecture)
    cross join (values ('boolean'), ('numeric')) as kinds (value_type);

    insert into raw.achievement_grades by name
    select
        achievement_id || '-' || member as achievement_grade_id, achievement_id, 'u' || member as user_id,
        if(value_type = 'boolean', if(member % 7 = 0, 'Fail', ' Pass'), (member % 20)::varchar) as grade_value,
        timestamptz '2026-03-20 12:00:00Z' as occurred_at, 1 as _batch, member as _row
    from range({members}) as members (member)
    cross join (values ('boolean'), ('numeric')) as kinds (value_type)
    cross join lateral (select 'l' || member % {lectures} || '-' || value_type as achievement_id)
    where member % 11 > 0;

    insert into raw.rules by name
    select
        'r' || lecture as rule_id, 'l' || lecture as lecture_id,
        if(lecture % 2 = 0, 45.5, null) as min_percentage, if(lecture % 2 = 1, 60, null) as min_points_absolute,
        true as active, timestamptz '1970-01-01 00:00:00Z' as effective_at, false as is_deleted, 1 as _batch,
        lecture as _row
    from range({lectures}) as lectures (lecture);

    insert into raw.rule_achievements by name
    select
        'r' || lecture as rule_id, 'l' || lecture || '-' || value_type as achievement_id, 1 as position,
        timestamptz '1970-01-01 00:00:00Z' as effective_at, false as is_deleted, 1 as _batch, lecture as _row
    from range({lectures}) as lectures (lecture)
    cross join (values ('boolean'), ('numeric')) as kinds (value_type)
    where value_type = 'boolean' or lecture % 3 = 0;
"""

BENCHMARK = MartBenchmark(
    name="records and proposals",
    sizes={"members": 1_000_000, "lectures": 5_000, "assessments": 12},
    world=WORLD,
    select="+certification_proposals",
    marts=("records.performance_records", "records.certification_proposals"),
    bare=Path(__file__).with_suffix(".sql"),
    allowed=1.3,
    unit=("members", 400),
)

if __name__ == "__main__":
    sys.exit(main(BENCHMARK))
