from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qantar.archive.case import Case
from qantar.errors import RecordMissingError
from qantar.workbench.add import add
from qantar.workbench.search import Answers, search

from .conftest import NOW, rebuild

TOWN = ("Sayaqkent", "Саяққент", "Саяккент", "Saiaqkent", "sajakkent", "NOVY SAYAK")


SHEET = """
[[accession]]
path = "t.csv"
holds = "statements"

[accession.columns]
statement = "what"
"""


def ids(found: Answers) -> list[str]:
    return [answer.hit.ref for answer in found.answers]


def test_every_form_of_a_place_finds_the_same_in_the_same_order(built: Case) -> None:
    results = [ids(search(built, form, limit=None)) for form in TOWN]
    assert set(results[0]) == {"L1", "L3", "c1", "c2", "c3", "e1", "e2"}
    assert all(result == results[0] for result in results)


def test_a_name_of_several_words_is_found_as_one(built: Case) -> None:
    """The claims name the square in English, the query in Russian."""
    assert set(ids(search(built, "хлебная площадь", limit=None))) == {"L3", "e1", "e2"}
    assert set(ids(search(built, "rally Нан алаңы begins", limit=None))) == {"e2"}


def test_a_speaker_is_found_by_any_spelling_and_by_the_surname_alone(built: Case) -> None:
    said = {"P1", "c1", "c3", "e2"}
    for form in ("Асан Уйдирбаев", "assan uidirbaev", "Уйдирбаев", "UYDIRBAYEV"):
        assert set(ids(search(built, form, limit=None))) == said


def test_a_kazakh_word_is_found_from_a_russian_keyboard(built: Case) -> None:
    assert "L2" in ids(search(built, "тузкол", limit=None))
    assert "L2" in ids(search(built, "тұзкөл", limit=None))


def test_a_word_is_found_as_the_beginning_of_a_longer_one(built: Case) -> None:
    assert ids(search(built, "baker", limit=None)) == ["c4"]
    assert ids(search(built, "ba", limit=None)) == []


def test_all_words_must_be_there(built: Case) -> None:
    assert set(ids(search(built, "bread rally", limit=None))) == {"e1", "e2"}
    assert ids(search(built, "bread bakery", limit=None)) == []


def test_an_id_is_found(built: Case) -> None:
    assert "c4" in ids(search(built, "c4", limit=None))


def test_what_is_shown_is_limited_and_the_rest_is_counted(built: Case) -> None:
    everything = search(built, "bread", limit=None)
    first = search(built, "bread", limit=1)
    assert first.total == everything.total == len(everything.answers)
    assert first.answers == everything.answers[:1]


def test_the_forms_looked_for_are_told(built: Case) -> None:
    (term, other) = search(built, "Saiaqkent bread", limit=None).terms
    assert term.typed == "Saiaqkent"
    assert set(term.forms) == {
        "Sayaqkent",
        "Саяққент",
        "Саяккент",
        "Saiaqkent",
        "Sajakkent",
        "Novy Sayak",
    }
    assert other.forms == ("bread",)


def test_a_claim_comes_with_speaker_day_and_row(built: Case) -> None:
    (answer,) = search(built, "fifteen", limit=None).answers
    assert answer.claim is not None
    assert answer.to_json() == {
        "type": "claim",
        "id": "c2",
        "text": answer.hit.text,
        "snippet": answer.hit.text,
        "kind": "figure",
        "statement": "Fifteen people were detained",
        "said_by": "Bota Oylan",
        "said": "2030-01-07",
        "when": None,
        "where": ["Саяккент"],
        "file": "lists/claims.csv",
        "sheet": None,
        "row": 2,
        "line": 3,
        "url": None,
    }


@pytest.mark.parametrize(
    "query",
    [
        "bread OR bakery",
        "bread NOT rally",
        "NEAR(bread rally)",
        "folded : bread",
        "^bread",
        "br%",
        "exact:bread",
        "rowid",
    ],
)
def test_what_means_something_to_a_database_is_a_word_like_others(built: Case, query: str) -> None:
    """No material holds the words or, not, near, folded, exact or rowid."""
    assert ids(search(built, query, limit=None)) == (
        ids(search(built, "bread", limit=None)) if query == "^bread" else []
    )


@pytest.mark.parametrize("query", ['"bread"', "bread*", "(bread)", "bread'", "«bread»", "bread;--"])
def test_marks_around_a_word_change_nothing(built: Case, query: str) -> None:
    assert ids(search(built, query, limit=None)) == ids(search(built, "bread", limit=None))


@pytest.mark.parametrize("query", ["", " ", "—", '"', "*", "()", "\0"])
def test_a_query_without_a_word_finds_nothing(built: Case, query: str) -> None:
    assert search(built, query, limit=None) == Answers(terms=(), answers=(), total=0)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60))
def test_no_query_breaks_the_search(built: Case, query: str) -> None:
    found = search(built, query, limit=3)
    assert len(found.answers) == min(3, found.total)


def test_a_stressed_letter_does_not_part_a_word(case: Case, tmp_path: Path, now: datetime) -> None:
    (tmp_path / "t.csv").write_text("what\nОткрыли пека\u0301рню на углу\n")
    (tmp_path / "s.toml").write_text(SHEET)
    add(case, paths=(), sheet_path=tmp_path / "s.toml", now=now, acknowledge=lambda _: None)
    rebuild(case)
    assert search(case, "пека\u0301рню", limit=None).total == 1


def test_a_long_text_is_cut_around_what_was_found(case: Case, tmp_path: Path) -> None:
    words = " ".join(f"word{n}" for n in range(400))
    (tmp_path / "t.csv").write_text(f"what\n{words} saffron {words}\n")
    (tmp_path / "s.toml").write_text(SHEET)
    add(case, paths=(), sheet_path=tmp_path / "s.toml", now=NOW, acknowledge=lambda _: None)
    rebuild(case)
    (answer,) = search(case, "saffron", limit=None).answers
    assert "saffron" in answer.hit.snippet
    assert len(answer.hit.snippet) <= 242
    assert answer.hit.snippet.startswith("…")
    assert answer.hit.snippet.endswith("…")


def test_without_a_record_the_search_says_what_to_do(case: Case) -> None:
    with pytest.raises(RecordMissingError, match="qantar build"):
        search(case, "bread", limit=None)
