"""What the marts of `skills` must satisfy: charts that follow from the signals and agree with each other.

Belongs here: rules about distribution, momentum, activity and mentorship, as they are read by people. Not here: what
a single row must satisfy (`skills_rows.py`), and the signals themselves (`skills_signals.py`, `skills_deletions.py`).
"""

from pipelines.checks.rule import Rule
from pipelines.checks.skills_deletions import LATE_DELETIONS
from pipelines.checks.skills_rows import MODELS, RECENT_SIGNALS
from pipelines.checks.skills_signals import SIGNAL_RULES, SIGNALS

__all__ = ["MODELS", "RULES"]

DISTRIBUTION = "skills.skill_distribution"
BY_ORGANIZATION = "skills.skill_distribution_by_organization"
MOMENTUM = "skills.skill_momentum"
ACTIVITY = "skills.skill_activity"
MENTORSHIP = "skills.mentorship_summary"

RULES: tuple[Rule, ...] = (
    *SIGNAL_RULES,
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
