-- The marts of `skills` by hand: what a DuckDB engineer would write who knows that all rows are known (one batch), and
-- needs no layers, tests or second engine. The tables are the same, their unique keys included.

create temp table declared_skills as
with projects as (
    select *, lead(effective_at, 1, 'infinity') over (partition by project_id order by effective_at) as ends_at
    from raw.projects
),

declarations as (
    select *, lead(effective_at, 1, 'infinity') over (partition by project_id, skill_id order by effective_at) as ends_at
    from raw.project_skills
),

skills as (
    select *, lead(effective_at, 1, 'infinity') over (partition by skill_id order by effective_at) as ends_at
    from raw.skills
)

select
    project_id,
    skill_id,
    greatest(projects.effective_at, declarations.effective_at, skills.effective_at) as begins_at,
    least(projects.ends_at, declarations.ends_at, skills.ends_at) as ends_at
from declarations
inner join projects using (project_id)
inner join skills using (skill_id)
where not (declarations.is_deleted or projects.is_deleted or skills.is_deleted)
    and greatest(projects.effective_at, declarations.effective_at, skills.effective_at)
        < least(projects.ends_at, declarations.ends_at, skills.ends_at);

create temp table names as
select
    skill_id,
    arg_max(skill_name, effective_at) as skill_name,
    arg_max(category, effective_at) as category
from raw.skills
where not is_deleted
group by skill_id;

create table bare.user_skill_signals as
with project_events as (
    select
        *,
        min(occurred_at) filter (where event_type = 'joined') over (partition by project_id, user_id) as joined_at
    from raw.project_events
    where occurred_at <= (select as_of from ops.run)
),

of_projects as (
    select
        user_id,
        skill_id,
        'project' as source_type,
        project_id as source_id,
        event_type as signal_type,
        min(occurred_at) as created_at
    from project_events
    inner join declared_skills using (project_id)
    where occurred_at >= begins_at
        and occurred_at < ends_at
        and occurred_at >= joined_at
    group by all
),

of_updates as (
    select
        user_id,
        skill_id,
        'update' as source_type,
        progress_update_id as source_id,
        'update' as signal_type,
        occurred_at as created_at
    from raw.progress_updates
    inner join declared_skills using (project_id)
    where occurred_at >= begins_at
        and occurred_at < ends_at
        and occurred_at <= (select as_of from ops.run)
)

select
    sha256(concat_ws(chr(31), user_id, skill_id, source_type, source_id, signal_type)) as signal_id,
    user_id,
    skill_id,
    source_type,
    source_id,
    signal_type,
    1::decimal(18, 4) as weight,
    created_at
from (from of_projects union all from of_updates);

create unique index signal_keys on bare.user_skill_signals (cast('0x' || signal_id[1:31] as hugeint));

create table bare.skill_distribution as
select
    user_id,
    skill_id,
    any_value(skill_name) as skill_name,
    any_value(category) as category,
    count(*) as signals,
    sum(weight)::decimal(18, 4) as total_weight,
    min(created_at) as first_signal_at,
    max(created_at) as last_signal_at
from bare.user_skill_signals
inner join names using (skill_id)
group by user_id, skill_id;

create table bare.skill_distribution_by_organization as
with users as (
    select user_id, organization_id
    from raw.users
    where effective_at <= (select as_of from ops.run)
    qualify effective_at = max(effective_at) over (partition by user_id)
        and not is_deleted
)

select
    organization_id,
    skill_id,
    any_value(skill_name) as skill_name,
    any_value(category) as category,
    sum(signals)::bigint as signals,
    count(*) as users,
    sum(total_weight)::decimal(18, 4) as total_weight
from bare.skill_distribution
inner join users using (user_id)
where organization_id is not null
group by organization_id, skill_id;

create table bare.skill_momentum as
with weeks as (
    select
        user_id,
        skill_id,
        count(*) as signals,
        sum(weight)::decimal(18, 4) as total_weight,
        (date_trunc('week', created_at::date + 1) - interval 1 day)::date as week_start
    from bare.user_skill_signals
    group by all
)

select
    user_id,
    skill_id,
    signals,
    total_weight,
    (sum(signals) over (partition by user_id, skill_id order by week_start))::bigint as cumulative_signals,
    week_start
from weeks;

create temp table activity as
select
    user_id,
    max(created_at, 20)[-1] as recent_since,
    count(*) filter (where created_at > as_of - interval 7 day) as last_7_days,
    count(*) filter (
        where created_at > as_of - interval 14 day and created_at <= as_of - interval 7 day
    ) as previous_7_days,
    max(created_at) as last_signal_at
from bare.user_skill_signals
cross join ops.run
group by user_id;

create table bare.skill_activity as
with latest as (
    select
        user_id,
        max({
            'created_at': created_at,
            'signal_id': signal_id,
            'skill_id': skill_id,
            'source_type': source_type,
            'source_id': source_id,
            'signal_type': signal_type
        }, 20) as signals
    from bare.user_skill_signals
    inner join activity using (user_id)
    where created_at >= recent_since
    group by user_id
)

select
    user_id,
    case sign(last_7_days - previous_7_days) when 1 then 'up' when -1 then 'down' else 'flat' end as direction,
    [{
        'signal_id': signal.signal_id,
        'skill_id': signal.skill_id,
        'source_type': signal.source_type,
        'source_id': signal.source_id,
        'signal_type': signal.signal_type,
        'created_at': signal.created_at
    } for signal in signals] as recent,
    last_7_days as signals_last_7_days,
    previous_7_days as signals_previous_7_days,
    last_signal_at
from activity
inner join latest using (user_id);

create table bare.mentorship_summary as
with projects as (
    select project_id
    from raw.projects
    where effective_at <= (select as_of from ops.run)
    qualify effective_at = max(effective_at) over (partition by project_id)
        and not is_deleted
)

select
    intern_id,
    count(*) as sessions,
    count(distinct mentor_id) as mentors,
    count(projects.project_id) as sessions_with_project,
    max(occurred_at) as last_session_at
from raw.mentorship_sessions
left join projects using (project_id)
where occurred_at <= (select as_of from ops.run)
group by intern_id;
