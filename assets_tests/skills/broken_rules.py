"""What breaks the rules between the marts of `skills`: per rule the statements of which each alone turns it red.

Belongs here: edits of the world of `conftest.py`. That each is found is shown, for all domains, by
`assets_tests/mutations/test_rules.py`.
"""

from __future__ import annotations

SIGNALS = "update skills.user_skill_signals set"
DISTRIBUTION = "update skills.skill_distribution set"
BY_ORGANIZATION = "update skills.skill_distribution_by_organization set"
MOMENTUM = "update skills.skill_momentum set"
ACTIVITY = "update skills.skill_activity set"
ANN = "where user_id = 'ann'"
ANN_SQL = f"{ANN} and skill_id = 'sql'"
HARBOR_SQL = "where organization_id = 'harbor' and skill_id = 'sql'"
FROM_ANN_SQL = f"from skills.user_skill_signals {ANN_SQL}"
LATE_DELETION = "insert into raw.{} by name select '{}' as {}, timestamptz '2026-03-25 00:00:00+00' as effective_at,"

REQUIREMENTS = (
    "R002-05",
    "R002-22",
    "R002-40",
    "R002-48",
    "R002-68",
    "R002-69",
    "R002-75",
    "R002-76",
    "R002-77",
    "R002-78",
    "G002-11",
    "G002-12",
)
BROKEN_BY: dict[str, tuple[str, ...]] = {
    "signal_ids_are_hashes_of_their_keys": (
        f"{SIGNALS} signal_id = md5(signal_id) {ANN_SQL}",
        f"{SIGNALS} signal_id = upper(signal_id) {ANN_SQL}",
        f"{SIGNALS} source_id = 'u9' {ANN_SQL} and source_type = 'update'",
    ),
    "signals_are_what_the_events_say": (
        f"delete {FROM_ANN_SQL} and signal_type = 'update'",
        f"{SIGNALS} signal_type = 'joined' {ANN_SQL} and signal_type = 'completed'",
        f"{SIGNALS} created_at = created_at + interval 1 microsecond {ANN_SQL}",
        "insert into skills.user_skill_signals by name"
        f" select * replace ('u9' as source_id, sha256(signal_id) as signal_id) {FROM_ANN_SQL}",
        # A mentorship session that had emitted.
        "insert into skills.user_skill_signals by name select * replace ('dee' as user_id, 'mentorship' as source_type,"
        f" 'm1' as source_id, sha256(signal_id) as signal_id) {FROM_ANN_SQL} and signal_type = 'completed'",
        "delete from skills.user_skill_signals",
    ),
    "weights_are_the_policys": (
        f"{SIGNALS} weight = 2 {ANN_SQL} and signal_type = 'update'",
        "delete from policy.skill_signal_weights where signal_type = 'joined'",
    ),
    "late_deletions_take_signals_back": tuple(
        f"{landed} true as is_deleted, 2 as _batch, 1 as _row; update ops.run set n = 2;"
        f" delete {FROM_ANN_SQL} and signal_type = 'update'"
        for landed in (
            LATE_DELETION.format("projects", "camera", "project_id"),
            LATE_DELETION.format("skills", "sql", "skill_id"),
            LATE_DELETION.format("project_skills", "camera", "project_id") + " 'sql' as skill_id,",
        )
    ),
    "distribution_is_the_signals_counted": (
        f"{DISTRIBUTION} signals = signals + 1 {ANN_SQL}",
        f"{DISTRIBUTION} total_weight = total_weight + 0.0001 {ANN_SQL}",
        f"{DISTRIBUTION} first_signal_at = last_signal_at {ANN_SQL}",
        f"{DISTRIBUTION} last_signal_at = first_signal_at {ANN_SQL}",
        f"delete from skills.skill_distribution {ANN_SQL}",
        "insert into skills.skill_distribution by name"
        f" select * replace ('dee' as user_id) from skills.skill_distribution {ANN_SQL}",
    ),
    "skills_bear_their_latest_names": (
        f"{DISTRIBUTION} skill_name = 'Machine vision' {ANN} and skill_id = 'vision'",
        f"{DISTRIBUTION} skill_name = '' where skill_id = 'writing'",
        f"{BY_ORGANIZATION} category = NULL {HARBOR_SQL}",
    ),
    "organizations_add_up_to_their_users": (
        f"{BY_ORGANIZATION} signals = signals - 1 {HARBOR_SQL}",
        f"{BY_ORGANIZATION} users = 3 {HARBOR_SQL}",
        f"{BY_ORGANIZATION} total_weight = 1 {HARBOR_SQL}",
        f"{BY_ORGANIZATION} organization_id = 'fjord' {HARBOR_SQL}",
        f"delete from skills.skill_distribution_by_organization {HARBOR_SQL}",
    ),
    "momentum_adds_up_to_the_distribution": (
        f"{MOMENTUM} signals = signals + 1 {ANN_SQL} and week_start = '2026-03-22'",
        f"{MOMENTUM} total_weight = 9 {ANN_SQL} and week_start = '2026-03-22'",
        f"{MOMENTUM} cumulative_signals = 9 {ANN_SQL} and week_start = '2026-03-22'",
        f"{MOMENTUM} week_start = '2026-03-15' {ANN_SQL} and week_start = '2026-03-22'",
        f"{MOMENTUM} week_start = '2026-04-05' {ANN_SQL} and week_start = '2026-03-29'",
        # Two rows of one week, one of them of nothing.
        "insert into skills.skill_momentum by name select * replace (0 as signals, 0 as total_weight)"
        f" from skills.skill_momentum {ANN_SQL} and week_start = '2026-03-22'",
        f"delete from skills.skill_momentum {ANN_SQL}",
    ),
    "momentum_accumulates_week_by_week": (
        f"{MOMENTUM} cumulative_signals = 2 {ANN_SQL} and week_start = '2026-03-22'",
        f"delete from skills.skill_momentum {ANN_SQL} and week_start = '2026-03-22'",
    ),
    "activity_is_the_latest_signals": (
        f"{ACTIVITY} signals_last_7_days = 5 {ANN}",
        f"{ACTIVITY} signals_previous_7_days = 1 {ANN}",
        f"{ACTIVITY} last_signal_at = last_signal_at - interval 1 day {ANN}",
        f"{ACTIVITY} recent = recent[2:] {ANN}",
        f"{ACTIVITY} recent = recent[:1] {ANN}",
        # Twenty, but not the latest: one of them comes twice, and so an older one is missing.
        f"{ACTIVITY} recent = list_prepend(recent[1], recent[1:19]) where user_id = 'cem'",
        f"delete from skills.skill_activity {ANN}",
        "insert into skills.skill_activity by name"
        f" select * replace ('dee' as user_id) from skills.skill_activity {ANN}",
    ),
    "mentorship_counts_every_session": (
        "update skills.mentorship_summary set sessions = 3",
        "update skills.mentorship_summary set mentors = 2",
        "update skills.mentorship_summary set sessions_with_project = 2",
        "update skills.mentorship_summary set last_session_at = last_session_at - interval 1 day",
        "delete from skills.mentorship_summary",
    ),
}
