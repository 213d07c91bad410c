-- The trends of an organization's team over the last `days`, in the shape of the document's analytics trends (R001-96): every
-- member by rank, each with what api.user_trends says, NULL for who has no log in the period. No row without a team.
create or replace macro api.team_trends(organization_id, days := 30) as table
with members as (
    select
        list(
            {
                'user_id': team_member.user_id,
                'username': team_member.username,
                'trends': case when member_trends.user_id is not null then member_trends end
            }
            order by team_member.organization_rank
        ) as trends
    from performance.user_performance as team_member
    left join lateral api.user_trends(team_member.user_id, days := days) as member_trends on true
    where team_member.organization_id = organization_id
        and team_member.organization_rank is not null
)

select
    teams.organization_id as organization_id,
    days::bigint as period_days,
    teams.team_size as team_members,
    members.trends
from performance.team_performance as teams
cross join members
where teams.organization_id = organization_id;
