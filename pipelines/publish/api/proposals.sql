-- What the lecture's active rule would say of every member, for a teacher who is about to certify (R004-87..97): the document's
-- result per student, by user id, and how many meet the requirements today. Suggestions, never decisions. Without exactly one
-- active rule, one that asks for something, there is none and nothing is proposed. No row for a lecture without members.
create or replace macro api.proposals(lecture_id) as table
with members as (
    select count(*) as students
    from records.performance_records as record
    where record.lecture_id = lecture_id
),

proposed as (
    select proposal.*
    from records.certification_proposals as proposal
    where proposal.lecture_id = lecture_id
)

select
    lecture_id as lecture_id,
    (select max(proposed.rule_id) from proposed) as rule_id,
    members.students,
    (
        select count(*) from proposed where proposed.proposed_status = 'passed'
    ) as students_meeting_requirements,
    coalesce(
        (
            select
                list(
                    {
                        'user_id': proposed.user_id,
                        'proposed_status': proposed.proposed_status,
                        'details': {
                            'current_points': proposed.current_points,
                            'required_points': proposed.required_points,
                            'current_achievement_ids': proposed.current_achievement_ids,
                            'required_achievement_ids': proposed.required_achievement_ids
                        },
                        'deferral_reasons': proposed.deferral_reasons
                    }
                    order by proposed.user_id
                )
            from proposed
        ),
        []
    ) as proposals
from members
where members.students > 0;
