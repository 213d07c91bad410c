{# A key as one id: the lower-case hex SHA-256 of its parts (texts, none of them NULL), joined by U+001F. #}
{% macro hashed_key(parts) -%}
    {{ sha256_hex('concat(' ~ parts | join(', chr(31), ') ~ ')') }}
{%- endmacro %}
