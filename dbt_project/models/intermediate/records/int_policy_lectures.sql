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
        greatest(named.valid_from, lectures.valid_from) as valid_from,
        -- An open end is later than any other: least skips it.
        least(named.valid_to, lectures.valid_to) as valid_to
    from named
    inner join lectures
        on named.lecture_id = lectures.lecture_id
        and (named.valid_to is null or lectures.valid_from < named.valid_to)
        and (lectures.valid_to is null or named.valid_from < lectures.valid_to)
)

select * from known
