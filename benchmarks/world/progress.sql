-- An organization has two sequences; a learner does all assignments of one. An assignment has five steps, one per stage, and
-- a learner three events on each: started, and two attempts, the second at times the teacher's.
create macro assignments_per_sequence() as (per_user('step_events') + 14) // 15;
create macro sequence_count() as 2 * organization_count();
create macro sequence_of(learner) as learner % sequence_count();
create macro assignment_id(sequence, place) as 'asg_' || sequence || '_' || place;
create macro assignment_created_at(sequence, place) as
    date_trunc('day', world_start() + to_seconds(floor(place / assignments_per_sequence() * week_count() * 7 * 86400)::bigint))
    + to_days((sequence % 3)::int);
create macro step_id(sequence, place, stage) as 'step_' || sequence || '_' || place || '_' || stage;
create macro stage_name(stage) as (['learn', 'play', 'quiz', 'challenge', 'review'])[1 + stage];
create macro game_count() as 30;
create macro game_id(number) as 'game_' || number % game_count();

create macro sequences_count() as sequence_count();
create macro sequences(first, past) as table
select
    'seq_' || n as sequence_id,
    organization_of(n) as organization_id,
    (['Fractions and ratios', 'Motion and forces'])[1 + n % 2] || ' ' || n as title,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro assignments_count() as sequence_count() * assignments_per_sequence();
create macro assignments(first, past) as table
select
    assignment_id(n % sequence_count(), n // sequence_count()) as assignment_id,
    'seq_' || n % sequence_count() as sequence_id,
    n // sequence_count() as position,
    one_of('assignment', n, ['Halves and quarters', 'Maps and scales', 'Speed', 'Energy']) as title,
    assignment_created_at(n % sequence_count(), n // sequence_count()) as created_at,
    case when n % 3 = 0 then 21.0 end as estimated_duration_days,
    case when n % 3 = 1 then assignment_created_at(n % sequence_count(), n // sequence_count()) + to_days(28) end as due_at,
    n % 17 = 16 as is_archived,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro steps_count() as 5 * assignments_count();
create macro steps(first, past) as table
with places as (
    select n, (n // 5) % sequence_count() as sequence, n // 5 // sequence_count() as place, n % 5 as stage,
    from range(first, past) as numbers(n)
)
select
    step_id(sequence, place, stage) as step_id,
    assignment_id(sequence, place) as assignment_id,
    stage as position,
    stage_name(stage) as stage,
    stage <> 3 as is_required,
    (case stage when 1 then 60 when 2 then 70 when 3 then 85 when 4 then 65 end)::decimal(7, 4) as target_score,
    'concept_' || sequence % 2 || '_' || place % 8 as concept_id,
    'element_' || n as element_id,
    case when stage = 1 then game_id(sequence + place) end as game_id,
    case when stage = 4 then assignment_created_at(sequence, place) + to_days(24) end as due_at,
    n % 41 = 40 as is_remediation,
    timestamp '1970-01-01' as effective_at,
from places;

create macro games_count() as game_count();
create macro games(first, past) as table
select
    game_id(n) as game_id,
    one_of('game', n, ['Pizza Parlour', 'Number Line Run', 'Ramp Lab', 'Orbit']) || ' ' || n as title,
    n % 10 = 9 as is_deprecated,
    case when n % 10 = 9 then game_id(n + 1) end as replaced_by_game_id,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro assignment_students_count() as user_count() * assignments_per_sequence();
create macro assignment_students(first, past) as table
select
    assignment_id(sequence_of(learner(n)), turn(n)) as assignment_id,
    user_id(learner(n)) as student_id,
    null::timestamp as assigned_at,
    case when n % 25 = 0 then assignment_created_at(sequence_of(learner(n)), turn(n)) + to_days(40) end as due_at,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro class_count() as (user_count() + 24) // 25;
create macro classes_count() as class_count();
create macro classes(first, past) as table
select
    'class_' || n as class_id,
    organization_of(n) as organization_id,
    staff_id(2 * n) as teacher_id,
    'Class ' || n as name,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro class_students_count() as user_count();
create macro class_students(first, past) as table
select
    'class_' || n % class_count() as class_id,
    user_id(n) as student_id,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro step_events(first, past) as table
with turns as (
    select
        n, learner(n) as learner, sequence_of(learner(n)) as sequence,
        turn(n) // 15 as place, turn(n) % 15 // 3 as stage, turn(n) % 3 as event,
    from range(first, past) as numbers(n)
),
typed as (
    select
        *,
        case
            when event = 0 then 'started'
            when event = 1 or drawn('teacher', n) >= 0.03 then 'attempted'
            else one_of('by teacher', n, ['completed_by_teacher', 'target_adjusted', 'progress_reviewed'])
        end as event_type,
    from turns
)
select
    'sev_' || n as step_event_id,
    step_id(sequence, place, stage) as step_id,
    user_id(learner) as student_id,
    event_type,
    case when event_type = 'attempted' then
        (least(1000, whole('ability', learner, 300, 800) + whole('score', n, 0, 200) + 50 * event) / 10)::decimal(7, 4)
    end as score,
    case when event_type = 'target_adjusted' then 55::decimal(7, 4) end as target_score,
    case when event_type = 'attempted' then whole('time', n, 60000, 1500000) end as time_on_task_ms,
    'ses_' || learner || '_' || place || '_' || stage as session_id,
    case when event_type not in ('started', 'attempted') then staff_id(learner) end as actor_id,
    case when event_type = 'completed_by_teacher' then 'Explained it at the board' end as reason,
    assignment_created_at(sequence, place)
        + to_seconds(stage * 86400 + whole('day', learner, 0, 5 * 86400) + event * 2400 + whole('minute', n, 0, 1800)) as occurred_at,
from typed;

create macro free_play_scores(first, past) as table
select
    'fps_' || n as free_play_score_id,
    user_id(learner(n)) as student_id,
    game_id(whole('played', n, 0, game_count() - 1)) as game_id,
    'play' as stage,
    (whole('free score', n, 200, 1000) / 10)::decimal(7, 4) as score,
    case when n % 4 = 0 then 'previous_assignment' end as context,
    whole('free time', n, 60000, 900000) as time_on_task_ms,
    spread('free play', n, per_user('free_play_scores')) as occurred_at,
from range(first, past) as numbers(n);

create macro badge_awards(first, past) as table
select
    'bad_' || n as badge_award_id,
    user_id(learner(n)) as student_id,
    one_of('badge', n, ['streak', 'explorer', 'finisher']) as badge,
    spread('badge', n, per_user('badge_awards')) as occurred_at,
from range(first, past) as numbers(n);
