"""`qantar link`: whole runs, from a sheet to who is who, and how they are refused."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pyarrow.parquet as pq
import pytest

from .conftest import Ran, Run

SHEET = """
[case]
span = "2022-01-02/2022-01-31"

[[accession]]
path = "court.csv"
holds = "persons"
dates = "dmy"
duplicates = "none"
[accession.columns]
id = "No"
name = "ФИО"
birth_date = "Born"
event_date = "Day"

[[accession]]
path = "morgue.csv"
holds = "persons"
encoding = "windows-1251"
[accession.columns]
surname = "Surname"
given = { column = "Given", as = ["given", "patronymic"] }
age = "Age"
"""
COURT = """\
No,ФИО,Born,Day
7,Саяқов Айдар Серікұлы,12.03.1990,около 5 января
8,Тұзкөлова Ботагөз,38.01.1990,06.01.2022
9,,1990,07.01.2022
10,Ә,,
"""
MORGUE = """\
Surname,Given,Age
Саяков,Айдар Серикович,31
Ойдан,Шыгар,400
"""
DECISIONS = "left_list,left_row,right_list,right_row,decision,reason\n"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Two invented lists of Sayaqkent in two alphabets and two encodings, with what goes wrong."""
    (tmp_path / "court.csv").write_text(COURT, encoding="utf-8")
    (tmp_path / "morgue.csv").write_text(MORGUE, encoding="windows-1251")
    path = tmp_path / "sheet.toml"
    path.write_text(SHEET, encoding="utf-8")
    return path


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def who(out: Path) -> dict[tuple[str, int], int]:
    return {(r["list"], int(r["row"])): int(r["person"]) for r in table(out / "persons.csv")}


def test_a_run_says_who_is_who_and_what_could_not_be_read(
    qantar: Run, sheet: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ran = qantar("link", sheet, "--out", out, "--json", "--draws", 3)
    assert ran.code == 0
    (said,) = ran.lines
    assert said.keys() == {
        *("out", "rows", "lists", "persons", "pairs", "contradictions", "statuses", "findings"),
        *("seed", "seconds", "peak_memory_mb"),
    }
    assert (said["rows"], said["seed"]) == (6, 0)
    assert said["lists"] == [{"name": "court", "rows": 4}, {"name": "morgue", "rows": 2}]
    assert said["persons"].keys() == {"point", "low", "high", "level"}
    assert said["findings"] == {
        "impossible-age": 1,
        "impossible-date": 1,
        "no-name": 1,
        "only-initials": 1,
    }
    assert [row["id"] for row in table(out / "persons.csv")] == ["7", "8", "9", "10", "", ""]
    found = who(out)
    assert list(found) == [("court", 1), ("court", 2), ("court", 3), ("court", 4), ("morgue", 1), ("morgue", 2)]  # fmt: skip
    assert found["court", 1] == found["morgue", 1]
    assert len(set(found.values())) == said["persons"]["point"] == 5
    assert len(table(out / "pairs.csv")) == said["pairs"]
    draws = pq.read_table(out / "draws.parquet").to_pylist()
    assert len(draws) == 3 * 6
    assert {(one["list"], one["row"]) for one in draws} == set(found)


def test_for_a_person_it_says_where_to_look(qantar: Run, sheet: Path, tmp_path: Path) -> None:
    ran = qantar("link", sheet, "--out", tmp_path / "out")
    assert ran.code == 0
    assert ran.out.splitlines()[0].startswith("5 persons")
    assert "  court: 4 rows" in ran.out
    assert "finding impossible-date: 1" in ran.out
    assert "findings.csv" in ran.err


def test_the_same_lists_give_the_same_bytes(qantar: Run, sheet: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert qantar("link", sheet, "--out", tmp_path / name, "--seed", 4).code == 0
    one, two = ({f.name: f.read_bytes() for f in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two


def test_decisions_hold_and_persons_keep_their_numbers(
    qantar: Run, sheet: Path, tmp_path: Path
) -> None:
    first, decided = tmp_path / "first", tmp_path / "decided"
    assert qantar("link", sheet, "--out", first).code == 0
    reviewed = tmp_path / "reviewed.csv"
    lines = ["court,1,morgue,1,not-same,", "court,2,morgue,2,same,she says so"]
    reviewed.write_text(DECISIONS + "\n".join(lines) + "\n", encoding="utf-8")
    with_them = ("link", sheet, "--decisions", reviewed, "--previous", first)
    assert qantar(*with_them, "--out", decided).code == 0
    before, after = who(first), who(decided)
    assert after["court", 1] != after["morgue", 1]
    assert after["court", 2] == after["morgue", 2]
    unmoved = [("court", 3), ("court", 4)]
    assert [after[key] for key in unmoved] == [before[key] for key in unmoved]
    states = {(p["left_row"], p["right_row"]): p["state"] for p in table(decided / "pairs.csv")}
    assert states["1", "1"] == "not-same"


def test_decisions_that_contradict_each_other_are_told_and_not_resolved(
    qantar: Run, sheet: Path, tmp_path: Path
) -> None:
    reviewed, out = tmp_path / "reviewed.csv", tmp_path / "out"
    lines = ["court,1,court,2,same,", "court,2,court,3,same,", "court,1,court,3,not-same,"]
    reviewed.write_text(DECISIONS + "\n".join(lines) + "\n", encoding="utf-8")
    ran = qantar("link", sheet, "--out", out, "--decisions", reviewed, "--json")
    assert ran.code == 0
    told = table(out / "contradictions.csv")
    assert len(told) == ran.lines[0]["contradictions"] >= 1


def refused(ran: Ran, out: Path) -> str:
    """The message of a run that was refused and wrote nothing."""
    assert not out.exists()
    error = ran.only("error")
    assert error["next"]
    assert ran.code in range(10, 20)
    return f"{error['where']}: {error['message']}"


def test_a_decision_that_names_no_row_is_refused_and_named(
    qantar: Run, sheet: Path, tmp_path: Path
) -> None:
    reviewed, out = tmp_path / "reviewed.csv", tmp_path / "out"
    reviewed.write_text(f"{DECISIONS}court,1,morgue,3,same,\n", encoding="utf-8")
    ran = qantar("link", sheet, "--out", out, "--decisions", reviewed, "--json")
    assert 'reviewed.csv: line 2: the list "morgue" has no row 3.' in refused(ran, out)
    assert ran.code == 14


def test_what_is_missing_or_no_sheet_is_refused(qantar: Run, sheet: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = ("--out", out, "--json")
    assert "nowhere.toml" in refused(qantar("link", tmp_path / "nowhere.toml", *asked), out)
    assert "nowhere" in refused(
        qantar("link", sheet, "--previous", tmp_path / "nowhere", *asked), out
    )
    assert "unknown key" in refused(qantar("link", _sheet(sheet, "[case]\nx = 1\n"), *asked), out)
    (tmp_path / "morgue.csv").unlink()
    assert "morgue.csv is not there" in refused(qantar("link", sheet, *asked), out)


def _sheet(beside: Path, text: str) -> Path:
    path = beside.with_name("other.toml")
    path.write_text(text, encoding="utf-8")
    return path


def test_only_an_earlier_result_is_written_over_and_only_when_asked(
    qantar: Run, sheet: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert qantar("link", sheet, "--out", out).code == 0
    assert qantar("link", sheet, "--out", out).code == 42
    assert qantar("link", sheet, "--out", out, "--replace", "--previous", out).code == 0
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("keep me")
    assert qantar("link", sheet, "--out", mine, "--replace").code == 42
    assert [one.name for one in mine.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("asked", [("--draws", -1), ("--seed", -1), ("--draws", "x"), ()])
def test_wrong_usage_is_told_as_such(
    qantar: Run, sheet: Path, tmp_path: Path, asked: tuple[object, ...]
) -> None:
    out = ("--out", tmp_path / "out") if asked else ()
    assert qantar("link", sheet, *out, *asked).code == 2


NAMED = '[[accession]]\npath = "{name}"\nholds = "persons"\n{more}[accession.columns]\nname = "N"\n'
BAD: dict[str, tuple[str, bytes, int]] = {
    "rows without a name": ("", b"N,P\n,x\n,y\n-,z\n", 3),
    "names of one letter": ("", "N\nА\nА\nБ\nA\n".encode(), 4),
    "one name ten thousand times": ("", ("N\n" + "Саяқов Айдар\n" * 10_000).encode(), 10_000),
    "fifty columns": (
        "",
        (",".join(["N", *(f"c{n}" for n in range(49))]) + f"\n{','.join('x' * 50)}\n").encode(),
        1,
    ),
    "an encoding that is none of its own": (
        'encoding = "utf-8"\n',
        "N\nСаяков\n".encode("cp1251") + "Саяқов\n".encode(),
        2,
    ),
    "nothing but a header": ("", b"N\n", 0),
    "control characters": ("", b"N\nA\x00B\nC\x1bD\n", 2),
}


@pytest.mark.parametrize("bad", BAD)
def test_bad_lists_give_findings_and_no_row_is_lost(qantar: Run, tmp_path: Path, bad: str) -> None:
    more, data, rows = BAD[bad]
    (tmp_path / "bad.csv").write_bytes(data)
    (tmp_path / "good.csv").write_text("N\nСаяқов Айдар\n", encoding="utf-8")
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(
        NAMED.format(name="bad.csv", more=more) + NAMED.format(name="good.csv", more=""),
        encoding="utf-8",
    )
    ran = qantar("link", sheet, "--out", tmp_path / "out", "--json", "--draws", 2)
    assert ran.code == 0
    found = who(tmp_path / "out")
    assert list(found) == [*(("bad", n + 1) for n in range(rows)), ("good", 1)]
    assert ran.lines[0]["rows"] == rows + 1
    assert pq.read_table(tmp_path / "out" / "draws.parquet").num_rows == 2 * (rows + 1)


def test_without_its_libraries_it_says_what_to_install(sheet: Path, tmp_path: Path) -> None:
    program = dedent("""
        import sys
        sys.modules["pyarrow"] = None
        from qantar.cli.main import run
        sys.exit(run(sys.argv[1:]))
    """)
    ran = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", program, "link", sheet, "--out", tmp_path / "out"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 43
    assert 'pip install "qantar[linking,parquet]"' in ran.stderr
    assert not (tmp_path / "out").exists()
