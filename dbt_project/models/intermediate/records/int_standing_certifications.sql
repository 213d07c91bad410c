-- Of all certifications of a user in a lecture, the one that stands: the latest, ties to the larger key.
-- Members or not: a certification outlives the membership (G004-34).
{{ config(materialized='view') }}

with certifications as (
    select * from {{ ref('stg_certifications') }}
),

standing as (
    select *
    from certifications
    qualify row_number() over (
        partition by lecture_id, user_id
        order by occurred_at desc nulls last, certification_id desc nulls last
    ) = 1
)

select * from standing
