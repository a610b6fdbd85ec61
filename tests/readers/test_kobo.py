"""Filled forms: every answer with its question, nothing of who collected in any text."""

from __future__ import annotations

import hashlib
import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from qantar.readers import kobo, kobo_fields
from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate
from tests.readers.table_samples import Grid, xlsx

SAMPLES = Path(__file__).parent / "samples" / "kobo"
FIRST = "aaaaaaaa-0000-4000-8000-000000000001"
SECOND = "bbbbbbbb-0000-4000-8000-000000000002"
THIRD = "cccccccc-0000-4000-8000-000000000003"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestKobo(ReaderSuite):
    reader = "kobo"


def sample(name: str) -> list[ReadDocument]:
    return read_bytes((SAMPLES / name).read_bytes(), name)


def as_json(*submissions: object) -> list[ReadDocument]:
    container, *rest = read_bytes(json.dumps(list(submissions)).encode(), "f.json", reader="kobo")
    assert container.begin.reader == "kobo"
    return [container, *rest]


def one(uuid: str = FIRST, **more: object) -> dict[str, object]:
    return {"_uuid": uuid, "_submission_time": "2022-01-09T04:50:30", **more}


def answers(document: ReadDocument) -> dict[str, str]:
    return {
        str(s.locator.column): document.text[s.start : s.end]
        for s in document.segments
        if s.kind == "table-cell"
    }


def test_a_page_of_the_api_gives_a_document_for_each_submission() -> None:
    container, first, edited, last = sample("page.json")
    assert container.text == ""
    assert container.meta["kobo.submissions"] == 3
    assert [one.begin.member for one in (first, edited, last)] == [FIRST, SECOND, THIRD]
    assert {one.begin.parent for one in (first, edited, last)} == {container.begin.id}
    assert answers(first) == {
        "event/place": "Саяккент, площадь (вымысел)",
        "event/people_seen": "40",
        "event/persons[1]/name": "Айгүл Ойдан-Шығарылған",
        "event/persons[1]/age": "34",
        "event/persons[1]/injuries[1]/what": "left arm",
        "event/persons[1]/injuries[2]/what": "head",
        "event/persons[2]/name": "Ivan Invented",
        "event/persons[2]/age": "1.5",
        "event/point": "47.512345 70.123400 310 4.8",
        "event/photo": "1641700000000.jpg",
        "event/heard": "Shots, twice.\nThen silence.",
        "event/sure": "true",
    }
    assert {s.locator.row for s in first.segments} == {1}
    assert {s.locator.row for s in last.segments} == {3}
    assert first.meta["kobo.geolocation"] == {"lat": 47.512345, "lon": 70.1234}
    assert first.meta["kobo.form"] == "aInventedForm01"
    assert first.meta["kobo.submission_time"] == "2022-01-09T04:50:30"


@pytest.mark.parametrize(
    ("beside", "told"),
    [
        ({"next": "https://example.org/?page=2"}, True),
        ({"next": None, "previous": "https://example.org/?page=1"}, True),
        ({"next": None, "previous": None}, False),
    ],
)
def test_a_page_that_names_another_is_not_all_there_is(
    beside: dict[str, str | None], *, told: bool
) -> None:
    page = {"count": 1, **beside, "results": [one()]}
    container, first = read_bytes(json.dumps(page).encode(), "page.json")
    assert ("truncated" in container.codes()) is told
    assert first.meta["kobo.root_uuid"] == FIRST


def test_states_of_an_edited_submission_are_both_kept_under_one_id() -> None:
    _, first, edited, last = sample("page.json")
    assert first.meta["kobo.root_uuid"] == edited.meta["kobo.root_uuid"] == FIRST
    assert edited.meta["kobo.instance_id"] == f"uuid:{SECOND}"
    assert edited.meta["kobo.deprecated_id"] == f"uuid:{FIRST}"
    assert "duplicate-id" in first.codes()
    assert "duplicate-id" in edited.codes()
    assert last.meta["kobo.root_uuid"] == THIRD  # no rootUuid: its own id
    assert "duplicate-id" not in last.codes()


def test_the_hash_is_that_of_the_submission_as_it_stands_in_the_file() -> None:
    data = b'[ {"_uuid": "x", "_submission_time": "t", "a": 1.50} ]'
    _, found = read_bytes(data, "f.json")
    assert found.begin.sha256 == hashlib.sha256(data[2:-2]).hexdigest()
    assert answers(found) == {"a": "1.50"}  # numbers as they are spelled


PERSONAL = (
    *("collector_7", "ee.invented", "+7 000", "8999700", "40100000", "358000000000001"),
    *("reviewer_2", "collect:AbCd"),
)


@pytest.mark.parametrize(
    "name", sorted(p.name for p in SAMPLES.iterdir() if "expected" not in p.name)
)
def test_who_collected_and_with_which_device_is_in_no_text(name: str) -> None:
    for document in sample(name):
        assert not [word for word in PERSONAL if word in document.text]
        for key, value in document.meta.items():
            if any(word in str(value) for word in PERSONAL):
                assert key.startswith("protected."), (key, value)


def test_what_is_protected_is_kept_under_its_name() -> None:
    first = sample("page.json")[1]
    kept = {key: value for key, value in first.meta.items() if key.startswith("protected.")}
    assert kept == {
        "protected.username": "collector_7",
        "protected.deviceid": "ee.invented.example:AbCd1234",
        "protected.phonenumber": "+7 000 000 00 00",
        "protected.simserial": "8999700000000000000",
        "protected.subscriberid": "401000000000000",
        "protected.event/persons[2]/deviceid": "358000000000001",
        "protected.submitted_by": "collector_7",
        "protected.validated_by": "reviewer_2",
    }


@pytest.mark.parametrize(
    "name", ["deviceid", "meta/deviceid", "a/b/DeviceID", "device_id", "phonenumber", "imei"]
)
def test_a_device_is_protected_wherever_it_is_asked(name: str) -> None:
    _, found = as_json(one(**{name: "358000000000001", "said": "x"}))
    assert found.text == "x"
    assert "358000000000001" in {found.meta[key] for key in found.meta if "protected" in key}


def test_a_telephone_that_was_asked_for_is_an_answer() -> None:
    """The form asked a person; what people say is never moved out of sight."""
    _, found = as_json(one(**{"witness/phone": "+7 000", "my_email": "a@invented.example"}))
    assert set(answers(found).values()) == {"+7 000", "a@invented.example"}


def test_odata_of_odk_central_with_groups_and_repeats() -> None:
    _, found = sample("odata.json")
    assert found.begin.member == SECOND
    assert found.meta["kobo.root_uuid"] == FIRST  # the id that it was first sent with
    assert found.meta["kobo.edits"] == "1"
    assert answers(found)["event/place"] == "Саяккент (вымысел)"
    assert answers(found)["persons[1]/name"] == "Ivan Invented"


def test_a_repeat_may_be_called_as_the_list_of_a_page_is() -> None:
    container, found = sample("single.json")
    assert container.meta["kobo.submissions"] == 1
    assert answers(found)["results[1]/said"] == "in a repeat of that name"


def test_submissions_a_line_are_read_and_a_broken_one_is_told() -> None:
    lines = [json.dumps(one(FIRST, a="1")), '{"_uuid": nonsense}', json.dumps(one(SECOND, a="2"))]
    container, *found = read_bytes("\n".join(lines).encode(), "f.jsonl")
    assert [answers(each) for each in found] == [{"a": "1"}, {"a": "2"}]
    assert [each.meta["kobo.submission"] for each in found] == [1, 3]
    assert container.codes() == {"broken-line"}
    assert container.end is not None
    assert container.end.unreadable == 1


def test_a_csv_export_has_the_cell_of_each_answer() -> None:
    _, first, second, empty = sample("export.csv")
    (place, *_) = first.segments
    assert first.text[place.start : place.end] == "Саяккент, площадь;\nу памятника"
    assert (place.locator.cell, place.locator.line, place.locator.row) == ("D2", 2, 1)
    assert place.locator.column == "Where was it? (invented)"
    assert first.meta["kobo.geolocation"] == {"lat": 47.512345, "lon": 70.1234}
    assert "duplicate-id" in first.codes() & second.codes()
    assert empty.codes() == {"missing-id", "empty"}
    assert empty.begin.member is None


def test_a_csv_export_of_odk_central() -> None:
    _, found = sample("central.csv")
    assert answers(found) == {"event-place": "Sayakkent, square (invented)", "persons-count": "2"}
    assert found.meta["kobo.root_uuid"] == FIRST
    assert found.meta["protected.submitter_name"] == "collector_7"


def test_repeats_of_a_workbook_stand_with_their_submission_even_where_they_nest() -> None:
    container, first, second, orphans = sample("export.xlsx")
    assert answers(first) == {
        "event/place": "Sayakkent, square (invented)",
        "event/persons_count": "2",
        "persons[1]/name": "Ivan Invented",
        "persons[1]/age": "34",
        "persons[2]/name": "Айгүл Ойдан",
        "persons[2]/injuries[1]/what": "left arm",
        "persons[2]/injuries[2]/what": "head",
    }
    cells = {str(s.locator.column): (s.locator.sheet, s.locator.cell) for s in first.segments}
    assert cells["persons[2]/name"] == ("persons", "A3")
    assert cells["persons[2]/injuries[2]/what"] == ("injuries", "A3")
    assert answers(second)["persons[1]/name"] == "Second Form"
    assert "header-differs" in container.codes()  # the worksheet of notes is named
    assert orphans.begin.member is None
    assert set(answers(orphans).values()) == {"Nobody's Row", "7", "of nobody"}
    (orphan,) = orphans.findings
    assert orphan.code == "orphan-row"
    assert orphan.where is not None
    assert (orphan.where.sheet, orphan.where.row) == ("persons", 3)


@pytest.mark.parametrize("name", ["notes", "persons", "form"])
def test_a_worksheet_without_a_name_costs_only_itself(name: str) -> None:
    """Damage of one byte did it, and the whole export was not read."""
    out = BytesIO()
    with zipfile.ZipFile(SAMPLES / "export.xlsx") as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            if part == "xl/workbook.xml":
                assert data.count(f'name="{name}"'.encode()) == 1
                data = data.replace(f'name="{name}"'.encode(), b'name=""')
            new.writestr(part, data)
    container, *rest = read_bytes(out.getvalue(), "export.xlsx")
    assert "unparsed" not in container.codes()
    assert [one.begin.member for one in rest[:2]] == [FIRST, SECOND]
    is_told = "(a worksheet without a name)" in container.words("header-differs")
    assert is_told is (name != "form")  # without that one, all are read as one table


def joined(persons: Grid, *, twice: bool = False) -> list[ReadDocument]:
    main: Grid = [
        ["said", "_uuid", "_submission_time", "_index"],
        ["one", FIRST, "2022-01-09", 1],
        ["two", SECOND, "2022-01-09", 1 if twice else 2],
    ]
    return read_bytes(xlsx({"form": main, "persons": persons}), "f.xlsx")


def test_the_uuid_of_a_row_outweighs_its_index() -> None:
    """Exports of a part of the data number rows anew; a wrong join gives words to another."""
    rows: Grid = [["name", "_parent_index", "_submission__uuid"], ["Ivan Invented", 1, SECOND]]
    _, first, second = joined(rows)
    assert answers(first) == {"said": "one"}
    assert answers(second) == {"said": "two", "persons[1]/name": "Ivan Invented"}


def test_a_parent_that_is_there_twice_is_nobodys() -> None:
    _, first, second, orphans = joined([["name", "_parent_index"], ["Ivan", 1]], twice=True)
    assert "Ivan" not in first.text + second.text
    assert orphans.text == "Ivan"
    assert orphans.codes() == {"orphan-row"}


def test_tables_that_name_each_other_as_parents_end() -> None:
    rows: Grid = [
        ["name", "_index", "_parent_table_name", "_parent_index"],
        ["a", 1, "persons", 2],
        ["b", 2, "persons", 1],
    ]
    *_, orphans = joined(rows)
    assert sorted(answers(orphans).values()) == ["a", "b"]


def test_columns_that_are_no_forms_are_a_table() -> None:
    (table,) = read_bytes(b"_uuid,said\nx,y\n", "t.csv")
    assert table.begin.reader == "table"
    (asked,) = read_bytes(b"a,b\n1,2\n", "t.csv", reader="kobo")
    assert asked.begin.reader == "table"
    (mentioned,) = read_bytes(xlsx({"A": [["a"], ["_submission_time"], ["_uuid"]]}), "t.xlsx")
    assert mentioned.begin.reader == "table"


def test_any_table_can_still_be_read_as_one() -> None:
    data = (SAMPLES / "export.csv").read_bytes()
    (table,) = read_bytes(data, "export.csv", reader="table")
    assert len(table.segments) == 3


def test_in_an_archive_submissions_are_below_their_file() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a/page.json", (SAMPLES / "page.json").read_bytes())
    archived, container, *rest = read_bytes(out.getvalue(), "a.zip")
    assert container.begin.member == "a/page.json"
    assert container.begin.parent == archived.begin.id
    assert {each.begin.parent for each in rest} == {container.begin.id}
    assert [each.begin.member for each in rest] == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    ("value", "code"),
    [('"\\ud83d half"', "invalid-escape"), ('"a", "a": "b"', "duplicate-key")],
)
def test_what_cannot_be_kept_as_found_is_told(value: str, code: str) -> None:
    data = f'[{{"_uuid": "x", "_submission_time": "t", "a": {value}}}]'
    _, found = read_bytes(data.encode(), "f.json")
    assert code in found.codes()


def test_a_key_given_twice_keeps_both_answers() -> None:
    _, found = read_bytes(
        b'[{"_uuid": "x", "_submission_time": "t", "a": "1", "a": "2"}]', "f.json"
    )
    assert answers(found) == {"a": "1", "a#2": "2"}


def test_a_device_given_twice_stays_protected() -> None:
    data = b'[{"_uuid": "x", "_submission_time": "t", "deviceid": "111", "deviceid": "222"}]'
    _, found = read_bytes(data, "f.json")
    assert found.text == ""
    assert {"111", "222"} <= {str(value) for value in found.meta.values()}


def test_bytes_that_are_no_text_are_told() -> None:
    _, found = read_bytes(b'[{"_uuid": "x", "_submission_time": "t", "a": "\xff"}]', "f.json")
    assert found.text == "\ufffd"
    assert "encoding-damage" in found.codes()


def test_a_cut_page_gives_what_came_before() -> None:
    data = (SAMPLES / "page.json").read_bytes()
    cut = data[: data.index(b'"_id": 9103') + 20]
    container, *rest = read_bytes(cut, "page.json")
    assert "truncated" in container.codes()
    assert [each.begin.member for each in rest] == [FIRST, SECOND]


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = {"a": value}
    return value


def test_depth_and_number_have_their_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    _, found = as_json(one(a=nested(50)))
    assert found.text == "deep"
    container, *rest = as_json(one(a=nested(80)))
    assert container.codes() >= {"too-deep"}
    assert not rest
    monkeypatch.setattr(kobo, "MAX_SUBMISSIONS", 2)
    container, *rest = as_json(*(one(f"u{n}", a="x") for n in range(4)))
    assert "too-many" in container.codes()
    assert len(rest) == 2
    monkeypatch.setattr(kobo_fields, "MAX_ANSWERS", 3)
    _, found = as_json(one(a=[1] * 5))
    assert found.text == "1\n1\n1"
    assert "too-many" in found.codes()


def test_long_names_do_not_grow_with_what_stands_in_them() -> None:
    _, found = as_json(one() | {"n" * 100_000: [1] * 2_000})
    assert max(len(str(s.locator.column)) for s in found.segments) <= 1_010
    assert "too-large" in found.codes()


@pytest.mark.parametrize("place", [[91, 0], ["x", "y"], [1], {}, [None, None], [1e999, 0]])
def test_a_place_that_cannot_be_is_none(place: object) -> None:
    _, found = as_json(one(_geolocation=place, a="x"))
    assert "kobo.geolocation" not in found.meta
