{#
    Exact arithmetic: aggregate integers and decimals, divide last, round half up (away from zero), once.
    `scale` is the number of decimals of the operands; both are turned into whole numbers first, so that the
    one division of two exact numbers is all the rounding there is (below 2^53 / 10^scale).
#}

{# A landed DOUBLE as DECIMAL(18,9), half up in the digits that were landed (hence by way of its shortest text). #}
{% macro decimal_of_float(column) -%}
    cast(cast({{ column }} as varchar) as decimal(18, 9))
{%- endmacro %}

{# numerator / denominator as DOUBLE; NULL when either is NULL or the denominator is 0. #}
{% macro ratio(numerator, denominator, scale=0) -%}
    case
        when {{ denominator }} <> 0
            then {{ whole_number(numerator, scale) }} / {{ whole_number(denominator, scale) }}
    end
{%- endmacro %}

{# 100 x numerator / denominator as DOUBLE; NULL when either is NULL or the denominator is 0. #}
{% macro percentage(numerator, denominator, scale=0) -%}
    case
        when {{ denominator }} <> 0
            then {{ whole_number('100 * (' ~ numerator ~ ')', scale) }} / {{ whole_number(denominator, scale) }}
    end
{%- endmacro %}

{# An exact value of at most `scale` decimals x 10^scale, as a DOUBLE without a fraction. #}
{% macro whole_number(expression, scale) -%}
    {%- if scale == 0 -%}
        cast({{ expression }} as double)
    {%- else -%}
        cast(cast(cast({{ expression }} as decimal(28, {{ scale }})) * {{ 10 ** scale }} as decimal(38, 0)) as double)
    {%- endif -%}
{%- endmacro %}

{#
    A number of at most nine decimals as a whole number of billionths, a BIGINT (exact below 2^53 / 10^9). Where millions
    of rows are summed and divided, whole numbers are as exact as decimals, and many times faster.
#}
{% macro billionths(number) -%}
    cast(round(cast({{ number }} as double) * 1e9) as bigint)
{%- endmacro %}

{# A whole number of billionths as what it stands for, a DOUBLE. #}
{% macro from_billionths(billionths) -%}
    {{ ratio(billionths, '1000000000') }}
{%- endmacro %}

{# A number below 10^9 as people write it: no exponent, no trailing zeros, at most nine decimals. #}
{% macro plain_number(value) -%}
    rtrim(rtrim(cast(cast({{ value }} as decimal(18, 9)) as varchar), '0'), '.')
{%- endmacro %}
