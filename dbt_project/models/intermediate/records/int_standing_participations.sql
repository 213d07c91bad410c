-- Of all that was said about a user's work on an assessment, what stands: the latest, ties to the larger key.
{{ config(materialized='view') }}

with participations as (
    select * from {{ ref('stg_participations') }}
),

standing as (
    select *
    from participations
    qualify row_number() over (
        partition by assessment_id, user_id
        order by occurred_at desc nulls last, participation_id desc nulls last
    ) = 1
)

select * from standing
