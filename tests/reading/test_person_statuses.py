"""What rows state of people: the list's words, the term they mean, and the day they are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qantar.model.accession import Accession, Holds
from qantar.model.column import Column
from qantar.model.person_row import DaySpan, RowStatus
from qantar.model.speaker import Speakers
from qantar.model.vocabulary import load
from qantar.reading.identifiers import Identifiers
from qantar.reading.table import read_rows

from .tables import SPEAKERS, Columns, codes, column, document
from .test_persons import of, row, told


def day(text: str, *, about: bool = False) -> DaySpan:
    return DaySpan.of(date.fromisoformat(text), about=about)


def stated(columns: Columns, *cells: str, **settings: object) -> list[tuple[str, str | None]]:
    got = row(columns, *cells, **settings)
    return [(one.words, one.term) for one in got.statuses]


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("задержан", "detained"),
        ("Задержана", "detained"),
        ("ұсталған", "detained"),
        ("усталган", "detained"),  # typed on a Russian keyboard
        ("қаза тапқан", "killed"),
        ("погиб", "killed"),
        ("умер", "died"),
        ("скончалась", "died"),
        ("Released", "released"),
        ("отпущен", "released"),
        ("пропал без вести", "missing"),
        ("приговорён", "sentenced"),
        ("in custody", "in-custody"),
    ],
)
def test_words_stay_as_found_beside_the_term_that_they_mean(words: str, term: str) -> None:
    assert stated({"name": "N", "status": "S"}, "Асан Болатов", words) == [(words, term)]


def test_who_died_was_not_said_to_have_been_killed() -> None:
    assert "умер" not in load("person-status").terms["killed"].aliases


@pytest.mark.parametrize("words", ["", "-", "неизвестно", "нет данных"])
def test_a_cell_that_says_nothing_states_nothing(words: str) -> None:
    assert stated({"name": "N", "status": "S"}, "Асан Болатов", words) == []


def test_words_that_no_vocabulary_knows_stay_without_a_term_and_are_told_once() -> None:
    table = document(
        ["N", "S"], ["Асан Болатов", "забран соседом"], ["Вера Громова", "забран соседом"]
    )
    columns = (Column(field="name", header="N"), Column(field="status", header="S"))
    accession = replace(of_list(), columns=columns)
    got = read_rows(table, of(accession), Identifiers())
    assert [one.statuses for one in got.persons] == [(RowStatus(words="забран соседом"),)] * 2
    assert codes(got.findings) == ["unknown-word"]
    assert got.findings[0].where is not None
    assert got.findings[0].where.row == 1


def of_list() -> Accession:
    return Accession(path="lists/court.csv", holds=Holds.PERSONS)


def test_a_mapped_word_keeps_the_lists_own() -> None:
    columns: Columns = {
        "name": "N",
        "status": column("S", values={"передан полиции": "in-custody"}),
    }
    assert stated(columns, "Асан Болатов", "передан полиции") == [("передан полиции", "in-custody")]


def test_a_word_that_the_sheet_gives_is_its_own() -> None:
    columns: Columns = {"name": "N", "status": column(None, constant="killed")}
    assert stated(columns, "Асан Болатов") == [("killed", "killed")]


@pytest.mark.parametrize("words", ["задержан", "умер", "отпущен"])
def test_the_day_of_what_happened_dates_no_status(words: str) -> None:
    """Nothing says which event that was: who was detained on it need not have died on it."""
    columns: Columns = {"name": "N", "event_date": "D", "status": "S"}
    got = row(columns, "Асан Болатов", "05.01.2022", words)
    assert [one.days for one in got.statuses] == [None]
    assert got.event == day("2022-01-05")


def test_a_status_has_the_day_that_the_list_gives_it() -> None:
    columns: Columns = {"name": "N", "event_date": "D", "status": "S", "status_date": "SD"}
    (one,) = row(columns, "Асан Болатов", "05.01.2022", "отпущен", "около 12.01.2022").statuses
    assert one.days == day("2022-01-12", about=True)
    (none,) = row(columns, "Асан Болатов", "05.01.2022", "отпущен", "").statuses
    assert none.days is None, "the day of the arrest is not that of the release"


def test_of_several_statuses_in_a_cell_nobody_knows_whose_the_day_is() -> None:
    columns: Columns = {"name": "N", "status_date": "D", "status": column("S", split=";")}
    got = row(columns, "Асан Болатов", "05.01.2022", "задержан; отпущен").statuses
    assert got == (
        RowStatus(words="задержан", term="detained"),
        RowStatus(words="отпущен", term="released"),
    )


def test_a_column_of_days_states_what_it_is_named_for() -> None:
    columns: Columns = {"name": "N", "status": "S", "detained_on": "D", "released_on": "R"}
    got = row(columns, "Асан Болатов", "осуждён", "05.01.2022", "12.01.2022").statuses
    assert got == (
        RowStatus(words="осуждён", term="sentenced"),
        RowStatus(words="05.01.2022", term="detained", days=day("2022-01-05")),
        RowStatus(words="12.01.2022", term="released", days=day("2022-01-12")),
    )
    assert row(columns, "Асан Болатов", "", "05.01.2022", "").statuses == (got[1],)


@pytest.mark.parametrize("words", ["погиб", "умер"])
def test_a_status_with_a_column_of_its_days_is_stated_once(words: str) -> None:
    columns: Columns = {"name": "N", "event_date": "E", "status": "S", "died_on": "D"}
    (one,) = row(columns, "Асан Болатов", "05.01.2022", words, "07.01.2022").statuses
    assert (one.words, one.days) == (words, day("2022-01-07"))


def test_a_cell_of_a_day_that_is_none_states_nothing_and_is_told() -> None:
    got = told({"name": "N", "released_on": "R"}, "Асан Болатов", "под стражей")
    assert got.persons[0].statuses == ()
    assert codes(got.findings) == ["unparsed-date"]


def test_a_row_names_who_says_so_and_when() -> None:
    columns: Columns = {
        "name": "N", "status": "S", "said_by": "By", "body": "Office", "published": "P",
    }  # fmt: skip
    got = row(columns, "Асан Болатов", "задержан", "A. Bekov", "Town akimat", "20.01.2022")
    assert (got.said_by, got.body) == ("A. Bekov", "Town akimat")
    assert got.published == day("2022-01-20")


def test_a_speaker_whom_the_case_knows_is_a_body_under_the_recorded_name() -> None:
    accession = replace(
        of_list(),
        columns=(Column(field="name", header="N"), Column(field="said_by", header="By")),
    )
    known = replace(of(accession), speakers=Speakers.of(SPEAKERS))
    got = read_rows(document(["N", "By"], ["Асан Болатов", "Айдар Саяқов"]), known, Identifiers())
    assert (got.persons[0].said_by, got.persons[0].body) == ("Айдар Саяқов", "Aidar Sayaqov")
