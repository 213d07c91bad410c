"""What the history of progress must agree on: the replay with today, and milestones with what was reached.

Belongs here as well: that snapshots obey their retention, and that what must never happen has not happened.
"""

from pipelines.checks.rule import Rule

STEPS = "progress.step_progress"
ASSIGNMENTS = "progress.assignment_progress"
EVENTS = "progress.progress_events"
SNAPSHOTS = "progress.progress_snapshots"
INCONSISTENCIES = "progress.progress_inconsistencies"


def _ids_of_their_own(name: str, table: str, key: str) -> Rule:
    mart = table.split(".")[1]
    return Rule(
        name=name,
        tables=(table,),
        description=(
            f"No two rows of `{mart}` have one {key}. The table is too large for a key that the database keeps, hence"
            " this pass over it. Two alike mean that something was told twice: look at the models that the mart reads."
        ),
        sql=f"""
            with suspects as (
                select hash({key}) as hashed from {table} group by all having count(*) > 1
            )

            select {key}, count(*) as times
            from {table}
            where hash({key}) in (select hashed from suspects)
            group by all
            having count(*) > 1
        """,
    )


HISTORY_RULES: tuple[Rule, ...] = (
    Rule(
        name="replayed_steps_end_where_they_stand",
        tables=(STEPS,),
        description=(
            "The last state of a step's replay is the step's row of today: attempts, best score, time. They are"
            " computed in two ways (`int_step_timeline` in order, `int_step_work` at once), so a difference means that"
            " one of them has lost or doubled something, and that the past is told otherwise than the present."
        ),
        sql=f"""
            with replayed as (
                select step_id, student_id, attempt_count, best_score, time_on_task_ms
                from intermediate.int_step_timeline
                where valid_to is null
            )

            select step_id, student_id, steps.attempt_count, replayed.attempt_count as replayed
            from {STEPS} as steps
            inner join replayed using (step_id, student_id)
            where not steps.is_removed
                and (
                    steps.attempt_count <> replayed.attempt_count
                    or steps.best_score is distinct from replayed.best_score::double
                    or steps.time_on_task_ms <> replayed.time_on_task_ms
                )
        """,
    ),
    Rule(
        name="replayed_assignments_end_where_they_stand",
        tables=(ASSIGNMENTS,),
        description=(
            "The last state of an assignment's replay is the assignment's row of today: steps in all, required,"
            " complete. A difference would make milestones and snapshots disagree with what a student sees. Compare"
            " `int_assignment_timeline` with `int_assignment_progress`."
        ),
        sql=f"""
            with replayed as (
                select * from intermediate.int_assignment_timeline where valid_to is null
            )

            select assignment_id, student_id, assignment.steps_completed, replayed.steps_completed as replayed
            from {ASSIGNMENTS} as assignment
            full outer join replayed using (assignment_id, student_id)
            where assignment.steps_total is distinct from replayed.steps_total
                or assignment.steps_required is distinct from replayed.steps_required
                or assignment.steps_completed is distinct from replayed.steps_completed
        """,
    ),
    Rule(
        name="milestones_were_crossed",
        tables=(EVENTS,),
        description=(
            "An assignment's milestone was below before and is reached with it, once per student and milestone."
            " Anything else congratulates for nothing, or twice. The fault is in `int_assignment_milestones`."
        ),
        sql=f"""
            with milestones as (
                select
                    event_id,
                    assignment_id,
                    student_id,
                    json_extract_string(properties, '$.milestone')::int as milestone,
                    json_extract(properties, '$.previous_percentage')::double as previous_percentage,
                    json_extract(properties, '$.new_percentage')::double as new_percentage
                from {EVENTS}
                where event = 'assignment_progress_milestone'
            )

            select *
            from (
                select *, count(*) over (partition by assignment_id, student_id, milestone) as times
                from milestones
            ) as counted
            where times > 1 or not (previous_percentage < milestone and milestone <= new_percentage)
        """,
    ),
    _ids_of_their_own("every_event_has_an_id_of_its_own", EVENTS, "event_id"),
    _ids_of_their_own("every_snapshot_has_an_id_of_its_own", SNAPSHOTS, "snapshot_id"),
    Rule(
        name="snapshots_obey_their_retention",
        tables=(SNAPSHOTS,),
        description=(
            "No snapshot is older than its scope is kept, but for the one of each month that stays. One too many keeps"
            " what was promised to be forgotten. The fault is in `progress_snapshots`; the days are policy, in the"
            " seed `snapshot_retentions`."
        ),
        sql=f"""
            with aged as (
                select
                    *,
                    date_trunc('month', snapshot_at) as month,
                    snapshot_at <= (select as_of from ops.run) - to_days(retention.days::int) as is_expired
                from {SNAPSHOTS}
                inner join policy.snapshot_retentions as retention using (scope_type)
            )

            select snapshot_id, scope_type, scope_id, student_id, snapshot_at
            from aged
            where is_expired <> (notes = 'monthly')
            union all
            select max(snapshot_id), scope_type, scope_id, student_id, max(snapshot_at)
            from aged
            where notes = 'monthly'
            group by scope_type, scope_id, student_id, month
            having count(*) > 1
        """,
    ),
    Rule(
        name="every_snapshot_was_announced",
        tables=(SNAPSHOTS, EVENTS),
        description=(
            "Of every student there are at least as many events `progress_snapshot_created` as snapshots: each was told"
            " when it was taken, and is told for good. The fault is in `progress_events`."
        ),
        sql=f"""
            with taken as (
                select student_id, count(*) as snapshots from {SNAPSHOTS} group by all
            ),

            told as (
                select student_id, count(*) as events
                from {EVENTS}
                where event = 'progress_snapshot_created'
                group by all
            )

            select student_id, taken.snapshots, told.events
            from taken
            left join told using (student_id)
            where taken.snapshots > coalesce(told.events, 0)
        """,
    ),
    Rule(
        name="impossible_states_never_occur",
        tables=(INCONSISTENCIES,),
        description=(
            "No assignment is more than complete, and no time is negative. They are derived from steps, so this is a"
            " fault of the models and never of what landed: `detail` holds the numbers. Nothing is published before"
            " it is mended."
        ),
        sql=f"""
            select kind, scope_id, student_id, detail
            from {INCONSISTENCIES}
            where kind in ('completion_above_100', 'negative_time')
        """,
    ),
    Rule(
        name="nothing_impossible_was_reported",
        tables=(INCONSISTENCIES,),
        description=(
            "Something was reported as having happened where it could not: an attempt on a locked step, an event on an"
            " archived assignment, more time than had passed. Every event counts all the same; `detail` names it. Ask"
            " the system that sent it. Nothing is wrong with the tables, hence only a warning."
        ),
        sql=f"""
            select kind, scope_id, student_id, detail
            from {INCONSISTENCIES}
        """,
        blocking=False,
    ),
)
