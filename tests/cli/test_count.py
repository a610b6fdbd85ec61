"""`qantar count`: whole runs, from a file to estimates or a refusal, and how bad input ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qantar.counting.asked import MOST_LEVEL

from .conftest import Run

PATTERNS = """\
court,hospital,press,sex,count
1,0,0,female,50
0,1,0,female,40
0,0,1,female,30
1,1,0,female,12
1,0,1,female,9
0,1,1,female,8
1,1,1,female,3
1,0,0,male,80
0,1,0,male,60
0,0,1,male,50
1,1,0,male,15
1,0,1,male,10
0,1,1,male,9
1,1,1,male,2
"""
QUICK = ("--method", "independent", "--method", "chao")


@pytest.fixture
def patterns(tmp_path: Path) -> Path:
    """Invented counts of three invented lists."""
    path = tmp_path / "patterns.csv"
    path.write_text(PATTERNS, encoding="utf-8")
    return path


def test_which_columns_are_taken_for_lists_is_told(qantar: Run, tmp_path: Path) -> None:
    """`armed` is 0 and 1 too; everybody who is armed is on a list anyway."""
    lines = PATTERNS.replace("sex", "armed").replace("female", "0").replace("male", "1")
    path = tmp_path / "armed.csv"
    path.write_text(lines, encoding="utf-8")
    ran = qantar("count", path, *QUICK)
    assert "Taken for lists, being columns of 0 and 1: court, hospital, press, armed." in ran.err
    assert 'warning: everybody on "armed" is on another list too. Is it a list?' in ran.err
    (said,) = qantar("count", path, "--json", *QUICK).lines
    assert (said["lists"][-1], said["never_alone"]) == ("armed", ["armed"])
    named = qantar("count", path, "--strata", "armed", *QUICK)
    assert "being columns of 0 and 1: court, hospital, press. One that" in named.err
    assert "Is it a list?" not in named.err
    assert '"armed" is a column of 0 and 1 that makes strata, and so was not taken' in named.err
    assert "More in armed 1 than in armed 0: probability above 0.99" in named.out


def test_a_list_that_makes_strata_is_no_list_and_that_is_told(
    qantar: Run, patterns: Path, tmp_path: Path
) -> None:
    """Whom it alone names are then on no list; what it is nobody but its user can know."""
    ran = qantar("count", patterns, "--strata", "court", "--json", *QUICK)
    (said,) = ran.lines
    assert (said["lists"], said["by_marks"]) == (["hospital", "press"], ["court"])
    on_court = next(one for one in said["strata"] if one["stratum"] == {"court": "1"})
    assert "uncountable-cell" in {one["code"] for one in on_court["warnings"]}
    (by_sex,) = qantar("count", patterns, "--strata", "sex", "--json", *QUICK).lines
    assert by_sex["by_marks"] == []
    on_it = {"stratum": {"court": 1}, "patterns": [[[1, 0], 5], [[1, 1], 4]]}
    form = {"lists": ["court", "press"], "strata": [on_it]}
    (tmp_path / "both.json").write_text(json.dumps(form), encoding="utf-8")
    refused = qantar("count", tmp_path / "both.json", "--json")
    assert refused.code == 10
    assert '"court" is a list and makes strata too' in refused.only("error")["message"]


def test_one_table_gives_what_the_contract_names(qantar: Run, patterns: Path) -> None:
    ran = qantar("count", patterns, "--json", "--seed", 7, *QUICK)
    assert ran.code == 0
    (said,) = ran.lines
    assert said.keys() >= {
        *("observed", "lists", "patterns", "estimates", "headline", "warnings", "refused"),
        *("seed", "seconds"),
    }
    assert (said["observed"], said["seed"], said["refused"]) == (378, 7, None)
    assert said["lists"] == ["court", "hospital", "press"]
    assert [[1, 0, 0], 130] in said["patterns"]
    assert said["pooled"] == ["sex"]
    assert [one["method"] for one in said["estimates"]] == ["independent", "chao"]
    for one in said["estimates"]:
        assert one.keys() == {
            *("method", "estimate", "median", "mean", "low", "high", "level", "interval"),
            *("conditions", "diagnostics"),
        }
        assert 378 < one["low"] < one["estimate"] < one["high"]
    head = said["headline"]
    assert head.keys() == {
        *("estimate", "low", "high", "level", "method", "rule", "linkage_share", "sentence"),
    }
    assert head["method"] == "independent"
    assert "dependence-assumed" in {one["code"] for one in said["warnings"]}


def test_the_same_seed_gives_the_same_words(qantar: Run, patterns: Path) -> None:
    first, second = (qantar("count", patterns, "--json", *QUICK).only("estimates") for _ in "ab")
    assert first == second


def test_what_is_printed_is_counted_again_alike(
    qantar: Run, patterns: Path, tmp_path: Path
) -> None:
    for strata in ((), ("--strata", "sex")):
        ran = qantar("count", patterns, "--json", *QUICK, *strata)
        again = tmp_path / "again.json"
        again.write_text(ran.out, encoding="utf-8")
        (first,), (second,) = ran.lines, qantar("count", again, "--json", *QUICK).lines
        for one in (first, second):
            one.pop("seconds")
            one.pop("pooled")
        assert first == second


def test_strata_have_a_total_from_joint_draws(qantar: Run, patterns: Path) -> None:
    ran = qantar("count", patterns, "--json", "--strata", "sex", *QUICK)
    (said,) = ran.lines
    assert [one["stratum"] for one in said["strata"]] == [{"sex": "female"}, {"sex": "male"}]
    heads = [one["headline"] for one in said["strata"]]
    total = said["total"]["headline"]
    assert said["total"]["observed"] == 378
    assert total["estimate"] == pytest.approx(sum(one["estimate"] for one in heads), rel=0.03)
    assert sum(one["low"] for one in heads) < total["low"]
    assert total["high"] < sum(one["high"] for one in heads)
    (compared,) = said["comparisons"]
    assert (compared["more"], compared["fewer"]) == ({"sex": "male"}, {"sex": "female"})
    assert compared["probability"] > 0.99


def test_a_refused_stratum_refuses_the_total_and_the_rest_is_given_apart(
    qantar: Run, tmp_path: Path
) -> None:
    path = tmp_path / "patterns.csv"
    thin = PATTERNS + "1,0,0,unknown,4\n1,1,1,unknown,1\n"
    path.write_text(thin, encoding="utf-8")
    (said,) = qantar("count", path, "--json", "--strata", "sex", *QUICK).lines
    assert said["strata"][2]["refused"]["code"] == "tiny-overlap"
    total = said["total"]
    assert (total["headline"], total["refused"]["code"]) == (None, "stratum-refused")
    assert "unknown" in total["refused"]["text"]
    assert total["observed"] == 383
    assert total["partial"]["observed"] == 378
    assert total["partial"]["headline"]["estimate"] > 700
    shown = qantar("count", path, "--strata", "sex", *QUICK)
    assert "sex unknown: Not estimable: only 1 of 5 persons" in shown.out


def test_two_lists_are_refused_with_chapman_beside(qantar: Run, tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("a,b,count\n1,0,150\n0,1,100\n1,1,50\n", encoding="utf-8")
    ran = qantar("count", path, "--json")
    assert ran.code == 0
    (said,) = ran.lines
    assert (said["headline"], said["refused"]["code"]) == (None, "few-lists")
    (chapman,) = said["estimates"]
    assert chapman["method"] == "chapman"
    assert chapman["estimate"] == pytest.approx(201 * 151 / 51 - 1)
    assert [one["code"] for one in said["warnings"]] == ["dependence-assumed"]
    assert "not estimated" in said["sentence"]
    assert "Not estimable" in said["sentence"]


def test_for_a_person_the_paragraph_comes_first(qantar: Run, patterns: Path) -> None:
    words = ("--what", "persons detained", "--where", "in Sayaqkent", "--when", "in January 2022")
    ran = qantar("count", patterns, *QUICK, *words)
    assert ran.code == 0
    first = ran.out.splitlines()[0]
    assert first.startswith(
        "Counted: 378 different persons detained in Sayaqkent in January 2022 are named by at "
    )
    assert '"court", "hospital" and "press"' in first
    assert "Estimates side by side:" in ran.out
    assert "Columns that were pooled over: sex." in ran.err
    shown = qantar("count", patterns, *QUICK, "--strata", "sex")
    assert "More in sex male than in sex female: probability above 0.99\n" in shown.out


@pytest.mark.parametrize(
    ("data", "where", "said"),
    [
        (b"a,b,c,count\n1,0,0,5\n0,1,0,-3\n", "line 3", "fewer than nobody"),
        (b"\xef\xbb\xbfa;b;c;count\n1;0;0;5\n0;2;0;3\n1;1;0;3\n", 'column "b"', "0 or 1"),
        (b"a\tb\tc\tcount\n1\t0\t0\t\n0\t1\t0\t3\n", "line 2", "missing"),
        (b"a,b,c,count\n1,0,0,5,7\n0,1,1,3\n", "line 2", ""),
        (b"", "", ""),
        (b"place,count\nSayaqkent,5\n", "", "no column is a list"),
        (b'{"lists": ["a"], "patterns": [[[1], 0]]}', "", "all counts are zero"),
        (b'{"lists": ["a"],\n "patterns": [[[1], 0}', "line 2", "no JSON"),
        (b'{"lists": ["a"], "patterns": [[[1], 2.5]]}', "patterns, 1", "whole"),
        (b" {}\n", "", "an empty JSON object"),
        (b"[ ]", "", "an empty JSON list"),
    ],
)
def test_what_is_wrong_ends_with_its_place_and_no_traceback(
    qantar: Run, tmp_path: Path, data: bytes, where: str, said: str
) -> None:
    path = tmp_path / "patterns.csv"
    path.write_bytes(data)
    ran = qantar("count", path, "--json")
    assert 10 <= ran.code < 20
    error = ran.only("error")
    assert str(path) in error["where"]
    assert where in error["where"]
    assert said in error["message"]
    assert error["next"]


def test_json_that_is_no_table_is_called_what_it_is(qantar: Run, tmp_path: Path) -> None:
    path = tmp_path / "patterns.json"
    path.write_text("null", encoding="utf-8")
    error = qantar("count", path, "--json").only("error")
    assert "neither a JSON object nor a list" in error["message"]
    assert '"patterns": [[[1, 0, 1], 25]' in error["next"]


@pytest.mark.parametrize("option", ["--what", "--where", "--when"])
def test_words_that_say_nothing_are_refused(qantar: Run, patterns: Path, option: str) -> None:
    """They once were printed: "378 different  are named"."""
    ran = qantar("count", patterns, *QUICK, option, " ")
    assert ran.code == 2
    assert option in ran.err
    assert "it is empty" in ran.err


def test_odds_ratios_are_told_with_their_model_its_number_and_where_they_are_now(
    qantar: Run, patterns: Path
) -> None:
    """They were said to move "the estimate", which was that of another model."""
    ran = qantar("count", patterns, *QUICK)
    (line,) = (one for one in ran.out.splitlines() if one.startswith("Odds ratio between"))
    (said,) = qantar("count", patterns, "--json", *QUICK).lines
    first = said["sensitivity"]["dependence"][0]
    assert f"in loglinear, whose number is {first['estimate']:,.0f}: as it is there now" in line
    told = " ".join(ran.out.split())
    assert f"court and hospital now {first['now']:.2g} halved at " in told
    assert first["estimate"] != said["headline"]["estimate"]


def test_a_line_does_not_end_within_the_name_of_a_place(qantar: Run, patterns: Path) -> None:
    ran = qantar("count", patterns, *QUICK, "--where", "in St. Petersburg")
    first, second, *_ = ran.out.splitlines()
    assert first.startswith("Counted: 378 different persons in St. Petersburg are named")
    assert second.startswith("Estimated: ")


def test_a_copied_list_must_be_one_of_the_lists(qantar: Run, patterns: Path) -> None:
    ran = qantar("count", patterns, "--json", "--copied", "pres=court", *QUICK)
    assert ran.code == 2
    assert "pres" in ran.only("error")["message"]
    itself = qantar("count", patterns, "--json", "--copied", "court=court", *QUICK)
    assert itself.code == 2
    assert "of itself" in itself.only("error")["message"]
    (said,) = qantar("count", patterns, "--json", "--copied", "press=court", *QUICK).lines
    assert (said["headline"], said["refused"]["code"]) == (None, "few-lists")
    assert "copied-list" in {one["code"] for one in said["warnings"]}


def test_a_number_of_thousands_of_digits_is_refused_and_no_defect(
    qantar: Run, tmp_path: Path
) -> None:
    digits = "7" * 5000
    for name, text in (
        ("counts.csv", f"a,b,c,count\n1,0,0,{digits}\n0,1,0,30\n"),
        ("counts.json", f'{{"lists": ["a", "b", "c"], "patterns": [[[1, 0, 0], {digits}]]}}'),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        shown = qantar("count", tmp_path / name)
        assert shown.code == 10
        assert "more persons than ever lived" in shown.err


def test_no_file_no_strata_of_linking_and_no_such_method(qantar: Run, tmp_path: Path) -> None:
    assert qantar("count").code == 2
    assert qantar("count", tmp_path / "x.csv", "--link", tmp_path).code == 2
    assert qantar("count", "--link", tmp_path, "--strata", "sex").code == 2
    assert qantar("count", tmp_path / "x.csv", "--method", "guess").code == 2
    for level in (1, MOST_LEVEL + 1e-6):
        assert qantar("count", tmp_path / "x.csv", "--level", level).code == 2
    assert qantar("count", tmp_path / "x.csv", "--level", MOST_LEVEL).code == 12
    assert qantar("count", tmp_path / "x.csv", "--copied", "press").code == 2
    assert qantar("count", tmp_path / "x.csv", "--json").code == 12
    assert qantar("count", "--link", tmp_path, "--json").code == 12


def test_doubt_about_who_is_who_widens_the_interval_and_its_share_is_told(
    qantar: Run, tmp_path: Path
) -> None:
    """Three lists of 400 persons; in each draw other rows of one list are joined or kept apart."""
    rng = np.random.default_rng(8)
    on_list = rng.random((400, 3)) < (0.5, 0.4, 0.45)
    rows = [(name, who) for j, name in enumerate("abc") for who in np.flatnonzero(on_list[:, j])]
    numbered = [(name, number, int(who)) for number, (name, who) in enumerate(rows)]
    lines = [f"{name},{number},,{who}" for name, number, who in numbered]
    text = "\n".join(["list,row,id,person", *lines, ""])
    (tmp_path / "persons.csv").write_text(text, encoding="utf-8")
    draws = []
    for draw in range(6):
        apart = rng.random(len(numbered)) < 0.02 * draw
        draws += [
            {"draw": draw, "list": name, "row": number, "person": 1000 + number if off else who}
            for off, (name, number, who) in zip(apart, numbered, strict=True)
        ]
    pq.write_table(pa.Table.from_pylist(draws), tmp_path / "draws.parquet")
    ran = qantar("count", "--link", tmp_path, "--json", "--method", "independent")
    assert ran.code == 0
    (said,) = ran.lines
    assert said["observed"] == int(on_list.any(axis=1).sum())
    assert (said["lists"], said["draws"]) == (["a", "b", "c"], 6)
    head = said["headline"]
    assert 0 < head["linkage_share"] < 1
    assert "of the variance" in head["sentence"]
    assert said["sensitivity"]["is_of_likeliest"] is True
    shown = qantar("count", "--link", tmp_path, "--method", "independent").out
    assert "tried on the likeliest division of the rows into persons alone" in shown
    form = tmp_path / "sure.json"
    form.write_text(ran.out, encoding="utf-8")
    again = qantar("count", form, "--json", "--method", "independent")
    sure = again.only("headline")
    assert again.only("sensitivity")["is_of_likeliest"] is False
    assert sure["linkage_share"] is None
    assert head["high"] - head["low"] > sure["high"] - sure["low"]


def test_without_the_extra_it_says_what_to_install(patterns: Path) -> None:
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "from qantar.cli.main import run\n"
        "sys.exit(run(sys.argv[1:]))"
    )
    ran = subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-c", program, "count", str(patterns), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 43
    assert "qantar[counting]" in json.loads(ran.stdout)["error"]["next"]
