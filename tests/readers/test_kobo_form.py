"""Forms and archives of submissions: questions in their languages, repeats joined by key, files."""

from __future__ import annotations

import dataclasses
import io

import pytest

from qantar.readers import kobo_writer
from qantar.readers.confined import Readers
from qantar.readers.job import Job
from qantar.readers.kobo_form import read_form
from tests.readers.kobo_samples import (
    EDITED,
    FIRST,
    FORM,
    INJURIES,
    MAIN,
    PERSONS,
    SECOND,
    SURVEY,
    central,
    packed,
)
from tests.readers.reading import ReadDocument, read_bytes, read_confined
from tests.readers.table_samples import Grid, csv_text, xlsx


def read(**more: str | bytes) -> dict[str | None, ReadDocument]:
    found = read_bytes(packed(central(**more)), "invented.zip")
    return {one.begin.member: one for one in found}


def lines(document: ReadDocument, *kinds: str) -> list[tuple[str, str]]:
    """The kinds and texts of its segments."""
    return [
        (s.kind, document.text[s.start : s.end])
        for s in document.segments
        if not kinds or s.kind in kinds
    ]


def answers(document: ReadDocument) -> dict[str, str]:
    return {
        str(s.locator.column): document.text[s.start : s.end]
        for s in document.segments
        if s.kind == "table-cell"
    }


def test_a_form_in_three_languages_with_its_groups_and_lists() -> None:
    form = read_form(io.BytesIO(xlsx(dict(FORM))), "f.xlsx")
    assert form is not None
    assert (form.title, form.version) == ("Invented form", "7")
    assert form.languages == ("English (en)", "Русский (ru)", "Қазақша (kk)")
    paths = [one.path for one in form.questions]
    assert paths == [
        *("start", "event/kind", "event/place", "persons/name", "persons/harm"),
        *("persons/injuries/what", "photo", "total", "thanks"),
    ]
    kind = form.question("event/kind")
    assert kind is not None
    assert kind.choices["square"] == ("A square", "Площадь", "Алаң")
    for name in ("event-kind", "kind", "event/kind"):
        assert form.question(name) is kind
    harm = form.question("persons[2]/harm")
    assert harm is not None
    assert list(harm.chosen("beaten  detained unknown"))[:3] == ["Beaten", "Избили", "Ұрды"]
    assert form.question("other/kind") is None  # of another group: no wrong words
    assert [one.path for one in form.questions if not one.was_asked] == ["start", "total"]


def test_a_name_that_two_groups_have_is_told_apart_by_its_group() -> None:
    survey: Grid = [
        ["type", "name", "label"],
        *(["begin group", "a", ""], ["text", "x", "Of a"], ["end group", "", ""]),
        *(["begin group", "b", ""], ["text", "x", "Of b"], ["end group", "", ""]),
    ]
    form = read_form(io.BytesIO(xlsx({"survey": survey, "settings": [["version"]]})), "f.xlsx")
    assert form is not None
    assert form.question("x") is None
    assert [q.labels for q in (form.question("a/x"), form.question("b-x")) if q] == [
        ("Of a",),
        ("Of b",),
    ]


def test_each_answer_stands_below_its_question_and_each_code_above_its_words() -> None:
    first = read()[FIRST]
    assert lines(first)[:8] == [
        ("heading", "What kind of place?"),
        ("heading", "Какое это место?"),
        ("heading", "Қандай жер?"),
        ("table-cell", "square"),
        ("caption", "A square"),
        ("caption", "Площадь"),
        ("caption", "Алаң"),
        ("heading", "Where was it?"),
    ]
    by_kind = {(s.kind, s.role) for s in first.segments}
    assert by_kind == {
        ("heading", "question"),
        ("table-cell", "answer"),
        ("table-cell", None),
        ("caption", None),
    }
    (total,) = [s for s in first.segments if s.locator.column == "total"]
    assert total.role is None  # nobody was asked


def test_rows_of_repeats_stand_with_their_submission_each_behind_its_own() -> None:
    read_now = read()
    assert list(answers(read_now[FIRST]).items())[4:] == [
        ("persons[1]/name", "Ivan Invented"),
        ("persons[1]/harm", "beaten detained"),
        ("persons[1]/injuries[1]/what", "left arm"),
        ("persons[1]/injuries[2]/what", "head"),
        ("persons[2]/name", "Айгүл Ойдан"),
    ]
    places = {str(s.locator.column): s.locator for s in read_now[FIRST].segments}
    where = places["persons[1]/injuries[2]/what"]
    assert where.row == 2
    cells = [s.locator for s in read_now[FIRST].segments if s.kind == "table-cell"]
    assert {c.sheet for c in cells} == {
        *(None, "invented-persons.csv", "invented-persons-injuries.csv")
    }
    assert {"joined-rows"} == read_now["invented-persons.csv"].codes()
    assert "Nobody's Row" in read_now[None].text


def test_an_edited_submission_keeps_its_id_and_says_so() -> None:
    found = read()
    edited = found[EDITED]
    assert edited.meta["kobo.root_uuid"] == SECOND
    assert edited.meta["kobo.instance_id"] == f"uuid:{EDITED}"
    (told,) = (f for f in edited.findings if f.code == "edited-submission")
    assert SECOND in told.text
    assert "edited-submission" not in found[FIRST].codes()


def test_a_file_that_an_answer_names_is_linked_to_its_member() -> None:
    found = read()
    media = {uuid: [m for s in found[uuid].segments for m in s.media] for uuid in (FIRST, EDITED)}
    assert [(m.kind, m.name, m.present) for m in media[FIRST]] == [
        ("photo", "media/1641.jpg", True)
    ]
    assert [(m.name, m.present) for m in media[EDITED]] == [("1642.jpg", False)]
    assert found["media/1641.jpg"].begin.reader == "photo"


def test_who_collected_and_with_which_device_is_in_no_text() -> None:
    for document in read().values():
        assert "collector_7" not in document.text
        assert "c:AbCd" not in document.text


def test_a_form_by_itself_is_what_it_asks() -> None:
    (form,) = read_bytes(xlsx(dict(FORM)), "form.xlsx")
    assert form.begin.reader == "kobo"
    assert form.meta["kobo.form_title"] == "Invented form"
    assert ("heading", "What kind of place?") in lines(form)
    assert ("caption", "Алаң") in lines(form)
    assert not form.codes()


def test_a_workbook_with_a_worksheet_survey_is_still_a_table() -> None:
    rows: Grid = [["a", "b"], ["1", "2"]]
    (table,) = read_bytes(xlsx({"survey": rows, "choices": rows}), "t.xlsx")
    assert table.begin.reader == "table"
    (table,) = read_bytes(xlsx({"survey": rows}), "t.xlsx")
    assert table.begin.reader == "table"


def test_submissions_of_kobo_find_the_form_beside_them_or_in_their_workbook() -> None:
    main: Grid = [
        ["event/kind", "event/place", "persons/harm/beaten", "_uuid", "_submission_time", "_index"],
        ["street", "Sayakkent", "1", FIRST, "2022-01-09", 1],
    ]
    whole = packed({"a/data.xlsx": xlsx({"form": main}), "a/form.xlsx": xlsx(dict(FORM))})
    beside = {one.begin.member: one for one in read_bytes(whole, "a.zip")}[FIRST]
    inside = read_bytes(xlsx({"form": main, **FORM}), "data.xlsx")
    assert "header-differs" not in inside[0].codes()
    for document in (beside, inside[1]):
        assert ("caption", "Улица") in lines(document)
        assert ("heading", "Где это было?") in lines(document)
        assert ("caption", "Избили") in lines(document)  # a column of its own for one choice
    as_json = b'[{"_uuid": "u", "_submission_time": "t", "event/kind": "square", "photo": "9.jpg"}]'
    json_too = packed({"data.json": as_json, "form.xlsx": xlsx(dict(FORM))})
    _, container, one, _ = read_bytes(json_too, "a.zip")
    assert "form-labels" in container.codes()
    assert ("caption", "Площадь") in lines(one)


def test_without_the_form_there_are_answers_alone() -> None:
    members = central()
    del members["invented-form.xlsx"]
    found = {one.begin.member: one for one in read_bytes(packed(members), "a.zip")}
    assert {kind for kind, _ in lines(found[FIRST])} == {"table-cell"}
    assert answers(found[FIRST]) == answers(read()[FIRST])


@pytest.mark.parametrize(
    ("persons", "orphans"),
    [
        ([[*PERSONS[1][:2], "uuid:a/p[1]", "uuid:a/p[1]"]], 1),  # its own parent
        ([["a", "", "uuid:x/p[2]", "uuid:x/p[1]"], ["b", "", "uuid:x/p[1]", "uuid:x/p[2]"]], 2),
        ([["a", "", f"uuid:{FIRST}", ""], ["b", "", f"uuid:{FIRST}", ""]], 0),  # without keys
        ([["a", "", "", f"uuid:{FIRST}/persons[999999999999]"]], 1),
    ],
)
def test_keys_that_lead_nowhere_or_in_a_circle_end(persons: list[list[str]], orphans: int) -> None:
    whole = packed(central(**{"invented-persons.csv": csv_text([PERSONS[0], *persons])}))
    found = read_bytes(whole, "a.zip")
    said = "".join(one.text for one in found if one.begin.reader == "kobo")
    for row in persons:
        assert row[0] in said
    told = [f for one in found for f in one.findings if f.code == "orphan-row"]
    assert len([f for f in told if "invented-persons.csv" in f.text]) == orphans


def test_two_submissions_of_one_key_leave_the_rows_to_nobody() -> None:
    main = csv_text([*MAIN, MAIN[1]])
    found = read_bytes(packed(central(**{"invented.csv": main})), "a.zip")
    first = [one for one in found if one.begin.member == FIRST]
    assert len(first) == 2
    assert not [one for one in first if "Ivan Invented" in one.text]


def test_words_of_forms_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = kobo_writer.Around.of
    monkeypatch.setattr(
        kobo_writer.Around, "of", lambda out: dataclasses.replace(whole(out), left=60)
    )
    first = read()[FIRST]
    assert "too-large" in first.codes()
    assert sum(len(text) for kind, text in lines(first, "heading", "caption")) <= 60
    assert answers(first)["persons[1]/harm"] == "beaten detained"
    long: Grid = [SURVEY[0], ["text", "place", "x" * 100_000, "y" * 100_000, "z", None]]
    form = read_form(io.BytesIO(xlsx({**FORM, "survey": long})), "f.xlsx")
    assert form is not None
    assert max(len(label) for label in form.questions[0].labels) == 500


def test_a_damaged_form_or_repeat_costs_its_words_only() -> None:
    for name in ("invented-form.xlsx", "invented-persons.csv"):
        data = central()[name]
        raw = data.encode() if isinstance(data, str) else data
        found = read(**{name: raw[: len(raw) // 3]})
        assert answers(found[FIRST])["event-place"] == "Sayakkent, the square (invented)"


def test_tables_that_only_look_related_are_tables() -> None:
    members: dict[str, str | bytes] = {
        "a.csv": csv_text(MAIN),
        "a-notes.csv": "x,y\n1,2\n",
        "b-persons.csv": csv_text(INJURIES),
        **{f"c{'-x' * n}.csv": "x,y\n1,2\n" for n in range(40)},
    }
    found = {one.begin.member: one for one in read_bytes(packed(members), "a.zip")}
    assert found["a-notes.csv"].begin.reader == "table"
    assert found["b-persons.csv"].begin.reader == "table"
    assert not [one for one in found.values() if "joined-rows" in one.codes()]


def test_confined_it_reads_the_same(readers: Readers) -> None:
    data = packed(central())
    assert read_confined(readers, data, Job(name="invented.zip")) == read_bytes(
        data, "invented.zip"
    )
