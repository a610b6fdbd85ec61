"""Which reports are joined as one happening, and which never are."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from qantar.model.claim import Claim
from qantar.model.place import Gazetteer, Place
from qantar.weighing.events import Bonds, happenings, pair
from qantar.weighing.same_happening import trace_of

from .claims import happened

GAZETTEER = Gazetteer.of(
    [
        Place(id="oblast", name="Sayaq oblast", kind="oblast"),
        Place(id="sayaqkent", name="Sayaqkent", kind="town", parent="oblast"),
        Place(id="square", name="Old Square", kind="square", parent="sayaqkent"),
        Place(id="station", name="Station", kind="building", parent="sayaqkent"),
    ]
)
FIRE = {"kind": "arson", "family": "violence"}


def groups(*claims: Claim, bonds: Bonds | None = None) -> list[list[str]]:
    made = happenings(claims, GAZETTEER, bonds)
    return [[claim.id for claim in happening.claims] for happening in made]


def test_two_reports_of_one_day_place_and_wording_are_one_event() -> None:
    joined = happenings(
        [
            happened("E1", "Akimat stormed by a crowd", "2022-01-05T00:00", **FIRE),
            happened("E2", "Akimat entered and set on fire", "2022-01-05T00:00", **FIRE),
        ],
        GAZETTEER,
    )
    (event,) = joined
    assert (event.id, event.joined, event.disagreements) == ("ev-E1", True, ())


def test_two_happenings_of_one_day_without_a_common_word_stay_two() -> None:
    made = groups(
        happened("E1", "Road to two hospitals blocked", "2022-01-06T00:00", **FIRE),
        happened("E2", "Seven supermarkets looted", "2022-01-06T00:00", **FIRE),
    )
    assert made == [["E1"], ["E2"]]


def test_two_clock_times_within_the_hour_are_joined_and_differ_in_time() -> None:
    (event,) = happenings(
        [
            happened("E1", "Nationwide shutdown", "2022-01-05T16:30", precision="minute", **FIRE),
            happened("E2", "Large outage", "2022-01-05T17:15", precision="minute", **FIRE),
        ],
        GAZETTEER,
    )
    assert event.disagreements == ("time",)


def test_clock_times_more_than_an_hour_apart_are_two() -> None:
    made = groups(
        happened("E1", "Attack on the akimat", "2022-01-05T15:27", precision="minute", **FIRE),
        happened("E2", "Attack on the akimat", "2022-01-05T16:30", precision="minute", **FIRE),
    )
    assert made == [["E1"], ["E2"]]


def test_a_day_is_never_joined_with_an_hour() -> None:
    made = groups(
        happened("E1", "Crowd storms the akimat", "2022-01-05T00:00", **FIRE),
        happened("E2", "Crowd storms the akimat", "2022-01-05T16:30", precision="hour", **FIRE),
    )
    assert sorted(made) == [["E1"], ["E2"]]


def test_a_square_lies_within_its_town_but_a_town_is_not_its_oblast() -> None:
    at = {"precision": "hour", **FIRE}
    assert groups(
        happened("E1", "Shots at the crowd", "2022-01-05T16:00", place="square", **at),
        happened("E2", "Shots at the crowd", "2022-01-05T16:00", place="sayaqkent", **at),
    ) == [["E1", "E2"]]
    assert groups(
        happened("E1", "Shots at the crowd", "2022-01-05T16:00", place="oblast", **at),
        happened("E2", "Shots at the crowd", "2022-01-05T16:00", place="sayaqkent", **at),
    ) == [["E1"], ["E2"]]


def test_speeches_join_only_when_the_same_person_acts() -> None:
    speech = {"kind": "statement", "family": "speech"}
    made = groups(
        happened("E1", "Address to the people", "2022-01-05T00:00", actors="Akim", **speech),
        happened("E2", "Address to the people", "2022-01-05T00:00", actors="Minister", **speech),
    )
    assert made == [["E1"], ["E2"]]


def test_a_vague_report_does_not_draw_two_distinct_happenings_together() -> None:
    """E2 fits E1 and E3, which do not fit each other: it goes with one, not with both."""
    made = groups(
        happened("E1", "Crowd at station", "2022-01-05T00:00"),
        happened("E2", "Crowd at station burns office", "2022-01-05T00:00"),
        happened("E3", "Office burns", "2022-01-05T00:00"),
    )
    assert made == [["E1", "E2"], ["E3"]]


def test_a_repeat_is_always_joined() -> None:
    made = groups(
        happened("E1", "Airport seized", "2022-01-05T18:00", precision="part-of-day"),
        happened("E2", "Agency on looting", "2022-01-05T22:52", precision="minute", repeats="E1"),
    )
    assert made == [["E1", "E2"]]


def test_decisions_win_over_the_rule_both_ways() -> None:
    alike = [happened(f"E{n}", "Akimat stormed", "2022-01-05T00:00", **FIRE) for n in (1, 2, 3)]
    apart = Bonds(apart=frozenset({pair("E1", "E2")}))
    assert groups(*alike, bonds=apart) == [["E1", "E3"], ["E2"]]
    unlike = [
        happened("E1", "Akimat stormed", "2022-01-05T00:00"),
        happened("E2", "Plane lands", "2022-01-09T00:00"),
    ]
    together = Bonds(together=frozenset({pair("E1", "E2")}))
    (event,) = happenings(unlike, GAZETTEER, together)
    assert (event.confirmed, [claim.id for claim in event.claims]) == (True, ["E1", "E2"])


def test_joining_two_keeps_what_the_rule_had_joined_with_either() -> None:
    claims = [
        happened("E1", "Akimat stormed", "2022-01-05T00:00", **FIRE),
        happened("E2", "Akimat stormed by crowd", "2022-01-05T00:00", **FIRE),
        happened("E3", "Plane lands", "2022-01-09T00:00"),
    ]
    together = Bonds(together=frozenset({pair("E1", "E3")}))
    assert groups(*claims, bonds=together) == [["E1", "E2", "E3"]]


def test_holding_apart_undoes_a_repeat() -> None:
    claims = [
        happened("E1", "Airport seized", "2022-01-05T00:00"),
        happened("E2", "Looting at the airport", "2022-01-06T00:00", repeats="E1"),
    ]
    assert groups(*claims, bonds=Bonds(apart=frozenset({pair("E1", "E2")}))) == [["E1"], ["E2"]]


WORDS = ["crowd", "akimat", "fire", "station"]


@st.composite
def reports(draw: st.DrawFn) -> list[Claim]:
    return [
        happened(
            f"E{n}",
            " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))),
            draw(st.sampled_from(["2022-01-05T00:00", "2022-01-05T16:00", "2022-01-05T16:40"])),
            precision=draw(st.sampled_from(["day", "hour", "minute"])),
            place=draw(st.sampled_from(["sayaqkent", "square", "oblast"])),
        )
        for n in range(draw(st.integers(1, 10)))
    ]


@given(reports(), st.randoms(use_true_random=False))
def test_every_report_is_in_one_event_whatever_the_order(
    claims: list[Claim], shuffler: random.Random
) -> None:
    made = groups(*claims)
    assert sorted(name for group in made for name in group) == sorted(c.id for c in claims)
    mixed = list(claims)
    shuffler.shuffle(mixed)
    assert groups(*mixed) == made


def test_reports_of_one_town_are_compared_within_their_days_only() -> None:
    """Joining every two of thousands of reports of one town would take minutes."""
    many = [
        happened(
            f"E{n}", f"w{n} v{n}", f"20{30 + n // 336}-{1 + n // 28 % 12:02}-{1 + n % 28:02}T00:00"
        )
        for n in range(3000)
    ]
    blocks: dict[tuple[str, str, str], int] = {}
    for claim in many:
        for block in trace_of(claim).blocks(GAZETTEER):
            blocks[block] = blocks.get(block, 0) + 1
    assert max(blocks.values()) == 1
    assert len(happenings(many, GAZETTEER)) == 3000


def test_an_event_is_confirmed_only_when_decisions_hold_all_of_it() -> None:
    alike = [happened(f"E{n}", "Akimat stormed", "2022-01-05T00:00", **FIRE) for n in (1, 2, 3)]
    two = Bonds(together=frozenset({pair("E1", "E2")}))
    all_three = Bonds(together=frozenset({pair("E1", "E2"), pair("E2", "E3")}))
    assert [e.confirmed for e in happenings(alike, GAZETTEER, two)] == [False]
    assert [e.confirmed for e in happenings(alike, GAZETTEER, all_three)] == [True]
    assert [e.confirmed for e in happenings(alike[:1], GAZETTEER, two)] == [False]


def test_holding_two_apart_cuts_a_chain_of_repeats_between_them() -> None:
    claims = [
        happened("E1", "Airport seized", "2022-01-05T00:00"),
        happened("E2", "Looting", "2022-01-06T00:00", repeats="E1"),
        happened("E3", "Plane burns", "2022-01-07T00:00", repeats="E2"),
    ]
    made = groups(*claims, bonds=Bonds(apart=frozenset({pair("E1", "E3")})))
    assert all(not {"E1", "E3"} <= set(group) for group in made)
