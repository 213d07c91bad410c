-- What would change if the lecture's active rule had another threshold, one of the two (R004-96, 113, 114): whose proposal would
-- turn in either direction, which computed certifications would flip, and which manual ones would stand against the new proposal.
-- Nothing is written; a rule is changed by landing it. Given neither threshold nothing changes. Decided certifications only;
-- whoever left the lecture has no proposal and is not counted. No row for a lecture without members. Without exactly one active
-- rule there is nothing to change, nor where that one asks for nothing yet: such a rule proposes nothing (G004-13).
create or replace macro api.rule_change_preview(lecture_id, min_percentage := NULL, min_points_absolute := NULL) as table
with threshold as (
    select
        cast(min_percentage as decimal(7, 4)) as percentage,
        case
            when min_percentage is not null and min_points_absolute is not null
                then error('Cannot specify both percentage and absolute point threshold')
            else cast(min_points_absolute as decimal(12, 4))
        end as points
),

members as (
    select
        record.user_id,
        record.points_max_materialized as points_max
    from records.performance_records as record
    where record.lecture_id = lecture_id
),

rules as (
    select distinct
        proposal.rule_id as id,
        proposal.min_percentage as percentage_now,
        proposal.min_points_absolute as points_now,
        case
            when threshold.percentage is null and threshold.points is null then proposal.min_percentage
            else threshold.percentage
        end as percentage_then,
        case
            when threshold.percentage is null and threshold.points is null then proposal.min_points_absolute
            else threshold.points
        end as points_then,
        proposal.required_achievement_ids as achievement_ids
    from records.certification_proposals as proposal
    cross join threshold
    where proposal.lecture_id = lecture_id
),

judged as (
    select
        proposal.user_id,
        proposal.proposed_status as status_now,
        -- As in certification_proposals: an absolute threshold as it stands, a percentage in whole points.
        case
            when proposal.meets_achievements
                and coalesce(
                    proposal.current_points
                        >= coalesce(
                            rules.points_then,
                            cast(
                                ceil(cast(members.points_max as decimal(28, 4)) * rules.percentage_then * 0.01)
                                as decimal(18, 4)
                            )
                        ),
                    true
                )
                then 'passed'
            else 'failed'
        end as status_then
    from records.certification_proposals as proposal
    inner join members on proposal.user_id = members.user_id
    cross join rules
    where proposal.lecture_id = lecture_id
),

contradicted as (
    select
        certification.source,
        {
            'user_id': certification.user_id,
            'status': certification.status,
            'proposed_status': judged.status_then
        } as certification
    from records.certifications as certification
    inner join judged on certification.user_id = judged.user_id
    where certification.lecture_id = lecture_id
        and certification.status <> 'pending'
        and certification.status <> judged.status_then
)

select
    lecture_id as lecture_id,
    (
        select {
            'rule_id': rules.id,
            'min_percentage': rules.percentage_now,
            'min_points_absolute': rules.points_now,
            'required_achievement_ids': rules.achievement_ids
        }
        from rules
    ) as current_rule,
    (
        select {
            'rule_id': rules.id,
            'min_percentage': rules.percentage_then,
            'min_points_absolute': rules.points_then,
            'required_achievement_ids': rules.achievement_ids
        }
        from rules
    ) as proposed_rule,
    (select count(*) from members) as students,
    (
        select count(*) from judged where judged.status_now = 'failed' and judged.status_then = 'passed'
    ) as failed_to_passed,
    (
        select count(*) from judged where judged.status_now = 'passed' and judged.status_then = 'failed'
    ) as passed_to_failed,
    coalesce(
        (
            select list(judged.user_id order by judged.user_id)
            from judged
            where judged.status_now <> judged.status_then
        ),
        []
    ) as changed_user_ids,
    coalesce(
        (
            select list(contradicted.certification order by contradicted.certification.user_id)
            from contradicted
            where contradicted.source = 'computed'
        ),
        []
    ) as computed_certifications_that_would_flip,
    coalesce(
        (
            select list(contradicted.certification order by contradicted.certification.user_id)
            from contradicted
            where contradicted.source = 'manual'
        ),
        []
    ) as manual_certifications_in_conflict
where exists (select 1 from members);
