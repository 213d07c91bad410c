{# Formulas of the progress domain that more than one model uses. What a student sees today and what the replay says of
   an earlier moment is computed by the same macro, from the same facts. #}

{# A number of the seed progress_thresholds, DECIMAL(6,2), as a scalar subquery. #}
{% macro threshold(name) -%}
    (select value from {{ ref('progress_thresholds') }} where threshold = '{{ name }}')
{%- endmacro %}

{# Every step that ever was, and from when on: what is said of another one is not known. #}
{% macro known_steps() -%}
    select step_id, min(valid_from) as known_from
    from {{ ref('stg_steps_versions') }}
    group by step_id
{%- endmacro %}

{# What students do themselves; teachers' events are no activity. #}
{% macro is_activity() -%}
    event_type in ('started', 'attempted')
{%- endmacro %}

{# A landed time on task, in milliseconds, no more than 31 years: so many of these as there are have a sum of 64 bits.
   The event itself stays as it landed, and more time than had passed is reported as impossible. #}
{% macro countable_time(time_on_task_ms) -%}
    case when {{ time_on_task_ms }} > 1000000000000 then 1000000000000 else {{ time_on_task_ms }} end
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

{# A student's target for a step: what a teacher set (of int_step_targets, joined as `targets`), else the step's own. #}
{% macro target_of_student(own_target) -%}
    case when targets.is_adjusted then targets.target_score else {{ own_target }} end
{%- endmacro %}

{# Whether a row of `targets` is the one of a moment. #}
{% macro is_target_at(moment) -%}
    (targets.counts_from is null or targets.counts_from <= {{ moment }})
        and (targets.counts_to is null or targets.counts_to > {{ moment }})
        and (targets.valid_from is null or targets.valid_from <= {{ moment }})
        and (targets.valid_to is null or targets.valid_to > {{ moment }})
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
    {{ widest(scores ~ 'score_count') }} * {{ widest(scores ~ 'score_square_sum') }}
        - {{ widest(scores ~ 'score_sum') }} * {{ widest(scores ~ 'score_sum') }}
{%- endmacro %}

{#
    Population deviation / mean as a whole number of 10^-9, half up; NULL below two scores and where the mean is 0
    (R003-92, G003-01..03). It is a root, so many of them are averaged as they are stored; what decides on one is exact
    (mastery_level).
#}
{% macro consistency_units(scores) -%}
    case
        when {{ scores }}score_count >= 2 and {{ scores }}score_sum > 0
            then cast(round(
                1000000000 * sqrt(cast({{ variance_units(scores) }} as double)) / cast({{ scores }}score_sum as double)
            ) as bigint)
    end
{%- endmacro %}

{# R003-87..91, strictly from the top down; deviation / mean < 0.15 is compared squared, which is exact (G003-01..06). #}
{% macro mastery_level(scores, best_score, target_score) -%}
    case
        when coalesce({{ scores }}score_count, 0) = 0 then 'not_started'
        when {{ best_score }} < {{ target_score }} * {{ threshold('learning_below_share_of_target') }} then 'learning'
        when {{ best_score }} < {{ target_score }} then 'proficient'
        when {{ scores }}score_count >= 2
            and {{ scores }}score_sum > 0
            and 10000 * ({{ variance_units(scores) }})
                < {{ widest('100 * ' ~ threshold('mastered_below_consistency')) }}
                * {{ widest('100 * ' ~ threshold('mastered_below_consistency')) }}
                * {{ widest(scores ~ 'score_sum') }} * {{ widest(scores ~ 'score_sum') }}
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

{#
    How much of an assignment (or of a sequence) is complete, as a fraction of whole numbers: complete required / required
    steps; without required steps all of it if there are steps at all, else nothing (R003-93..96, G003-07, 08).
    `counts` names the relation or prefix that steps_total, steps_required and required_completed are taken from.
#}
{% macro completed_part(counts='') -%}
    case
        when {{ counts }}steps_required > 0 then {{ counts }}required_completed
        when {{ counts }}steps_total > 0 then 1
        else 0
    end
{%- endmacro %}

{% macro completed_whole(counts='') -%}
    greatest({{ counts }}steps_required, 1)
{%- endmacro %}

{% macro completion_percentage(counts='') -%}
    {{ rounded_quotient('100 * (' ~ completed_part(counts) ~ ')', completed_whole(counts)) }}
{%- endmacro %}

{# All required steps are complete, and there is a step: archived or not (G003-10). #}
{% macro is_complete(counts='') -%}
    {{ counts }}steps_total > 0 and {{ counts }}required_completed = {{ counts }}steps_required
{%- endmacro %}

{# An assignment that counts as active: neither complete nor archived. #}
{% macro is_active(assignment='') -%}
    not {{ assignment }}is_complete and not {{ assignment }}is_archived
{%- endmacro %}

{# R003-31; begun is with any started, attempted or complete step. #}
{% macro assignment_status(counts='') -%}
    case
        when {{ counts }}is_archived then 'archived'
        when {{ is_complete(counts) }} then 'complete'
        when {{ counts }}steps_begun > 0 then 'in_progress'
        else 'not_started'
    end
{%- endmacro %}

{#
    Pacing at a moment, in exact time: how much of the planned time has passed, as a fraction of microseconds. Planned to
    end at or before its start: all of it. Without a plan: NULL (R003-105, G003-17).
#}
{% macro expected_part(moment, plan='') -%}
    case
        when {{ plan }}planned_us <= 0 then 1
        when {{ plan }}planned_us > 0
            then greatest(0, least({{ widest(microseconds_between(plan ~ 'starts_at', moment)) }}, {{ widest(plan ~ 'planned_us') }}))
    end
{%- endmacro %}

{% macro expected_whole(plan='') -%}
    {{ widest('greatest(' ~ plan ~ 'planned_us, 1)') }}
{%- endmacro %}

{# Expected - actual in percentage points, as a fraction of whole numbers: gap_part / gap_whole. NULL without a plan. #}
{% macro gap_columns(moment, counts='', plan='') -%}
    100 * (
            {{ expected_part(moment, plan) }} * {{ completed_whole(counts) }}
            - ({{ completed_part(counts) }}) * {{ expected_whole(plan) }}
        ) as gap_part,
        case when {{ plan }}planned_us is not null then {{ expected_whole(plan) }} * {{ completed_whole(counts) }} end as gap_whole
{%- endmacro %}

{# The band of a gap; the upper band has its edge (R003-107..110, G003-18, 19). #}
{% macro pacing_status(gap='') -%}
    case
        when {{ gap }}gap_part is null then 'on_track'
        when {{ gap }}gap_part <= -{{ threshold('ahead_by') }} * {{ gap }}gap_whole then 'ahead'
        when {{ gap }}gap_part <= -{{ threshold('on_track_down_to') }} * {{ gap }}gap_whole then 'on_track'
        when {{ gap }}gap_part <= -{{ threshold('behind_down_to') }} * {{ gap }}gap_whole then 'behind'
        else 'at_risk'
    end
{%- endmacro %}

{#
    The day when what remains is done at the rate of the last 28 days (R003-40, G003-16): as_of's day
    + ceil(7 x remaining / (completed / 4)).
#}
{% macro estimated_completion_date(remaining, completed_last_28_days) -%}
    case
        when {{ completed_last_28_days }} > 0 and {{ remaining }} > 0
            then {{ add_days(
                'cast(' ~ as_of() ~ ' as date)',
                whole_quotient('28 * (' ~ remaining ~ ') + ' ~ completed_last_28_days ~ ' - 1', completed_last_28_days)
            ) }}
    end
{%- endmacro %}

{# The levels below mastered in their order; a mastered step that does not make its concept mastered counts as proficient. #}
{% macro level_rank(mastery_level) -%}
    case {{ mastery_level }} when 'not_started' then 0 when 'learning' then 1 else 2 end
{%- endmacro %}

{# Every required quiz step with the concept is mastered, and there is one (G003-34). #}
{% macro is_concept_mastered() -%}
    sum(required_quizzes) > 0 and sum(mastered_quizzes) = sum(required_quizzes)
{%- endmacro %}

{# A concept's level, as an aggregate over rows of required_quizzes, mastered_quizzes and highest_rank. #}
{% macro concept_level() -%}
    case
        when {{ is_concept_mastered() }} then 'mastered'
        when max(highest_rank) = 2 then 'proficient'
        when max(highest_rank) = 1 then 'learning'
        else 'not_started'
    end
{%- endmacro %}
