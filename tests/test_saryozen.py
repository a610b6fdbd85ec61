"""The invented example: made from its seed, linked as the truth has it, marked on every page."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from examples.saryozen import make
from examples.saryozen.making.lists import all_lists
from examples.saryozen.making.names import plain
from examples.saryozen.making.people import population

from qantar.readers.sheet import read_sheet
from qantar.workbench.link import LinkJob, link_lists
from tests.published import build_case, files_in, publish_case

EXAMPLE = Path(__file__).parents[1] / "examples" / "saryozen"
BY_HAND = {"README.md", "sheet.toml", "said.csv"}
NAMED_IN = {"Ф.И.О.", "Тегі", "Name", "Фамилия, инициалы"}
FIRST_EDITION = "lawyers (2034-02-25)"
Row = tuple[str, int]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def persons_in(path: Path) -> dict[Row, str]:
    return {(row["list"], int(row["row"])): row["person"] for row in rows_of(path)}


TRUTH = persons_in(EXAMPLE / "truth.csv")
PEOPLE = rows_of(EXAMPLE / "people.csv")


def unpacked(data: bytes) -> dict[str, bytes]:
    """A package member by member: how well it is packed depends on the machine's library."""
    if not data.startswith(b"PK"):
        return {"": data}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_what_lies_there_is_what_the_script_makes() -> None:
    made = make.made()
    for path, data in made.items():
        assert unpacked((EXAMPLE / path).read_bytes()) == unpacked(data), path
    files = {path.relative_to(EXAMPLE).as_posix() for path in EXAMPLE.rglob("*") if path.is_file()}
    assert {name for name in files if not name.endswith((".py", ".pyc"))} == {*made, *BY_HAND}


def test_everything_that_is_taken_in_says_that_it_is_invented() -> None:
    sheet = read_sheet((EXAMPLE / "sheet.toml").read_text(encoding="utf-8"), name="sheet.toml")
    assert sheet.case.invented is True
    words = re.compile("invented|вы(?:думан|мысел)|ойдан шығарылған", re.IGNORECASE)
    for one in sheet.accessions:
        raw = b"\n".join(unpacked((EXAMPLE / one.path).read_bytes()).values())
        assert words.search(raw.decode(one.encoding or "utf-8", errors="replace")), one.path


def test_the_truth_is_as_the_readme_says() -> None:
    on_lists = {person for (name, _), person in TRUTH.items() if name != FIRST_EDITION}
    assert len({row["person"] for row in PEOPLE}) == len(PEOPLE)
    assert on_lists < {row["person"] for row in PEOPLE}
    said = re.search(
        r"<!-- people -->(.*?)<!-- end -->", (EXAMPLE / "README.md").read_text("utf-8")
    )
    assert said is not None
    assert said[1] == f"{len(PEOPLE)} people. {len(on_lists)}"
    sizes = Counter(name for name, _ in TRUTH)
    assert len(sizes) == 5
    assert all(60 <= rows <= 120 for rows in sizes.values())


def test_the_hard_cases_are_on_the_lists() -> None:
    hard = {row["person"]: row["hard"] for row in PEOPLE}
    named = Counter(hard[person] for person in set(TRUTH.values()))
    for case in ("brothers", "twins", "father and son", "namesakes", "patronymic as surname"):
        assert named[case] >= 2, case
    rows = Counter((name, person) for (name, _), person in TRUTH.items())
    assert {name for (name, _), times in rows.items() if times > 1} >= {"hospital"}
    mentioned = {row["person"] for row in rows_of(EXAMPLE / "mentions.csv")}
    assert mentioned & set(TRUTH.values())
    assert mentioned - set(TRUTH.values())


def pairs(persons: Mapping[Row, str], keep: Callable[[Row], bool]) -> set[tuple[Row, ...]]:
    """The pairs of rows that are one person, among the rows that are kept."""
    together = defaultdict(list)
    for row, person in persons.items():
        if keep(row):
            together[person].append(row)
    return {tuple(sorted(pair)) for rows in together.values() for pair in combinations(rows, 2)}


@pytest.mark.parametrize("without", [None, FIRST_EDITION])
def test_linking_the_lists_gives_who_is_who(linked: dict[Row, str], without: str | None) -> None:
    """With both editions of one list, and without the earlier, whose rows are easily known again."""
    assert set(linked) == set(TRUTH)
    true, found = (pairs(one, lambda row: row[0] != without) for one in (TRUTH, linked))
    assert len(true) > 200
    assert 2 * len(true & found) / (len(true) + len(found)) >= 0.9


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> dict[Row, str]:
    out = tmp_path_factory.mktemp("saryozen") / "persons"
    report = link_lists(LinkJob(sheet=EXAMPLE / "sheet.toml", out=out))
    assert {one.code for one in report.findings} == {
        "above-header",
        "two-digit-year",
        "not-compared",
    }
    return persons_in(out / "persons.csv")


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("saryozen")
    case, built = build_case(folder / "case", EXAMPLE / "sheet.toml")
    persons = built.rows["persons"]
    assert (persons.rows_in, persons.read, persons.unreadable) == (len(TRUTH), len(TRUTH), 0)
    (told,) = built.counts
    assert told.low is not None
    assert told.high is not None
    assert told.low <= len(PEOPLE) <= told.high, "the headline does not hold the invented truth"
    publish_case(case, folder / "out")
    return files_in(folder / "out")


def test_the_page_of_counts_holds_the_invented_truth(dossier: dict[str, bytes]) -> None:
    """220 people there were: the interval has them, and no number of those named reaches them."""
    answer = json.loads(dossier["data/counts/all.json"])["whole"]
    said = answer["headline"]
    assert answer["observed"] < len(PEOPLE)
    assert said["low"] <= len(PEOPLE) <= said["high"]
    assert said["high"] - said["low"] < len(PEOPLE), "an interval that says nothing holds anything"
    assert 0 < said["linkage_share"] < 1
    assert answer["sensitivity"]["is_of_likeliest"] is True
    assert b"tried on the likeliest division of the rows" in dossier["counts.html"]


def test_every_page_of_the_dossier_is_marked(dossier: dict[str, bytes]) -> None:
    pages = {name: data for name, data in dossier.items() if name.endswith(".html")}
    assert len(pages) > 20
    assert [name for name, data in pages.items() if b"All of this is invented." not in data] == []


def named_by_the_material() -> set[str]:
    """Every name as some list, chat or testimony writes it, and every surname."""
    random = Random(make.SEED)  # noqa: S311  # seeded, and no secret
    people = population(random)
    found = {row["words"] for row in rows_of(EXAMPLE / "mentions.csv")}
    found |= {form for one in people for form in (one.own_surname, plain(one.own_surname))}
    for one in all_lists(random, people):
        (column,) = (place for place, header in enumerate(one.header) if header in NAMED_IN)
        found |= {cells[column] for _, cells in one.rows}
        found |= {max(cells[column].split(), key=len) for _, cells in one.rows}
    return found


def test_no_file_of_the_dossier_names_anybody(dossier: dict[str, bytes]) -> None:
    names = named_by_the_material()
    assert len(names) > 500
    told = re.compile("|".join(map(re.escape, sorted(names))))
    for path, data in dossier.items():
        assert told.search(data.decode("utf-8", errors="replace")) is None, path
