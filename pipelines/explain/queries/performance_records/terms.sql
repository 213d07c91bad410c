-- The points that each assignment of the lecture adds to the total and to the maximum, in the order of their ids.
with assignments as (
    select
        assessments.assessment_id,
        case when participations.status = 'reviewed' then participations.points else 0 end as points,
        case when participations.status = 'exempt' then 0 else assessments.max_points end as max_points,
        case
            when participations.status = 'pending' and participations.submitted_at is not null then assessments.max_points
            else 0
        end as pending_points
    from shown
    inner join staging.stg_assessments as assessments
        on shown.lecture_id = assessments.lecture_id
        and assessments.kind = 'assignment'
    left join intermediate.int_standing_participations as participations
        on assessments.assessment_id = participations.assessment_id
        and shown.user_id = participations.user_id
),

terms as (
    select
        coalesce(list(cast(points as double) order by assessment_id asc nulls last), []) as points_by_assignment,
        coalesce(list(cast(max_points as double) order by assessment_id asc nulls last), []) as max_points_by_assignment,
        coalesce(list(cast(pending_points as double) order by assessment_id asc nulls last), []) as pending_by_assignment
    from assignments
)

select * from terms
