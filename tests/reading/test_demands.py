"""Demands and their answers: two claims of one row, each with its own source."""

from __future__ import annotations

import pytest

from qantar.model.accession import Holds
from qantar.model.claim import Claim, DemandDetail, ResponseDetail
from qantar.reading.context import RowsRead

from .tables import Columns, codes, column, read

DEMAND: Columns = {
    "id": "Id",
    "demand": "Demand",
    "demand_key": "Key",
    "demand_group": "Group",
    "place": "Where",
    "when": "Day",
    "said_by": "Who",
    "stance": "Stance",
    "addressed_to": column("Of", split=";"),
    "outlet": "Paper",
    "published": "Published",
    "url": "Link",
    "evidence_status": "Seen",
    "basis": "Basis",
    "response": "Answer",
    "response_statement": "Note",
    "response_when": "AnswerDay",
    "response_said_by": "AnswerBy",
    "response_outlet": "AnswerPaper",
    "response_published": "AnswerPublished",
    "response_url": "AnswerLink",
    "response_evidence_status": "AnswerSeen",
}
FULL = {
    "Id": "D1",
    "Demand": "Lower the price of gas",
    "Key": "lower-gas-price",
    "Group": "economic",
    "Where": "Sayaqkent",
    "Day": "2022-01-02",
    "Who": "Drivers",
    "Stance": "doubts",
    "Of": "government; oblast-akim",
    "Paper": "Sayaq News",
    "Published": "2022-01-03",
    "Link": "https://example.org/d",
    "Seen": "found_page",
    "Basis": "witnessed",
    "Answer": "met",
    "Note": "The price was lowered",
    "AnswerDay": "2022-01-04",
    "AnswerBy": "Айдар Саяков",
    "AnswerPaper": "TV Sayaq",
    "AnswerPublished": "2022-01-05",
    "AnswerLink": "https://example.org/a",
    "AnswerSeen": "found_title",
}


def row(**changed: str) -> RowsRead:
    return read(Holds.DEMANDS, DEMAND, FULL | changed)


def both(got: RowsRead) -> tuple[Claim, Claim]:
    assert got.findings == ()
    demand, answer = got.claims
    return demand, answer


def test_a_row_is_a_demand_and_its_answer_and_counts_once() -> None:
    got = row()
    demand, answer = both(got)
    assert (got.rows_in, got.rows_read) == (1, 1)
    assert (demand.id, demand.kind, demand.statement) == (
        "D1",
        "demand",
        "Lower the price of gas",
    )
    assert demand.detail == DemandDetail(
        demand_key="lower-gas-price",
        group="economic",
        addressed_to=("government", "oblast-akim"),
    )
    assert (answer.id, answer.kind, answer.statement) == (
        "D1/response",
        "response",
        "The price was lowered",
    )
    assert answer.detail == ResponseDetail(demand="D1", answer="met")
    assert answer.where == demand.where


def test_the_answer_has_its_own_speaker_source_and_dates() -> None:
    demand, answer = both(row())
    assert (demand.voice, answer.said_by, answer.voice) == (
        "Drivers",
        "Айдар Саяков",
        "Aidar Sayaqov",
    )
    assert (answer.outlet, answer.url, answer.evidence) == (
        "TV Sayaq",
        "https://example.org/a",
        "found_title",
    )
    assert (answer.basis, answer.stance, answer.source_kind) == (
        "not-stated",
        "asserts",
        "unknown",
    )
    assert answer.made_at is None
    assert [w.edtf for w in (answer.when, answer.published) if w] == ["2022-01-04", "2022-01-05"]


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({"Answer": "partly"}, "partly"),
        ({"Answer": "Refused"}, "refused"),
        ({"Answer": "met", "Note": ""}, "met"),
        ({"Answer": "met", "AnswerSeen": "not_found"}, "met"),
        ({"Answer": "unknown"}, "unknown"),
        ({"Answer": ""}, "unknown"),
        ({"Answer": "unknown", "AnswerSeen": ""}, "unknown"),
    ],
)
def test_an_answer_that_somebody_stated_is_kept(changed: dict[str, str], answer: str) -> None:
    _, found = both(row(**changed))
    assert isinstance(found.detail, ResponseDetail)
    assert found.detail.answer == answer
    assert found.statement == (changed.get("Note", FULL["Note"]) or answer)


@pytest.mark.parametrize(
    "changed",
    [
        {"Answer": "", "Note": ""},
        {"Answer": "unknown", "Note": ""},
        {"Answer": "unknown", "AnswerSeen": "not_found"},
        {"Answer": "unknown", "AnswerSeen": "general_knowledge"},
    ],
)
def test_where_no_answer_was_found_none_is_claimed(changed: dict[str, str]) -> None:
    got = row(**changed)
    assert got.findings == ()
    assert [claim.kind for claim in got.claims] == ["demand"]


def test_an_unknown_word_for_the_answer_is_told_and_its_words_are_kept() -> None:
    got = row(Answer="sort of")
    assert codes(got.findings) == ["unknown-word"]
    assert [claim.statement for claim in got.claims] == [
        "Lower the price of gas",
        "The price was lowered",
    ]


def test_without_a_key_a_demand_goes_by_its_words_in_any_script() -> None:
    keys = []
    for text in ("Снизить цену на газ!", "снизить  цену на ГАЗ", "Отставка акима"):
        claim = row(Key="", Demand=text).claims[0]
        assert isinstance(claim.detail, DemandDetail)
        keys.append(claim.detail.demand_key)
    assert keys == ["снизить-цену-на-газ", "снизить-цену-на-газ", "отставка-акима"]


def test_a_row_that_demands_nothing_is_left_out() -> None:
    got = row(Demand=" ")
    assert (got.claims, codes(got.findings)) == ((), ["missing-statement"])


def test_without_columns_for_answers_there_are_none() -> None:
    got = read(Holds.DEMANDS, {"demand": "Demand"}, {"Demand": "Water"})
    assert [claim.id for claim in got.claims] == ["said-1"]
