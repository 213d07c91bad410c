{# Exact arithmetic: aggregate integers and decimals, divide last, round half up (away from zero), once. #}

{# A landed DOUBLE as DECIMAL(18,9), half up in the digits that were landed (hence by way of its shortest text). #}
{% macro decimal_of_float(column) -%}
    cast(cast({{ column }} as varchar) as decimal(18, 9))
{%- endmacro %}

{#
    numerator / denominator of whole numbers as DOUBLE; NULL when either is NULL or the denominator is 0. Below 2^53 both are
    exact until the one division; a larger one is rounded to a DOUBLE first, so that the ratio is off by at most 1 part in 2^51.
#}
{% macro ratio(numerator, denominator) -%}
    case
        when {{ denominator }} <> 0 then cast({{ numerator }} as double) / cast({{ denominator }} as double)
    end
{%- endmacro %}

{#
    100 x numerator / denominator as DOUBLE, of operands with at most `scale` decimals; NULL when either is NULL or the
    denominator is 0. Both are turned into whole numbers first, so that the one division is all the rounding there is.
#}
{% macro percentage(numerator, denominator, scale) -%}
    {{ ratio(whole_number('100 * (' ~ numerator ~ ')', scale), whole_number(denominator, scale)) }}
{%- endmacro %}

{# An exact value of at most `scale` decimals x 10^scale, without a fraction. #}
{% macro whole_number(expression, scale) -%}
    cast(cast({{ expression }} as decimal(28, {{ scale }})) * {{ 10 ** scale }} as decimal(38, 0))
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

{#
    A number below 10^9 as people write it: no exponent, no trailing zeros, at most nine decimals. Whole numbers, which
    most are, are told apart first: trimming takes as long as all the rest of a JSON object.
#}
{% macro plain_number(value) -%}
    case
        when cast({{ value }} as decimal(18, 9)) = cast({{ value }} as decimal(18, 0))
            then cast(cast({{ value }} as decimal(18, 0)) as varchar)
        else trim(trailing '0' from cast(cast({{ value }} as decimal(18, 9)) as varchar))
    end
{%- endmacro %}

{#
    numerator / denominator of whole numbers >= 0 as DOUBLE, half up to nine decimals; NULL when either is NULL or the
    denominator is 0. Exact below 2^53 billionths (9,007,199); what may be larger is put together from its parts.
#}
{% macro rounded_quotient(numerator, denominator, may_be_large=false) -%}
    {%- set billionths = whole_quotient(
        '2000000000 * ' ~ widest(numerator) ~ ' + ' ~ widest(denominator), '2 * ' ~ widest(denominator)
    ) -%}
    case
        when {{ denominator }} <> 0
            {%- if may_be_large %}
            and {{ billionths }} > 9007199254740992
            then cast({{ whole_quotient(billionths, '1000000000') }} as double)
                + cast(({{ billionths }}) % 1000000000 as double) / 1000000000
        when {{ denominator }} <> 0
            {%- endif %}
            then cast({{ billionths }} as double) / 1000000000
    end
{%- endmacro %}

{# The mean of stored numbers of nine decimals, rounded to nine decimals once more; NULL is skipped, NULL of nothing. #}
{% macro stored_mean(column, where=none) -%}
    {%- set values = 'cast(' ~ column ~ ' as decimal(18, 9))' -%}
    {%- set condition = ' filter (where ' ~ where ~ ')' if where else '' -%}
    {{ rounded_quotient(
        'cast(1000000000 * sum(' ~ values ~ ')' ~ condition ~ ' as decimal(38, 0))',
        '1000000000 * count(' ~ column ~ ')' ~ condition
    ) }}
{%- endmacro %}
