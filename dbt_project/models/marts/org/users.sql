with users as (
    select * from {{ ref('stg_users') }}
),

without_contact as (
    select
        user_id,
        username,
        organization_id,
        role,
        experience_level
    from users
)

select * from without_contact
