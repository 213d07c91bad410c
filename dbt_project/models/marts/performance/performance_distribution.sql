{# Half-open, but for the last. #}
{% set buckets = [('0-20', 0), ('20-40', 20), ('40-60', 40), ('60-80', 60), ('80-100', 80)] %}

with performance as (
    select * from {{ ref('user_performance') }}
    where organization_rank is not null
),

counted as (
    {%- for bucket, lower in buckets %}
    select
        organization_id,
        '{{ bucket }}' as bucket,
        count(*) filter (
            where current_performance_score >= {{ lower }}
            {{- ' and current_performance_score < ' ~ (lower + 20) if not loop.last }}
        ) as members
    from performance
    group by organization_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from counted
