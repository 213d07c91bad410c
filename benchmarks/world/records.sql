-- A hundred learners share a lecture, and each is in two of them; half of a learner's participations are in either, a pending
-- and a reviewed one for each assessment.
create macro lecture_count() as greatest(2, user_count() // 100);
create macro lecture_of(learner, which) as (learner + which) % lecture_count();
create macro lecture_id(lecture) as 'lec_' || lecture;
create macro assessments_per_lecture() as (per_user('participations') + 3) // 4;
create macro assessment_id(lecture, place) as 'ass_' || lecture || '_' || place;
create macro assessment_due_at(lecture, place) as
    date_trunc('day', world_start())
    + to_hours(18 + 24 * (lecture % 5 + floor((place + 0.5) / assessments_per_lecture() * week_count() * 7)::bigint));
create macro rule_id(lecture) as 'rule_' || lecture;
create macro campaign_id(lecture) as 'cam_' || lecture;
create macro achievement_id(lecture, place) as 'ach_' || lecture || '_' || place;

create macro lectures_count() as lecture_count();
create macro lectures(first, past) as table
select
    lecture_id(n) as lecture_id,
    organization_of(n) as organization_id,
    one_of('lecture', n, ['Linear algebra', 'Statistics', 'Optics']) || ' ' || n as title,
    staff_id(n) as teacher_id,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro lecture_members_count() as 2 * user_count();
create macro lecture_members(first, past) as table
select
    lecture_id(lecture_of(learner(n), turn(n))) as lecture_id,
    user_id(learner(n)) as user_id,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro assessments_count() as lecture_count() * assessments_per_lecture();
create macro assessments(first, past) as table
select
    assessment_id(n % lecture_count(), n // lecture_count()) as assessment_id,
    lecture_id(n % lecture_count()) as lecture_id,
    'Sheet ' || n // lecture_count() as title,
    case when n // lecture_count() % 8 = 7 then 'talk' end as kind,
    20::decimal(12, 4) as max_points,
    assessment_due_at(n % lecture_count(), n // lecture_count()) as due_at,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro participations(first, past) as table
with turns as (
    select
        n, learner(n) as learner, lecture_of(learner(n), turn(n) % 2) as lecture,
        turn(n) // 4 as place, turn(n) // 2 % 2 = 1 as is_marked,
    from range(first, past) as numbers(n)
),
typed as (
    select
        *,
        case
            when not is_marked then 'pending'
            when drawn('absent', n) < 0.04 then 'absent'
            when drawn('exempt', n) < 0.03 then 'exempt'
            else 'reviewed'
        end as status,
    from turns
)
select
    'par_' || n as participation_id,
    assessment_id(lecture, place) as assessment_id,
    user_id(learner) as user_id,
    status,
    case when status = 'reviewed' then
        (least(210, whole('ability', learner, 40, 180) + whole('points', n, 0, 40)) / 10)::decimal(12, 4)
    end as points,
    case when status in ('pending', 'reviewed') then
        assessment_due_at(lecture, place) - to_seconds(whole('early', n, 300, 170000))
    end as submitted_at,
    case when is_marked then staff_id(lecture) end as actor_id,
    assessment_due_at(lecture, place)
        + to_seconds(case when is_marked then 1 else -1 end * whole('marked', n, 300, 250000)) as occurred_at,
from typed;

-- A boolean, a numeric and a percentage one per lecture; the rule names the first two.
create macro achievements_count() as 3 * lecture_count();
create macro achievements(first, past) as table
select
    achievement_id(n // 3, n % 3) as achievement_id,
    lecture_id(n // 3) as lecture_id,
    (['At the board', 'Exercises', 'Quiz'])[1 + n % 3] as title,
    (['boolean', 'numeric', 'percentage'])[1 + n % 3] as value_type,
    (case n % 3 when 1 then 4 when 2 then 60 end)::decimal(12, 4) as threshold,
    null::varchar as description,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro achievement_grades(first, past) as table
select
    'grd_' || n as achievement_grade_id,
    achievement_id(lecture_of(learner(n), turn(n) % 2), turn(n) // 2 % 3) as achievement_id,
    user_id(learner(n)) as user_id,
    case turn(n) // 2 % 3
        when 0 then one_of('pass', n, ['pass', 'pass', 'Pass', 'fail'])
        when 1 then whole('count', n, 0, 9)::varchar
        else (whole('percentage', n, 350, 1000) / 10)::decimal(4, 1)::varchar
    end as grade_value,
    staff_id(learner(n)) as actor_id,
    spread('grade', n, per_user('achievement_grades')) as occurred_at,
from range(first, past) as numbers(n);

create macro rules_count() as lecture_count();
create macro rules(first, past) as table
select
    rule_id(n) as rule_id,
    lecture_id(n) as lecture_id,
    case when n % 2 = 0 then 50::decimal(7, 4) end as min_percentage,
    case when n % 2 = 1 then 40::decimal(12, 4) end as min_points_absolute,
    true as active,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro rule_achievements_count() as 2 * lecture_count();
create macro rule_achievements(first, past) as table
select
    rule_id(n // 2) as rule_id,
    achievement_id(n // 2, n % 2) as achievement_id,
    n % 2 as position,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro certifications(first, past) as table
with decisions as (
    select
        n, lecture_of(learner(n), turn(n) % 2) as lecture,
        one_of('certified', n, ['passed', 'passed', 'failed', 'pending']) as status,
    from range(first, past) as numbers(n)
)
select
    'cer_' || n as certification_id,
    lecture_id(lecture) as lecture_id,
    user_id(learner(n)) as user_id,
    status,
    case when n % 10 = 0 then 'manual' else 'computed' end as source,
    case when status <> 'pending' then staff_id(lecture) end as certified_by,
    rule_id(lecture) as rule_id,
    case when n % 10 = 0 then 'Medical exemption for the presentation' end as note,
    spread('certification', n, per_user('certifications')) as occurred_at,
from decisions;

create macro campaigns_count() as lecture_count();
create macro campaigns(first, past) as table
select
    campaign_id(n) as campaign_id,
    lecture_id(n) as lecture_id,
    'Final exam ' || n as title,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro registration_policies_count() as 2 * lecture_count();
create macro registration_policies(first, past) as table
select
    'pol_' || n as policy_id,
    campaign_id(n // 2) as campaign_id,
    case when n % 2 = 0 then 'student_performance' else 'deadline' end as kind,
    case when n % 2 = 0 then 'both' else 'registration' end as phase,
    n % 2 as position,
    case when n % 2 = 0
        then json_object('lecture_id', lecture_id(n // 2))
        else json_object('until', strftime(as_of(), '%Y-%m-%dT00:00:00Z'))
    end as config,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

-- A learner registers and, in the next turn, is confirmed or withdraws; the first learner's turns are the campaign's own.
create macro registration_events(first, past) as table
with turns as (
    select
        n, lecture_of(learner(n), 0) as lecture, learner(n) < lecture_count() as is_campaigns_own,
    from range(first, past) as numbers(n)
)
select
    'reg_' || n as registration_event_id,
    campaign_id(lecture) as campaign_id,
    case
        when is_campaigns_own then (['saved', 'opened', 'finalized'])[1 + turn(n) % 3]
        when turn(n) % 2 = 0 then 'registered'
        else one_of('registration', n, ['confirmed', 'confirmed', 'confirmed', 'withdrawn'])
    end as event_type,
    case when not is_campaigns_own then user_id(learner(n)) end as user_id,
    spread('registration', n, per_user('registration_events')) as occurred_at,
from turns;
