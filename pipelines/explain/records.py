"""What `cairn explain` says of records."""

from pipelines.explain.table import ExplainedTable, Formula, Part

PERFORMANCE_RECORDS = ExplainedTable(
    name="records.performance_records",
    formulas=(
        Formula(
            "points_total_materialized",
            "the points of reviewed assignments, of each what stands of the student's work",
            ("R004-21", "G004-05"),
            "list_sum(points_by_assignment)",
            when="len(points_by_assignment) > 0",
        ),
        Formula(
            "points_max_materialized",
            "the maximum points of all the lecture's assignments but those the student is exempt from",
            ("R004-22", "G004-04"),
            "list_sum(max_points_by_assignment)",
            when="len(max_points_by_assignment) > 0",
        ),
        Formula(
            "percentage_materialized",
            "100 x total / maximum; NULL when the maximum is 0",
            ("R004-23", "G004-08", "G004-10", "G004-24"),
            "100 * points_total_materialized / points_max_materialized",
            when="points_max_materialized > 0",
        ),
        Formula(
            "points_max_pending",
            "the maximum points of what was handed in and is not marked yet",
            ("G004-11",),
            "list_sum(pending_by_assignment)",
            when="len(pending_by_assignment) > 0",
        ),
        Formula(
            "achievements_met_ids",
            "the lecture's achievements that the grade that stands meets: `pass`, or a number from the threshold on",
            ("R004-24", "G004-14", "G004-15", "G004-16", "G004-17"),
        ),
    ),
    parts=(Part("assignments"), Part("achievements")),
)

REGISTRATION_DECISIONS = ExplainedTable(
    name="records.registration_decisions",
    formulas=(
        Formula(
            "allowed",
            "whether all policies in force at the attempt let it through, asked by position; the first that refuses"
            " decides",
            ("R004-128", "R004-129", "R004-141", "R004-142", "R004-143", "G004-32"),
            "policies_evaluated >= policies_in_force",
            when="allowed",
        ),
        Formula(
            "code",
            "what the policy that refused says; else certification_passed if a certification was looked at",
            ("R004-138", "R004-139", "G004-28", "G004-29", "G004-31"),
        ),
        Formula(
            "certification_status",
            "what the student-performance policy found: a lookup of what stood at the attempt, the worst of several"
            " lectures",
            ("R004-140", "G004-30"),
        ),
    ),
    parts=(Part("policies"),),
)
