create macro skills_count() as 40;
create macro skills(first, past) as table
select
    'skill_' || n as skill_id,
    (['Python', 'SQL', 'Machine vision', 'Testing', 'Statistics'])[1 + n % 5] || ' ' || n // 5 as skill_name,
    (['programming', 'programming', 'robotics', 'practice', 'analysis'])[1 + n % 5] as category,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

-- Twenty learners, neighbours by number, share a project; it needs three skills.
create macro project_count() as (user_count() + 19) // 20;
create macro project_of(learner) as 'proj_' || learner // 20;

create macro projects_count() as project_count();
create macro projects(first, past) as table
select
    'proj_' || n as project_id,
    organization_of(n) as organization_id,
    one_of('project', n, ['Belt camera', 'Soft gripper', 'Help center', 'Faster search']) || ' ' || n as name,
    case when n % 4 = 0 then {'skill_ideas': ['skill_' || n % 40]}::json end as metadata,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro project_skills_count() as 3 * project_count();
create macro project_skills(first, past) as table
select
    'proj_' || n // 3 as project_id,
    'skill_' || (n // 3 + 7 * (n % 3)) % 40 as skill_id,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro project_events(first, past) as table
select
    'pev_' || n as project_event_id,
    project_of(learner(n)) as project_id,
    user_id(learner(n)) as user_id,
    case when turn(n) % 2 = 0 then 'joined' else 'completed' end as event_type,
    spread('project', n, per_user('project_events')) as occurred_at,
from range(first, past) as numbers(n);

create macro progress_updates(first, past) as table
select
    'upd_' || n as progress_update_id,
    project_of(learner(n)) as project_id,
    user_id(learner(n)) as user_id,
    one_of('update', n, [
        'Finished the first version and asked for a review.',
        'Found out why the numbers were off: the clock of one machine was an hour behind.',
        'Blocked since noon, the "test bench" is in use.',
        'Measured before and after: from 4.1 s to 0.9 s.',
    ]) as content,
    spread('update', n, per_user('progress_updates')) as occurred_at,
from range(first, past) as numbers(n);

create macro mentorship_sessions(first, past) as table
select
    'men_' || n as mentorship_session_id,
    user_id(learner(n)) as intern_id,
    staff_id(learner(n)) as mentor_id,
    one_of('focus', n, ['Career plans', 'Python packaging', 'How to ask for feedback']) as session_focus,
    case when n % 2 = 0 then project_of(learner(n)) end as project_id,
    one_of('held', n, ['held', 'held', 'cancelled']) as status,
    spread('mentorship', n, per_user('mentorship_sessions')) as occurred_at,
from range(first, past) as numbers(n);
