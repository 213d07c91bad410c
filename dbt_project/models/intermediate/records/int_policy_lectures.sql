-- The lectures that a policy is about (one, or several that must all be passed, G004-30), each in the periods in which both the
-- policy and the lecture were in force. A lecture that a policy names outside of them is unknown then.
with policies as (
    select * from {{ ref('int_registration_policies') }}
),

lectures as (
    select * from {{ ref('stg_lectures_versions') }}
),

named as (
    select
        policy_id,
        {{ each_element('lecture_ids') }} as lecture_id,
        valid_from,
        valid_to
    from policies
),

known as (
    select
        named.policy_id,
        named.lecture_id,
        {{ common_stretch('named', 'lectures') }}
    from named
    inner join lectures
        on named.lecture_id = lectures.lecture_id
        and {{ overlap('named', 'lectures') }}
)

select * from known
