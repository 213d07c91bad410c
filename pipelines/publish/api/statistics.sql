-- The scores of an organization's team in numbers, in the shape of the document's statistics (R001-97, 98), rounded half up to
-- one decimal by way of DECIMAL. No row without a team.
create or replace macro api.statistics(organization_id) as table
select
    teams.organization_id as organization_id,
    teams.team_size as total_members,
    {
        'average_score': round(teams.average_score::decimal(18, 12), 1)::double,
        'median_score': round(teams.median_score::decimal(18, 12), 1)::double,
        'std_deviation': round(teams.std_deviation::decimal(18, 12), 1)::double,
        'min_score': round(teams.min_score::decimal(18, 12), 1)::double,
        'max_score': round(teams.max_score::decimal(18, 12), 1)::double,
        'score_range': round(teams.score_range::decimal(18, 12), 1)::double
    } as statistics
from performance.team_performance as teams
where teams.organization_id = organization_id;
