-- Who has a performance record: members in force of lectures in force. Who left has none (G004-34).
{{ config(materialized='view') }}

with members as (
    select * from {{ ref('stg_lecture_members') }}
),

lectures as (
    select * from {{ ref('stg_lectures') }}
),

members_of_lectures_in_force as (
    select
        members.lecture_id,
        members.user_id
    from members
    inner join lectures
        on members.lecture_id = lectures.lecture_id
)

select * from members_of_lectures_in_force
