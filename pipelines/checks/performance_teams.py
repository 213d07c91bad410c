"""What ranks, teams and distributions of `performance` must agree on: the members that they are made of."""

from pipelines.checks.rule import Rule

USERS = "performance.user_performance"
TEAMS = "performance.team_performance"
DISTRIBUTION = "performance.performance_distribution"

TEAM_RULES: tuple[Rule, ...] = (
    Rule(
        name="ranks_have_no_gaps",
        tables=(USERS,),
        description=(
            "The ranks of an organization are 1, 2, 3 and so on, each once, and nobody stands behind a lower"
            " score, or behind a larger user_id of the same score. The fault is in `user_performance`."
        ),
        sql=f"""
            with beside_the_one_before as (
                select
                    organization_id,
                    organization_rank,
                    user_id,
                    current_performance_score as score,
                    lag(organization_rank, 1, 0) over ranking as rank_before,
                    lag(current_performance_score, 1, 101) over ranking as score_before,
                    lag(user_id, 1, '') over ranking as user_before
                from {USERS}
                where organization_rank is not null
                window ranking as (partition by organization_id order by organization_rank, user_id)
            )

            select * from beside_the_one_before
            where organization_rank <> rank_before + 1
                or score > score_before
                or (score = score_before and user_id <= user_before)
        """,
    ),
    Rule(
        name="teams_are_their_members",
        tables=(TEAMS, USERS),
        description=(
            "Every organization with ranked users has a team, and no other; its size, ends and range are theirs,"
            " and mean, median and deviation agree with DuckDB's own aggregates of the same scores to within"
            " 0.00000001 points, as far as those of DOUBLEs can be trusted. The fault is in `team_performance`."
        ),
        sql=f"""
            with recomputed as (
                select
                    organization_id,
                    max(organization_rank) as team_size,
                    avg(current_performance_score) as average_score,
                    median(current_performance_score) as median_score,
                    coalesce(stddev_samp(current_performance_score), 0) as std_deviation,
                    min(current_performance_score) as min_score,
                    max(current_performance_score) as max_score
                from {USERS}
                where organization_rank is not null
                group by all
            )

            select organization_id, teams, recomputed
            from {TEAMS} as teams
            full join recomputed using (organization_id)
            where teams.team_size is distinct from recomputed.team_size
                or teams.min_score <> recomputed.min_score
                or teams.max_score <> recomputed.max_score
                or round(1e9 * teams.score_range) <> round(1e9 * teams.max_score) - round(1e9 * teams.min_score)
                or abs(teams.average_score - recomputed.average_score) > 0.00000001
                or abs(teams.median_score - recomputed.median_score) > 0.00000001
                or abs(teams.std_deviation - recomputed.std_deviation) > 0.00000001
        """,
    ),
    Rule(
        name="buckets_add_up_to_the_team",
        tables=(DISTRIBUTION, TEAMS),
        description=(
            "Every team has five buckets, whose members add up to its size; nobody else has any. The fault is in"
            " `performance_distribution`."
        ),
        sql=f"""
            with buckets as (
                select organization_id, count(*) as buckets, sum(members) as members
                from {DISTRIBUTION}
                group by all
            )

            select organization_id, teams.team_size, buckets.buckets, buckets.members
            from {TEAMS} as teams
            full join buckets using (organization_id)
            where teams.team_size is distinct from buckets.members or buckets.buckets <> 5
        """,
    ),
    Rule(
        name="buckets_hold_the_scores_between_their_ends",
        tables=(DISTRIBUTION, USERS),
        description=(
            "A bucket counts the members from its lower end up to, and without, its upper one; 100 belongs to the"
            " last. The fault is in `performance_distribution`."
        ),
        sql=f"""
            with recomputed as (
                select
                    organization_id,
                    least(floor(current_performance_score / 20), 4) * 20 as lower_end,
                    count(*) as members
                from {USERS}
                where organization_rank is not null
                group by all
            )

            select distribution.organization_id, distribution.bucket, distribution.members, recomputed.members as found
            from {DISTRIBUTION} as distribution
            left join recomputed
                on distribution.organization_id = recomputed.organization_id
                and cast(split_part(distribution.bucket, '-', 1) as double) = recomputed.lower_end
            where distribution.members <> coalesce(recomputed.members, 0)
        """,
    ),
)
