with events as (
    {{ events('employer_inputs') }}
),

typed as (
    select
        employer_input_id,
        internship_instance_id,
        employer_id,
        category,
        comment,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
