"""What the marts of `skills` must satisfy: signals that follow from events, and charts that follow from signals.

Belongs here: rules about signals, distribution, momentum, activity and mentorship, as they are read by people. Not
here: what a single row must satisfy (`skills_rows.py`), and what late deletions take back (`skills_deletions.py`).
"""

from pipelines.checks.rule import Rule
from pipelines.checks.skills_deletions import LATE_DELETIONS
from pipelines.checks.skills_rows import MODELS, RECENT_SIGNALS

__all__ = ["MODELS", "RULES"]

SIGNALS = "skills.user_skill_signals"
DISTRIBUTION = "skills.skill_distribution"
BY_ORGANIZATION = "skills.skill_distribution_by_organization"
MOMENTUM = "skills.skill_momentum"
ACTIVITY = "skills.skill_activity"
MENTORSHIP = "skills.mentorship_summary"

RULES: tuple[Rule, ...] = (
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
    LATE_DELETIONS,
    Rule(
        name="distribution_is_the_signals_counted",
        tables=(DISTRIBUTION, SIGNALS),
        description=(
            "The distribution says of each user and skill what the signals say: how many, what they weigh, the first"
            " and the last. A chart that has drifted from its source is worth nothing; throw the warehouse away"
            " (`cairn run --rebuild`), and if it drifts again the fault is in `skill_distribution`."
        ),
        sql=f"""
            with counted as (
                select user_id, skill_id, count(*) as signals, sum(weight) as total_weight,
                    min(created_at) as first_signal_at, max(created_at) as last_signal_at
                from {SIGNALS}
                group by all
            )

            select user_id, skill_id, counted.signals as counted, distribution.signals
            from counted
            full join {DISTRIBUTION} as distribution using (user_id, skill_id)
            where (counted.signals, counted.total_weight, counted.first_signal_at, counted.last_signal_at)
                is distinct from (
                    distribution.signals, distribution.total_weight,
                    distribution.first_signal_at, distribution.last_signal_at
                )
        """,
    ),
    Rule(
        name="skills_bear_their_latest_names",
        tables=(DISTRIBUTION, BY_ORGANIZATION),
        description=(
            "A skill is called what its latest version calls it, deleted since or not, wherever it is counted. An"
            " older name confuses readers and breaks nothing else. The fault is in `int_skill_names`."
        ),
        sql=f"""
            with latest as (
                select skill_id, max(valid_from) as valid_from from staging.stg_skills_versions group by all
            ),

            names as (
                select skill_id, skill_name, category
                from staging.stg_skills_versions
                inner join latest using (skill_id, valid_from)
            ),

            shown as (
                select distinct skill_id, skill_name, category from {DISTRIBUTION}
                union
                select distinct skill_id, skill_name, category from {BY_ORGANIZATION}
            )

            select * from (from shown except from names)
        """,
    ),
    Rule(
        name="organizations_add_up_to_their_users",
        tables=(BY_ORGANIZATION, DISTRIBUTION),
        description=(
            "An organization's signals of a skill are those of its users, each counted in the one organization that"
            " `users` names now. More would show one person's work in two places. The fault is in the model"
            " `skill_distribution_by_organization`."
        ),
        sql=f"""
            with of_users as (
                select
                    (
                        select organization_id from staging.stg_users as users
                        where users.user_id = distribution.user_id
                    ) as organization_id,
                    skill_id, signals, total_weight
                from {DISTRIBUTION} as distribution
            ),

            added as (
                select organization_id, skill_id, sum(signals) as signals, count(*) as users,
                    sum(total_weight) as total_weight
                from of_users
                where organization_id is not null
                group by all
            )

            select organization_id, skill_id, added.signals as added, shown.signals
            from added
            full join {BY_ORGANIZATION} as shown using (organization_id, skill_id)
            where (added.signals, added.users, added.total_weight)
                is distinct from (shown.signals, shown.users, shown.total_weight)
        """,
    ),
    Rule(
        name="momentum_adds_up_to_the_distribution",
        tables=(MOMENTUM, DISTRIBUTION),
        description=(
            "A user's weeks of a skill, each there once, add up to the distribution, from the week of the first"
            " signal to that of the last, and the last has accumulated all. Two charts of one thing that disagree"
            " are both distrusted. The fault is in `skill_momentum`."
        ),
        sql=f"""
            with added as (
                select user_id, skill_id, sum(signals) as signals, sum(total_weight) as total_weight,
                    max(cumulative_signals) as accumulated, count(*) as weeks,
                    count(distinct week_start) as distinct_weeks,
                    min(week_start) as first_week, max(week_start) as last_week
                from {MOMENTUM}
                group by all
            )

            select user_id, skill_id, added.signals as added, distribution.signals
            from added
            full join {DISTRIBUTION} as distribution using (user_id, skill_id)
            where (added.signals, added.total_weight, added.accumulated)
                    is distinct from (distribution.signals, distribution.total_weight, distribution.signals)
                or added.weeks <> added.distinct_weeks
                or cast(distribution.first_signal_at as date) - added.first_week not between 0 and 6
                or cast(distribution.last_signal_at as date) - added.last_week not between 0 and 6
        """,
    ),
    Rule(
        name="momentum_accumulates_week_by_week",
        tables=(MOMENTUM,),
        description=(
            "What has accumulated grows by each week's signals and by nothing else. The fault is in the window of"
            " `skill_momentum`."
        ),
        sql=f"""
            select user_id, skill_id, week_start, signals, cumulative_signals
            from {MOMENTUM}
            qualify cumulative_signals - signals <> lag(cumulative_signals, 1, 0) over (
                partition by user_id, skill_id order by week_start
            )
        """,
    ),
    Rule(
        name="activity_is_the_latest_signals",
        tables=(ACTIVITY, SIGNALS),
        description=(
            "Every user with a signal has an activity: the signals of the last 7 days and of the 7 before, and the"
            f" {RECENT_SIGNALS} latest, or all there are. A signal left out would tell somebody who works that"
            " nothing happens. The fault is in `skill_activity`."
        ),
        sql=f"""
            with counted as (
                select
                    signals.user_id,
                    count(*) as signals,
                    count(*) filter (
                        where (signals.created_at, signals.signal_id)
                            >= (activity.recent[-1].created_at, activity.recent[-1].signal_id)
                    ) as signals_from_the_oldest_on,
                    max(signals.created_at) as last_signal_at,
                    count(*) filter (where run.as_of - signals.created_at < interval '7 days') as last_7_days,
                    count(*) filter (where run.as_of - signals.created_at < interval '14 days') as last_14_days
                from {SIGNALS} as signals
                cross join ops.run as run
                left join {ACTIVITY} as activity using (user_id)
                group by signals.user_id
            )

            select user_id, counted.signals, len(activity.recent) as recent
            from counted
            full join {ACTIVITY} as activity using (user_id)
            where (counted.last_signal_at, counted.last_7_days, counted.last_14_days)
                    is distinct from (
                        activity.last_signal_at, activity.signals_last_7_days,
                        activity.signals_last_7_days + activity.signals_previous_7_days
                    )
                or len(activity.recent) <> least({RECENT_SIGNALS}, counted.signals)
                or len(activity.recent) <> counted.signals_from_the_oldest_on
        """,
    ),
    Rule(
        name="mentorship_counts_every_session",
        tables=(MENTORSHIP,),
        description=(
            "Every session up to `as_of` is counted once, for its intern, whatever its status. The fault is in"
            " `mentorship_summary`."
        ),
        sql=f"""
            with counted as (
                select intern_id, count(*) as sessions, max(occurred_at) as last_session_at,
                    count(*) filter (where project_id in (from staging.stg_projects select project_id))
                        as sessions_with_project,
                    len(list_distinct(list(mentor_id))) as mentors
                from staging.stg_mentorship_sessions
                group by all
            )

            select intern_id, counted.sessions as counted, summary.sessions
            from counted
            full join {MENTORSHIP} as summary using (intern_id)
            where (counted.sessions, counted.mentors, counted.sessions_with_project, counted.last_session_at)
                is distinct from (
                    summary.sessions, summary.mentors, summary.sessions_with_project, summary.last_session_at
                )
        """,
    ),
)
