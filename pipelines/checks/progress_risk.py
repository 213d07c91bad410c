"""What the flag of students at risk must agree on: the facts that its factors name, its history, what follows."""

from pipelines.checks.rule import Rule

STEPS = "progress.step_progress"
ASSIGNMENTS = "progress.assignment_progress"
STUDENTS = "progress.student_progress_summary"
RISK_HISTORY = "progress.student_risk_history"
INTERVENTIONS = "progress.interventions"
EVENTS = "progress.progress_events"

# The number in a factor of this beginning, NULL where the student has none.
NUMBER = "max(nullif(regexp_extract(factor, '[0-9]+'), '')::bigint) filter (where starts_with(factor, '{}'))"

RISK_RULES: tuple[Rule, ...] = (
    Rule(
        name="every_factor_has_its_numbers",
        tables=(STUDENTS, STEPS, ASSIGNMENTS),
        description=(
            "What a risk factor says can be looked up: the gap of an active assignment between expected and complete,"
            " the days since the last activity, the attempts on a step that is neither complete nor passed. A factor"
            " without its number would alarm a teacher about nothing. The fault is in `int_student_risk`."
        ),
        sql=f"""
            with factors as (
                select student_id, unnest(risk_factors) as factor from {STUDENTS}
            ),

            numbers as (
                select
                    student_id,
                    {NUMBER.format("behind_pace_")} as gap,
                    {NUMBER.format("inactive_")} as days,
                    {NUMBER.format("stuck_on_step_")} as attempts
                from factors
                group by all
            ),

            gaps as (
                select student_id, max(expected_percentage - completion_percentage) as gap
                from {ASSIGNMENTS}
                where status in ('not_started', 'in_progress')
                group by all
            ),

            struggles as (
                select steps.student_id, max(steps.attempt_count) as attempts
                from {STEPS} as steps
                inner join {ASSIGNMENTS} as assignment using (assignment_id, student_id)
                where steps.state <> 'complete' and steps.passed is distinct from true
                    and assignment.status <> 'archived' and not steps.is_removed
                group by all
            )

            select student.student_id, student.risk_factors, gaps.gap, struggles.attempts
            from {STUDENTS} as student
            left join numbers using (student_id)
            left join gaps using (student_id)
            left join struggles using (student_id)
            where (numbers.gap is null) <> coalesce(gaps.gap <= 30, true)
                and coalesce(abs(gaps.gap - 30) > 0.0000000015, true)
                or abs(numbers.gap - gaps.gap) > 0.500000002
                or numbers.attempts is distinct from case when struggles.attempts > 5 then struggles.attempts end
                or student.last_activity_at is not null
                and numbers.days is distinct from case
                    when student.active_assignments > 0
                        then nullif(greatest(
                            date_diff('microsecond', student.last_activity_at, (select as_of from ops.run))
                            // 86400000000, 7
                        ), 7)
                    end
        """,
    ),
    Rule(
        name="risk_history_ends_in_todays_flag",
        tables=(STUDENTS, RISK_HISTORY),
        description=(
            "A student is at risk today exactly if the last row of the student's risk history says so; who has none"
            " never was, once something was done or an assignment has begun, for there the history begins. It ties the"
            " replay, which judges every day anew, to the summary, which knows only today. Another flag means that one"
            " of the two is wrong: compare `int_student_states` with `int_student_risk`."
        ),
        sql=f"""
            with last_turns as (
                select student_id, max_by(at_risk, risk_date) as at_risk from {RISK_HISTORY} group by all
            ),

            -- Who has only assignments that begin on a later day may be at risk already: one that is to end before it
            -- begins is behind from the first.
            begun as (
                select student_id
                from intermediate.int_assignment_students
                where starts_at::date <= (select as_of from ops.run)::date
                union
                select student_id from {STUDENTS} where last_activity_at is not null
            )

            select student.student_id, student.at_risk, last_turns.at_risk as in_the_history
            from {STUDENTS} as student
            semi join begun using (student_id)
            left join last_turns using (student_id)
            where student.at_risk <> coalesce(last_turns.at_risk, false)
        """,
    ),
    Rule(
        name="risk_history_turns_to_and_fro",
        tables=(RISK_HISTORY,),
        description=(
            "Each row of the risk history differs from the one before it; the first turns to at risk. Two alike mean a"
            " day that was judged twice. The fault is in `student_risk_history`."
        ),
        sql=f"""
            select *
            from (
                select
                    student_id,
                    risk_date,
                    at_risk,
                    coalesce(lag(at_risk) over (partition by student_id order by risk_date), false) as was_at_risk
                from {RISK_HISTORY}
            ) as turns
            where at_risk = was_at_risk
        """,
    ),
    Rule(
        name="every_turn_to_at_risk_is_followed_up",
        tables=(RISK_HISTORY, INTERVENTIONS, EVENTS),
        description=(
            "There is an intervention and an event for each turn to at risk, and for nothing else. A missing one"
            " leaves a student alone. The fault is in `int_risk_turns`, `interventions` or `progress_events`."
        ),
        sql=f"""
            with turns as (
                select student_id, risk_date from {RISK_HISTORY} where at_risk
            ),

            followed_up as (
                select student_id, risk_date from {INTERVENTIONS}
            ),

            told as (
                select student_id, occurred_at::date as risk_date from {EVENTS}
                where event = 'student_at_risk_detected'
            )

            (from turns except all from followed_up)
            union all (from followed_up except all from turns)
            union all (from turns except all from told)
            union all (from told except all from turns)
        """,
    ),
)
