"""`docs/threat-model.md` promises nothing that no test holds: each names its own, and it is there."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from qantar.workbench.environment import ONE_THREAD, with_environment

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("\n## Promises\n")[2].partition("\n## ")[0]
ROWS = [
    [cell.strip() for cell in row.split("|")]
    for row in re.findall(r"^\| (P\d+ .*) \|$", SECTION, re.MULTILINE)
]
TEST = re.compile(r"`(tests/[\w/]+\.py)`")


def test_promises_are_numbered_and_none_is_without_a_test() -> None:
    assert [row[0].split()[0] for row in ROWS] == [f"P{n}" for n in range(1, len(ROWS) + 1)]
    assert len(ROWS) > 10
    for promise, *_, tests in ROWS:
        assert TEST.search(tests), promise


@pytest.mark.parametrize("path", sorted(set(TEST.findall(PAGE))))
def test_each_test_that_the_page_names_is_there_and_tests_something(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(r"^(?:    )?def test_", text, re.MULTILINE)


def test_every_path_that_the_page_names_as_a_test_was_found() -> None:
    assert set(re.findall(r"tests/[\w/.-]+", PAGE)) == set(TEST.findall(PAGE))


def test_no_secret_is_taken_from_the_environment() -> None:
    """Others on the machine can read it, and programs that are started inherit it."""
    package = ROOT / "src" / "qantar"
    telling = package / "workbench" / "environment.py"
    text = "".join(path.read_text("utf-8") for path in package.rglob("*.py") if path != telling)
    reads = re.findall(r"\benvironb?\b(?=[.\[(])|\bgetenvb?\b|\benvvar\b", text)
    assert len(reads) == text.count("os.environ.get(") == 4  # to debug; a desktop; programs; Java
    assert set(re.findall(r'"(\w+)"', "".join(re.findall(r"environ\.get.*", text)))) == {
        "QANTAR_DEBUG",
        "1",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "JAVA_HOME",
    }


def test_what_other_programs_are_told_by_the_environment_is_no_secret() -> None:
    """One module writes there; what it is given is plain to see, where it is called."""
    said = "".join(path.read_text("utf-8") for path in (ROOT / "src" / "qantar").rglob("*.py"))
    told = re.findall(r"\bwith_environment\((.*?)\)", said, re.DOTALL)
    assert set(map(str.strip, told)) == {
        "**settings: str",
        "**ONE_THREAD",
        "PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP=_HERE, SPARK_LOCAL_DIRS=folder",
    }


def test_what_was_told_by_the_environment_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with with_environment(**ONE_THREAD):
        assert (os.environ["OMP_NUM_THREADS"], os.environ["OPENBLAS_NUM_THREADS"]) == ("1", "1")
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_no_word_says_more_than_a_check_can() -> None:
    """A hash shows that bytes are as they were, and nothing more."""
    said = re.sub(r"[*_`]", "", PAGE).lower()
    for word in ("authentic", "military", "unbreakable", "guarantee", "tamper-proof", "100 %"):
        assert word not in said
