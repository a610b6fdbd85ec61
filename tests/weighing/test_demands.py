"""Demands: what was asked for, how often, and what came of it, in nobody's favour."""

from __future__ import annotations

from dataclasses import replace

from qantar.model.claim import Claim, DemandDetail, ResponseDetail
from qantar.weighing.demands import NO_ANSWER, demands
from qantar.weighing.said import known_by, without_dangling_links

from .claims import PASSAGE, ZONE, day


def demanded(
    name: str,
    when: str | None,
    *,
    key: str = "lower-price",
    evidence: str = "found_page",
    published: str | None = None,
) -> Claim:
    return Claim(
        id=name,
        kind="demand",
        statement=f"{name} is demanded",
        passage=PASSAGE,
        source="s",
        when=day(when) if when else None,
        published=day(published) if published else None,
        evidence=evidence,
        detail=DemandDetail(demand_key=key, group="economic" if key == "lower-price" else None),
    )


def answered(
    demand: str, answer: str, when: str | None = "2022-01-06", *, evidence: str = "found_page"
) -> Claim:
    return Claim(
        id=f"{demand}/{answer}",
        kind="response",
        statement=answer,
        passage=PASSAGE,
        source="s",
        published=day(when) if when else None,
        evidence=evidence,
        detail=ResponseDetail(demand=demand, answer=answer),
    )


def test_the_most_often_voiced_comes_first_and_its_occasions_by_day() -> None:
    found = demands(
        [
            demanded("D1", "2022-01-05", key="meet-the-akim"),
            demanded("D2", "2022-01-04"),
            demanded("D3", None),
            demanded("D4", "2022-01-02"),
        ]
    )
    assert [demand.key for demand in found] == ["lower-price", "meet-the-akim"]
    assert [occasion.claim.id for occasion in found[0].voiced] == ["D4", "D2", "D3"]
    assert (found[0].group, found[1].group) == ("economic", None)


def test_a_demand_without_a_day_stands_where_it_was_published() -> None:
    (found,) = demands([demanded("D1", None, published="2022-01-03"), demanded("D2", "2022-01-02")])
    assert [occasion.claim.id for occasion in found.voiced] == ["D2", "D1"]


def test_answers_that_differ_stand_side_by_side_in_the_order_said() -> None:
    (found,) = demands(
        [
            answered("D1", "refused", "2022-01-08"),
            demanded("D1", "2022-01-02"),
            answered("D1", "partly", "2022-01-07"),
        ]
    )
    (occasion,) = found.voiced
    assert [answer.id for answer in occasion.answers] == ["D1/partly", "D1/refused"]
    assert occasion.outcomes == ("partly", "refused")
    assert found.outcomes == {"partly": 1, "refused": 1}


def test_where_no_answer_was_found_it_says_so() -> None:
    (found,) = demands([demanded("D1", "2022-01-02"), demanded("D2", "2022-01-03")])
    assert found.outcomes == {NO_ANSWER: 2}


def test_an_answer_without_a_source_is_shown_and_not_counted() -> None:
    unsourced = answered("D1", "met", evidence="general_knowledge")
    (found,) = demands([demanded("D1", "2022-01-02"), unsourced])
    assert found.voiced[0].answers == (unsourced,)
    assert found.outcomes == {NO_ANSWER: 1}


def test_an_occasion_without_a_source_is_shown_and_not_counted() -> None:
    (found,) = demands(
        [
            demanded("D1", "2022-01-02", evidence="general_knowledge"),
            answered("D1", "met"),
            demanded("D2", "2022-01-03"),
            answered("D2", "refused"),
        ]
    )
    assert len(found.voiced) == 2
    assert found.outcomes == {"refused": 1}


def test_each_occasion_has_its_own_answers_only() -> None:
    (found,) = demands(
        [demanded("D1", "2022-01-02"), demanded("D2", "2022-01-03"), answered("D2", "met")]
    )
    assert [occasion.outcomes for occasion in found.voiced] == [(NO_ANSWER,), ("met",)]


def test_an_answer_whose_demand_is_not_there_shows_nothing_of_it() -> None:
    """As of a day on which only the answer had been said, or after the demand was withdrawn."""
    answer, later = (
        answered("D1", "met", "2022-01-06"),
        demanded("D1", "2022-01-02", published="2022-01-09"),
    )
    (kept,) = without_dangling_links([answer])
    assert kept.detail == ResponseDetail(demand=None, answer="met")
    assert demands([kept]) == ()
    known = known_by([answer, later], day("2022-01-07").earliest.date(), ZONE)  # type: ignore[union-attr]  # a day has a start
    assert [claim.detail for claim in known.claims] == [kept.detail]
    assert without_dangling_links([answer, later]) == (answer, later)


def test_the_order_given_makes_no_difference() -> None:
    claims = [
        demanded("D1", "2022-01-02"),
        demanded("D2", "2022-01-02"),
        answered("D1", "met"),
        replace(answered("D1", "refused"), id="D1/second"),
    ]
    assert demands(claims) == demands(claims[::-1])
