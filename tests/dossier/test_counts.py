"""Counts: what may be quoted, refusals as prominently, and nothing by which few can be told."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from random import Random
from xml.etree import ElementTree as ET

import pytest

from qantar.archive.unlock import open_case
from qantar.counting.asked import Asked
from qantar.counting.cautions import WITHOUT
from qantar.counting.one_table import count
from qantar.counting.strata import Stratum, count_strata
from qantar.counting.table import CaptureTable
from qantar.dossier.count_rows import answer_json, count_rows
from qantar.dossier.counts import ShownCounts
from qantar.dossier.density_chart import DensityText, density_chart
from qantar.dossier.pages.counts import stratum_words, write_counts
from qantar.dossier.pages.data import write_data
from qantar.dossier.pages.search import write_search
from qantar.dossier.site import Site
from qantar.model.counted import Comparison
from qantar.model.estimate import Caution
from qantar.workbench.counts_shown import _rounded
from tests.published import build_case, files_in, publish_case

from .counted import CELLS, COUNTED, COUNTING, COUNTS, LATENT, REFUSED, SENTENCE
from .editions import Desk

PAGE = "counts.html"


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def shown(counts: ShownCounts, folder: Path) -> str:
    site = Site(Desk().edition(counts=counts), folder)
    write_counts(site)
    return (folder / PAGE).read_text(encoding="utf-8")


def test_what_may_be_quoted_comes_first_and_then_all_that_it_stands_on(tmp_path: Path) -> None:
    page = shown(COUNTS, tmp_path)
    said = words(page)
    inside = said[said.index("Persons killed in Sayaqkent") :]
    order = (
        SENTENCE,
        "Named by the lists 378 persons",
        "Rule of the number latent classes: it converged",
        "25 % of the doubt",
        "Some are found more easily.",
        "Estimators side by side",
        "Nobody is counted twice. Everybody could have been listed.",
        "What would move the answer",
        "without the list press",
        "fewer classes",
        "by half (log-linear model: 950)",
        "As it is there now",
        "court, press 1.13 – 2.35",
        "How the lists overlap",
        "none of them 0 unknown",
        "women and girls",
        "sex not stated",
        "87 %",
    )
    places = [inside.index(one) for one in order]
    assert places == sorted(places)
    assert "2 countings are left out, because not all of their lists are published." in said


def test_an_answer_that_did_not_converge_has_no_number_on_the_page(tmp_path: Path) -> None:
    row = re.search(r"<tr><th[^>]*>average over graphs.*?</tr>", shown(COUNTS, tmp_path), re.S)
    assert row is not None
    assert "not used: no sound answer" in words(row[0])
    assert not re.search(r"\d", re.sub(r"<[^>]+>", "", row[0]).replace("Nobody", ""))


def test_a_part_has_the_name_of_its_column_where_its_value_does_not_say_it(tmp_path: Path) -> None:
    """They were "0, f" and "1, f"."""
    site = Site(Desk().edition(), tmp_path)
    assert stratum_words(site, (("armed", "0"), ("sex", "f"))) == "armed 0, sex f"
    assert stratum_words(site, (("place", "Sayaqkent"), ("sex", "male"))) == (
        "Sayaqkent, men and boys"
    )
    assert stratum_words(site, (("armed", ""), ("period", "until 2022-01-04"))) == (
        "armed not stated, until 2022-01-04"
    )


def test_a_warning_of_one_estimator_is_not_said_of_the_whole_answer(tmp_path: Path) -> None:
    """A part was quoted, and said to have no answer that may be; and moved by what none tried."""
    said = (
        Caution(code="not-estimable", text="", kind="loglinear: redrawn"),
        Caution(code="prior-sensitive", text="", kind="decomposable_graphs: ends"),
        Caution(code="heterogeneity", text="", kind="lists"),
        Caution(code="sparse-list", text="", kind="press"),
        Caution(code="disagreement", text="", kind=WITHOUT.strip()),
    )
    part = replace(COUNTING.parts[0], counted=replace(COUNTED, cautions=said))
    rounded = replace(COUNTING.whole, counted=replace(COUNTED, cautions=said))
    one = replace(COUNTING, whole=rounded, parts=(part,))
    page = words(shown(ShownCounts(countings=(one,)), tmp_path))
    for told in (
        "log-linear model: slightly other counts give no number",
        "average over graphs: an end of the interval is what was assumed beforehand",
        "lists overlap more than by chance, as where some share sources or lead to one another",
        "a list names fewer than five persons",
        "without one of the lists the estimate is quite another",
    ):
        assert page.count(told) == 2
    for false in (
        "no estimator gave",
        "other reasonable assumptions",
        "harder to find",
        "estimators dis",
    ):
        assert false not in page


def test_a_refused_part_has_no_number_that_may_be_used(tmp_path: Path) -> None:
    """Chapman's estimate from two persons was marked as one."""
    chapman = replace(LATENT, method="chapman")
    refused = replace(COUNTING.parts[1], counted=replace(REFUSED, estimates=(chapman,)))
    one = replace(COUNTING, parts=(COUNTING.parts[0], refused))
    site = Site(Desk().edition(counts=ShownCounts(countings=(one,))), tmp_path)
    rows = {row["id"]: row for row in count_rows(site)}
    of_refused = rows["killed/2/chapman"]
    assert (of_refused["usable"], of_refused["estimate"], of_refused["high"]) == (False, None, None)
    assert of_refused["refused"] == "tiny-overlap"
    assert (rows["killed/1/latent_class"]["usable"], rows["killed/1/quoted"]["usable"]) == (
        True,
        True,
    )


PARTIAL = replace(COUNTED, observed=300, sentence="This is a part and not the whole. In it: f.")
OF_SOME = replace(
    COUNTING,
    whole=replace(COUNTING.whole, counted=REFUSED),
    partial=PARTIAL,
    comparisons=(Comparison(more=(("sex", "female"),), fewer=(("sex", ""),), probability=0.874),),
)


def test_the_sum_of_some_parts_is_in_the_data_and_says_which_are_in_it(tmp_path: Path) -> None:
    site = Site(Desk().edition(counts=ShownCounts(countings=(OF_SOME,))), tmp_path)
    answer = answer_json(site, OF_SOME)
    partial = answer["whole"]["partial"]
    assert (partial["parts"], partial["left_out"]) == (["women and girls"], ["sex not stated"])
    assert (partial["observed"], partial["headline"]["low"], partial["rounded"]) == (
        300,
        701.0,
        False,
    )
    assert answer["comparisons"][0]["fewer"] == {"sex": None}
    rows = {row["id"]: row for row in count_rows(site)}
    assert rows["killed/partial/quoted"]["part"] == "only what can be estimated: women and girls"
    assert rows["killed/partial/quoted"]["low"] == 701.0
    assert answer_json(site, COUNTING)["whole"]["partial"] is None
    page = words(shown(ShownCounts(countings=(OF_SOME,)), tmp_path))
    assert PARTIAL.sentence in page
    assert "None of these may be quoted" not in page


def test_the_sum_of_some_rounded_parts_says_which_it_leaves_out_and_holds_persons_back(
    tmp_path: Path,
) -> None:
    rounded = _rounded(PARTIAL)
    one = replace(
        OF_SOME,
        partial=rounded,
        whole=replace(OF_SOME.whole, is_rounded=True),
        parts=tuple(replace(part, is_rounded=True, overlaps=None) for part in OF_SOME.parts),
    )
    site = Site(Desk().edition(counts=ShownCounts(countings=(one,))), tmp_path)
    partial = answer_json(site, one)["whole"]["partial"]
    assert (partial["observed"], partial["patterns"], partial["rounded"]) == (None, None, True)
    assert (partial["headline"]["low"], partial["headline"]["high"]) == (700.0, 1500.0)
    assert partial["headline"]["sentence"] == ""
    assert partial["warnings"] == [
        {"code": "heterogeneity", "text": "lists overlap more than by chance"}
    ]
    (row,) = (row for row in count_rows(site) if row["id"] == "killed/partial/quoted")
    assert (row["observed"], row["rounded"]) == (None, True)
    page = words(shown(ShownCounts(countings=(one,)), tmp_path))
    assert (
        "Without sex not stated: 78 persons are named there, and how many more there were is not "
        "estimated. The parts that can be estimated come to about 700 to 1,500 together."
    ) in page


def test_a_refusal_stands_where_the_number_would(tmp_path: Path) -> None:
    whole = replace(COUNTING.whole, counted=REFUSED)
    page = shown(ShownCounts(countings=(replace(COUNTING, whole=whole),)), tmp_path)
    lead = re.search(r'<p class="lead">.*?</p>', page, re.S)
    assert lead is not None
    assert words(lead[0]).strip() == (
        "No number can be given. Only 3 persons are on more than one list."
    )


def test_what_was_not_worked_out_says_why(tmp_path: Path) -> None:
    one = replace(COUNTING, problem="a part is not installed", parts=(), comparisons=())
    one = replace(one, whole=replace(one.whole, counted=None))
    assert "No number was worked out: a part is not installed." in words(
        shown(ShownCounts(countings=(one,)), tmp_path)
    )


def test_a_search_finds_it_by_its_words_and_its_lists(tmp_path: Path) -> None:
    site = Site(Desk().edition(counts=COUNTS), tmp_path)
    write_search(site)
    data = (tmp_path / "data/search-1.js").read_text(encoding="utf-8")
    assert "Persons killed in Sayaqkent" in data
    assert "court · press · hospital" in data
    assert "counts.html#counting-killed" in data


def test_a_case_that_asks_for_nothing_has_no_page(tmp_path: Path) -> None:
    site = Site(Desk().edition(), tmp_path)
    write_counts(site)
    assert site.pages == []


def test_the_curves_have_a_colour_each_and_the_page_none_that_is_not_usable() -> None:
    names = {"latent_class": "latent classes", "decomposable_graphs": "graphs"}
    texts = DensityText(persons="Persons", method="Estimator", named="named:")
    drawn = density_chart(COUNTED.densities, names, 378, texts)
    assert drawn is not None
    tree = ET.fromstring(drawn)  # noqa: S314  # our own
    said = "".join(tree.itertext())
    assert "latent classes" in said
    assert "named: 378" in said
    assert density_chart((), names, 378, texts) is None


def test_the_wide_table_is_what_programs_for_estimating_read(tmp_path: Path) -> None:
    site = Site(Desk().edition(counts=COUNTS), tmp_path)
    write_counts(site)
    write_data(site)
    raw = (tmp_path / "data/counts/killed.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(raw)))
    assert list(rows[0]) == ["in_court", "in_press", "in_hospital", "by_sex", "count", "run"]
    assert [tuple(row.values()) for row in rows] == [
        ("1", "0", "0", "female", "200", "0123456789abcdef"),
        ("1", "1", "1", "", "28", "0123456789abcdef"),
    ]
    answer = json.loads((tmp_path / "data/counts/killed.json").read_text(encoding="utf-8"))
    assert answer["whole"]["patterns"] == [[list(map(int, o.on)), o.persons] for o in CELLS]
    assert answer["whole"]["headline"]["sentence"] == SENTENCE
    assert answer["parts"][1]["refused"]["code"] == "tiny-overlap"


# ---------------------------------------------------------------- small numbers of a real case


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three lists that share invented people, by sex, with one woman on one list alone."""
    made = tmp_path_factory.mktemp("counts")
    chance = Random(11)  # noqa: S311  # seeded, and no secret
    people = [
        (f"Person{chr(97 + n % 26)}{chr(97 + n // 26)} Invented{chr(97 + n // 26)}", 1950 + n % 50)
        for n in range(120)
    ]
    said = "[case]\nzone = 'Asia/Almaty'\n[sources.s]\nname = 'A source'\n"
    for name in ("court", "press", "hospital"):
        on = [n for n in range(120) if chance.random() < 0.5]
        rows = [
            f"{people[n][0]},{people[n][1]}-03-0{1 + n % 9},{'ж' if n % 3 == 0 else 'м'}"
            for n in on
        ]
        (made / f"{name}.csv").write_text("\n".join(["Name,Born,Sex", *rows]), encoding="utf-8")
        said += f"""
[[accession]]
path = "{name}.csv"
source = "s"
consent = "public"
holds = "persons"
[accession.columns]
name = "Name"
birth_date = "Born"
sex = {{ column = "Sex", values = {{ "ж" = "female", "м" = "male" }} }}
"""
    for name, more in (("all", ""), ("parts", 'strata = ["sex"]\n')):
        said += f'[[counting]]\nid = "{name}"\nlists = ["court", "press", "hospital"]\n{more}'
        said += 'methods = ["independent", "chao"]\n'
    (made / "sheet.toml").write_text(said, encoding="utf-8")
    case, _ = build_case(made / "case", made / "sheet.toml")
    publish_case(case, made / "out")
    return made


def test_parts_of_a_case_with_small_cells_show_no_cell_and_no_exact_number(folder: Path) -> None:
    answer = json.loads((folder / "out/data/counts/parts.json").read_text(encoding="utf-8"))
    cells = [
        line.split(",")
        for line in (folder / "out/data/counts/parts.csv").read_text("utf-8-sig").splitlines()
    ]
    assert cells[0] == ["in_court", "in_press", "in_hospital", "count", "run"]
    assert answer["parts"]
    for part in answer["parts"]:
        assert part["patterns"] is None
        assert part["rounded"] is True
        assert {one["method"] for one in part["estimates"]} == {"independent"}
        for one in part["estimates"]:
            for end in (one["estimate"], one["low"], one["high"]):
                assert len(f"{end:.0f}".rstrip("0")) <= 2


def numbers_in(said: object) -> Iterator[float]:
    if isinstance(said, dict):
        for name, value in said.items():
            if name not in ("level", "seed", "linkage_share"):
                yield from numbers_in(value)
    elif isinstance(said, list):
        for value in said:
            yield from numbers_in(value)
    elif isinstance(said, int | float) and not isinstance(said, bool):
        yield said


def test_no_digit_of_a_part_tells_which_table_was_estimated_from(folder: Path) -> None:
    """A tail mass to 16 digits did: of all tables that are possible one alone has it."""
    answer = json.loads((folder / "out/data/counts/parts.json").read_text(encoding="utf-8"))
    parts = [{**one, "observed": None} for one in answer["parts"]]
    numbers = list(numbers_in(parts))
    assert len(numbers) > 10
    assert [n for n in numbers if n % 10 or len(f"{n:.0f}".rstrip("0")) > 2] == []
    # The share that is of linking stands beside a headline, in tenths: eleven of them there are.
    shares = [one["headline"]["linkage_share"] for one in parts]
    assert len(shares) == 2
    assert set(shares) <= {tenth / 10 for tenth in range(11)}
    (compared,) = answer["comparisons"]
    assert compared["probability"] in {step / 20 for step in range(10, 20)}
    said = words((folder / "out" / PAGE).read_text(encoding="utf-8"))
    assert f"≥ {100 * compared['probability']:.0f} %" in said


def test_a_rounded_answer_does_not_say_which_lists_depend_on_each_other() -> None:
    table = CaptureTable.of_masks(
        "abc", [(1, 60), (2, 50), (4, 40), (3, 60), (5, 9), (6, 8), (7, 4)]
    )
    methods = ("loglinear", "independent")
    exact = count(table, asked=Asked(methods=methods, sensitivity=False, replicates=40))
    assert "a with b" in exact.estimates[0].conditions[0]
    rounded = _rounded(exact)
    assert rounded is not None
    assert len(rounded.estimates[0].conditions) == len(exact.estimates[0].conditions)
    said = " ".join(words for one in rounded.estimates for words in one.conditions)
    assert "a with b" not in said
    assert "[12" not in said
    other = CaptureTable.of_masks("abc", [(1, 60), (2, 50), (4, 40), (3, 9), (5, 9), (6, 60)])
    asked = Asked(methods=methods, sensitivity=False, replicates=40)
    of_two = [Stratum(stratum=(("s", n),), table=t) for n, t in (("1", table), ("2", other))]
    total = count_strata(of_two, asked=asked).total
    assert sum("log-linear model" in said for said in total.estimates[0].conditions) == 2
    hidden = _rounded(total)
    assert hidden is not None
    assert not any(" with " in said for one in hidden.estimates for said in one.conditions)


def test_a_rounded_warning_does_not_say_which_lists_it_is_of() -> None:
    named = (
        Caution(code="sparse-list", text="The list b names only 3.", kind="b"),
        Caution(code="contained-list", text="All on b are on a.", kind="b in a"),
        Caution(code="disagreement", text="5 and 9.", kind="latent_class, decomposable_graphs"),
        Caution(code="disagreement", text="5", kind=f"{WITHOUT}press: latent_class"),
        Caution(code="prior-sensitive", text="9", kind="latent_class: fewer classes"),
        Caution(code="heterogeneity", text="by chance 0.004", kind="persons"),
        Caution(code="not-estimable", text="31 of 1,000", kind="loglinear: redrawn"),
    )
    rounded = _rounded(replace(COUNTED, cautions=named))
    assert rounded is not None
    assert {one.text for one in rounded.cautions} == {""}
    assert [one.kind for one in rounded.cautions] == [
        "",
        "",
        "",
        "without",
        "",
        "persons",
        "loglinear: redrawn",
    ]


def test_the_whole_shows_what_the_page_persons_shows(folder: Path) -> None:
    answer = json.loads((folder / "out/data/counts/all.json").read_text(encoding="utf-8"))
    persons = json.loads((folder / "out/data/persons.json").read_text(encoding="utf-8"))
    assert answer["whole"]["observed"] == len(persons)
    assert sum(n for _, n in answer["whole"]["patterns"]) == len(persons)
    assert answer["whole"]["rounded"] is False


def test_a_second_dossier_is_the_same_to_the_byte(folder: Path, tmp_path: Path) -> None:
    publish_case(open_case(folder / "case"), tmp_path / "again")
    again = files_in(tmp_path / "again")
    first = files_in(folder / "out")
    names = [name for name in first if "count" in name]
    assert len(names) > 5
    assert {name: again[name] for name in names} == {name: first[name] for name in names}


def test_a_counting_with_a_list_that_is_not_published_is_counted_and_not_named(
    folder: Path, tmp_path: Path
) -> None:
    said = (folder / "sheet.toml").read_text("utf-8").replace("hospital", "hiddenlist")
    head, _, tail = said.rpartition('consent = "public"')
    sheet = f'{head}consent = "restricted"{tail}'
    for name in ("court", "press", "hospital"):
        text = (folder / f"{name}.csv").read_text("utf-8")
        (tmp_path / f"{name.replace('hospital', 'hiddenlist')}.csv").write_text(text, "utf-8")
    (tmp_path / "sheet.toml").write_text(sheet, encoding="utf-8")
    case, built = build_case(tmp_path / "case", tmp_path / "sheet.toml")
    assert [one.low is not None for one in built.counts] == [True, True]
    publish_case(case, tmp_path / "out")
    files = files_in(tmp_path / "out")
    assert "2 countings are left out" in words(files[PAGE].decode())
    assert [name for name in files if name.startswith("data/counts/")] == []
    assert [name for name, data in files.items() if b"hiddenlist" in data] == []


def test_persons_of_one_status_are_shown_only_as_far_as_nobody_can_be_told(
    folder: Path, tmp_path: Path
) -> None:
    """Of those whom a list calls dead few are on several lists: no cell, no sentence, two digits."""
    sheet = (folder / "sheet.toml").read_text("utf-8")
    columns = 'birth_date = "Born"\nstatus = "State"\n'
    sheet = sheet.replace('birth_date = "Born"\n', columns).partition("[[counting]]")[0]
    sheet += '[[counting]]\nid = "dead"\nlists = ["court", "press", "hospital"]\n'
    sheet += 'status = ["killed"]\nmethods = ["independent", "chao"]\n'
    (tmp_path / "sheet.toml").write_text(sheet, encoding="utf-8")
    for name in ("court", "press", "hospital"):
        header, *rows = (folder / f"{name}.csv").read_text("utf-8").splitlines()
        states = ("killed" if row.endswith("ж") else "released" for row in rows)
        lines = [f"{header},State", *map(",".join, zip(rows, states, strict=True))]
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    case, built = build_case(tmp_path / "case", tmp_path / "sheet.toml")
    (told,) = built.counts
    assert told.observed is not None
    assert told.low is not None
    publish_case(case, tmp_path / "out")
    files = files_in(tmp_path / "out")
    whole = json.loads(files["data/counts/dead.json"])["whole"]
    assert (whole["patterns"], whole["rounded"]) == (None, True)
    assert not whole["headline"]["sentence"]
    assert whole["headline"]["low"] <= told.low
    assert len(f"{whole['headline']['low']:.0f}".rstrip("0")) <= 2
    assert "data/counts/dead.csv" not in files
    said = words(files[PAGE].decode())
    assert (
        "Numbers are rounded, so that nobody can be told who is in some part of the lists." in said
    )
    assert "How the lists overlap" not in said
