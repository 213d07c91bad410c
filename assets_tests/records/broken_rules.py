"""What breaks the rules between the marts of `records`: per rule the statements of which each alone turns it red.

Belongs here: edits of the lecture of `conftest.py`. That each is found is shown, for all domains, by
`assets_tests/mutations/test_rules.py`.
"""

from __future__ import annotations

RECORD = "update records.performance_records set"
PROGRESS = "update records.achievement_progress set"
STANDING = "update records.student_standing set"
PROPOSAL = "update records.certification_proposals set"
CERTIFICATION = "update records.certifications set"
HISTORY = "update records.certification_history set"
PREFLIGHT = "update records.registration_preflight set"
DECISION = "update records.registration_decisions set"
ROSTER = "update records.exam_rosters set"
ALICE = "where lecture_id = 'algebra' and user_id = 'alice'"
BOB = "where lecture_id = 'algebra' and user_id = 'bob'"
CAROL = "where lecture_id = 'algebra' and user_id = 'carol'"
DAN = "where lecture_id = 'algebra' and user_id = 'dan'"

# The one unreadable grade of the lecture is there for the api's sake.
MADE_SOUND_BY = {
    "grades_are_readable": f"{PROGRESS} grade_value = null where grade_value = '12abc'"
}
REQUIREMENTS = (
    "R004-01",
    "R004-26",
    "R004-27",
    "R004-30",
    "R004-62",
    "R004-78",
    "R004-79",
    "R004-86",
    "R004-90",
    "R004-106",
    "G004-13",
    "G004-17",
    "G004-19",
    "G004-25",
)
BROKEN_BY: dict[str, tuple[str, ...]] = {
    "every_member_has_one_record": (
        f"delete from records.performance_records {ALICE}",
        "insert into records.performance_records by name"
        f" select * replace ('eve' as user_id) from records.performance_records {ALICE}",
    ),
    "points_were_earned_in_reviews": (
        f"{RECORD} points_total_materialized = 58.0001 {ALICE}",
        f"{RECORD} points_total_materialized = 1 where lecture_id = 'empty'",
    ),
    "maximum_is_the_lectures_unless_exempt": (
        f"{RECORD} points_max_materialized = 50 {ALICE}",
        f"{RECORD} points_max_materialized = 150 {DAN}",
        f"{RECORD} points_max_materialized = 1 where lecture_id = 'empty'",
    ),
    "records_speak_of_as_of": (f"{RECORD} computed_at = computed_at - interval 1 day {ALICE}",),
    "every_member_is_in_every_achievement": (
        f"delete from records.achievement_progress {ALICE} and achievement_id = '1'",
        "insert into records.achievement_progress by name"
        f" select * replace ('eve' as user_id) from records.achievement_progress {ALICE}",
    ),
    "met_ids_are_the_achievements_met": (
        f"{RECORD} achievements_met_ids = ['1'] {ALICE}",
        f"{RECORD} achievements_met_ids = ['1', '2', '3'] {ALICE}",
        f"{PROGRESS} met = true {DAN} and achievement_id = '1'",
    ),
    "standing_agrees_with_the_records": (
        f"{STANDING} points_total_materialized = 57 {ALICE}",
        f"{STANDING} percentage_materialized = null {ALICE}",
        f"{STANDING} achievements_met = ['Attendance'] {ALICE}",
        f"delete from records.student_standing {ALICE}",
        "insert into records.student_standing by name"
        f" select * replace ('eve' as user_id) from records.student_standing {ALICE}",
    ),
    "standing_shows_the_last_certification": (
        f"{STANDING} certification_status = 'pending' {ALICE}",
        f"{STANDING} certification_status = null {ALICE}",
        f"{STANDING} certification_status = 'passed' {DAN}",
    ),
    "grades_are_readable": (
        f"{PROGRESS} grade_value = 'twelve', value = null {ALICE} and achievement_id = '2'",
    ),
    "every_member_under_a_rule_has_a_proposal": (
        f"delete from records.certification_proposals {ALICE}",
        f"{PROPOSAL} rule_id = 'another' {ALICE}",
        "update raw.rules set active = false",
    ),
    "proposals_quote_the_rule_and_the_records": (
        f"{PROPOSAL} current_points = 58.0001 {ALICE}",
        f"{PROPOSAL} current_achievement_ids = ['1'] {ALICE}",
        f"{PROPOSAL} min_percentage = 49.9999 {ALICE}",
        f"{PROPOSAL} min_points_absolute = 1 {ALICE}",
        f"{PROPOSAL} required_achievement_ids = ['1'] {ALICE}",
    ),
    "required_points_are_the_fewest_that_suffice": (
        f"{PROPOSAL} required_points = 51 {ALICE}",
        f"{PROPOSAL} required_points = 49 {ALICE}",
        f"{PROPOSAL} required_points = null {ALICE}",
    ),
    "only_what_is_open_is_deferred": (
        f"{PROPOSAL} deferral_reasons = ['points_pending'] {ALICE}",
        f"{PROPOSAL} deferral_reasons = ['points_not_measurable'] {ALICE}",
        f"{PROPOSAL} deferral_reasons = ['achievements_ungraded'] {CAROL}",
        f"{PROPOSAL} meets_points = true, deferral_reasons = [] {DAN}",
    ),
    "lectures_have_one_active_rule": (
        "insert into raw.rules by name select * replace ('other' as rule_id) from raw.rules",
    ),
    "active_rules_ask_for_something": (
        "update raw.rules set min_percentage = null; delete from raw.rule_achievements",
    ),
    "policies_find_one_active_rule": (
        "update raw.rules set active = false",
        'update raw.registration_policies set config = \'{"lecture_id":["algebra",7]}\'',
    ),
    "certifications_are_the_last_decisions": (
        f"{CERTIFICATION} status = 'failed' {ALICE}",
        f"{CERTIFICATION} certified_at = certified_at - interval 1 day {ALICE}",
        f"delete from records.certifications {ALICE}",
    ),
    "history_keeps_every_decision": (
        f"delete from records.certification_history {ALICE}",
        f"{HISTORY} status = 'pending' {ALICE}",
        "insert into records.certification_history by name"
        f" select * replace ('unheard of' as certification_id) from records.certification_history {ALICE}",
    ),
    "snapshots_are_of_the_rule_then": (
        *(
            f"{HISTORY} rule_snapshot = replace(rule_snapshot, '{found}', '{other}') {ALICE}"
            for found, other in (
                ('"min_percentage":50', '"min_percentage":49'),
                ('"min_points_absolute":null', '"min_points_absolute":0'),
                ('["2","1"]', '["2"]'),
                ("1970-01-01", "1970-01-02"),
            )
        ),
    ),
    "only_changed_rules_make_certifications_stale": (
        f"{CERTIFICATION} is_stale = true {ALICE}",
        "insert into raw.rule_achievements by name select *"
        " replace (timestamptz '2026-03-20' as effective_at, true as is_deleted) from raw.rule_achievements",
    ),
    "certifications_stand_beside_todays_proposals": (
        f"{CERTIFICATION} proposed_status = 'passed' {BOB}",
        f"{CERTIFICATION} proposed_status = null {ALICE}",
    ),
    "manual_certifications_say_why": (f"{CERTIFICATION} note = ' ' {CAROL}",),
    "every_registration_event_is_judged_once": (
        "delete from records.registration_decisions where user_id = 'alice'",
        "delete from records.registration_preflight where event_type = 'saved'",
        "insert into records.registration_preflight by name select * replace ('unheard of' as registration_event_id)"
        " from records.registration_preflight where event_type = 'saved'",
    ),
    "certification_statuses_were_certified": (
        f"{DECISION} certification_status = 'pending' where user_id = 'alice'",
    ),
    "attempts_are_allowed_by_every_policy": (
        f"{DECISION} policies_evaluated = 0 where user_id = 'alice'",
        f"{DECISION} policies_evaluated = 2 where user_id = 'bob'",
        f"{DECISION} failed_policy_id = 'another' where user_id = 'bob'",
    ),
    "unresolved_users_are_those_looked_at": (
        f"{PREFLIGHT} unresolved_user_ids = ['eve'] where event_type = 'opened'",
        f"{PREFLIGHT} unresolved_user_ids = ['bob'] where event_type = 'finalized'",
    ),
    "rosters_are_of_the_first_finalization": (
        "delete from records.exam_rosters where user_id = 'dan'",
        f"{ROSTER} user_id = 'bob' where user_id = 'dan'",
        f"{ROSTER} finalized_at = finalized_at - interval 1 day where user_id = 'dan'",
        f"{PREFLIGHT} outcome = 'blocked' where event_type = 'finalized'",
    ),
    "nobody_unqualified_is_on_a_roster": (
        f"{ROSTER} status = 'on_roster', reason = null where user_id = 'dan'",
        'update raw.registration_policies set config = \'{"lecture_id":["algebra","empty"]}\'',
    ),
}
