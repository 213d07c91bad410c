-- An organization's team, in the shape of the document's (R001-87): the five highest ranked (G001-19), and all, by rank, each
-- as api.user_performance says. No row without a team (G001-17).
create or replace macro api.team(organization_id) as table
select
    teams.organization_id as organization_id,
    teams.team_size,
    rounded(teams.average_score, 1) as average_performance_score,
    highest.top_performers,
    everybody.top_performers as all_members
from performance.team_performance as teams
cross join api.top_performers(organization_id, max_entries := 5) as highest
cross join api.top_performers(organization_id, max_entries := null) as everybody
where teams.organization_id = organization_id;
