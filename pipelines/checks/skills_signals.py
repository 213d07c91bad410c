"""What the signals of `skills` must satisfy: they follow from what happened, from all of it, and from nothing else."""

from pipelines.checks.rule import Rule

SIGNALS = "skills.user_skill_signals"

SIGNAL_RULES: tuple[Rule, ...] = (
    Rule(
        name="signal_ids_are_hashes_of_their_keys",
        tables=(SIGNALS,),
        description=(
            "A signal's id is the SHA-256 of its user, skill, source and type, so that the same signal has the same"
            " id in every version. Another id makes two signals of one for everybody who compares versions. The"
            " fault is in the model `user_skill_signals`."
        ),
        sql=f"""
            select signal_id, user_id, skill_id, source_type, source_id, signal_type
            from {SIGNALS}
            where signal_id <> sha256(concat_ws(chr(31), user_id, skill_id, source_type, source_id, signal_type))
        """,
    ),
    Rule(
        name="signals_are_what_the_events_say",
        tables=(SIGNALS,),
        description=(
            "Per user, skill and type there are exactly the signals that the events make: one per update, one per"
            " project joined and one per project completed by a member, for each skill that was declared for the"
            " project when it happened, and at that moment. One too many inflates somebody's skills, one missing"
            " hides work. Compare the listed user's rows in `staging.stg_progress_updates` and"
            " `staging.stg_project_events` with the versions of the project, the skill and the declaration; the"
            " fault is in the emitter or in `int_declared_skills`, not in the data."
        ),
        sql=f"""
            with events as (
                select user_id, project_id, progress_update_id as source_id, 'update' as signal_type, occurred_at
                from staging.stg_progress_updates
                union all
                select user_id, project_id, null as source_id, event_type as signal_type, occurred_at
                from staging.stg_project_events
                qualify occurred_at >= min(occurred_at) filter (where event_type = 'joined') over (
                    partition by user_id, project_id
                )
            ),

            evidence as (
                select events.*, declarations.skill_id
                from events
                inner join staging.stg_projects_versions as projects
                    on projects.project_id = events.project_id
                    and events.occurred_at >= projects.valid_from
                    and events.occurred_at < coalesce(projects.valid_to, 'infinity')
                inner join staging.stg_project_skills_versions as declarations
                    on declarations.project_id = events.project_id
                    and events.occurred_at >= declarations.valid_from
                    and events.occurred_at < coalesce(declarations.valid_to, 'infinity')
                inner join staging.stg_skills_versions as skills
                    on skills.skill_id = declarations.skill_id
                    and events.occurred_at >= skills.valid_from
                    and events.occurred_at < coalesce(skills.valid_to, 'infinity')
            ),

            expected as (
                select user_id, skill_id, signal_type, count(*) as signals,
                    min(occurred_at) as first_at, max(occurred_at) as last_at
                from evidence
                where source_id is not null
                group by all
                union all
                select user_id, skill_id, signal_type, count(*) as signals,
                    min(first_at) as first_at, max(first_at) as last_at
                from (
                    select user_id, skill_id, signal_type, project_id, min(occurred_at) as first_at
                    from evidence
                    where source_id is null
                    group by all
                )
                group by all
            ),

            found as (
                select user_id, skill_id, signal_type, count(*) as signals,
                    min(created_at) as first_at, max(created_at) as last_at
                from {SIGNALS}
                group by all
            )

            select user_id, skill_id, signal_type, expected.signals as expected, found.signals as found
            from expected
            full join found using (user_id, skill_id, signal_type)
            where (expected.signals, expected.first_at, expected.last_at)
                is distinct from (found.signals, found.first_at, found.last_at)
        """,
    ),
    Rule(
        name="weights_are_the_policys",
        tables=(SIGNALS,),
        description=(
            "Every signal weighs what the seed `skill_signal_weights` says of its type. Another weight means that"
            " the table is older than the policy: `cairn run --rebuild`."
        ),
        sql=f"""
            with weighed as (
                select signal_type, weight, count(*) as signals from {SIGNALS} group by all
            )

            select weighed.*, policy.weight as policy
            from weighed
            left join policy.skill_signal_weights as policy using (signal_type)
            where weighed.weight is distinct from policy.weight
        """,
    ),
)
