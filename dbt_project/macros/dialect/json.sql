{# JSON, which DuckDB and Spark spell differently. An object is text, as `raw` holds it; `member` is a literal name. #}

{#
    What a member of an object names as ids, whether one or a list of them: a list of texts, in which NULL stands for
    anything that is no id, a missing member included. Numbers are ids as well (42 is '42').
#}
{% macro json_ids(object, member) -%}
    {{ return(adapter.dispatch('json_ids')(object, member)) }}
{%- endmacro %}

{% macro duckdb__json_ids(object, member) -%}
    list_transform(
        case json_type({{ object }}, '$.{{ member }}')
            when 'ARRAY' then json_extract({{ object }}, '$.{{ member }}[*]')
            else [json_extract({{ object }}, '$.{{ member }}')]
        end,
        lambda element: case
            when json_type(element) in ('VARCHAR', 'BIGINT', 'UBIGINT', 'DOUBLE')
                then {{ trimmed("json_extract_string(element, '$')") }}
        end
    )
{%- endmacro %}

{% macro spark__json_ids(object, member) -%}
    transform(
        coalesce(
            try_variant_get(parse_json({{ object }}), '$.{{ member }}', 'array<variant>'),
            array(variant_get(parse_json({{ object }}), '$.{{ member }}'))
        ),
        element -> case
            when schema_of_variant(element) rlike '^(STRING|BIGINT|DECIMAL|DOUBLE)'
                then {{ trimmed('cast(element as string)') }}
        end
    )
{%- endmacro %}

{# The list of texts that a member of an object is; NULL for anything else. #}
{% macro json_texts(object, member) -%}
    {{ return(adapter.dispatch('json_texts')(object, member)) }}
{%- endmacro %}

{% macro duckdb__json_texts(object, member) -%}
    case
        when json_type({{ object }}, '$.{{ member }}') = 'ARRAY'
            and len(list_filter(
                json_type({{ object }}, '$.{{ member }}[*]'), lambda kind: kind <> 'VARCHAR'
            )) = 0
            then json_extract_string({{ object }}, '$.{{ member }}[*]')
    end
{%- endmacro %}

{% macro spark__json_texts(object, member) -%}
    case
        when not exists(
            try_variant_get(parse_json({{ object }}), '$.{{ member }}', 'array<variant>'),
            element -> schema_of_variant(element) <> 'STRING'
        )
            then variant_get(parse_json({{ object }}), '$.{{ member }}', 'array<string>')
    end
{%- endmacro %}

{# The text that a member of an object is; NULL for anything else. #}
{% macro json_text(object, member) -%}
    {{ return(adapter.dispatch('json_text')(object, member)) }}
{%- endmacro %}

{% macro duckdb__json_text(object, member) -%}
    case
        when json_type({{ object }}, '$.{{ member }}') = 'VARCHAR'
            then json_extract_string({{ object }}, '$.{{ member }}')
    end
{%- endmacro %}

{% macro spark__json_text(object, member) -%}
    case
        when schema_of_variant(variant_get(parse_json({{ object }}), '$.{{ member }}')) = 'STRING'
            then variant_get(parse_json({{ object }}), '$.{{ member }}', 'string')
    end
{%- endmacro %}

{# A list of texts as a JSON array; NULL for NULL. #}
{% macro json_array(texts) -%}
    {{ return(adapter.dispatch('json_array')(texts)) }}
{%- endmacro %}

{% macro duckdb__json_array(texts) -%}
    cast(to_json({{ texts }}) as varchar)
{%- endmacro %}

{% macro spark__json_array(texts) -%}
    to_json({{ texts }})
{%- endmacro %}

{# A text as a JSON string; NULL for NULL. #}
{% macro json_string(text) -%}
    {{ return(adapter.dispatch('json_string')(text)) }}
{%- endmacro %}

{% macro duckdb__json_string(text) -%}
    cast(to_json({{ text }}) as varchar)
{%- endmacro %}

{% macro spark__json_string(text) -%}
    substr(to_json(array({{ text }})), 2, length(to_json(array({{ text }}))) - 2)
{%- endmacro %}
