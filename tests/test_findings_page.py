"""`docs/findings.md` knows every code that a finding may have, and none that no code raises."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from qantar.archive.verify import Check, Findings
from qantar.model.finding import Finding
from qantar.workbench.merge_report import AlarmCode

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
DESCRIBED = frozenset(re.findall(r"^\| `([a-z-]+)` \| (?:note|loss) \| .+ \| .+ \|$", PAGE, re.M))
CODE = re.compile(r"[a-z]+(?:-[a-z]+)*")
# Functions and methods that take a code as a plain argument, and which argument it is.
TAKE_A_CODE = {"note": 0, "loss": 0, "lose": 0, "about": 1, "of_file": 1}
SOURCES = sorted((ROOT / "src" / "qantar").rglob("*.py"))


class Words(NamedTuple):
    """Words in the source: those that stand where a finding or a problem takes its code, and all."""

    codes: set[str]
    constants: set[str]


@pytest.fixture(scope="module")
def words() -> Words:
    """What all of the source says, which is read once: parsing it takes seconds."""
    found = Words(set(), set())
    for path in SOURCES:
        if path.name != "errors.py":  # an error's code is no finding's
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for place in (*_passed(node), *_assigned(node)):
                    found.codes.update(_literals(place))
                found.constants.update(_literals(node))
    return found


def _passed(node: ast.AST) -> Iterator[ast.expr]:
    """`code=…`, and the code of a noting call."""
    if not isinstance(node, ast.Call):
        return
    yield from (keyword.value for keyword in node.keywords if keyword.arg == "code")
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    at = TAKE_A_CODE.get(name.lstrip("_"))
    if at is not None and len(node.args) > at:
        yield node.args[at]


def _assigned(node: ast.AST) -> Iterator[ast.expr]:
    """What is assigned to `code`, and the codes of findings about times, an enumeration."""
    if isinstance(node, ast.ClassDef) and (ast.get_docstring(node) or "").startswith(
        "The codes of findings"
    ):
        yield from (each.value for each in node.body if isinstance(each, ast.Assign))
    if isinstance(node, ast.Assign):
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                # A name with a star takes the rest, of whatever length; those before it pair off.
                has_star = any(isinstance(name, ast.Starred) for name in target.elts)
                pairs = list(zip(target.elts, node.value.elts, strict=not has_star))
            yield from (value for name, value in pairs if getattr(name, "id", "") == "code")


def _literals(place: ast.AST) -> Iterator[str]:
    for branch in (place.body, place.orelse) if isinstance(place, ast.IfExp) else (place,):
        if isinstance(branch, ast.Constant) and isinstance(branch.value, str):
            yield branch.value


def test_every_code_in_the_source_stands_on_the_page(words: Words) -> None:
    found = words.codes
    assert all(CODE.fullmatch(code) for code in found), found
    assert found - DESCRIBED == set()


def test_the_search_for_codes_finds_each_way_of_naming_one(words: Words) -> None:
    ways = {
        "unsupported",  # code=… of a Finding
        "not-a-number",  # note, on several lines
        "unresolved-place",  # assigned, together with a text
        "ambiguous-place",  # one branch of a choice
        "missing-statement",  # assigned under a condition
        "no-consent",  # about
        "not-yet-read",  # of_file
        "ragged-row",  # note of the reader's log
        "encoding-damage",  # loss
        "impossible-date",  # a Fault
        "redefined-term",
    }
    assert ways - words.codes == set()


def test_no_code_stands_on_the_page_that_nothing_raises(words: Words) -> None:
    assert DESCRIBED - words.constants == set()


@pytest.mark.parametrize("code", sorted(DESCRIBED))
def test_the_page_says_once_a_table_what_a_code_means(code: str) -> None:
    sections = re.split(r"^## ", PAGE, flags=re.M)
    counts = [section.count(f"| `{code}` |") for section in sections]
    assert max(counts) == 1


def _table(heading: str) -> list[str]:
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([a-z-]+)` \|", section, re.M)


def test_the_page_has_every_check_of_verify_with_its_exit_and_no_other() -> None:
    assert sorted(_table("What `qantar verify` finds")) == sorted(Check)
    for check in Check:
        findings = Findings(ROOT)
        findings.add(check, "", expected="", found="", then="")
        exit_code = findings.exit_code or ""
        assert f"| `{check}` | {exit_code} |".replace("|  |", "| |") in PAGE


def test_the_page_has_every_alarm_of_a_merge_and_no_other() -> None:
    assert sorted(_table("What `qantar merge` warns of")) == sorted(AlarmCode)


def test_findings_point_to_the_page() -> None:
    assert "docs/findings.md" in (Finding.__doc__ or "")
