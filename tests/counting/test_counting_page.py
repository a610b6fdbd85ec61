"""The page on counting: its examples are run, its codes are all there are, its table is read."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from qantar.counting.cautions import CODES
from qantar.counting.methods import METHODS
from qantar.counting.preconditions import FEW_TWICE, LEAST_LISTS, LEAST_ON_LIST, LEAST_TWICE
from qantar.counting.strata import MOST_COMPARED
from qantar.counting.verdict import LARGE
from qantar.workbench.count_files import read_patterns

PAGE = Path(__file__).parents[2] / "docs" / "counting.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_examples_give_what_the_page_says() -> None:
    """All of them in one namespace, one after the other, as in a notebook."""
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    examples = parser.get_doctest(TEXT, {}, "counting.md", str(PAGE), 0)
    assert len(examples.examples) > 15
    said: list[str] = []
    runner.run(examples, out=said.append)
    assert runner.failures == 0, "".join(said)


def test_every_code_has_its_line() -> None:
    told = set(re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.MULTILINE))
    assert told - set(METHODS) == CODES


def test_every_estimator_has_its_line() -> None:
    told = set(re.findall(r"^\| `([a-z_]+)` \|", TEXT, re.MULTILINE))
    assert told >= set(METHODS)


def test_the_table_of_the_page_is_read(tmp_path: Path) -> None:
    (table,) = re.findall(r"```csv\n(.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "patterns.csv"
    path.write_text(table, encoding="utf-8")
    read = read_patterns(path, by=("sex",))
    assert [one.table.observed for one in read.strata] == [152, 226]
    assert read_patterns(path).pooled == ("sex",)


def test_the_limits_in_the_page_are_those_of_the_code() -> None:
    words = {3: "three", 5: "5", 10: "ten", 12: "twelve", 20: "20"}
    assert f"fewer than {words[LEAST_LISTS]} lists" in TEXT
    assert f"fewer than {words[LEAST_TWICE]} persons are on more than one list" in TEXT
    assert f"fewer than {words[FEW_TWICE]} persons are on more than one list" in TEXT
    assert LEAST_ON_LIST == 5
    assert "names fewer than five persons" in TEXT
    assert f"more than {words[LARGE]} times what was observed" in TEXT
    assert f"Up to {words[MOST_COMPARED]} strata" in TEXT
