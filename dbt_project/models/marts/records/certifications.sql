with standing as (
    select * from {{ ref('int_certification_periods') }}
    where valid_to is null
),

lectures as (
    select * from {{ ref('stg_lectures') }}
),

rule_snapshots as (
    select * from {{ ref('int_rule_snapshots') }}
),

proposals as (
    select * from {{ ref('certification_proposals') }}
),

beside_proposals as (
    select
        standing.lecture_id,
        standing.user_id,
        standing.status,
        standing.source,
        standing.certified_by,
        standing.valid_from as certified_at,
        rule_snapshots.rule_id,
        rule_snapshots.rule_snapshot,
        standing.note,
        coalesce(rule_snapshots.has_changed_since, false) as is_stale,
        proposals.proposed_status,
        coalesce(standing.status <> 'pending' and standing.status <> proposals.proposed_status, false) as conflicts
    from standing
    inner join lectures
        on standing.lecture_id = lectures.lecture_id
    left join rule_snapshots
        on standing.rule_id = rule_snapshots.rule_id
        and standing.valid_from = rule_snapshots.certified_at
    left join proposals
        on standing.lecture_id = proposals.lecture_id
        and standing.user_id = proposals.user_id
)

select * from beside_proposals
