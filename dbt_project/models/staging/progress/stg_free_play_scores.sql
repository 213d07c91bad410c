with events as (
    {{ events('free_play_scores') }}
),

typed as (
    select
        free_play_score_id,
        student_id,
        game_id,
        stage,
        score,
        context,
        {{ countable_time('time_on_task_ms') }} as time_on_task_ms,
        occurred_at,
        _batch,
        _row
    from events
)

select * from typed
