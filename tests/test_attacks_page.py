"""`docs/attacks.md` names a test for each attack, and each of them is there and is run."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.readers import test_tool_confined
from tests.readers.hostile import ACTIONS
from tests.readers.test_confined import ENDED, STOPPED

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (A\d+) \| (.+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
CASES = 18
"""As many as the attacks by hostile files that the project set out to withstand."""


@cache
def functions_of(path: str) -> dict[str, ast.FunctionDef]:
    """The test functions of a module that pytest collects, by name."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}


def test_all_cases_are_there_in_order_and_each_has_its_tests() -> None:
    assert [row[0] for row in ROWS] == [f"A{number}" for number in range(1, CASES + 1)]
    for case, tried, happens, shown_by in ROWS:
        assert tried, case
        assert happens, case
        assert NAMED.sub("", shown_by).strip() == "", case
        assert NAMED.search(shown_by), case


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED.findall(PAGE))))
def test_each_test_that_the_page_names_is_there_and_is_run(path: str, name: str) -> None:
    assert re.fullmatch(r"test_\w+\.py", Path(path).name)
    assert name in functions_of(path)
    marks = [ast.unparse(one) for one in functions_of(path)[name].decorator_list]
    assert not [one for one in marks if "mark.skip" in one or "mark.xfail" in one]


def test_nothing_else_on_the_page_looks_like_a_test() -> None:
    found = {f"{path}::{name}" for path, name in NAMED.findall(PAGE)}
    assert set(re.findall(r"tests/[\w/]+\.py::\w+", PAGE)) == found


def outcomes(of: str) -> dict[str, set[str]]:
    """What a table of the page says of each action, by outcome."""
    table = PAGE.partition(f"| tried by the {of} |")[2].partition("\n\n")[0].replace("`", "")
    told = re.findall(r"^\| ([a-z].*?) \| (refused|ended).*\|$", table, re.MULTILINE)
    return {
        outcome: {one for tried, end in told if end == outcome for one in tried.split("; ")}
        for outcome in ("refused", "ended")
    }


def test_the_table_of_actions_is_of_those_that_are_tried() -> None:
    memory = "take 3 GiB of memory"
    assert outcomes("reader")["refused"] == {*STOPPED} - {memory}
    assert outcomes("reader")["ended"] == {*ENDED, memory}
    assert {*STOPPED, *ENDED} | {"leak"} == {*ACTIONS}


def test_the_table_of_programs_is_of_what_is_tried_there() -> None:
    assert outcomes("program") == {
        "refused": {*test_tool_confined.STOPPED},
        "ended": {*test_tool_confined.ENDED},
    }
