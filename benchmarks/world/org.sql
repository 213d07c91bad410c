create macro organizations_count() as organization_count();
create macro organizations(first, past) as table
select
    organization_id(n) as organization_id,
    one_of('trade', n, ['Harbor', 'Fjord', 'Kiln', 'Birch', 'Quay']) || ' ' || n as name,
    (['UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Sydney', 'Asia/Kathmandu'])[1 + n % 5] as timezone,
    timestamp '1970-01-01' as effective_at,
from range(first, past) as numbers(n);

-- Learners, then staff; every fiftieth person is promoted in the middle of the world's weeks.
create macro users_count() as (user_count() + staff_count()) * 51 // 50;
create macro users(first, past) as table
with versions as (
    select
        n, n % (user_count() + staff_count()) as person,
        n >= user_count() + staff_count() as is_promoted,
    from range(first, past) as numbers(n)
)
select
    user_id(person) as user_id,
    one_of('given', person, ['amara', 'ben', 'chloe', 'diego', 'elif', 'grace', 'ivan', 'joy', 'kenji']) || '.' || person
        as username,
    'person' || person || '@postbox.example' as email,
    case when person % 97 <> 96 then organization_of(person) end as organization_id,
    case
        when person < user_count() then case when person % 5 = 4 then 'employee' else 'student' end
        else (['teacher', 'team_lead', 'teacher', 'manager', 'employer', 'admin'])[1 + (person - user_count()) % 6]
    end as role,
    least(10, whole('experience', person, 1, 9) + is_promoted::int) as experience_level,
    case when is_promoted then date_trunc('day', world_start() + to_days(7 * week_count() // 2)) else timestamp '1970-01-01' end
        as effective_at,
from versions;
