"""What breaks the rules between the marts of `performance`: per rule the statements of which each alone turns it red.

Belongs here: edits of the team of `conftest.py`. That each is found is shown, for all domains, by
`assets_tests/mutations/test_rules.py`.
"""

from __future__ import annotations

LOGS = "update performance.performance_logs set"
USERS = "update performance.user_performance set"
SNAPSHOTS = "update performance.performance_snapshots set"
MILESTONES = "update performance.performance_milestones set"
BADGES = "update performance.performance_badges set"
TEAMS = "update performance.team_performance set"
DISTRIBUTION = "update performance.performance_distribution set"
ANN = "where user_id = 'ann'"
SECOND = f"{ANN} and tasks_completed = 2"
WEEK = "where milestone_type = 'perfect_week'"
HARBOR = "where organization_id = 'harbor'"

REQUIREMENTS = ("R001-15", "R001-23", "R001-47", "R001-51", "R001-95", "G001-17", "G001-18")
BROKEN_BY: dict[str, tuple[str, ...]] = {
    "every_completion_has_one_log": (
        f"delete from performance.performance_logs {ANN} and tasks_completed = 4",
        "delete from performance.performance_logs where user_id = 'ghost'",
        "insert into raw.task_events by name select * replace ('later' as task_event_id, 'cancelled' as event_type)"
        " from raw.task_events where task_assignment_id = 'ben-1'",
    ),
    "weights_add_up_to_one": (
        "update policy.performance_weights set weight = 0.4 where component = 'on_time_ratio'",
        "update policy.performance_weights set component = 'luck' where component = 'on_time_ratio'",
    ),
    "score_is_the_formula_of_its_columns": (
        f"{LOGS} performance_score = performance_score + 0.000000001 {SECOND}",
        f"{LOGS} on_time_ratio = 0.6 {SECOND}",
        f"{LOGS} skill_accuracy = null {SECOND}",
        f"{LOGS} difficulty_factor = 0.70000001 {SECOND}",
        f"{USERS} current_performance_score = 87.5 {ANN}",
        f"{USERS} current_performance_score = null {ANN}",
        "update policy.performance_weights set weight = weight / 2",
    ),
    "logs_follow_each_other": (
        f"{LOGS} tasks_completed = 5 {ANN} and tasks_completed = 4",
        # With the right sum and the right last number.
        f"{LOGS} tasks_completed = if(tasks_completed = 2, 1, 4) {ANN} and tasks_completed in (2, 3)",
        f"{LOGS} score_change = -28.499999999 {SECOND}",
        f"{LOGS} created_at = '2026-01-05 11:59:59.999999+00' {SECOND}",
        f"{LOGS} created_at = '2026-03-10 15:00:00+00', assignment_id = 'ann-31' {SECOND}",
    ),
    "user_performance_is_the_last_log": (
        f"{USERS} current_performance_score = 64.5 {ANN}",
        f"{USERS} tasks_completed = 3 {ANN}",
        f"{USERS} avg_completion_time = null {ANN}",
        f"{USERS} avg_completion_speed = 0.5 {ANN}",
        f"{USERS} skill_accuracy = 0.9 {ANN}",
        "delete from performance.performance_logs where user_id = 'ben'",
        f"{USERS} tasks_completed = 1 where user_id = 'dee'",
    ),
    "everybody_with_tasks_is_shown": (
        "delete from performance.user_performance where user_id = 'ghost'",
        "delete from performance.user_performance where user_id = 'dee'",
        "insert into performance.user_performance by name"
        " select * replace ('ada' as user_id) from performance.user_performance where user_id = 'nia'",
    ),
    "trends_are_the_steps_of_the_period": (
        f"{USERS} trend_change = 10.3 {ANN}",
        f"{USERS} trend_change = 50 where user_id = 'cem'",
        f"{USERS} trend_period_days = 90 {ANN}",
    ),
    "snapshots_are_the_days_logs": (
        f"{SNAPSHOTS} tasks_completed_today = 1 {ANN} and snapshot_date = '2026-03-10'",
        f"{SNAPSHOTS} cumulative_tasks = 5 {ANN} and snapshot_date = '2026-03-10'",
        f"{SNAPSHOTS} cumulative_performance_score = 64.5 {ANN} and snapshot_date = '2026-03-10'",
        f"{SNAPSHOTS} cumulative_on_time_ratio = null {ANN} and snapshot_date = '2026-03-10'",
        f"{SNAPSHOTS} created_at = '2026-03-10 09:00:00+00' {ANN} and snapshot_date = '2026-03-10'",
        f"delete from performance.performance_snapshots {ANN} and snapshot_date = '2026-03-20'",
        "insert into performance.performance_snapshots by name"
        f" select * replace ('2026-03-21' as snapshot_date) from performance.performance_snapshots {ANN}"
        " and snapshot_date = '2026-03-20'",
    ),
    "definitions_can_be_met": (
        "update policy.badge_definitions set criterion = 'on_time_streaks' where criteria = 'on_time_streak_10'",
        "update policy.milestone_definitions set criterion = 'hard_tasks' where milestone_type = 'first_task'",
        "update policy.badge_definitions set criteria = 'score_above_80' where criteria = 'score_above_90'",
    ),
    "numbers_of_tasks_are_milestones_once": (
        f"delete from performance.performance_milestones {ANN}",
        f"{MILESTONES} milestone_type = '10_tasks' {ANN}",
        f"{MILESTONES} achieved_value = 2 {ANN}",
        "insert into performance.performance_milestones by name"
        " select * replace (achieved_at + interval 1 day as achieved_at)"
        f" from performance.performance_milestones {ANN}",
    ),
    "milestones_name_their_log": (
        f"""{MILESTONES} achievement_data = '{{"assignment_id":"ben-1"}}' {ANN}""",
        f"{MILESTONES} achievement_data = '{{}}' {ANN}",
        f"{MILESTONES} achieved_at = achieved_at - interval 1 microsecond {ANN}",
        f"{MILESTONES} achieved_value = 3 {ANN}",
        f"{LOGS} user_id = 'ben' {ANN} and tasks_completed = 1",
    ),
    "perfect_weeks_are_over_and_punctual": (
        f"{MILESTONES} achieved_value = 9 {WEEK}",
        f"{SNAPSHOTS} daily_on_time_ratio = 0.9 where user_id = 'gil'",
        f"{SNAPSHOTS} daily_on_time_ratio = null where user_id = 'gil'",
        "update policy.milestone_definitions set threshold = 11 where milestone_type = 'perfect_week'",
        f"{MILESTONES} achieved_at = '2026-03-15 00:00:00+00' {WEEK}",
        "update ops.run set as_of = '2026-03-14 23:59:59.999999+00'",
    ),
    "badges_of_scores_are_the_first_logs_above": (
        f"{BADGES} user_id = 'ben' where user_id = 'ann' and criteria = 'score_above_80'",
        f"{BADGES} earned_at = earned_at + interval 1 hour where criteria = 'score_above_90' and user_id = 'gil'",
        "delete from performance.performance_badges where criteria = 'score_above_90'",
        "insert into performance.performance_badges by name"
        " select * replace ('dee' as user_id) from performance.performance_badges where criteria = 'score_above_90'"
        " and user_id = 'gil'",
    ),
    "badges_of_numbers_are_earned_by_a_log": (
        f"{BADGES} earned_at = earned_at - interval 1 hour where criteria = 'on_time_streak_10'",
        f"{BADGES} earned_at = earned_at + interval 1 minute where criteria = 'hard_tasks_10'",
        f"{BADGES} user_id = 'ann' where criteria = 'hard_tasks_10'",
    ),
    "ranks_have_no_gaps": (
        f"{USERS} organization_rank = 5 where user_id = 'gil'",
        f"{USERS} organization_rank = 6 where user_id = 'cem'",
        f"{USERS} organization_rank = case user_id when 'ben' then 3 else 2 end where user_id in ('ben', 'eve')",
        f"{USERS} organization_rank = case user_id when 'ann' then 5 else 4 end where user_id in ('ann', 'cem')",
    ),
    "teams_are_their_members": (
        f"{TEAMS} team_size = 6 {HARBOR}",
        f"{TEAMS} average_score = average_score + 0.0000001 {HARBOR}",
        f"{TEAMS} median_score = 74.833333333 {HARBOR}",
        f"{TEAMS} std_deviation = std_deviation + 0.0000001 {HARBOR}",
        f"{TEAMS} min_score = 24, score_range = 74 {HARBOR}",
        f"{TEAMS} max_score = 99, score_range = 74 {HARBOR}",
        f"{TEAMS} score_range = 73.000000001 {HARBOR}",
        "delete from performance.team_performance where organization_id = 'pier'",
        "insert into performance.team_performance values ('ghost ship', 1, 50, 50, 0, 50, 50, 0)",
    ),
    "buckets_add_up_to_the_team": (
        f"{DISTRIBUTION} members = members + 1 {HARBOR} and bucket = '0-20'",
        f"delete from performance.performance_distribution {HARBOR} and bucket = '0-20'",
        "delete from performance.performance_distribution where organization_id = 'pier'",
        "insert into performance.performance_distribution values ('ghost ship', '0-20', 0)",
    ),
    "buckets_hold_the_scores_between_their_ends": (
        f"{DISTRIBUTION} members = case bucket when '0-20' then 1 else 0 end {HARBOR} and bucket in ('0-20', '20-40')",
        f"{USERS} current_performance_score = 80 where user_id = 'ben'",
    ),
}
