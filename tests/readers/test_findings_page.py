"""`docs/findings.md` knows every finding the table reader makes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
DESCRIBED = frozenset(re.findall(r"^\| `([a-z-]+)` \| (?:note|loss) \|", PAGE, re.MULTILINE))
# The modules of the table reader that make findings.
MODULES = (
    *("delimited", "encoding", "json_lines", "media_type", "ole", "package", "table"),
    *("table_builder", "text_lines", "workbook", "workbook_cells", "workbook_scan", "xls_scan"),
    "xlsx_scan",
)
# A word with a hyphen in these modules is a code; codes of one word are listed here.
HYPHENED = re.compile(r"[a-z]+(?:-[a-z]+)+")
PLAIN = frozenset({"empty", "ratio", "damaged", "encrypted", "truncated", "unsupported", "formula"})


def codes_in(module: str) -> set[str]:
    path = ROOT / "src" / "qantar" / "readers" / f"{module}.py"
    constants = {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {each for each in constants if HYPHENED.fullmatch(each) or each in PLAIN}


@pytest.mark.parametrize("module", MODULES)
def test_every_code_is_on_the_page(module: str) -> None:
    assert codes_in(module) - DESCRIBED == set()


def test_every_code_of_one_word_is_in_use() -> None:
    assert set().union(*map(codes_in, MODULES)) >= PLAIN


def test_the_reader_and_the_page_know_many_codes() -> None:
    assert len(set().union(*map(codes_in, MODULES))) > 25
    assert len(DESCRIBED) >= len(set().union(*map(codes_in, MODULES)))
