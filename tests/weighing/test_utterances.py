"""Utterances: what is said once and carried on by others; who is independent of whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.claim import Claim
from qantar.weighing.utterances import Utterance, count_voices, origin_of, utterances

from .claims import said


def collapsed(*claims: Claim, known: tuple[Claim, ...] = ()) -> tuple[Utterance, ...]:
    return utterances(claims, {claim.id: claim for claim in (*claims, *known)})


def ids(found: tuple[Utterance, ...]) -> list[tuple[str, ...]]:
    return [tuple(claim.id for claim in utterance.claims) for utterance in found]


def test_repeats_of_repeats_are_one_utterance_shown_by_its_origin() -> None:
    found = collapsed(
        said("A3", "Paper", 164, "2022-01-11", repeats="A2"),
        said("A1", "Ministry", 164, "2022-01-09"),
        said("A2", "Agency", 164, "2022-01-10", repeats="A1"),
        said("B1", "Prosecutors", 225, "2022-01-08"),
    )
    assert ids(found) == [("B1",), ("A1", "A2", "A3")]
    assert [utterance.voice for utterance in found] == ["Prosecutors", "Ministry"]


def test_the_origin_is_shown_even_where_a_repeat_is_dated_before_it() -> None:
    found = collapsed(
        said("A1", "Ministry", 164, "2022-01-09"),
        said("A2", "Agency", 164, "2022-01-07", repeats="A1"),
    )
    assert ids(found) == [("A1", "A2")]


def test_an_origin_that_is_not_among_them_leaves_the_earliest_to_be_shown() -> None:
    origin = said("A1", "Ministry", 164, "2022-01-09", key="another-question")
    found = collapsed(
        said("A3", "Paper", 164, "2022-01-11", repeats="A1"),
        said("A2", "Agency", 164, "2022-01-10", repeats="A1"),
        known=(origin,),
    )
    assert ids(found) == [("A2", "A3")]
    assert (found[0].origin, found[0].voice) == (origin, "Ministry")


def test_a_repeat_of_something_unknown_is_its_own_origin() -> None:
    assert ids(collapsed(said("A2", "Agency", 164, "2022-01-10", repeats="A1"))) == [("A2",)]


@pytest.mark.parametrize(
    "order", [("B", "C", "D", "A"), ("A", "D", "C", "B"), ("C", "A", "B", "D")]
)
def test_a_circle_ends_at_its_smallest_id_from_wherever_it_is_entered(
    order: tuple[str, ...],
) -> None:
    """A leads into the circle of B, C and D, and is no part of it, small as its id is."""
    repeats = {"A": "C", "B": "C", "C": "D", "D": "B"}
    claims = [said(name, name, 1, "2022-01-09", repeats=repeats[name]) for name in order]
    by_id = {claim.id: claim for claim in claims}
    assert {origin_of(claim, by_id).id for claim in claims} == {"B"}
    ((first, *others),) = ids(utterances(claims, by_id))
    assert (first, sorted(others)) == ("B", ["A", "C", "D"])


@given(
    st.dictionaries(st.sampled_from("abcdefg"), st.none() | st.sampled_from("abcdefgz"), min_size=1)
)
def test_every_claim_is_in_one_utterance_and_repeats_share_theirs(
    repeats: dict[str, str | None],
) -> None:
    links = {name: to for name, to in repeats.items() if to != name}
    claims = [said(name, "V", 1, "2022-01-09", repeats=to) for name, to in links.items()]
    found = collapsed(*claims)
    assert sorted(claim.id for utterance in found for claim in utterance.claims) == sorted(links)
    home = {claim.id: n for n, utterance in enumerate(found) for claim in utterance.claims}
    assert all(home[name] == home[to] for name, to in links.items() if to in links)


def test_who_relays_or_is_unknown_counts_as_no_voice_and_the_origin_decides() -> None:
    relayed = said("A1", "Paper", 227, "2022-01-10", basis="reported")
    carried = said("A2", "Ministry", 227, "2022-01-11", repeats="A1")
    unknown = said("B1", None, 50, "2022-01-10")
    own = said("C1", "Ministry", 164, "2022-01-09")
    passed_on = said("C2", "Paper", 164, "2022-01-10", basis="reported", repeats="C1")
    counts = {
        utterance.shown.id: utterance.counts
        for utterance in collapsed(relayed, carried, unknown, own, passed_on)
    }
    assert counts == {"A1": False, "B1": False, "C1": True}


@pytest.mark.parametrize(
    ("voices", "count"),
    [
        ([], 0),
        (["Ministry", "Ministry"], 1),
        (["Ministry", "Prosecutors"], 2),
        (["Ministry; Prosecutors", "Prosecutors"], 1),
        (["A; B", "C", "B;C"], 1),
        (["A", "C", "A; B"], 2),
        (["A;B", "C;D", " D ; A "], 1),
        (["", ";", "A"], 1),
    ],
)
def test_bodies_that_spoke_together_are_one_voice(voices: list[str], count: int) -> None:
    assert count_voices(voices) == count


@given(st.lists(st.sampled_from(["A", "B", "C", "A; B", "B; C", "D; E", "E"])), st.randoms())
def test_the_count_of_voices_does_not_depend_on_their_order(
    voices: list[str], random: object
) -> None:
    shuffled = list(voices)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a seeded random.Random
    assert count_voices(shuffled) == count_voices(voices) <= len(set(voices))
