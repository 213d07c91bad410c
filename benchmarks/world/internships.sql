-- A learner has one internship, long enough for its clock-ins on nine workdays of ten.
create macro internship_id(learner) as 'inst_' || learner;
create macro internship_weeks() as least(week_count(), (per_user('attendance_records') * 11 + 49) // 50);
create macro internship_start(learner) as
    date_trunc('week', world_start())::date
    + 7 * (hash(seed(), 'internship', learner) % (week_count() - internship_weeks() + 1)::ubigint)::int;

create macro internships_count() as user_count();
create macro internships(first, past) as table
select
    internship_id(n) as internship_instance_id,
    user_id(n) as user_id,
    'emp_' || n % organization_count() as employer_id,
    organization_of(n) as organization_id,
    internship_start(n) as starts_on,
    internship_start(n) + 7 * internship_weeks() - 3 as ends_on,
    case when n % 20 = 0 then ['mon', 'tue', 'thu', 'fri'] end as workdays,
    case when n % 50 = 0 then 'America/Los_Angeles' end as timezone,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro internship_days_off_count() as (user_count() + 3) // 4;
create macro internship_days_off(first, past) as table
select
    internship_id(4 * n) as internship_instance_id,
    internship_start(4 * n) + whole('day off', n, 0, 7 * internship_weeks() - 3)::int as day,
    one_of('why off', n, ['Exam at school', 'Public holiday', 'Family']) as reason,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

-- Four for everybody, four for each organization.
create macro kpi_thresholds_count() as 4 * (organization_count() + 1);
create macro kpi_thresholds(first, past) as table
select
    'kpi_' || n as kpi_threshold_id,
    case when n >= 4 then organization_id(n // 4 - 1) end as organization_id,
    null::varchar as internship_instance_id,
    (['attendance_rate', 'tasks_completed', 'tasks_late', 'training_completed'])[1 + n % 4] as metric,
    (case n % 4 when 0 then 0.75 when 1 then 1 when 3 then 1 end)::double as min_value,
    (case when n % 4 = 2 then 2 end)::double as max_value,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

create macro attendance_records(first, past) as table
with days as (
    select n, floor((turn(n) + 0.9 * drawn('workday', n)) * 5 * internship_weeks() / per_user('attendance_records'))::int as workday,
    from range(first, past) as numbers(n)
),
clocked as (
    select
        n,
        (internship_start(learner(n)) + 7 * (workday // 5) + workday % 5)::timestamp
            + to_seconds(whole('clock in', n, 7 * 3600, 10 * 3600)) as occurred_at,
    from days
)
select
    'att_' || n as attendance_record_id,
    internship_id(learner(n)) as internship_instance_id,
    occurred_at,
    case when drawn('forgot', n) >= 0.03 then occurred_at + to_seconds(whole('worked', n, 4 * 3600, 9 * 3600)) end as clocked_out_at,
from clocked;

create macro training_events(first, past) as table
select
    'trn_' || n as training_event_id,
    internship_id(learner(n)) as internship_instance_id,
    'training_' || turn(n) // 2 as training_id,
    case when turn(n) % 2 = 0 then 'started' else 'completed' end as status,
    spread('training', n, per_user('training_events')) as occurred_at,
from range(first, past) as numbers(n);

create macro employer_inputs(first, past) as table
select
    'inp_' || n as employer_input_id,
    internship_id(learner(n)) as internship_instance_id,
    'emp_' || learner(n) % organization_count() as employer_id,
    one_of('input', n, ['praise', 'concern', 'question']) as category,
    one_of('comment', n, ['Explains "why" before "how".', 'Arrives late, works well.', 'Asks, listens, writes it down.'])
        as comment,
    spread('input', n, per_user('employer_inputs')) as occurred_at,
from range(first, past) as numbers(n);
