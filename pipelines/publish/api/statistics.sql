-- The scores of an organization's team in numbers, in the shape of the document's statistics (R001-97, 98), rounded half up to
-- one decimal by way of DECIMAL. No row without a team.
create or replace macro api.statistics(organization_id) as table
select
    teams.organization_id as organization_id,
    teams.team_size as total_members,
    {
        'average_score': rounded(teams.average_score, 1),
        'median_score': rounded(teams.median_score, 1),
        'std_deviation': rounded(teams.std_deviation, 1),
        'min_score': rounded(teams.min_score, 1),
        'max_score': rounded(teams.max_score, 1),
        'score_range': rounded(teams.score_range, 1)
    } as statistics
from performance.team_performance as teams
where teams.organization_id = organization_id;
