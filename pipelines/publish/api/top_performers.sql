-- The `max_entries` highest ranked members of an organization's team (NULL: all), in the shape of the document's top
-- performers (R001-88..90), each as api.user_performance says; count is how many are listed. No row without a team.
create or replace macro api.top_performers(organization_id, max_entries := 10) as table
with team as (
    select teams.organization_id from performance.team_performance as teams where teams.organization_id = organization_id
),

performers as (
    select list(summary order by team_member.organization_rank) as summaries
    from performance.user_performance as team_member
    cross join lateral api.user_performance(team_member.user_id) as summary
    where team_member.organization_id = organization_id
        and team_member.organization_rank <= coalesce(max_entries, team_member.organization_rank)
)

select
    team.organization_id as organization_id,
    max_entries::bigint as "limit",
    coalesce(len(performers.summaries), 0) as count,
    coalesce(performers.summaries, []) as top_performers
from team
cross join performers;
