{#
    What puts a student at risk: one formula for the summary of today and for the replay of any earlier day. A relation that
    these are used on has, for a student at a moment:

    gap_part, gap_whole             the largest gap of an active assignment, as in gap_columns; NULL without one that decides
    recent_score_sum, recent_scores the best scores, in score_units, of the last completed steps that have one
    idle_us                         microseconds since the last activity (idle_since), NULL without an active assignment
    stuck_attempts                  the most attempts on a step that is neither complete nor passed
    consistency_sum, consistencies  the consistency scores of the steps with scores enough, in 10^-9, and their number
#}

{#
    A gap as a whole number by which gaps are compared, equal ones and all: 10^12 x the gap. The whole points apart from
    the rest, so that it has room however many steps there are and days are planned.
#}
{% macro gap_size(gap='') -%}
    (
        1000000000000 * {{ whole_quotient(gap ~ 'gap_part', gap ~ 'gap_whole') }}
        + {{ whole_quotient('1000000000000 * (' ~ gap ~ 'gap_part % ' ~ gap ~ 'gap_whole)', gap ~ 'gap_whole') }}
    )
{%- endmacro %}

{# Of the assignments where a condition holds, what a column says of the one with the largest gap (ties: the smaller id). #}
{% macro of_largest_gap(column, where) -%}
    {{ first_value_of(column, '-' ~ gap_size(), 'assignment_id', where) }}
{%- endmacro %}

{# Strictly more than 30 points behind (R003-147). #}
{% macro is_behind_pace(gap='') -%}
    {{ gap }}gap_part > {{ threshold('risk_gap') }} * {{ gap }}gap_whole
{%- endmacro %}

{#
    The other way round: after how many microseconds from its start an assignment that stays as it is becomes behind pace
    (100 x (n x whole - part x planned) > threshold x whole x planned). More than are planned means never.
#}
{% macro microseconds_until_behind_pace(counts='', plan='') -%}
    {{ whole_quotient(
        widest(plan ~ 'planned_us') ~ ' * (' ~ widest('100 * ' ~ threshold('risk_gap')) ~ ' * ' ~ completed_whole(counts)
            ~ ' + 10000 * (' ~ completed_part(counts) ~ '))',
        '10000 * ' ~ widest(completed_whole(counts))
    ) }} + 1
{%- endmacro %}

{#
    A consistency score that enters the mean of R003-151, of at least three scores, as a whole number of 10^-9; 0 for none.
    `scores` as in consistency_units.
#}
{% macro judged_consistency(scores) -%}
    case
        when {{ has_judged_consistency(scores) }} = 1
            then {{ consistency_units(scores) }}
        else 0
    end
{%- endmacro %}

{# How many such scores that is: 1 or 0. #}
{% macro has_judged_consistency(scores) -%}
    case
        when {{ scores }}score_count >= {{ threshold('risk_consistency_scores') }} and {{ scores }}score_sum > 0
            then 1
        else 0
    end
{%- endmacro %}

{# The moment from which idleness counts: the last activity, else the first start of an active assignment (G003-23). #}
{% macro idle_since(last_activity_at, first_start_at) -%}
    coalesce({{ last_activity_at }}, {{ first_start_at }})
{%- endmacro %}

{# R003-147..155 with the strings of G003-26, sorted; empty when the student is not at risk. #}
{% macro risk_factors(facts='') -%}
    {{ texts_that_are([
        'case when ' ~ is_behind_pace(facts) ~ " then 'behind_pace_' || cast("
            ~ rounded_whole_quotient(facts ~ 'gap_part', facts ~ 'gap_whole')
            ~ " as varchar) || '_percent' end",
        'case when ' ~ facts ~ 'consistency_sum > 1000000000 * ' ~ threshold('risk_consistency') ~ ' * ' ~ facts ~ 'consistencies'
            ~ " then 'high_score_variance' end",
        'case when ' ~ facts ~ 'idle_us >= ' ~ microseconds_per_day() ~ ' * (' ~ threshold('risk_inactive_days')
            ~ " + 1) then 'inactive_' || cast(" ~ whole_quotient(facts ~ 'idle_us', microseconds_per_day())
            ~ " as varchar) || '_days' end",
        'case when ' ~ facts ~ 'recent_score_sum < ' ~ threshold('risk_mastery') ~ ' * 10000 * ' ~ facts ~ 'recent_scores'
            ~ " then 'low_mastery_avg_' || cast("
            ~ whole_quotient(facts ~ 'recent_score_sum', '10000 * ' ~ facts ~ 'recent_scores') ~ ' as varchar) end',
        'case when ' ~ facts ~ 'stuck_attempts > ' ~ threshold('risk_attempts')
            ~ " then 'stuck_on_step_' || cast(" ~ facts ~ "stuck_attempts as varchar) || '_attempts' end",
    ]) }}
{%- endmacro %}
