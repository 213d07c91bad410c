-- Every certification with the period in which it stood: from its own moment up to that of the next one of the same user in
-- the same lecture (ties: the larger key comes later, so the smaller one never stood). `valid_to` is NULL for the one that
-- stands now. Members or not: a certification outlives the membership (G004-34).
with certifications as (
    select * from {{ ref('stg_certifications') }}
),

periods as (
    select
        certification_id,
        lecture_id,
        user_id,
        status,
        source,
        certified_by,
        rule_id,
        note,
        occurred_at as valid_from,
        lead(occurred_at) over (
            partition by lecture_id, user_id
            order by occurred_at nulls last, certification_id nulls last
        ) as valid_to
    from certifications
)

select * from periods
