with performance as (
    select * from {{ ref('user_performance') }}
),

members as (
    select
        organization_id,
        {{ billionths('current_performance_score') }} as score_billionths,
        organization_rank,
        count(*) over (partition by organization_id) as team_size
    from performance
    where organization_rank is not null
),

-- The median is the mean of the one or two members in the middle of the ranking.
totals as (
    select
        organization_id,
        team_size,
        sum(score_billionths) as score_total,
        sum({{ widest('score_billionths') }} * {{ widest('score_billionths') }}) as square_total,
        sum(case when 2 * organization_rank between team_size and team_size + 2 then score_billionths end) as middle_total,
        count(case when 2 * organization_rank between team_size and team_size + 2 then 1 end) as middle_members,
        min(score_billionths) as lowest_score,
        max(score_billionths) as highest_score
    from members
    group by organization_id, team_size
),

-- The sample variance, (n x sum of squares - square of the sum) / n (n - 1), exact until it is divided; a team of one has none.
spread as (
    select
        *,
        {{ ratio(
            'team_size * square_total - ' ~ widest('score_total') ~ ' * ' ~ widest('score_total'),
            'team_size * (team_size - 1)'
        ) }} as score_variance
    from totals
),

teams as (
    select
        organization_id,
        team_size,
        {{ ratio('score_total', '1000000000 * team_size') }} as average_score,
        {{ ratio('middle_total', '1000000000 * middle_members') }} as median_score,
        {{ from_billionths('round(sqrt(coalesce(score_variance, 0)))') }} as std_deviation,
        {{ from_billionths('lowest_score') }} as min_score,
        {{ from_billionths('highest_score') }} as max_score,
        {{ from_billionths('highest_score - lowest_score') }} as score_range
    from spread
)

select * from teams
