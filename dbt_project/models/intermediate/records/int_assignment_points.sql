-- What a member has earned of the lecture's assignments, and what there was to earn. Every assignment in force counts,
-- archived or not (R004-65), exams and talks never; unsubmitted, unmarked and absent work stays in the maximum (G004-04, 05).
with members as (
    select * from {{ ref('int_lecture_members') }}
),

assignments as (
    select * from {{ ref('stg_assessments') }}
    where kind = 'assignment'
),

participations as (
    select * from {{ ref('int_standing_participations') }}
),

points_of_lectures as (
    select
        lecture_id,
        sum(max_points) as points_max
    from assignments
    group by lecture_id
),

points_of_participants as (
    select
        assignments.lecture_id,
        participations.user_id,
        sum(participations.points) filter (where participations.status = 'reviewed') as points_total,
        sum(assignments.max_points) filter (where participations.status = 'exempt') as points_max_exempt,
        sum(assignments.max_points) filter (
            where participations.status = 'pending' and participations.submitted_at is not null
        ) as points_max_pending
    from participations
    inner join assignments
        on participations.assessment_id = assignments.assessment_id
    group by assignments.lecture_id, participations.user_id
),

points_of_members as (
    select
        members.lecture_id,
        members.user_id,
        cast(coalesce(participants.points_total, 0) as decimal(18, 4)) as points_total,
        cast(
            coalesce(lectures.points_max, 0) - coalesce(participants.points_max_exempt, 0) as decimal(18, 4)
        ) as points_max,
        cast(coalesce(participants.points_max_pending, 0) as decimal(18, 4)) as points_max_pending
    from members
    left join points_of_lectures as lectures
        on members.lecture_id = lectures.lecture_id
    left join points_of_participants as participants
        on members.lecture_id = participants.lecture_id
        and members.user_id = participants.user_id
)

select * from points_of_members
