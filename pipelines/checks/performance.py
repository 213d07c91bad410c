"""What the marts of `performance` must satisfy: logs that are the completions, and everything else made of the logs.

Belongs here: rules that tie logs, snapshots and user_performance together and to the signals they are made of, worked
out another way than the models do. Not here: what a single row must satisfy (`performance_rows.py`), and what is
awarded or ranked (`performance_awards.py`, `performance_teams.py`).
"""

from pipelines.checks.performance_awards import AWARD_RULES
from pipelines.checks.performance_rows import MODELS
from pipelines.checks.performance_teams import TEAM_RULES
from pipelines.checks.rule import Rule

__all__ = ["MODELS", "RULES"]

LOGS = "performance.performance_logs"
SNAPSHOTS = "performance.performance_snapshots"
USERS = "performance.user_performance"

RULES: tuple[Rule, ...] = (
    Rule(
        name="every_completion_has_one_log",
        tables=(LOGS,),
        description=(
            "A user has as many logs as assignments in force whose latest `completed` or `cancelled` event is"
            " `completed`. Fewer is a lost completion, more one that was taken back or counted twice. Look at the"
            " listed user's events in `staging.stg_task_events`; the fault is in `int_task_assignments` or"
            " `int_performance_history`."
        ),
        sql=f"""
            with last_endings as (
                select task_assignment_id, arg_max(event_type, (occurred_at, task_event_id)) as event_type
                from staging.stg_task_events
                where event_type in ('completed', 'cancelled')
                group by all
            ),

            in_staging as (
                select user_id, count(*) as completions
                from staging.stg_task_assignments
                inner join last_endings using (task_assignment_id)
                where event_type = 'completed'
                group by all
            ),

            in_logs as (
                select user_id, count(*) as logs from {LOGS} group by all
            )

            select user_id, in_staging.completions, in_logs.logs
            from in_staging
            full join in_logs using (user_id)
            where in_staging.completions is distinct from in_logs.logs
        """,
    ),
    Rule(
        name="weights_add_up_to_one",
        tables=(LOGS,),
        description=(
            "The three weights of the score are there and add up to 1; otherwise a score is no percentage of"
            " anything. Correct the seed `performance_weights`."
        ),
        sql="""
            select count(distinct component) as components, sum(weight) as total
            from policy.performance_weights
            where component in ('on_time_ratio', 'skill_accuracy', 'difficulty_factor')
            having components <> 3 or total <> 1
        """,
    ),
    Rule(
        name="score_is_the_formula_of_its_columns",
        tables=(LOGS, USERS),
        description=(
            "A score is (on_time_ratio, skill_accuracy, difficulty_factor) times the weights times 100, 0.5"
            " standing for what is not known, to within 0.000000000501 points: half a unit of the ninth decimal,"
            " which the score was rounded to, and a thousandth of one for the ratios, which are DOUBLEs. Another"
            " score is a fault of the macro `performance_score` or of what it is given."
        ),
        sql=f"""
            with weights as (
                pivot policy.performance_weights on component using sum(weight)
            ),

            scores as (
                select user_id, performance_score as score, on_time_ratio, skill_accuracy, difficulty_factor from {LOGS}
                union all
                select user_id, current_performance_score, on_time_ratio, skill_accuracy, difficulty_factor
                from {USERS}
                where tasks_completed > 0
            ),

            recomputed as (
                select
                    scores.user_id,
                    scores.score,
                    100 * (
                        coalesce(scores.on_time_ratio, 0.5) * cast(weights.on_time_ratio as double)
                        + coalesce(scores.skill_accuracy, 0.5) * cast(weights.skill_accuracy as double)
                        + coalesce(scores.difficulty_factor, 0.5) * cast(weights.difficulty_factor as double)
                    ) as recomputed
                from scores
                cross join weights
            )

            select * from recomputed
            where score is null or abs(score - recomputed) > 0.000000000501
        """,
    ),
    Rule(
        name="logs_follow_each_other",
        tables=(LOGS,),
        description=(
            "A user's logs are numbered from 1 on without a gap, in the order (created_at, assignment_id), and each"
            ' `score_change` is the step from the score before it, exactly. Otherwise "latest" and "previous" mean'
            " different things in different tables. The fault is in `int_performance_history`."
        ),
        sql=f"""
            with beside_previous as (
                select
                    *,
                    lag(tasks_completed, 1, 0) over in_order as number_before,
                    lag((created_at, assignment_id)) over in_order as previous,
                    lag(performance_score) over in_order as previous_score
                from {LOGS}
                window in_order as (partition by user_id order by tasks_completed)
            )

            select user_id, tasks_completed, performance_score, previous_score, score_change
            from beside_previous
            where tasks_completed <> number_before + 1
                or (created_at, assignment_id) <= previous
                or round(1e9 * score_change) <> round(1e9 * performance_score) - round(1e9 * previous_score)
        """,
    ),
    Rule(
        name="user_performance_is_the_last_log",
        tables=(USERS, LOGS),
        description=(
            "Whoever is shown has the score and the metrics of the last log, or no log and no score. A difference"
            " shows people a number that no log explains. The fault is in `user_performance`."
        ),
        sql=f"""
            with last_logs as (
                select user_id, arg_max(
                    (
                        tasks_completed, performance_score, on_time_ratio, skill_accuracy, difficulty_factor,
                        avg_completion_time, avg_completion_speed
                    ),
                    (created_at, assignment_id)
                ) as stood
                from {LOGS}
                group by all
            )

            select users.user_id, users.tasks_completed, last_logs.stood
            from {USERS} as users
            left join last_logs using (user_id)
            where (
                nullif(users.tasks_completed, 0), users.current_performance_score, users.on_time_ratio,
                users.skill_accuracy, users.difficulty_factor, users.avg_completion_time, users.avg_completion_speed
            ) is distinct from coalesce(last_logs.stood, (null, null, null, null, null, null, null))
        """,
    ),
    Rule(
        name="everybody_with_tasks_is_shown",
        tables=(USERS,),
        description=(
            "Shown are the users in force but admins and employers, and everybody else who has an assignment in"
            " force; nobody else. Somebody who is missing looks unknown to `api.user_performance`. Compare the"
            " listed ids with `staging.stg_users` and `staging.stg_task_assignments`; the fault is in"
            " `user_performance`."
        ),
        sql=f"""
            with expected as (
                (
                    select user_id from staging.stg_users
                    union
                    select user_id from staging.stg_task_assignments
                )
                except
                select user_id from staging.stg_users where role in ('admin', 'employer')
            ),

            shown as (
                select user_id from {USERS}
            )

            (from expected except from shown) union all (from shown except from expected)
        """,
    ),
    Rule(
        name="trends_are_the_steps_of_the_period",
        tables=(USERS, LOGS),
        description=(
            "A trend is the sum of the `score_change` of the logs of its period but the first, which leads there"
            " from before. Another one points people the wrong way. The fault is in `user_performance`."
        ),
        sql=f"""
            with steps as (
                select
                    logs.user_id,
                    sum(round(1e9 * logs.score_change)) - arg_min(round(1e9 * logs.score_change), logs.tasks_completed)
                        as change
                from {LOGS} as logs
                inner join {USERS} as users using (user_id)
                where epoch_us(logs.created_at)
                    > (select epoch_us(as_of) from ops.run) - users.trend_period_days * 86400000000
                group by all
            )

            select users.user_id, users.trend_change, steps.change / 1e9 as change
            from {USERS} as users
            left join steps using (user_id)
            where round(1e9 * users.trend_change) <> coalesce(steps.change, 0)
        """,
    ),
    Rule(
        name="snapshots_are_the_days_logs",
        tables=(SNAPSHOTS, LOGS),
        description=(
            "Every UTC day with logs has one snapshot, which counts them and stands where the day's last log"
            " stands. A chart of snapshots and one of logs would differ otherwise. The fault is in"
            " `performance_snapshots`."
        ),
        sql=f"""
            with days as (
                select
                    user_id,
                    cast(created_at at time zone 'UTC' as date) as snapshot_date,
                    count(*) as tasks,
                    arg_max(
                        (tasks_completed, on_time_ratio, performance_score, created_at), (created_at, assignment_id)
                    ) as stood
                from {LOGS}
                group by all
            )

            select user_id, snapshot_date, snapshots.tasks_completed_today, days.tasks, days.stood
            from {SNAPSHOTS} as snapshots
            full join days using (user_id, snapshot_date)
            where snapshots.tasks_completed_today is distinct from days.tasks
                or (
                    snapshots.cumulative_tasks, snapshots.cumulative_on_time_ratio,
                    snapshots.cumulative_performance_score, snapshots.created_at
                ) is distinct from days.stood
        """,
    ),
    *AWARD_RULES,
    *TEAM_RULES,
)
