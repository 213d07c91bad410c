"""The one thing that takes signals back: a deletion that lands late and reaches back to before the events.

Belongs here: the warning that names the signals and the row. Everything else about signals is in `skills.py`.
"""

from pipelines.checks.rule import Rule

LATE_DELETIONS = Rule(
    name="late_deletions_take_signals_back",
    tables=("skills.user_skill_signals",),
    description=(
        "No signal that the batches before would have made is gone. One is when a deletion of a project, a skill or"
        " a declaration (`project_skills`) lands after the event and holds from before it on: by then the work was"
        " not on that skill, so the tables are right, and people miss what they were shown. Ask who deletes"
        " backwards: `contract`, `project_id`, `skill_id`, `effective_at` and `batch` name the row. To undo it, land"
        " a version that begins a microsecond after the deletion."
    ),
    sql="""
        with declarations as (
            select distinct project_id, skill_id
            from raw.project_skills
            where _batch <= (select n from ops.run)
        ),

        -- Every known version and tombstone that a project's declaration of a skill depends on.
        versions as (
            select 'projects' as contract, project_id, skill_id, effective_at, is_deleted, _batch as batch
            from raw.projects
            inner join declarations using (project_id)
            where _batch <= (select n from ops.run)
            union all
            select 'project_skills' as contract, project_id, skill_id, effective_at, is_deleted, _batch as batch
            from raw.project_skills
            where _batch <= (select n from ops.run)
            union all
            select 'skills' as contract, project_id, skill_id, effective_at, is_deleted, _batch as batch
            from raw.skills
            inner join declarations using (skill_id)
            where _batch <= (select n from ops.run)
        ),

        events as (
            select user_id, project_id, 'update' as source_type, progress_update_id as source_id,
                'update' as signal_type, occurred_at, _batch as event_batch
            from staging.stg_progress_updates
            union all
            select user_id, project_id, 'project' as source_type, project_id as source_id,
                event_type as signal_type, occurred_at, _batch as event_batch
            from staging.stg_project_events
        ),

        deleted_behind as (
            select events.*, deletions.skill_id, deletions.contract, deletions.effective_at, deletions.batch
            from events
            inner join versions as deletions
                on deletions.is_deleted
                and deletions.project_id = events.project_id
                and deletions.effective_at <= events.occurred_at
                and deletions.batch > events.event_batch
        ),

        -- Per contract: what was in force at the event's moment as known before the deletion's batch, and since.
        judged_before as (
            select
                deleted.*,
                versions.contract as judged_contract,
                arg_max(versions.is_deleted, versions.effective_at)
                    filter (where versions.batch < deleted.batch) as was_deleted,
                max(versions.effective_at) as last_effective_at
            from deleted_behind as deleted
            inner join versions
                on versions.project_id = deleted.project_id
                and versions.skill_id = deleted.skill_id
                and versions.effective_at <= deleted.occurred_at
                and versions.batch <= deleted.batch
            group by all
        ),

        emitted_before as (
            select user_id, skill_id, source_type, source_id, signal_type, contract, project_id, effective_at,
                batch, occurred_at
            from judged_before
            group by all
            having count(distinct judged_contract) filter (where not was_deleted) = 3
                and bool_or(judged_contract = contract and last_effective_at = effective_at)
        )

        select distinct user_id, skill_id, source_type, source_id, signal_type, contract, project_id, effective_at,
            batch
        from emitted_before as emitted
        where (
                signal_type <> 'completed'
                or exists (
                    select 1 from staging.stg_project_events as joined
                    where joined.event_type = 'joined'
                        and joined.user_id = emitted.user_id
                        and joined.project_id = emitted.project_id
                        and joined.occurred_at <= emitted.occurred_at
                        and joined._batch < emitted.batch
                )
            )
            and not exists (
                select 1 from skills.user_skill_signals as standing
                where standing.user_id = emitted.user_id
                    and standing.skill_id = emitted.skill_id
                    and standing.source_type = emitted.source_type
                    and standing.source_id = emitted.source_id
                    and standing.signal_type = emitted.signal_type
            )
    """,
    blocking=False,
)
