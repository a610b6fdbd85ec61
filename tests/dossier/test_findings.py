from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from qantar.dossier.edition import Withheld
from qantar.dossier.pages.findings import write_findings
from qantar.model.finding import Finding, Locator, Severity

from .editions import Desk, page, written

ROOT = Path(__file__).parents[2]
EXPLAINED = set(
    re.findall(
        r'^  "([a-z-]+)": _\(',
        (ROOT / "src/qantar/dossier/templates/finding_words.html").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
NOTING = {"note", "loss", "lose", "about"}


def finding(code: str, **more: object) -> Finding:
    return Finding(code=code, text=f"about {code}", severity=Severity.NOTE, **more)  # type: ignore[arg-type]


def codes_in_the_code() -> Iterator[str]:
    """Every code that stands as a literal where a finding is made."""
    for folder in ("readers", "reading", "workbench"):
        for path in (ROOT / "src/qantar" / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for place in _places_of_codes(node):
                    for value in _texts(place):
                        if re.fullmatch(r"[a-z]+(-[a-z]+)*", value):
                            yield value


def _places_of_codes(node: ast.AST) -> Iterator[ast.expr]:
    """Where a code may stand: given as `code`, first to a noting call, or assigned to `code`."""
    if isinstance(node, ast.Call):
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "code")
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        yield from node.args[:2] if name in NOTING else ()
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=True)
                yield from (value for name, value in pairs if getattr(name, "id", "") == "code")
            elif getattr(target, "id", "") == "code":
                yield node.value


def _texts(place: ast.expr) -> Iterator[str]:
    """A literal, or both branches of a choice between literals."""
    for branch in (place.body, place.orelse) if isinstance(place, ast.IfExp) else (place,):
        if isinstance(branch, ast.Constant) and isinstance(branch.value, str):
            yield branch.value


def test_every_code_that_a_finding_may_have_is_explained() -> None:
    found = set(codes_in_the_code())
    assert {"unresolved-place", "encoding-guessed", "no-consent"} <= found
    assert found - EXPLAINED == set()


def test_every_documented_code_is_explained() -> None:
    page = (ROOT / "docs/findings.md").read_text(encoding="utf-8")
    # What `verify` and `merge` find is about the case and never published.
    page, about_the_case = page.split("\n## What `qantar verify` finds\n")
    assert "`qantar merge`" in about_the_case
    assert set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) - EXPLAINED == set()


def test_findings_stand_by_code_with_their_meaning_and_the_row(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim("C1", "assertion", "said")
    found = (
        finding("empty"),
        finding("unknown-word", accession="a1", file="table.csv", where=Locator(row=1, cell="B2")),
        finding("unknown-word", accession="a1", file="table.csv", where=Locator(row=99)),
        Finding(code="made-up", text="of a later version", severity=Severity.LOSS),
    )
    read = page(written(desk.edition(findings=found), tmp_path, write_findings), "findings.html")
    assert "4 things were noticed" in read.text
    assert "With one of them something could not be taken over." in read.text
    assert read.text.index("about unknown-word") < read.text.index("about empty")
    assert "A cell holds a word that is in no vocabulary." in read.text
    assert "See the documentation of Qantar." in read.text
    assert "table.csv, row 1 (cell B2)" in read.text
    assert [link for link in read.links if "passages/" in link] == [
        "passages/table-csv-a1-1.html#a1-1"
    ]


def test_what_is_withheld_later_or_undated_is_counted(tmp_path: Path) -> None:
    edition = Desk().edition(
        withheld=Withheld(accessions=2, originals=1, claims=31),
        as_of=date(2030, 1, 10),
        later=7,
        undated=1,
    )
    text = page(written(edition, tmp_path, write_findings), "findings.html").text
    for said in (
        "2 files are withheld",
        "That is one original; 31 claims stand on what is withheld.",
        "7 claims were said after 2030-01-10 and are left out",
        "One claim without a date of saying is left out too.",
    ):
        assert said in text, said


def test_nothing_withheld_and_nothing_noticed_is_said(tmp_path: Path) -> None:
    text = page(written(Desk().edition(), tmp_path, write_findings), "findings.html").text
    assert "Nothing is withheld" in text
    assert "Nothing was noticed." in text


def test_many_findings_go_on_in_parts(tmp_path: Path) -> None:
    found = tuple(finding("empty", file=f"{number}.csv") for number in range(1001))
    site = written(Desk().edition(findings=found), tmp_path, write_findings)
    counts = [
        page(site, f"findings{end}.html").text.count("about empty") for end in ("", "--2", "--3")
    ]
    assert counts == [500, 500, 1]
