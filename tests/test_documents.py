"""The documents say what is so: links lead somewhere, lists are whole, names are there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
)
BUILT, _, LATER = GLOSSARY.partition("\n## Words of the design")

# The vocabulary table of the design: what the code has as a concept, and what it does not yet.
TERMS = (
    *("case", "accession", "original", "source", "document", "passage", "claim", "basis"),
    *("stance", "kind", "voice", "event", "figure", "version", "lineage", "list", "finding"),
    *("decision", "release"),
)
NOT_YET = {"person", "capture pattern", "estimate"}


def links(text: str) -> Iterator[tuple[str, str]]:
    """Path and anchor of every link within the repository; "" as path: on the same page."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield path, anchor


def anchors(text: str) -> set[str]:
    """The anchors that a page's headings give, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def bold(text: str) -> list[str]:
    """The words explained in the first column of a table, in order."""
    heads = re.findall(r"^\| (\*\*.+?\*\*) \|", text, re.MULTILINE)
    return re.findall(r"\*\*(.+?)\*\*", " ".join(heads))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for path, anchor in links(page.read_text(encoding="utf-8")):
        target = page.parent / path if path else page
        assert target.exists(), f"{page.name} leads to {path}, which is not there"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target.read_text(encoding="utf-8")), f"{path}#{anchor}"


def test_a_dead_link_would_be_noticed() -> None:
    found = [*links("[a](b.md#c) [d](#e) [f](https://example.org)\n```\n[g](h.md)\n```\n")]
    assert found == [("b.md", "c"), ("", "e")]
    assert anchors("## `CASE`\n# One, two: three\n") == {"case", "one-two-three"}


def test_the_list_of_make_targets_is_that_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    assert set(re.findall(r"^\| `make ([\w-]+)` \|", page, re.MULTILINE)) == targets - {"help"}


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/design/0003-format-0.md"])
def test_the_files_that_a_page_names_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[\w.]+/)+[\w.]+\.(?:py|html|md|json))`", text))
    roots = (ROOT, ROOT / "src" / "qantar")
    assert len(named) > 3
    assert {name for name in named if not any((root / name).is_file() for root in roots)} == set()


def test_every_attack_that_can_be_run_by_hand_is_listed() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `tests\.faults\.(\w+)` \|", page, re.MULTILINE)
    faults = (ROOT / "tests" / "faults").glob("*.py")
    runs = {path.stem for path in faults if "__main__" in path.read_text(encoding="utf-8")}
    assert len(listed) > 5
    assert set(listed) == runs


def test_the_glossary_is_in_order_and_explains_nothing_twice() -> None:
    firsts = re.findall(r"^\| \*\*(.+?)\*\*", BUILT, re.MULTILINE)
    assert firsts == sorted(firsts)
    assert [word for word, times in Counter(bold(GLOSSARY)).items() if times > 1] == []


@pytest.mark.parametrize("term", TERMS)
def test_the_glossary_has_every_term_of_the_design_that_is_built(term: str) -> None:
    assert term in bold(BUILT)


def test_the_glossary_keeps_apart_what_is_not_built() -> None:
    assert set(bold(LATER)) == NOT_YET


def test_the_functions_that_format_0_promises_to_keep_are_there() -> None:
    page = (ROOT / "docs/design/0003-format-0.md").read_text(encoding="utf-8")
    promised = re.findall(r"^\* `archive/(\w+)\.py`: (.*)[;.]$", page, re.MULTILINE)
    assert len(promised) == 5
    for module, names in promised:
        for name in re.findall(r"`([\w.]+)`", names):
            found: object = import_module(f"qantar.archive.{module}")
            for part in name.split("."):
                found = getattr(found, part)
            assert callable(found)
