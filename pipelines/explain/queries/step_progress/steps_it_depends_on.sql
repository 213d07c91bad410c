-- What locks it: required, incomplete steps of lower position. What passed it by, if that completed it: steps of higher
-- position that are begun or complete.
with others as (
    select
        others.step_id,
        others.student_id,
        others.position,
        others.state,
        case when others.position < shown.position then 'locks it' else 'passed it by' end as why,
        others.started_at,
        others.completed_at
    from shown
    inner join progress.step_progress as others
        on shown.assignment_id = others.assignment_id
        and shown.student_id = others.student_id
        and not others.is_removed
    inner join intermediate.int_step_students as placed
        on others.step_id = placed.step_id
        and others.student_id = placed.student_id
        and others.assignment_id = placed.assignment_id
    left join intermediate.int_step_completions as completions
        on shown.step_id = completions.step_id
        and shown.student_id = completions.student_id
    where (
            shown.state = 'locked'
            and placed.is_required
            and others.completed_at is null
            and others.position < shown.position
        ) or (
            completions.cause = 'passed'
            and others.position > shown.position
            and least(others.started_at, others.completed_at) <= shown.completed_at
        )
)

select * from others
order by position asc nulls last, step_id asc nulls last
