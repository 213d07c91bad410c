with events as (
    {{ events('attendance_records') }}
),

typed as (
    select
        attendance_record_id,
        internship_instance_id,
        occurred_at,
        clocked_out_at,
        _batch,
        _row
    from events
)

select * from typed
