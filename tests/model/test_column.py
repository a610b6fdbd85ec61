"""How a field is filled: from columns, by templates, from parts of a cell."""

from __future__ import annotations

import pytest

from qantar.model.column import Column, RowChoice, filled, template_headers


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"A": "a", "B": "b", "C": "c"}, "<a, b; c>"),
        ({"A": "a", "B": "", "C": "c"}, "<a; c>"),
        ({"A": "", "B": "b", "C": "c"}, "<b; c>"),
        ({"A": "a", "B": " ", "C": ""}, "<a>"),
        ({"A": "", "B": "", "C": " "}, ""),
        ({}, ""),
        ({"A": "{B}", "B": "b"}, "<{B}, b>"),
    ],
)
def test_a_template_says_nothing_of_what_is_empty(cells: dict[str, str], said: str) -> None:
    assert filled("<{A}, {B}; {C}>", cells) == said


@pytest.mark.parametrize(
    ("template", "headers"),
    [
        ("{Дата} {Время}", ("Дата", "Время")),
        ("{ A }{A}", ("A",)),
        ("no braces", ()),
        ("{}", ()),
        ("{A} }", ()),
        ("{{A}}", ()),
        ("", ()),
    ],
)
def test_a_template_names_its_columns(template: str, headers: tuple[str, ...]) -> None:
    assert template_headers(template) == headers


@pytest.mark.parametrize(
    "wrong",
    [
        {"template": "none"},
        {"template": "{A}", "header": "A"},
        {"header": "A", "part": 1},
        {"header": "A", "split": "|", "part": 0},
    ],
)
def test_a_column_refuses_what_cannot_be_filled(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="f "):
        Column(field="f", **wrong)  # type: ignore[arg-type]  # as a sheet might say


@pytest.mark.parametrize("values", [(), ("a", "a")])
def test_a_choice_chooses_something_once(values: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="chooses"):
        RowChoice(header="H", values=values)
