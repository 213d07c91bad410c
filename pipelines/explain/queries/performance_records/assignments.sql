-- The lecture's assignments, and what stands of the student's work on each; NULL where nothing was said.
with assignments as (
    select
        assessments.assessment_id,
        assessments.max_points,
        participations.participation_id,
        participations.status,
        participations.points,
        participations.submitted_at
    from shown
    inner join staging.stg_assessments as assessments
        on shown.lecture_id = assessments.lecture_id
        and assessments.kind = 'assignment'
    left join intermediate.int_standing_participations as participations
        on assessments.assessment_id = participations.assessment_id
        and shown.user_id = participations.user_id
)

select * from assignments
order by assessment_id asc nulls last
