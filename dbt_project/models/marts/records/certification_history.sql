with certifications as (
    select * from {{ ref('stg_certifications') }}
),

lectures as (
    select * from {{ ref('stg_lectures_versions') }}
),

rule_snapshots as (
    select * from {{ ref('int_rule_snapshots') }}
),

decisions as (
    select
        certifications.certification_id,
        certifications.lecture_id,
        certifications.user_id,
        certifications.status,
        certifications.source,
        certifications.certified_by,
        certifications.occurred_at as certified_at,
        rule_snapshots.rule_id,
        rule_snapshots.rule_snapshot,
        certifications.note
    from certifications
    inner join lectures
        on certifications.lecture_id = lectures.lecture_id
        and {{ is_in_force('lectures', 'certifications.occurred_at') }}
    left join rule_snapshots
        on certifications.rule_id = rule_snapshots.rule_id
        and certifications.occurred_at = rule_snapshots.certified_at
)

select * from decisions
