"""Lists in, a result out, without a case: how lists are named, what is refused, what is written."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.errors import (
    DecisionRefusedError,
    InputRefusedError,
    MissingPathError,
    OutputExistsError,
    QantarError,
    SheetError,
)
from qantar.linking.result import (
    Contradiction,
    Interval,
    Linked,
    Origin,
    PairDecision,
    Reason,
    ScoredPairs,
    Verdict,
)
from qantar.model.finding import Finding, Locator, Severity
from qantar.model.person_row import PersonRow
from qantar.readers.sheet import read_sheet
from qantar.workbench.link_files import read_decisions, read_previous
from qantar.workbench.link_lists import Lists, read_lists
from qantar.workbench.link_result import RESULT, write_result
from qantar.workbench.outputs import appearing, refuse_foreign

LIST = """
[[accession]]
path = "{path}"
holds = "persons"
{more}
[accession.columns]
name = "Name"
"""
HEADER = "left_list,left_row,right_list,right_row,decision,reason"
ROWS = [PersonRow(list=name, row=row) for name in ("court", "morgue") for row in (1, 2, 3)]


def lists_of(folder: Path, sheet: str, **files: str | bytes) -> Lists:
    (folder / "sheet.toml").write_text(sheet, encoding="utf-8")
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path = path.with_name(f"{path.name}.csv")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_lists(folder / "sheet.toml")


def one_list(path: str, more: str = "") -> str:
    return LIST.format(path=path, more=more)


# ---------------------------------------------------------------- lists in


def test_all_lists_of_a_sheet_are_read_in_its_order_and_what_else_it_has_is_passed_over(
    tmp_path: Path,
) -> None:
    said = '[[accession]]\npath = "said.csv"\n'
    sheet = one_list("b.csv", 'duplicates = "none"') + said + one_list("a.csv", 'list = "court"')
    got = lists_of(
        tmp_path, sheet, a="Name\nАсан Болатов\n", b="Name\nВера Громова\nДина Ермекова\n"
    )
    assert [(one.name, one.rows, one.one_row_a_person) for one in got.lists] == [
        ("b", 2, True),
        ("court", 1, False),
    ]
    assert [row.key for row in got.rows] == [("b", 1), ("b", 2), ("court", 1)]
    assert got.findings == ()


def test_lists_in_several_encodings_are_read_each_in_its_own(tmp_path: Path) -> None:
    sheet = one_list("a.csv", 'encoding = "windows-1251"') + one_list("b.csv") + one_list("c.csv")
    text = "Name\nСаяков Айдар\n"
    got = lists_of(
        tmp_path, sheet, a=text.encode("cp1251"), b=text.encode(), c=text.encode("utf-16")
    )
    assert [row.name for row in got.rows] == ["Саяков Айдар"] * 3


def test_bytes_that_are_no_text_are_told_and_their_row_stays(tmp_path: Path) -> None:
    got = lists_of(tmp_path, one_list("a.csv", 'encoding = "utf-8"'), a=b"Name\n\xd0\xff\nB C\n")
    assert [row.row for row in got.rows] == [1, 2]
    assert {one.code for one in got.findings} >= {"encoding-damage"}


def test_rows_that_could_not_be_read_are_counted_and_told(tmp_path: Path) -> None:
    got = lists_of(tmp_path, one_list("a.csv"), a='Name\nАсан Болатов\n"torn\n')
    assert [(one.rows, one.unreadable) for one in got.lists] == [(1, 1)]
    assert {(one.file, one.code) for one in got.findings} >= {("a.csv", "truncated")}


def test_parts_of_one_table_are_one_list_with_the_numbers_of_its_rows(tmp_path: Path) -> None:
    choice = 'list = "court"\nonly = {{ column = "Kind", values = ["{}"] }}'
    sheet = "".join(one_list("a.csv", choice.format(kind)) for kind in ("x", "y"))
    got = lists_of(tmp_path, sheet, a="Name,Kind\nАсан,x\nБолат,y\nВера,z\n")
    assert [row.key for row in got.rows] == [("court", 1), ("court", 2)]
    assert [one.code for one in got.findings] == ["rows-not-chosen"] * 2


def test_editions_of_one_list_are_told_apart_by_their_edition(tmp_path: Path) -> None:
    sheet = "".join(
        one_list(f"{n}.csv", f'list = "court"\nedition = "2022-0{n}"') for n in (1, 2)
    ) + one_list("3.csv", 'list = "morgue"\nedition = "2022-02"')
    got = lists_of(tmp_path, sheet, **dict.fromkeys("123", "Name\nАсан Болатов\n"))
    assert [row.list for row in got.rows] == ["court (2022-01)", "court (2022-02)", "morgue"]


@pytest.mark.parametrize(
    "sheet",
    [
        one_list("x/a.csv") + one_list("y/a.csv"),
        one_list("x/a.csv", 'list = "c"') + one_list("y/a.csv", 'list = "c"'),
        one_list("x/a.csv", 'list = "c"\nedition = "1"')
        + one_list("y/a.csv", 'list = "c"\nedition = "1"'),
    ],
)
def test_two_files_may_not_be_one_list_since_their_rows_could_not_be_told_apart(
    tmp_path: Path, sheet: str
) -> None:
    with pytest.raises(SheetError, match=r"accession 2 › list: .* is the name of x/a.csv too"):
        lists_of(tmp_path, sheet, x__a="Name\nА\n", y__a="Name\nБ\n")


def test_all_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    sheet = "".join(one_list(f"{name}.csv") for name in "abc")
    with pytest.raises(MissingPathError, match=r"a.csv is not there; c.csv is not there") as caught:
        lists_of(tmp_path, sheet, b="Name\nА\n")
    assert caught.value.exit_code == 12


def test_a_folder_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match="a list is a file, and no folder"):
        lists_of(tmp_path, one_list("x"), x__a="Name\nА\n")


@pytest.mark.parametrize(
    ("sheet", "data", "said"),
    [
        ('[[accession]]\npath = "a.csv"\n', b"Name\n", "describes no list of people"),
        (one_list("a.csv"), b"", "sheet.toml|a.csv"),
        (one_list("a.csv"), b"%PDF-1.4\n", "a.csv: "),
        (one_list("a.csv", 'encoding = "klingon"'), b"Name\n", "klingon"),
    ],
)
def test_what_is_no_list_is_refused_with_its_name(
    tmp_path: Path, sheet: str, data: bytes, said: str
) -> None:
    with pytest.raises(QantarError, match=said) as caught:
        lists_of(tmp_path, sheet, a=data)
    assert caught.value.exit_code in range(10, 20)
    assert caught.value.next


def test_a_list_without_rows_is_an_empty_list(tmp_path: Path) -> None:
    got = lists_of(tmp_path, one_list("a.csv"), a="Name\n")
    assert [(one.name, one.rows) for one in got.lists] == [("a", 0)]
    assert got.rows == ()


def test_the_sheet_in_the_page_on_linking_reads_lists_as_it_says(tmp_path: Path) -> None:
    page = Path(__file__).parents[2].joinpath("docs", "linking.md").read_text(encoding="utf-8")
    (sheet,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    got = lists_of(
        tmp_path,
        sheet.replace("hospital.xlsx", "hospital.csv"),
        court="No,ФИО,Дата рождения,Дата\n1,Саяқов Айдар,12.03.1990,5 января\n",
        hospital="Фамилия,Имя Отчество,Год/возраст,Пол,Город\nСаяков,А.С.,31 год,м,Саяқкент\n",
    )
    assert got.findings == ()
    first, second = got.rows
    assert (first.list, first.status, second.patronymic) == ("court", "detained", "С.")
    assert first.birth is not None
    assert second.birth is not None
    assert second.birth.first <= first.birth.first <= second.birth.last
    (decided,) = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    (tmp_path / "decided.csv").write_text(decided, encoding="utf-8")
    there = [PersonRow(list=name, row=n) for name in ("court", "hospital") for n in range(1, 10)]
    verdicts = [one.verdict for one in read_decisions(tmp_path / "decided.csv", there)]
    assert verdicts == [Verdict.SAME, Verdict.NOT_SAME, Verdict.UNSURE]


def test_the_sheet_of_four_generated_lists_is_that_of_five_without_the_last() -> None:
    folder = Path(__file__).parents[2] / "benchmarks" / "linking" / "sheets"
    four, five = (
        read_sheet((folder / name).read_text(encoding="utf-8"), name=name)
        for name in ("linkgen-4.toml", "linkgen.toml")
    )
    assert four.accessions == five.accessions[:4]
    assert four.case == five.case


# ---------------------------------------------------------------- decisions in


def decisions(folder: Path, *lines: str, header: str = HEADER) -> tuple[PairDecision, ...]:
    path = folder / "decisions.csv"
    path.write_text("\n".join((header, *lines, "")), encoding="utf-8-sig")
    return read_decisions(path, ROWS)


def test_decisions_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    got = decisions(
        tmp_path,
        'court,1,morgue,2,same,"one, by the photo",audit',
        " court , 1 ,morgue,3,not-same,,targeted",
        "court,1,court,2,unsure,,",
        header=f"{HEADER},origin",
    )
    first = ("court", 1)
    assert got == (
        PairDecision(first, ("morgue", 2), Verdict.SAME, Origin.AUDIT, "one, by the photo"),
        PairDecision(first, ("morgue", 3), Verdict.NOT_SAME, Origin.TARGETED),
        PairDecision(first, ("court", 2), Verdict.UNSURE),
    )
    assert decisions(tmp_path) == ()
    assert decisions(tmp_path, "court,1,court,2,same", header=HEADER.removesuffix(",reason"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("court,9,morgue,1,same,", 'line 2: the list "court" has no row 9'),
        ("court,0,morgue,1,same,", 'line 2: the list "court" has no row 0'),
        ("police,1,morgue,1,same,", 'line 2: there is no list "police"; there are court, morgue'),
        ("court,1,morgue,1,perhaps,", 'line 2: "perhaps" is no decision; expected is one of same'),
        ("court,1,morgue,1,,", 'line 2: "" is no decision'),
        ("court,x,morgue,1,same,", 'line 2: "x" is no number'),
        ("court,-1,morgue,1,same,", 'line 2: "-1" is no number'),
        ("court,99999999999999999999,morgue,1,same,", "is no number"),
        ("court,1,court,1,same,", "line 2: court 1 stands on both sides"),
        ("court,1", 'line 2: "" is no number'),
    ],
)
def test_a_line_that_decides_nothing_is_refused_and_named(
    tmp_path: Path, line: str, said: str
) -> None:
    with pytest.raises(DecisionRefusedError) as caught:
        decisions(tmp_path, line)
    assert said in caught.value.message
    assert caught.value.exit_code == 14


def test_every_bad_line_is_named_at_once(tmp_path: Path) -> None:
    lines = [f"court,{n},morgue,1,same," for n in range(10, 40)]
    with pytest.raises(DecisionRefusedError) as caught:
        decisions(tmp_path, *lines)
    assert "line 2:" in caught.value.message
    assert "and 10 more." in caught.value.message


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it has no column left_list"),
        (b"left_list;left_row\n", "it has no column left_list, left_row, right_list"),
        (HEADER.encode() + b"\n\xff\xff,1,morgue,1,same,\n", "no CSV that can be read"),
        (HEADER.encode() + b'\n"torn,1,morgue,1,same,\n', "no CSV that can be read"),
    ],
)
def test_a_file_that_holds_no_decisions_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "decisions.csv"
    path.write_bytes(data)
    with pytest.raises(InputRefusedError, match=said):
        read_decisions(path, ROWS)
    with pytest.raises(MissingPathError):
        read_decisions(tmp_path / "nowhere.csv", ROWS)


# ---------------------------------------------------------------- the result out


def linked(
    rows: Sequence[PersonRow], person: Sequence[int], draws: Sequence[Sequence[int]] = ()
) -> Linked:
    """A result made by hand: the first two rows are a pair, and so are the first and the last."""
    same = PairDecision(rows[0].key, rows[1].key, Verdict.SAME)
    apart = PairDecision(rows[0].key, rows[-1].key, Verdict.NOT_SAME)
    return Linked(
        rows=rows,
        person=np.array(person, dtype=np.int64),
        pairs=ScoredPairs(
            left=np.array([0, 0]),
            right=np.array([1, len(rows) - 1]),
            probability=np.array([0.87654321, 0.02]),
            verdict=[None, Verdict.NOT_SAME],
            place=np.array([7, 9]),
        ),
        draws=np.array(draws, dtype=np.int64).reshape(len(draws), len(rows)),
        persons=Interval(3, 2, 4),
        contradictions=(Contradiction(same, (apart,)),),
        explain=lambda place: [Reason("surname", 'Саяқов "А"', None, float(place) + 0.1234567)],
    )


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PEOPLE = [
    PersonRow(list="court, first", row=1, id="7"),
    PersonRow(list="морг", row=1, id='a"b'),
    PersonRow(list="морг", row=3),
]


def test_the_files_say_who_is_who_why_and_what_was_contradicted(tmp_path: Path) -> None:
    finding = Finding(
        code="impossible-age",
        text='"400", no age',
        severity=Severity.LOSS,
        file="a.csv",
        where=Locator(row=3, line=4, column="Age"),
    )
    write_result(tmp_path, linked(PEOPLE, [5, 5, 9]), [finding])
    assert table(tmp_path / "persons.csv") == [
        {"list": "court, first", "row": "1", "id": "7", "person": "5"},
        {"list": "морг", "row": "1", "id": 'a"b', "person": "5"},
        {"list": "морг", "row": "3", "id": "", "person": "9"},
    ]
    first, second = table(tmp_path / "pairs.csv")
    reasons = json.loads(first.pop("reasons"))
    assert reasons == [
        {"field": "surname", "left": 'Саяқов "А"', "right": None, "weight": 7.123457}
    ]
    assert first == {
        "left_list": "court, first", "left_row": "1", "right_list": "морг", "right_row": "1",
        "probability": "0.876543", "linked": "1", "state": "proposed",
    }  # fmt: skip
    assert (second["right_row"], second["linked"], second["state"]) == ("3", "0", "not-same")
    (against,) = table(tmp_path / "contradictions.csv")
    assert json.loads(against.pop("conflicts_with")) == [
        {
            "left_list": "court, first", "left_row": 1, "right_list": "морг", "right_row": 3,
            "decision": "not-same",
        }
    ]  # fmt: skip
    assert against["decision"] == "same"
    assert table(tmp_path / "findings.csv") == [
        {
            "code": "impossible-age", "severity": "loss", "file": "a.csv", "row": "3",
            "line": "4", "column": "Age", "text": '"400", no age',
        }
    ]  # fmt: skip


def test_draws_hold_every_row_in_every_draw_one_row_group_each(tmp_path: Path) -> None:
    write_result(tmp_path, linked(PEOPLE, [1, 1, 2], [[1, 1, 2], [1, 2, 3]]), [])
    file = pq.ParquetFile(tmp_path / "draws.parquet")
    assert [(f.name, str(f.type)) for f in file.schema_arrow] == [
        ("draw", "int32"),
        ("list", "string"),
        ("row", "int32"),
        ("person", "int64"),
    ]
    assert [file.read_row_group(n).to_pylist() for n in range(file.num_row_groups)] == [
        [
            {"draw": draw, "list": row.list, "row": row.row, "person": person}
            for row, person in zip(PEOPLE, persons, strict=True)
        ]
        for draw, persons in enumerate([[1, 1, 2], [1, 2, 3]])
    ]


def test_without_draws_the_file_is_there_and_empty(tmp_path: Path) -> None:
    write_result(tmp_path, linked(PEOPLE, [1, 1, 2]), [])
    assert pq.read_table(tmp_path / "draws.parquet").num_rows == 0


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(
    st.lists(
        st.tuples(names, st.integers(1, 10**8), names),
        min_size=2,
        max_size=6,
        unique_by=lambda one: one[:2],
    )
)
def test_who_is_who_comes_back_whole_as_the_previous_result(
    tmp_path_factory: pytest.TempPathFactory, keys: list[tuple[str, int, str]]
) -> None:
    """Whatever lists are called: a line break, a quote, a space in a name."""
    by_key = {(name, row): own for name, row, own in keys}
    people = [PersonRow(list=name, row=row, id=own) for (name, row), own in by_key.items()]
    folder = tmp_path_factory.mktemp("result")
    write_result(folder, linked(people, range(10, 10 + len(people))), [])
    assert read_previous(folder) == {row.key: 10 + n for n, row in enumerate(people)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("list,row,id\ncourt,1,x\n", "it has no column person"),
        ("list,row,id,person\ncourt,one,x,1\n", 'line 2: "one" is no number'),
        ("list,row,id,person\ncourt,1,x,-4\n", 'line 2: "-4" is no number'),
    ],
)
def test_what_is_no_earlier_result_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(MissingPathError):
        read_previous(tmp_path / "nowhere")
    (tmp_path / "persons.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputRefusedError, match=said):
        read_previous(tmp_path)


def test_the_folder_appears_whole_or_not_at_all_and_replaces_only_its_like(
    tmp_path: Path,
) -> None:
    out = tmp_path / "deep" / "out"

    def fail_half_way() -> None:
        with appearing(out, kind=RESULT) as folder:
            (folder / "half.csv").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert not out.exists()
    assert list(out.parent.iterdir()) == []
    for text in ("first", "second"):
        with appearing(out, kind=RESULT) as folder:
            (folder / "x.csv").write_text(text)
    assert (out / "x.csv").read_text() == "second"
    assert sorted(one.name for one in out.parent.iterdir()) == ["out"]
    refuse_foreign(out, kind=RESULT, replace_old=True)
    with pytest.raises(OutputExistsError, match="an earlier result of linking is there"):
        refuse_foreign(out, kind=RESULT, replace_old=False)
    with pytest.raises(OutputExistsError, match="not a result of linking that Qantar wrote"):
        refuse_foreign(tmp_path, kind=RESULT, replace_old=True)
