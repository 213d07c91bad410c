-- How the scores of an organization's team are spread, in the shape of the document's distribution (R001-93..95): the five
-- buckets add up to total_members; scores by rank, rounded half up to one decimal. No row without a team.
create or replace macro api.distribution(organization_id) as table
with buckets as (
    select
        max(buckets.members) filter (where buckets.bucket = '0-20') as from_0,
        max(buckets.members) filter (where buckets.bucket = '20-40') as from_20,
        max(buckets.members) filter (where buckets.bucket = '40-60') as from_40,
        max(buckets.members) filter (where buckets.bucket = '60-80') as from_60,
        max(buckets.members) filter (where buckets.bucket = '80-100') as from_80
    from performance.performance_distribution as buckets
    where buckets.organization_id = organization_id
),

members as (
    select
        list(
            rounded(standing.current_performance_score, 1) order by standing.organization_rank
        ) as scores
    from performance.user_performance as standing
    where standing.organization_id = organization_id
        and standing.organization_rank is not null
)

select
    teams.organization_id as organization_id,
    teams.team_size as total_members,
    rounded(teams.average_score, 1) as average_score,
    {
        '0-20': buckets.from_0,
        '20-40': buckets.from_20,
        '40-60': buckets.from_40,
        '60-80': buckets.from_60,
        '80-100': buckets.from_80
    } as distribution,
    members.scores
from performance.team_performance as teams
cross join buckets
cross join members
where teams.organization_id = organization_id;
