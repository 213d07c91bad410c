"""What classes, organizations and content must agree on with the students they are about."""

from pipelines.checks.rule import Rule

ASSIGNMENTS = "progress.assignment_progress"
STUDENTS = "progress.student_progress_summary"
CLASS_PROGRESS = "progress.class_progress"
CLASSES = "progress.class_summary"
ORGANIZATIONS = "progress.organization_progress"
TREND = "progress.organization_progress_trend"
CONTENT = "progress.content_effectiveness"

GROUP_RULES: tuple[Rule, ...] = (
    Rule(
        name="a_classs_students_are_its_members",
        tables=(CLASSES, CLASS_PROGRESS),
        description=(
            "A class has as many students as members in force, and in an assignment those of them who have it, in"
            " the bands that their own rows show. Another number puts somebody into a class, or leaves somebody out."
            " Compare with `staging.stg_class_students`; the fault is in `class_summary` or `class_progress`."
        ),
        sql=f"""
            with members as (
                select class_id, student_id
                from staging.stg_class_students
                where class_id in (select class_id from staging.stg_classes)
            ),

            counted as (
                select class_id, count(*) as students from members group by all
            ),

            having_it as (
                select
                    members.class_id,
                    assignment.assignment_id,
                    count(*) as students,
                    count(*) filter (where assignment.pacing_status = 'ahead') as ahead,
                    count(*) filter (where assignment.pacing_status = 'on_track') as on_track,
                    count(*) filter (where assignment.pacing_status = 'behind') as behind,
                    count(*) filter (where assignment.pacing_status = 'at_risk') as at_risk,
                    count(*) filter (
                        where assignment.completion_percentage = 100 and assignment.steps_total > 0
                    ) as complete
                from members
                inner join {ASSIGNMENTS} as assignment using (student_id)
                group by all
            )

            select class.class_id, null as assignment_id, class.students
            from {CLASSES} as class
            left join counted using (class_id)
            where class.students <> coalesce(counted.students, 0)
            union all
            select
                coalesce(class.class_id, having_it.class_id),
                coalesce(class.assignment_id, having_it.assignment_id),
                class.students
            from {CLASS_PROGRESS} as class
            full outer join having_it using (class_id, assignment_id)
            where class.students is distinct from having_it.students
                or class.ahead <> having_it.ahead
                or class.on_track <> having_it.on_track
                or class.behind <> having_it.behind
                or class.at_risk <> having_it.at_risk
                or class.complete <> having_it.complete
        """,
    ),
    Rule(
        name="every_class_in_force_has_a_summary",
        tables=(CLASSES,),
        description=(
            "Every class in force is shown, with members or without. The fault is in `class_summary`."
        ),
        sql=f"""
            with classes as (select class_id from staging.stg_classes),

            shown as (select class_id from {CLASSES})

            (from classes except from shown) union all (from shown except from classes)
        """,
    ),
    Rule(
        name="organizations_are_their_students",
        tables=(ORGANIZATIONS, STUDENTS, ASSIGNMENTS),
        description=(
            "An organization counts the students that name it, their time and those at risk, and completes what they"
            " complete. The fault is in `organization_progress`."
        ),
        sql=f"""
            with students as (
                select
                    organization_id,
                    count(*) as students,
                    sum(total_time_on_task_ms) as time_on_task_ms,
                    count(*) filter (where at_risk) as at_risk
                from {STUDENTS}
                where organization_id is not null
                group by all
            ),

            assignments as (
                select
                    student.organization_id,
                    avg((assignment.completion_percentage = 100 and assignment.steps_total > 0)::int) as completion_rate
                from {ASSIGNMENTS} as assignment
                inner join {STUDENTS} as student using (student_id)
                group by all
            )

            select
                coalesce(organization.organization_id, students.organization_id) as organization_id,
                organization.students
            from {ORGANIZATIONS} as organization
            full outer join students using (organization_id)
            left join assignments on assignments.organization_id = organization.organization_id
            where organization.students is distinct from coalesce(students.students, 0)
                or organization.total_time_on_task_ms <> coalesce(students.time_on_task_ms, 0)
                or organization.at_risk_students <> coalesce(students.at_risk, 0)
                or abs(organization.completion_rate - assignments.completion_rate) > 0.000000002
                or (organization.completion_rate is null) <> (assignments.completion_rate is null)
        """,
    ),
    Rule(
        name="periods_hold_the_same_completions",
        tables=(TREND,),
        description=(
            "What is completed in all weeks is completed in all months and in all quarters, and so is the time. A"
            " difference means that a day fell out of a kind of period. The fault is in"
            " `organization_progress_trend`."
        ),
        sql=f"""
            with sums as (
                select
                    organization_id,
                    period,
                    sum(steps_completed) as steps_completed,
                    sum(time_on_task_ms) as time_on_task_ms
                from {TREND}
                group by all
            )

            select organization_id
            from sums
            group by all
            having count(*) <> 3
                or min(steps_completed) <> max(steps_completed)
                or min(time_on_task_ms) <> max(time_on_task_ms)
        """,
    ),
    Rule(
        name="content_is_judged_by_all_who_have_it",
        tables=(CONTENT, ASSIGNMENTS),
        description=(
            "An assignment in force is judged by exactly the students who have it. The fault is in"
            " `content_effectiveness`."
        ),
        sql=f"""
            with students as (
                select assignment_id, count(*) as students from {ASSIGNMENTS} group by all
            )

            select assignment_id, content.students, students.students as having_it
            from (select assignment_id from staging.stg_assignments_versions where valid_to is null) as assignments
            full outer join {CONTENT} as content using (assignment_id)
            left join students using (assignment_id)
            where content.students is distinct from coalesce(students.students, 0)
        """,
    ),
)
