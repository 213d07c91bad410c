{# Formulas of the progress domain that more than one model uses. What a student sees today and what the replay says of
   an earlier moment is computed by the same macro, from the same facts. #}

{# A number of the seed progress_thresholds, DECIMAL(6,2), as a scalar subquery. #}
{% macro threshold(name) -%}
    (select value from {{ ref('progress_thresholds') }} where threshold = '{{ name }}')
{%- endmacro %}

{# What students do themselves; teachers' events are no activity. #}
{% macro is_activity() -%}
    event_type in ('started', 'attempted')
{%- endmacro %}

{# A score, landed with four decimals, as a whole number of ten-thousandths: sums and squares of these are exact. #}
{% macro score_units(score) -%}
    cast({{ score }} * 10000 as bigint)
{%- endmacro %}

{# A stage's weight as a whole number of tenths. #}
{% macro weight_units(weight) -%}
    cast({{ weight }} * 10 as bigint)
{%- endmacro %}

{# A weighted mean of scores, 0..100, from the sums of weight_units x score_units and of weight_units; NULL without weight. #}
{% macro mastery_score(points, weights) -%}
    {{ rounded_quotient(points, '10000 * ' ~ weights) }}
{%- endmacro %}

{# Whether a score is enough; without a target any is (R003-83, G003-06). #}
{% macro reaches(score, target) -%}
    coalesce({{ score }} >= {{ target }}, {{ score }} is not null)
{%- endmacro %}

{# Whether the target was met by a score: NULL without a target, false without a score (R003-21, G003-33). #}
{% macro passed(best_score, target_score) -%}
    case when {{ target_score }} is not null then coalesce({{ best_score }} >= {{ target_score }}, false) end
{%- endmacro %}

{#
    The numerator of the variance of scores, on the denominator score_count squared: n x sum of squares - square of the sum.
    `scores` names the relation or prefix that score_count, score_sum and score_square_sum are taken from.
#}
{% macro variance_units(scores) -%}
    {{ whole(scores ~ 'score_count') }} * {{ whole(scores ~ 'score_square_sum') }}
        - {{ whole(scores ~ 'score_sum') }} * {{ whole(scores ~ 'score_sum') }}
{%- endmacro %}

{#
    Population deviation / mean, a DECIMAL(18,9), half up; NULL below two scores and where the mean is 0
    (R003-92, G003-01..03). It is a root and therefore the one number of the domain that is not compared exactly where
    many of them are averaged; each by itself is (mastery_level).
#}
{% macro consistency_score(scores) -%}
    case
        when {{ scores }}score_count >= 2 and {{ scores }}score_sum > 0
            then cast(round(
                sqrt(cast({{ variance_units(scores) }} as double)) / cast({{ scores }}score_sum as double), 9
            ) as decimal(18, 9))
    end
{%- endmacro %}

{# R003-87..91, strictly from the top down; deviation / mean < 0.15 is compared squared, which is exact (G003-01..06). #}
{% macro mastery_level(scores, best_score, target_score) -%}
    case
        when {{ scores }}score_count = 0 then 'not_started'
        when {{ best_score }} < {{ target_score }} * {{ threshold('learning_below_share_of_target') }} then 'learning'
        when {{ best_score }} < {{ target_score }} then 'proficient'
        when {{ scores }}score_count >= 2
            and {{ scores }}score_sum > 0
            and 10000 * ({{ variance_units(scores) }})
                < {{ whole('100 * ' ~ threshold('mastered_below_consistency')) }}
                * {{ whole('100 * ' ~ threshold('mastered_below_consistency')) }}
                * {{ whole(scores ~ 'score_sum') }} * {{ whole(scores ~ 'score_sum') }}
            then 'mastered'
        else 'proficient'
    end
{%- endmacro %}

{# R003-13; `is_behind` says whether a required, incomplete step of lower position is in the way. #}
{% macro step_state(is_complete, is_begun, is_behind) -%}
    case
        when {{ is_complete }} then 'complete'
        when {{ is_begun }} then 'in_progress'
        when {{ is_behind }} then 'locked'
        else 'available'
    end
{%- endmacro %}

{# What completes a step but for being passed by, in the order that decides at one moment (R003-83..85, 133). #}
{% macro step_causes() -%}
    {{ return(['score', 'remapped_score', 'override', 'remapped_override', 'free_play', 'removal']) }}
{%- endmacro %}
