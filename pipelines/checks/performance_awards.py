"""What milestones and badges of `performance` must agree on: the logs that they were achieved with, and the seeds."""

from pipelines.checks.rule import Rule

LOGS = "performance.performance_logs"
SNAPSHOTS = "performance.performance_snapshots"
MILESTONES = "performance.performance_milestones"
BADGES = "performance.performance_badges"

AWARD_RULES: tuple[Rule, ...] = (
    Rule(
        name="definitions_can_be_met",
        tables=(MILESTONES, BADGES),
        description=(
            "Every milestone and badge has a criterion that is measured, and a key of its own. One that is"
            " misspelt in the seed is never awarded and nobody notices. Correct `milestone_definitions` or"
            " `badge_definitions`."
        ),
        sql="""
            with definitions as (
                select 'milestone' as kind, milestone_type as name, criterion
                from policy.milestone_definitions
                union all
                select 'badge', criteria, criterion
                from policy.badge_definitions
            ),

            measured (kind, criterion) as (
                values
                    ('milestone', 'tasks_completed'),
                    ('milestone', 'tasks_in_perfect_week'),
                    ('badge', 'performance_score'),
                    ('badge', 'on_time_streak'),
                    ('badge', 'hard_tasks')
            )

            select kind, name, criterion from definitions anti join measured using (kind, criterion)
            union all
            select kind, name, 'stands twice' from definitions group by all having count(*) > 1
        """,
    ),
    Rule(
        name="numbers_of_tasks_are_milestones_once",
        tables=(MILESTONES, LOGS),
        description=(
            "A user has the milestone of a number of tasks exactly when there is a log of that number, once. The"
            " fault is in `performance_milestones`."
        ),
        sql=f"""
            with totals as (
                select user_id, count(*) as logs from {LOGS} group by all
            ),

            expected as (
                select totals.user_id, definitions.milestone_type, definitions.threshold as value
                from totals
                inner join policy.milestone_definitions as definitions on totals.logs >= definitions.threshold
                where definitions.criterion = 'tasks_completed'
            ),

            found as (
                select milestones.user_id, milestones.milestone_type, cast(milestones.achieved_value as bigint) as value
                from {MILESTONES} as milestones
                inner join policy.milestone_definitions as definitions using (milestone_type)
                where definitions.criterion = 'tasks_completed'
            )

            (from expected except all from found) union all (from found except all from expected)
        """,
    ),
    Rule(
        name="milestones_name_their_log",
        tables=(MILESTONES, LOGS),
        description=(
            "The assignment in a milestone's data is the user's log at the moment of the milestone, and where the"
            " milestone is a number of tasks that log has the number. Otherwise nobody can look up what was"
            " achieved. The fault is in `performance_milestones`."
        ),
        sql=f"""
            with named as (
                select
                    *,
                    json_extract_string(achievement_data, '$.assignment_id') as assignment_id,
                    json_extract_string(achievement_data, '$.week_start') is not null as is_week
                from {MILESTONES}
            )

            select named.user_id, named.milestone_type, named.achievement_data, named.achieved_at
            from named
            left join {LOGS} as logs using (assignment_id)
            where logs.user_id is distinct from named.user_id
                or logs.created_at is distinct from named.achieved_at
                or (not named.is_week and logs.tasks_completed <> named.achieved_value)
        """,
    ),
    Rule(
        name="perfect_weeks_are_over_and_punctual",
        tables=(MILESTONES, SNAPSHOTS),
        description=(
            "A perfect week is a closed one of Sunday to Saturday whose snapshots count as many tasks as the"
            " milestone says, at least the threshold, and have every day's on-time ratio at 1. The fault is in"
            " `performance_milestones`."
        ),
        sql=f"""
            with weeks as (
                select
                    user_id,
                    cast(date_trunc('week', snapshot_date + 1) as date) - 1 as week_start,
                    sum(tasks_completed_today) as tasks,
                    bool_and(coalesce(daily_on_time_ratio = 1, false)) as is_punctual
                from {SNAPSHOTS}
                group by all
            ),

            perfect_weeks as (
                select
                    milestones.*,
                    definitions.threshold,
                    cast(json_extract_string(milestones.achievement_data, '$.week_start') as date) as week_start
                from {MILESTONES} as milestones
                inner join policy.milestone_definitions as definitions using (milestone_type)
                where definitions.criterion = 'tasks_in_perfect_week'
            )

            select perfect.user_id, perfect.week_start, perfect.achieved_value, weeks.tasks, weeks.is_punctual
            from perfect_weeks as perfect
            left join weeks using (user_id, week_start)
            where weeks.tasks is distinct from perfect.achieved_value
                or not weeks.is_punctual
                or perfect.achieved_value < perfect.threshold
                or cast(perfect.achieved_at at time zone 'UTC' as date) not between week_start and week_start + 6
                or week_start + 7 > (select as_of at time zone 'UTC' from ops.run)
        """,
    ),
    Rule(
        name="badges_of_scores_are_the_first_logs_above",
        tables=(BADGES, LOGS),
        description=(
            "A user has the badge of a score exactly when some log is strictly above the threshold, since the"
            " first of those. The fault is in `performance_badges`."
        ),
        sql=f"""
            with expected as (
                select logs.user_id, definitions.criteria, min(logs.created_at) as earned_at
                from {LOGS} as logs
                inner join policy.badge_definitions as definitions on logs.performance_score > definitions.threshold
                where definitions.criterion = 'performance_score'
                group by all
            ),

            found as (
                select badges.user_id, badges.criteria, badges.earned_at
                from {BADGES} as badges
                inner join policy.badge_definitions as definitions using (criteria)
                where definitions.criterion = 'performance_score'
            )

            (from expected except from found) union all (from found except from expected)
        """,
    ),
    Rule(
        name="badges_of_numbers_are_earned_by_a_log",
        tables=(BADGES, LOGS),
        description=(
            "The badge of a number of tasks is earned at a log, and not before the user had so many tasks at all."
            " The fault is in `performance_badges`, or in the streaks and hard tasks of `int_performance_history`."
        ),
        sql=f"""
            select badges.user_id, badges.criteria, badges.earned_at, max(logs.tasks_completed) as tasks
            from {BADGES} as badges
            inner join policy.badge_definitions as definitions using (criteria)
            left join {LOGS} as logs on badges.user_id = logs.user_id and badges.earned_at = logs.created_at
            where definitions.criterion <> 'performance_score'
            group by badges.user_id, badges.criteria, badges.earned_at, badges.criteria_value
            having coalesce(max(logs.tasks_completed), 0) < badges.criteria_value
        """,
    ),
)
