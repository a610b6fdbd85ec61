"""Where each key of a sheet stands."""

from __future__ import annotations

import json
import tomllib

from hypothesis import given
from hypothesis import strategies as st

from qantar.readers.sheet_lines import KeyPath, key_lines, line_of

TEXT = '''\
# A comment
title = "x"
[sources.bureau]
name = """
two lines"""
a.b."c d" = 1
[[accession]]
acquired = { by = "A", on = 2022-01-20 }
as = [
  "x",
  # a comment is no element
  { y = 1 },
]
[accession.columns]
"ФИО" = { column = "x", values = { "\\u043c" = "male" } }
[[accession]]
[[accession.deep.list]]
z = 1
[accession.deep.list.table]
z = 1
[accession.deep]
[other]
x = 1
'''


def test_every_way_to_write_a_key_has_its_line() -> None:
    assert key_lines(TEXT) == {
        (): 1,
        ("title",): 2,
        ("sources",): 3,
        ("sources", "bureau"): 3,
        ("sources", "bureau", "name"): 4,
        ("sources", "bureau", "a"): 6,
        ("sources", "bureau", "a", "b"): 6,
        ("sources", "bureau", "a", "b", "c d"): 6,
        ("accession",): 7,
        ("accession", 0): 7,
        ("accession", 0, "acquired"): 8,
        ("accession", 0, "acquired", "by"): 8,
        ("accession", 0, "acquired", "on"): 8,
        ("accession", 0, "as"): 9,
        ("accession", 0, "as", 0): 10,
        ("accession", 0, "as", 1): 12,
        ("accession", 0, "as", 1, "y"): 12,
        ("accession", 0, "columns"): 14,
        ("accession", 0, "columns", "ФИО"): 15,
        ("accession", 0, "columns", "ФИО", "column"): 15,
        ("accession", 0, "columns", "ФИО", "values"): 15,
        ("accession", 0, "columns", "ФИО", "values", "м"): 15,
        ("accession", 1): 16,
        ("accession", 1, "deep"): 17,
        ("accession", 1, "deep", "list"): 17,
        ("accession", 1, "deep", "list", 0): 17,
        ("accession", 1, "deep", "list", 0, "z"): 18,
        ("accession", 1, "deep", "list", 0, "table"): 19,
        ("accession", 1, "deep", "list", 0, "table", "z"): 20,
        ("other",): 22,
        ("other", "x"): 23,
    }


def test_windows_line_ends_count_once() -> None:
    assert key_lines(TEXT.replace("\n", "\r\n")) == key_lines(TEXT)


def test_what_has_no_line_stands_with_what_is_around_it() -> None:
    lines = key_lines(TEXT)
    assert line_of(("accession", 1, "path"), lines) == 16
    assert line_of(("nowhere",), lines) == 1


def test_keys_without_end_do_not_exhaust_the_stack() -> None:
    text = "\n".join(
        ["a" + ".a" * 900 + " = 1", "x = " + "[" * 300 + "]" * 300, "[" + ".".join("b" * 900) + "]"]
    )
    tomllib.loads(text)
    assert key_lines(text)[("x",)] == 2


keys = st.text("abя .\"'#[]\\\n", min_size=1, max_size=4)
scalars = st.integers(0, 9) | st.booleans() | st.text("a'\"#[]{}=\n", max_size=4)
inline = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=2),
    max_leaves=5,
)
tables = st.dictionaries(keys, inline, max_size=3)
documents = st.dictionaries(keys, tables | st.lists(tables, min_size=1, max_size=3), max_size=4)


def written(document: dict[str, object]) -> tuple[str, dict[KeyPath, int]]:
    """Write tables and lists of tables as TOML; tell the line of each header and key."""
    rows: list[str] = []
    lines: dict[KeyPath, int] = {}
    for name, content in document.items():
        several = isinstance(content, list)
        for index, table in enumerate(content if isinstance(content, list) else [content]):
            path: KeyPath = (name, index) if several else (name,)
            rows.append(f"[[{json.dumps(name)}]]" if several else f"[{json.dumps(name)}]")
            lines[path] = len(rows)
            for key, value in table.items():
                rows.append(f"{json.dumps(key)} = {_inline(value)}")
                lines[*path, key] = len(rows)
    return "\n".join(rows), lines


def _inline(value: object) -> str:
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key)} = {_inline(item)}" for key, item in value.items())
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    return json.dumps(value)


@given(documents)
def test_generated_sheets_have_every_header_and_key_on_its_line(
    document: dict[str, object],
) -> None:
    text, lines = written(document)
    assert tomllib.loads(text) == document
    found = key_lines(text)
    assert {path: found.get(path) for path in lines} == lines
