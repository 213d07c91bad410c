-- A task has three events: handed in, reviewed, and completed or, one time in twenty, cancelled.
create macro tasks_per_user() as (per_user('task_events') + 2) // 3;
create macro task_assignment_id(learner, task) as 'tas_' || learner || '_' || task;
create macro task_number(learner, task) as task * user_count() + learner;
create macro task_assigned_at(learner, task) as
    spread('task', task_number(learner, task), tasks_per_user() + 1);

create macro task_assignments_count() as user_count() * tasks_per_user();
create macro task_assignments(first, past) as table
select
    task_assignment_id(learner(n), turn(n)) as task_assignment_id,
    'task_' || n as task_id,
    user_id(learner(n)) as user_id,
    case when n % 3 <> 0 then internship_id(learner(n)) end as internship_instance_id,
    one_of('title', n, ['Update the parts list', 'Build the status page', 'Clean the address data', 'Profile the search'])
        as title,
    whole('difficulty', n, 0, 100) / 10 as difficulty,
    whole('match', n, 0, 100) / 100 as skill_match,
    task_assigned_at(learner(n), turn(n)) as assigned_at,
    case when n % 10 <> 0 then task_assigned_at(learner(n), turn(n)) + to_days(whole('due', n, 2, 9)::int) end as due_at,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro task_events(first, past) as table
with tasks as (
    select
        n, learner(n) as learner, turn(n) // 3 as task, turn(n) % 3 as stage,
        whole('handed in', task_number(learner(n), turn(n) // 3), 3600, 8 * 86400) as worked,
    from range(first, past) as numbers(n)
)
select
    'tev_' || n as task_event_id,
    task_assignment_id(learner, task) as task_assignment_id,
    case stage
        when 0 then 'submitted' when 1 then 'reviewed'
        else case when drawn('cancelled', n) < 0.05 then 'cancelled' else 'completed' end
    end as event_type,
    case when stage = 1 then one_of('outcome', n, ['accepted', 'accepted', 'needs_revision', 'rejected']) end as outcome,
    case when stage = 1 then staff_id(learner) end as actor_id,
    case when stage = 2 then whole('hours', n, 1, 400) / 10 end as actual_hours,
    task_assigned_at(learner, task) + to_seconds(worked + stage * whole('waited', n, 600, 86400)) as occurred_at,
from tasks;
