-- Performance records and certification proposals by hand, for the same raw tables: one statement per table, no step kept.
create table bare.performance_records as
with run as (
    select n, as_of from ops.run
),

lectures as (
    select lecture_id
    from raw.lectures, run
    where _batch <= n and effective_at <= as_of
    group by all
    having not arg_max(is_deleted, effective_at)
),

members as (
    select lecture_id, user_id
    from raw.lecture_members, run
    where _batch <= n and effective_at <= as_of
    group by all
    having not arg_max(is_deleted, effective_at) and lecture_id in (from lectures)
),

assignments as (
    select assessment_id, last_version.lecture_id, last_version.max_points
    from (
        select
            assessment_id,
            arg_max(
                {'lecture_id': lecture_id, 'kind': kind, 'max_points': max_points, 'is_deleted': is_deleted},
                effective_at
            ) as last_version
        from raw.assessments, run
        where _batch <= n and effective_at <= as_of
        group by all
    )
    where last_version.kind = 'assignment' and not last_version.is_deleted
),

participations as (
    select assessment_id, user_id, status, points, submitted_at
    from raw.participations, run
    where _batch <= n and occurred_at <= as_of
    qualify row_number() over (
        partition by assessment_id, user_id order by occurred_at desc, participation_id desc
    ) = 1
),

maxima as (
    select lecture_id, sum(max_points) as points from assignments group by all
),

earned as (
    select
        lecture_id,
        user_id,
        sum(points) filter (status = 'reviewed') as total,
        sum(max_points) filter (status = 'exempt') as exempt,
        sum(max_points) filter (status = 'pending' and submitted_at is not null) as pending
    from participations
    join assignments using (assessment_id)
    group by all
),

required as (
    select distinct achievement_id
    from (
        select rule_id, achievement_id
        from raw.rule_achievements, run
        where _batch <= n and effective_at <= as_of
        group by all
        having not arg_max(is_deleted, effective_at)
    )
    semi join (
        select rule_id
        from raw.rules, run
        where _batch <= n and effective_at <= as_of
        group by all
        having not arg_max(is_deleted, effective_at)
    ) using (rule_id)
),

achievements as (
    select achievement_id, last_version.*
    from (
        select
            achievement_id,
            arg_max(
                {'lecture_id': lecture_id, 'value_type': value_type, 'threshold': threshold}, effective_at
            ) filter (not is_deleted) as last_version,
            arg_max(is_deleted, effective_at) as is_deleted
        from raw.achievements, run
        where _batch <= n and effective_at <= as_of
        group by all
    )
    where not is_deleted or achievement_id in (from required)
),

grades as (
    select
        achievement_id,
        user_id,
        lower(nullif(regexp_replace(grade_value, '^[\s\v\x{85}\p{Z}]+|[\s\v\x{85}\p{Z}]+$', '', 'g'), '')) as grade
    from raw.achievement_grades, run
    where _batch <= n and occurred_at <= as_of
    qualify row_number() over (
        partition by achievement_id, user_id order by occurred_at desc, achievement_grade_id desc
    ) = 1
),

met as (
    select lecture_id, user_id, list_sort(list(achievement_id)) as ids
    from grades
    join achievements using (achievement_id)
    where case
        when value_type = 'boolean' then grade = 'pass'
        else regexp_full_match(grade, '[+-]?[0-9]+([.,][0-9]+)?')
            and try_cast(
                replace(regexp_extract(grade, '^[+-]?[0-9]+([.,][0-9]{1,18})?'), ',', '.') as decimal(38, 18)
            ) >= threshold
    end
    group by all
),

points as (
    select
        lecture_id,
        user_id,
        coalesce(total, 0)::decimal(18, 4) as total,
        (coalesce(maxima.points, 0) - coalesce(exempt, 0))::decimal(18, 4) as maximum,
        coalesce(pending, 0)::decimal(18, 4) as pending
    from members
    left join maxima using (lecture_id)
    left join earned using (lecture_id, user_id)
)

select
    lecture_id,
    user_id,
    total as points_total_materialized,
    maximum as points_max_materialized,
    case when maximum <> 0 then (1000000 * total)::hugeint::double / (10000 * maximum)::hugeint::double end
        as percentage_materialized,
    coalesce(met.ids, []) as achievements_met_ids,
    pending as points_max_pending,
    as_of as computed_at
from points
left join met using (lecture_id, user_id)
cross join run;
alter table bare.performance_records add primary key (lecture_id, user_id);

create table bare.certification_proposals as
with run as (
    select n, as_of from ops.run
),

active as (
    select last_version.lecture_id, rule_id, last_version.min_percentage, last_version.min_points_absolute
    from (
        select
            rule_id,
            arg_max(
                {
                    'lecture_id': lecture_id, 'min_percentage': min_percentage,
                    'min_points_absolute': min_points_absolute, 'is_in_effect': active and not is_deleted
                },
                effective_at
            ) as last_version
        from raw.rules, run
        where _batch <= n and effective_at <= as_of
        group by all
    )
    where last_version.is_in_effect
    qualify count(*) over (partition by last_version.lecture_id) = 1
),

requirements as (
    select rule_id, achievement_id
    from raw.rule_achievements, run
    where _batch <= n and effective_at <= as_of
    group by all
    having not arg_max(is_deleted, effective_at)
),

rules as (
    select active.*, coalesce(list_sort(list(achievement_id) filter (achievement_id is not null)), []) as required
    from active
    left join requirements using (rule_id)
    group by all
    having min_percentage is not null or min_points_absolute is not null or len(required) > 0
),

graded as (
    select lecture_id, user_id, list(achievement_id) as ids
    from (
        select achievement_id, user_id, grade_value
        from raw.achievement_grades, run
        where _batch <= n and occurred_at <= as_of
        qualify row_number() over (
            partition by achievement_id, user_id order by occurred_at desc, achievement_grade_id desc
        ) = 1
    )
    join requirements using (achievement_id)
    join active using (rule_id)
    where regexp_matches(grade_value, '[^\s\v\x{85}\p{Z}]')
    group by all
),

measured as (
    select
        record.lecture_id,
        record.user_id,
        rule_id,
        min_percentage,
        min_points_absolute,
        points_total_materialized as points,
        points_max_materialized as maximum,
        points_max_pending as pending,
        coalesce(min_points_absolute, ceil(points_max_materialized * min_percentage * 0.01))::decimal(18, 4)
            as required_points,
        achievements_met_ids as met,
        required,
        list_has_all(met, required) as meets_achievements,
        list_has_any(list_filter(required, lambda id: not list_contains(met, id)), graded.ids) as has_failed
    from bare.performance_records as record
    join rules using (lecture_id)
    left join graded using (lecture_id, user_id)
),

judged as (
    select
        *,
        coalesce(points >= required_points, true) as meets_points,
        coalesce(not meets_points and required_points <= points + pending, false) as waits,
        maximum = 0 and coalesce(min_percentage > 0, not meets_points) as is_unmeasurable,
        (meets_points or waits or is_unmeasurable) and not coalesce(has_failed, false) as is_open
    from measured
)

select
    lecture_id,
    user_id,
    rule_id,
    min_percentage,
    min_points_absolute,
    if(meets_points and meets_achievements, 'passed', 'failed') as proposed_status,
    points as current_points,
    required_points,
    met as current_achievement_ids,
    required as required_achievement_ids,
    meets_points,
    meets_achievements,
    list_filter(
        [
            if(is_open and not meets_achievements, 'achievements_ungraded', null),
            if(is_open and is_unmeasurable, 'points_not_measurable', null),
            if(is_open and waits, 'points_pending', null)
        ],
        lambda reason: reason is not null
    ) as deferral_reasons
from judged;
alter table bare.certification_proposals add primary key (lecture_id, user_id);
