-- The marts of `progress` as they stand today by hand, as a DuckDB engineer would write them for these six tables alone: no
-- layers, no tests, no second engine, no replay; the policy in the text, an open end is infinity, and what several tables
-- need is kept in temporary ones. The keys are those of the marts, added once the rows are in, which is the fast way.
set variable n = (select n from ops.run);
set variable as_of = (select as_of from ops.run);
set variable today = (select as_of::date from ops.run);

-- Half up to nine decimals; scores as whole numbers of ten-thousandths, and n^2 times their variance.
create temp macro quotient(part, whole) as
    if(whole <> 0, ((2000000000 * part::hugeint + whole) // (2 * whole::hugeint))::bigint / 1e9, null);
create temp macro units(score) as (score * 10000)::bigint;
create temp macro variance(number, total, squares) as number::hugeint * squares - total::hugeint * total;
create temp macro done_on(remaining, lately) as
    if(lately > 0 and remaining > 0, getvariable('today') + ((28 * remaining + lately - 1) // lately)::int, null);

-- What was in force when.
create temp table game_versions as
select game_id, is_deprecated, begins_at, ends_at
from (
    select *, effective_at as begins_at, lead(effective_at, 1, 'infinity') over (partition by game_id order by effective_at) as ends_at
    from raw.games
    where _batch <= getvariable('n') and effective_at <= getvariable('as_of')
)
where not is_deleted;

create temp table assignment_versions as
with sequences as (
    select sequence_id
    from raw.sequences
    where _batch <= getvariable('n') and effective_at <= getvariable('as_of')
    group by sequence_id
    having not arg_max(is_deleted, effective_at)
)

select
    assignment_id,
    sequences.sequence_id,
    position,
    round(estimated_duration_days::varchar::decimal(18, 9) * 86400000000)::hugeint as estimated_us,
    is_archived,
    created_at,
    due_at,
    begins_at,
    ends_at
from (
    select *, effective_at as begins_at, lead(effective_at, 1, 'infinity') over (partition by assignment_id order by effective_at) as ends_at
    from raw.assignments
    where _batch <= getvariable('n') and effective_at <= getvariable('as_of')
)
left join sequences using (sequence_id)
where not is_deleted;

create temp table held as
select
    assignment_id,
    student_id,
    sequence_id,
    position,
    is_archived,
    coalesce(assigned_at, created_at) as starts_at,
    coalesce(student.due_at, assignment.due_at) as due_at,
    coalesce((epoch_us(coalesce(student.due_at, assignment.due_at)) - epoch_us(starts_at))::hugeint, estimated_us) as planned_us,
    greatest(student.effective_at, begins_at) as begins_at,
    least(student.ends_at, assignment.ends_at) as ends_at
from (
    select *, lead(effective_at, 1, 'infinity') over (partition by assignment_id, student_id order by effective_at) as ends_at
    from raw.assignment_students
    where _batch <= getvariable('n') and effective_at <= getvariable('as_of')
) as student
join assignment_versions as assignment using (assignment_id)
where not is_deleted and greatest(student.effective_at, begins_at) < least(student.ends_at, assignment.ends_at);

create temp table stretches as
select assignment_id, student_id, min(begins_at) as begins_at, max(ends_at) as ends_at
from (
    select *, count(*) filter (begins_at is distinct from before) over (partition by assignment_id, student_id order by begins_at) as stretch
    from (
        select *, lag(ends_at) over (partition by assignment_id, student_id order by begins_at) as before from held
    )
)
group by assignment_id, student_id, stretch;

-- A step is cut where its assignment or its game begins or ends.
create temp table steps as
with versions as (
    select *, effective_at as begins_at, lead(effective_at, 1, 'infinity') over (partition by step_id order by effective_at) as ends_at
    from raw.steps
    where _batch <= getvariable('n') and effective_at <= getvariable('as_of')
),

pieces as (
    select step_id, begins_at as version_at, piece_at as begins_at,
        lead(piece_at, 1, ends_at) over (partition by step_id, version_at order by piece_at) as ends_at
    from (
        select step_id, begins_at, ends_at, begins_at as piece_at from versions where not is_deleted
        union
        select step_id, version.begins_at, version.ends_at, unnest([game.begins_at, game.ends_at])
        from versions as version join game_versions as game using (game_id)
        where not is_deleted
        union
        select step_id, version.begins_at, version.ends_at, unnest([assignment.begins_at, assignment.ends_at])
        from versions as version join assignment_versions as assignment using (assignment_id)
        where not is_deleted
    )
    where piece_at >= begins_at and piece_at < ends_at
)

select
    version.step_id,
    version.assignment_id,
    stage,
    concept_id,
    element_id,
    game.game_id,
    version.position,
    target_score,
    is_required and not coalesce(is_deprecated, false) as is_required,
    is_remediation,
    version.due_at,
    piece.begins_at,
    piece.ends_at
from pieces as piece
join versions as version on version.step_id = piece.step_id and version.begins_at = version_at
join assignment_versions as assignment
    on assignment.assignment_id = version.assignment_id
    and assignment.begins_at <= piece.begins_at and assignment.ends_at > piece.begins_at
left join game_versions as game
    on game.game_id = version.game_id and game.begins_at <= piece.begins_at and game.ends_at > piece.begins_at;

create temp view events as
select * from raw.step_events where _batch <= getvariable('n') and occurred_at <= getvariable('as_of');

create temp view plays as
select * from raw.free_play_scores where _batch <= getvariable('n') and occurred_at <= getvariable('as_of');

-- Each free play at the moment when it is judged for a step, and the target of that moment.
create temp table judged as
with occasions as (
    select
        free_play_score_id,
        step_id,
        play.student_id,
        context,
        score,
        target_score,
        step.game_id = play.game_id and step.stage = play.stage as is_same,
        occurred_at,
        greatest(occurred_at, step.begins_at, held.begins_at, starts_at) as judged_at
    from plays as play
    join (select distinct step_id, game_id, stage from steps) as ever using (game_id, stage)
    join steps as step using (step_id)
    join held on held.assignment_id = step.assignment_id and held.student_id = play.student_id
    where greatest(occurred_at, step.begins_at, held.begins_at, starts_at) < least(step.ends_at, held.ends_at)
    qualify row_number() over (partition by free_play_score_id, step_id order by judged_at) = 1
),

adjustments as (
    select step_id, student_id, occurred_at, arg_max(target_score, step_event_id) as target_score
    from events
    where event_type = 'target_adjusted'
    group by all
)

select
    free_play_score_id,
    occasion.step_id,
    occasion.student_id,
    context,
    score,
    coalesce(adjustment.target_score, occasion.target_score) as target_score,
    occasion.occurred_at,
    judged_at
from occasions as occasion
asof left join adjustments as adjustment
    on adjustment.step_id = occasion.step_id
    and adjustment.student_id = occasion.student_id
    and judged_at >= adjustment.occurred_at
where is_same and judged_at <= getvariable('as_of');

create temp table passings as
select
    step.step_id,
    higher.step_id as higher_step_id,
    step.assignment_id,
    greatest(step.begins_at, higher.begins_at) as begins_at,
    least(step.ends_at, higher.ends_at) as ends_at
from steps as step
join steps as higher using (assignment_id)
where not step.is_required and step.position < higher.position
    and greatest(step.begins_at, higher.begins_at) < least(step.ends_at, higher.ends_at);

-- Steps taken away from a student, and whether they were begun by then.
create temp table removals as
with removed as (
    select
        step_id,
        student_id,
        assignment_id,
        element_id,
        stage,
        target_score,
        placement.ends_at as removed_at,
        placed_again_at,
        stretch.begins_at as had_from
    from (
        select *, lead(begins_at, 1, 'infinity') over (partition by step_id order by begins_at) as placed_again_at from steps
    ) as placement
    join stretches as stretch using (assignment_id)
    where placement.ends_at < placed_again_at
        and stretch.begins_at < placement.ends_at and stretch.ends_at > placement.ends_at
),

signs as (
    select step_id, student_id, min(moment) as moment
    from (
        select step_id, student_id, occurred_at as moment
        from events
        where event_type in ('started', 'attempted', 'completed_by_teacher')
        union all
        select step_id, student_id, judged_at from judged where coalesce(score >= target_score, true)
    )
    where step_id in (
        select step_id from removed
        union all
        select higher_step_id from passings semi join removed using (step_id)
    )
    group by all
),

passed_by as (
    select distinct step_id, removed.student_id, removed_at
    from removed
    join passings using (step_id)
    join signs as sign on sign.step_id = higher_step_id and sign.student_id = removed.student_id
    where greatest(moment, begins_at, had_from) < least(ends_at, removed_at)
)

select
    removed.*,
    coalesce(moment < removed_at, false)
        or passed_by.step_id is not null
        or row_number() over (partition by step_id, student_id order by removed_at) > 1 as was_begun
from removed
left join signs using (step_id, student_id)
left join passed_by using (step_id, student_id, removed_at);

-- Whose events count for a step that begun ones were re-mapped to, and when: while it is the only one of their kind.
create temp table sources as
with alike as (
    select
        gone.step_id as removed_step_id,
        removed_at,
        step.step_id,
        greatest(begins_at, removed_at) as begins_at,
        least(ends_at, placed_again_at) as ends_at
    from (select distinct step_id, assignment_id, element_id, stage, removed_at, placed_again_at from removals where was_begun) as gone
    join steps as step using (assignment_id, element_id, stage)
    where greatest(begins_at, removed_at) < least(ends_at, placed_again_at)
),

remappings as (
    select alone.step_id, student_id, removed_step_id as source_step_id, alone.begins_at, alone.ends_at
    from (
        select removed_step_id, removed_at, min(step_id) as step_id, piece.begins_at, piece.ends_at
        from (
            select removed_step_id, removed_at, moment as begins_at,
                lead(moment, 1, 'infinity') over (partition by removed_step_id, removed_at order by moment) as ends_at
            from (select distinct removed_step_id, removed_at, unnest([begins_at, ends_at]) as moment from alike)
        ) as piece
        join alike using (removed_step_id, removed_at)
        where alike.begins_at <= piece.begins_at and alike.ends_at > piece.begins_at
        group by removed_step_id, removed_at, piece.begins_at, piece.ends_at
        having count(*) = 1
    ) as alone
    join removals as removal on removal.step_id = removed_step_id and removal.removed_at = alone.removed_at and was_begun
),

regimes as (
    select step_id, student_id, moment as counts_from,
        lead(moment, 1, 'infinity') over (partition by step_id, student_id order by moment) as counts_to
    from (
        select distinct step_id, student_id, unnest(['-infinity'::timestamptz, begins_at, ends_at]) as moment from remappings
    )
    where moment < 'infinity'
)

select step_id, student_id, step_id as source_step_id, counts_from, counts_to from regimes
union
select step_id, student_id, source_step_id, counts_from, counts_to
from regimes
join remappings using (step_id, student_id)
where begins_at <= counts_from and ends_at > counts_from
union
select source_step_id, student_id, source_step_id, '-infinity'::timestamptz, 'infinity'::timestamptz
from remappings as mapped
where not exists (from remappings as other where other.step_id = mapped.source_step_id and other.student_id = mapped.student_id);

create temp view counted as
select
    event.* exclude step_id,
    coalesce(source.step_id, event.step_id) as step_id,
    coalesce(source.step_id = event.step_id, true) as is_own,
    coalesce(counts_from, '-infinity') as counts_from,
    coalesce(counts_to, 'infinity') as counts_to
from events as event
left join sources as source on source_step_id = event.step_id and source.student_id = event.student_id;

create temp table targets as
with adjusted as (
    select step_id, student_id, counts_from, counts_to, occurred_at as begins_at, arg_max(target_score, step_event_id) as target_score
    from counted
    where event_type = 'target_adjusted'
    group by all
),

over_time as (
    select *, true as is_adjusted,
        lead(begins_at, 1, 'infinity') over (partition by step_id, student_id, counts_from order by begins_at) as ends_at
    from adjusted
    union all by name
    select step_id, student_id, counts_from, counts_to, '-infinity'::timestamptz as begins_at, false as is_adjusted, min(begins_at) as ends_at
    from adjusted
    group by all
)

select * replace (greatest(begins_at, counts_from) as begins_at, least(ends_at, counts_to) as ends_at)
from over_time
where greatest(begins_at, counts_from) < least(ends_at, counts_to);

create temp table work as
select
    step_id,
    student_id,
    count(*) filter (event_type = 'attempted') as attempts,
    coalesce(sum(units(score)) filter (event_type = 'attempted'), 0)::bigint as total,
    coalesce(sum(units(score) * units(score)) filter (event_type = 'attempted'), 0)::bigint as squares,
    max(score) filter (event_type = 'attempted') as best_score,
    arg_min(score, (occurred_at, step_event_id)) filter (event_type = 'attempted') as first_score,
    arg_max(score, (occurred_at, step_event_id)) filter (event_type = 'attempted') as latest_score,
    count(distinct session_id) filter (event_type in ('started', 'attempted')) as sessions,
    coalesce(sum(time_on_task_ms) filter (event_type in ('started', 'attempted')), 0)::bigint as time_on_task_ms,
    min(occurred_at) filter (event_type in ('started', 'attempted')) as started_at,
    max(occurred_at) filter (event_type = 'attempted') as last_attempted_at,
    max(occurred_at) filter (event_type in ('started', 'attempted')) as last_activity_at,
    counts_from,
    counts_to
from counted
group by step_id, student_id, counts_from, counts_to;

create temp table reconciled as
select judged.step_id, judged.student_id, context, score, judged_at
from judged
left join targets as target
    on target.step_id = judged.step_id and target.student_id = judged.student_id
    and begins_at <= judged_at and ends_at > judged_at
where coalesce(score >= if(is_adjusted, target.target_score, judged.target_score), true)
qualify row_number() over (partition by judged.step_id, judged.student_id order by judged_at, occurred_at, free_play_score_id) = 1;

-- The first moment of each cause, the cause itself in the last digit: of several at one moment the smallest counts.
create temp table causes as
select step_id, student_id, min(10 * epoch_us(moment) + cause) as first_cause
from (
    select
        step_id,
        reason.student_id,
        if(event_type = 'attempted', 1, 3) + if(is_own, 0, 1) as cause,
        greatest(reason.begins_at, stretch.begins_at) as moment
    from (
        select
            event.step_id,
            event.student_id,
            assignment_id,
            event_type,
            is_own,
            greatest(occurred_at, event.counts_from, step.begins_at, target.begins_at) as begins_at,
            least(event.counts_to, step.ends_at, target.ends_at) as ends_at
        from counted as event
        join steps as step using (step_id)
        left join targets as target
            on target.step_id = event.step_id and target.student_id = event.student_id
            and target.counts_from = event.counts_from
        where event_type = 'completed_by_teacher'
            or event_type = 'attempted'
            and coalesce(score >= if(is_adjusted, target.target_score, step.target_score), true)
    ) as reason
    join stretches as stretch using (assignment_id, student_id)
    where greatest(reason.begins_at, stretch.begins_at) < least(reason.ends_at, stretch.ends_at)
    union all
    select step_id, student_id, 5, judged_at from reconciled
    union all
    select step_id, student_id, 6, removed_at from removals
)
group by step_id, student_id;

-- Optional steps passed by, by whatever is begun or complete above them; what is passed passes those below it.
create temp table passed as
with recursive directly as (
    select passing.step_id, student_id, min(greatest(reached.begins_at, passing.begins_at, stretch.begins_at)) as passed_at
    from (
        select step_id as higher_step_id, student_id, greatest(started_at, counts_from) as begins_at, counts_to as ends_at
        from work
        where started_at is not null
        union all
        select step_id, student_id, make_timestamptz(first_cause // 10), 'infinity'::timestamptz from causes
    ) as reached
    join passings as passing using (higher_step_id)
    join stretches as stretch using (assignment_id, student_id)
    where greatest(reached.begins_at, passing.begins_at, stretch.begins_at)
        < least(reached.ends_at, passing.ends_at, stretch.ends_at)
    group by all
),

further as (
    select * from directly
    union all
    select passing.step_id, student_id, greatest(passing.begins_at, stretch.begins_at)
    from further
    join passings as passing on higher_step_id = further.step_id
    join stretches as stretch using (assignment_id, student_id)
    left join directly on directly.step_id = passing.step_id and directly.student_id = further.student_id
    where greatest(passing.begins_at, stretch.begins_at) > further.passed_at
        and greatest(passing.begins_at, stretch.begins_at) < least(passing.ends_at, stretch.ends_at, directly.passed_at)
)

select step_id, student_id, min(passed_at) as passed_at from further group by all;

create temp table completions as
select
    step_id,
    student_id,
    cause,
    ['fresh_attempt', 'system_migration', 'teacher_override', 'system_migration', 'free_play_reconciled', 'system_migration'][cause]
        as completion_source,
    if(cause = 5, context, null) as original_context,
    if(cause = 5, score, null) as original_score,
    completed_at
from (
    select
        step_id,
        student_id,
        min(first_cause) % 10 as cause,
        make_timestamptz(min(first_cause) // 10) as completed_at
    from (
        from causes
        union all
        select step_id, student_id, 10 * epoch_us(passed_at) + 7 from passed
    )
    group by all
)
left join reconciled using (step_id, student_id);

create table bare.step_progress as
with placed as (
    select step_id, student_id, assignment_id, steps.position, target_score, is_required, false as is_removed
    from steps
    join held using (assignment_id)
    where steps.ends_at = 'infinity' and held.ends_at = 'infinity'
    union all
    select step_id, student_id, assignment_id, null, target_score, false, true
    from removals
    join held using (assignment_id, student_id)
    where placed_again_at = 'infinity' and held.ends_at = 'infinity'
),

-- The lowest required step that is not complete: all above it are locked.
open_steps as (
    select assignment_id, student_id, min(position) as position
    from placed
    anti join completions using (step_id, student_id)
    where is_required
    group by all
),

facts as (
    select
        step_id,
        student_id,
        assignment_id,
        completion_source,
        original_context,
        placed.position,
        open_steps.position as open_position,
        coalesce(attempts, 0) as attempts,
        coalesce(attempts, 0) + (original_score is not null)::int as scores,
        coalesce(total, 0) + coalesce(units(original_score), 0) as total,
        coalesce(squares, 0) + coalesce(units(original_score) * units(original_score), 0) as squares,
        greatest(best_score, original_score) as best_score,
        first_score,
        if(original_score is not null and coalesce(last_attempted_at <= completed_at, true), original_score, latest_score) as latest_score,
        if(is_adjusted, target.target_score, placed.target_score) as target_score,
        original_score,
        coalesce(sessions, 0) as sessions,
        coalesce(time_on_task_ms, 0) as time_on_task_ms,
        coalesce(is_adjusted, false) as is_adjusted,
        is_removed,
        started_at,
        completed_at,
        last_activity_at
    from placed
    left join completions using (step_id, student_id)
    left join (from work where counts_to = 'infinity') using (step_id, student_id)
    left join (from targets where ends_at = 'infinity' and is_adjusted) as target using (step_id, student_id)
    left join open_steps using (assignment_id, student_id)
)

select
    step_id,
    student_id,
    assignment_id,
    case
        when completed_at is not null then 'complete'
        when started_at is not null then 'in_progress'
        when position > open_position then 'locked'
        else 'available'
    end as state,
    case
        when scores = 0 then 'not_started'
        when best_score < target_score * 0.7 then 'learning'
        when best_score < target_score then 'proficient'
        when scores >= 2 and total > 0 and 10000 * variance(scores, total, squares) < 225 * total::hugeint * total then 'mastered'
        else 'proficient'
    end as mastery_level,
    completion_source,
    if(is_adjusted, 'teacher', 'step') as target_source,
    original_context,
    position,
    attempts as attempt_count,
    best_score::double as best_score,
    latest_score::double as latest_score,
    target_score::double as target_score,
    if(scores >= 2 and total > 0, round(1000000000 * sqrt(variance(scores, total, squares)::double) / total::double) / 1e9, null)
        as consistency_score,
    original_score::double as original_score,
    sessions as session_count,
    time_on_task_ms,
    if(target_score is not null, coalesce(best_score >= target_score, false), null) as passed,
    if(first_score is not null, coalesce(first_score >= target_score, true), null) as first_attempt_passed,
    is_removed,
    started_at,
    completed_at,
    last_activity_at,
    if(original_score is not null, completed_at, null) as reconciled_at
from facts;
alter table bare.step_progress add primary key (step_id, student_id);

create temp table current_steps as
select step.*, weight
from steps as step
left join (
    values ('learn', 5), ('play', 10), ('quiz', 20), ('challenge', 15), ('review', 10)
) as weights (stage, weight) using (stage)
where ends_at = 'infinity';

-- An assignment's sums, of which everything above it is made.
create temp table assignments as
with weighed as (
    select
        progress.assignment_id,
        student_id,
        progress.step_id,
        stage,
        step.position,
        is_required,
        is_remediation,
        due_at,
        state,
        state = 'complete' as is_complete,
        attempt_count,
        first_attempt_passed,
        time_on_task_ms,
        started_at,
        completed_at,
        units(best_score::decimal(7, 4)) as best,
        if(is_required or best_score is not null, weight, null) as weight
    from bare.step_progress as progress
    join current_steps as step using (step_id)
    where not is_removed
),

counted as (
    select
        assignment_id,
        student_id,
        arg_min(step_id, (position, step_id)) filter (is_required and not is_complete) as next_step_id,
        count(*) as steps_total,
        count(*) filter (is_required) as steps_required,
        count(*) filter (is_complete) as steps_completed,
        count(*) filter (is_complete and is_required) as required_completed,
        count(*) filter (state = 'in_progress') as steps_in_progress,
        count(*) filter (state = 'locked') as steps_locked,
        count(*) filter (attempt_count > 0) as steps_attempted,
        count(*) filter (first_attempt_passed) as steps_passed_at_first,
        count(*) filter (completed_at > getvariable('as_of') - interval 28 day) as completed_lately,
        count(*) filter (is_remediation) as remediation_steps,
        count(*) filter (stage = 'review' and due_at is not null and (is_complete or due_at < getvariable('as_of'))) as reviews_judged,
        count(*) filter (stage = 'review' and completed_at <= due_at) as reviews_on_time,
        count(*) filter (is_complete and best is not null) as steps_scored,
        sum(best) filter (is_complete) as total,
        sum(weight * coalesce(best, 0)) as points,
        sum(weight) as weights,
        sum(time_on_task_ms)::bigint as time_on_task_ms,
        min(started_at) as started_at,
        max(completed_at) filter (is_required) as last_completed_at
    from weighed
    group by assignment_id, student_id
)

select
    held.* exclude (begins_at, ends_at),
    next_step_id,
    coalesce(columns('^(steps_|required_|completed_lately|remediation_|reviews_|total$|points$|weights$|time_on_task)'), 0),
    coalesce(steps_total > 0 and required_completed = steps_required, false) as is_complete,
    case
        when planned_us <= 0 then 1
        when planned_us > 0 then greatest(0, least((epoch_us(getvariable('as_of')) - epoch_us(starts_at))::hugeint, planned_us))
    end as expected,
    greatest(planned_us, 1)::hugeint as planned,
    case when steps_required > 0 then required_completed else coalesce(steps_total > 0, false)::bigint end as done,
    greatest(steps_required, 1) as whole,
    started_at,
    last_completed_at
from held
left join counted using (assignment_id, student_id)
where ends_at = 'infinity';

create temp macro status(is_archived, is_complete, begun) as
    case when is_archived then 'archived' when is_complete then 'complete' when begun > 0 then 'in_progress' else 'not_started' end;

create table bare.assignment_progress as
with paced as (
    select
        *,
        expected * whole - done * planned as gap,
        case
            when 100 * gap <= -20 * planned * whole then 'ahead'
            when gap is null or 100 * gap <= 10 * planned * whole then 'on_track'
            when 100 * gap <= 30 * planned * whole then 'behind'
            else 'at_risk'
        end as pacing_status
    from assignments
)

select
    paced.assignment_id,
    student_id,
    sequence_id,
    next_step_id,
    status(is_archived, is_complete, steps_in_progress + steps_completed) as status,
    pacing_status,
    case
        when is_complete or pacing_status = 'ahead' then 'green'
        when pacing_status = 'on_track' then 'yellow'
        when pacing_status = 'behind' then 'orange'
        else 'red'
    end as colour,
    quotient(100 * done, whole) as completion_percentage,
    quotient(100 * expected, planned) as expected_percentage,
    steps_total,
    steps_required,
    steps_completed,
    steps_in_progress,
    steps_locked,
    quotient(total, 10000 * steps_scored) as average_score,
    quotient(points, 10000 * weights) as mastery_score,
    quotient(100 * steps_passed_at_first, steps_attempted) as pass_rate,
    completed_lately / 4 as steps_per_week,
    time_on_task_ms,
    done_on(steps_required - required_completed, completed_lately) as estimated_completion_date,
    paced.due_at,
    step.due_at as next_step_due_at,
    started_at,
    if(is_complete, last_completed_at, null) as completed_at
from paced
left join current_steps as step on step.step_id = next_step_id;
alter table bare.assignment_progress add primary key (assignment_id, student_id);

create temp table concepts as
select
    progress.student_id,
    concept_id,
    sequence_id,
    count(*) filter (is_required and stage = 'quiz') as quizzes,
    count(*) filter (is_required and stage = 'quiz' and mastery_level = 'mastered') as quizzes_mastered,
    max(case mastery_level when 'not_started' then 0 when 'learning' then 1 else 2 end) as level,
    max(best_score) as best_score,
    sum(attempt_count)::bigint as attempts,
    max(last_activity_at) as last_activity_at
from bare.step_progress as progress
join current_steps as step using (step_id)
join assignments on assignments.assignment_id = progress.assignment_id and assignments.student_id = progress.student_id
where not is_removed and concept_id is not null
group by all;

create table bare.concept_mastery as
select
    student_id,
    concept_id,
    if(
        sum(quizzes) > 0 and sum(quizzes) = sum(quizzes_mastered),
        'mastered',
        ['not_started', 'learning', 'proficient'][max(level) + 1]
    ) as mastery_level,
    max(best_score) as best_score,
    sum(attempts)::bigint as attempts,
    max(last_activity_at) as last_activity_at
from concepts
group by student_id, concept_id;
alter table bare.concept_mastery add primary key (student_id, concept_id);

create table bare.sequence_progress as
with levels as (
    select
        student_id,
        sequence_id,
        coalesce(list_sort(list(concept_id) filter (quizzes > 0 and quizzes = quizzes_mastered)), []) as mastered,
        coalesce(list_sort(list(concept_id) filter (best_score is not null and not (quizzes > 0 and quizzes = quizzes_mastered))), [])
            as in_progress
    from concepts
    where sequence_id is not null
    group by all
),

pooled as (
    select
        sequence_id,
        student_id,
        arg_min(assignment_id, (coalesce(position, 9223372036854775807), assignment_id)) filter (
            status(is_archived, is_complete, steps_in_progress + steps_completed) = 'in_progress'
        ) as current_assignment_id,
        count(*) as assignments_total,
        count(*) filter (is_complete) as assignments_completed,
        sum(steps_total) as steps_total,
        sum(steps_required) as steps_required,
        sum(required_completed) as required_completed,
        sum(completed_lately)::bigint as completed_lately,
        sum(remediation_steps)::bigint as remediation_steps,
        sum(reviews_judged) as reviews_judged,
        sum(reviews_on_time) as reviews_on_time,
        sum(points) as points,
        sum(weights) as weights,
        min(started_at) as started_at
    from assignments
    where sequence_id is not null
    group by all
)

select
    sequence_id,
    student_id,
    current_assignment_id,
    coalesce(mastered, []) as concepts_mastered,
    coalesce(in_progress, []) as concepts_in_progress,
    quotient(100 * if(steps_required > 0, required_completed, (steps_total > 0)::int), greatest(steps_required, 1)) as completion_percentage,
    assignments_total,
    assignments_completed,
    quotient(points, 10000 * weights) as overall_mastery_score,
    remediation_steps as remediation_count,
    coalesce(quotient(100 * reviews_on_time, reviews_judged), 100) as review_compliance_rate,
    done_on((steps_required - required_completed)::bigint, completed_lately) as estimated_completion_date,
    started_at
from pooled
left join levels using (sequence_id, student_id);
alter table bare.sequence_progress add primary key (sequence_id, student_id);

-- A student's days. A removed step's events still are the student's; a game that was deleted makes a free play none.
create temp table days as
with games as (
    select game_id from game_versions where ends_at = 'infinity'
),

known_steps as (
    select step_id, games.game_id is not null as has_game
    from (
        select step_id, arg_max({'game_id': game_id}, effective_at).game_id as game_id
        from raw.steps
        where not is_deleted and _batch <= getvariable('n') and effective_at <= getvariable('as_of')
        group by step_id
    )
    left join games using (game_id)
)

select
    student_id,
    activity_date,
    coalesce(sum(attempts), 0)::bigint as attempts,
    coalesce(sum(games_played), 0) as games_played,
    coalesce(sum(time_on_task_ms), 0)::bigint as time_on_task_ms,
    coalesce(sum(completed), 0) as completed,
    coalesce(sum(removed_completed), 0) as removed_completed,
    max(last_activity_at) as last_activity_at
from (
    select
        student_id,
        occurred_at::date as activity_date,
        count(*) filter (event_type = 'attempted') as attempts,
        count(*) filter (event_type = 'attempted' and has_game) as games_played,
        sum(time_on_task_ms) as time_on_task_ms,
        max(occurred_at) as last_activity_at
    from events
    join known_steps using (step_id)
    where event_type in ('started', 'attempted')
    group by student_id, activity_date
    union all by name
    select
        student_id,
        occurred_at::date as activity_date,
        count(*) as games_played,
        sum(time_on_task_ms) as time_on_task_ms,
        max(occurred_at) as last_activity_at
    from plays
    where game_id not in (select game_id from game_versions group by game_id having max(ends_at) < 'infinity')
    group by student_id, activity_date
    union all by name
    select
        student_id,
        progress.completed_at::date as activity_date,
        count(*) filter (not is_removed) as completed,
        count(*) filter (is_removed) as removed_completed
    from bare.step_progress as progress
    left join completions using (step_id, student_id)
    where progress.completed_at is not null and not (is_removed and cause = 6)
    group by student_id, activity_date
)
group by student_id, activity_date;

create table bare.student_activity as
select
    student_id,
    (completed + removed_completed)::bigint as steps_completed,
    attempts,
    time_on_task_ms,
    activity_date
from days;
alter table bare.student_activity add primary key (student_id, activity_date);

create table bare.student_progress_summary as
with people as (
    select user_id as student_id, last_version.organization_id, last_version.role
    from (
        select
            user_id,
            arg_max({'organization_id': organization_id, 'role': role, 'is_deleted': is_deleted}, effective_at) as last_version
        from raw.users
        where _batch <= getvariable('n') and effective_at <= getvariable('as_of')
        group by user_id
    )
    where not last_version.is_deleted
),

students as (
    select student_id from people where role = 'student'
    union
    select student_id from assignments
),

pooled as (
    select
        student_id,
        count(*) filter (not is_complete and not is_archived) as active_assignments,
        count(*) filter (is_complete) as completed_assignments,
        sum(points) as points,
        sum(weights) as weights,
        arg_max(
            {'part': 100 * (expected * whole - done * planned), 'whole': planned * whole},
            100000000000000 * (expected * whole - done * planned) // (planned * whole)
        ) filter (not is_complete and not is_archived) as gap,
        min(starts_at) filter (not is_complete and not is_archived) as first_start_at
    from assignments
    group by student_id
),

activity as (
    select
        student_id,
        sum(time_on_task_ms)::bigint as time_on_task_ms,
        sum(completed) filter (is_this_week)::bigint as completed_this_week,
        sum(time_on_task_ms) filter (is_this_week)::bigint as time_this_week_ms,
        sum(games_played) filter (is_this_week)::bigint as games_this_week,
        count(last_activity_at) filter (activity_date > getvariable('today') - 30) as active_days,
        max(last_activity_at) as last_activity_at
    from (
        select *, activity_date >= date_trunc('week', getvariable('today') + 1)::date - 1 as is_this_week from days
    )
    group by student_id
),

streaks as (
    select student_id, count(*) as streak_days
    from (
        select
            student_id,
            activity_date,
            max(activity_date) over (partition by student_id) as last_day,
            row_number() over (partition by student_id order by activity_date desc) as place
        from days
        where last_activity_at is not null
    )
    where last_day >= getvariable('today') - 1 and last_day - activity_date = place - 1
    group by student_id
),

struggles as (
    select
        student_id,
        max(attempt_count) filter (state <> 'complete' and passed is distinct from true) as stuck_attempts,
        sum(round(1e9 * consistency_score)::bigint) filter (attempt_count + (original_score is not null)::int >= 3) as consistency,
        count(consistency_score) filter (attempt_count + (original_score is not null)::int >= 3) as consistencies,
        arg_max(units(best_score::decimal(7, 4)), (completed_at, step_id), 5) filter (
            completed_at is not null and best_score is not null
        ) as recent_scores
    from bare.step_progress as progress
    semi join (from assignments where not is_archived) as active using (assignment_id, student_id)
    where not is_removed
    group by student_id
),

risks as (
    select
        student_id,
        list_filter([
            if(gap.part > 30 * gap.whole, 'behind_pace_' || (2 * gap.part + gap.whole) // (2 * gap.whole) || '_percent', null),
            if(consistency > 300000000 * consistencies, 'high_score_variance', null),
            if(idle >= 8, 'inactive_' || idle || '_days', null),
            if(
                list_sum(recent_scores) < 600000 * len(recent_scores),
                'low_mastery_avg_' || list_sum(recent_scores) // (10000 * len(recent_scores)),
                null
            ),
            if(stuck_attempts > 5, 'stuck_on_step_' || stuck_attempts || '_attempts', null)
        ], lambda factor: factor is not null) as factors
    from (
        select
            *,
            if(
                first_start_at is not null,
                (epoch_us(getvariable('as_of')) - epoch_us(coalesce(last_activity_at, first_start_at))) // 86400000000,
                null
            ) as idle
        from pooled
        left join struggles using (student_id)
        left join activity using (student_id)
    )
),

mastered as (
    select student_id, count(*) as concepts from bare.concept_mastery where mastery_level = 'mastered' group by student_id
),

awarded as (
    select student_id, count(*) as badges
    from raw.badge_awards
    where _batch <= getvariable('n') and occurred_at <= getvariable('as_of')
    group by student_id
)

select
    student_id,
    organization_id,
    coalesce(factors, []) as risk_factors,
    coalesce(active_assignments, 0) as active_assignments,
    coalesce(completed_assignments, 0) as completed_assignments,
    coalesce(time_on_task_ms, 0) as total_time_on_task_ms,
    coalesce(completed_this_week, 0) as steps_completed_this_week,
    coalesce(time_this_week_ms, 0) as time_on_task_this_week_ms,
    coalesce(games_this_week, 0) as games_played_this_week,
    quotient(points, 10000 * weights) as overall_mastery_score,
    coalesce(concepts, 0) as concepts_mastered_count,
    coalesce(badges, 0) as badges_earned,
    coalesce(streak_days, 0) as streak_days,
    quotient(100 * coalesce(active_days, 0), 30) as engagement_score,
    len(coalesce(factors, [])) > 0 as at_risk,
    last_activity_at
from students
left join people using (student_id)
left join pooled using (student_id)
left join risks using (student_id)
left join activity using (student_id)
left join streaks using (student_id)
left join mastered using (student_id)
left join awarded using (student_id);
alter table bare.student_progress_summary add primary key (student_id);
