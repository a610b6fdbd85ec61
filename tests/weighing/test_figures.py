"""Figures over time, on examples small enough to be worked by hand."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from qantar.model.claim import Claim
from qantar.model.vocabulary import load
from qantar.weighing.fates import Fate
from qantar.weighing.figures import Figure, State, Why, figures

from .claims import said

KEY = "killed-all-sayaqkent"


def weighed(*claims: Claim, cumulative: bool = True) -> Figure:
    made = {f.key: f for f in figures(claims, is_cumulative=lambda _: cumulative)}
    return made[KEY]


def fates(figure: Figure) -> dict[str, Fate]:
    return {point.utterance.shown.id: point.fate for point in figure.points}


def test_one_voice_one_value_is_a_single_voice() -> None:
    figure = weighed(said("A1", "Ministry", 12, "2022-01-09"))
    assert (figure.state, figure.voices, figure.standing) == (State.SINGLE_VOICE, 1, 1)


def test_one_voice_with_several_values_is_changing_and_only_its_latest_stands() -> None:
    figure = weighed(
        said("A1", "Prosecutors", 225, "2022-01-15"),
        said("A2", "Prosecutors", 230, "2022-03-14", stance="revises", targets=("A1",)),
        said("A3", "Prosecutors", 238, "2022-08-16"),
    )
    assert figure.state is State.CHANGING
    assert fates(figure) == {"A1": Fate.REVISED, "A2": Fate.SUPERSEDED, "A3": Fate.CURRENT}
    assert figure.voices == 1


def test_repeats_collapse_onto_the_utterance_and_are_no_voices() -> None:
    figure = weighed(
        said("A1", "Ministry", 164, "2022-01-09"),
        said("A2", "Agency", 164, "2022-01-09", repeats="A1"),
        said("A3", "Observers", 164, "2022-01-11", repeats="A2"),
    )
    (point,) = figure.points
    assert [claim.id for claim in point.utterance.carried_by] == ["A2", "A3"]
    assert (figure.claims, figure.voices, figure.state) == (3, 1, State.SINGLE_VOICE)


def test_a_withdrawn_value_stays_visible_and_stands_no_more() -> None:
    figure = weighed(
        said("A1", "Ministry", 164, "2022-01-09"),
        said("A2", "Ministry", None, "2022-01-09", stance="denies", targets=("A1",)),
        said("A3", "Channel", None, "2022-01-10", stance="withdraws", targets=("A1",)),
    )
    (point,) = figure.points
    assert (figure.state, point.fate) == (State.WITHDRAWN, Fate.WITHDRAWN)
    assert [mark.id for mark in point.marks] == ["A2", "A3"]
    assert (figure.voices, figure.standing) == (1, 0)


def test_a_denial_by_another_voice_contests_and_does_not_withdraw() -> None:
    figure = weighed(
        said("A1", "Ministry", 20, "2022-01-09"),
        said("A2", "Union", None, "2022-01-10", stance="denies", targets=("A1",)),
    )
    assert (figure.state, fates(figure)) == (State.CONTESTED, {"A1": Fate.CURRENT})


def test_its_own_later_doubt_does_not_contest_a_voice() -> None:
    figure = weighed(
        said("A1", "Presidency", 20, "2022-01-09"),
        said("A2", "Presidency", None, "2022-06-10", stance="doubts", targets=("A1",)),
    )
    assert figure.state is State.SINGLE_VOICE


def test_relayed_claims_are_shown_and_never_counted() -> None:
    figure = weighed(
        said("A1", "Paper", 227, "2022-01-21", basis="reported"),
        said("A2", "Radio", 227, "2022-03-14", basis="told"),
    )
    assert (figure.state, figure.voices, len(figure.points)) == (State.RELAYED_ONLY, 0, 2)


def test_a_speaker_nobody_knows_is_no_voice() -> None:
    figure = weighed(said("A1", None, 16000, "2022-01-20"))
    assert (figure.state, figure.voices) == (State.NO_VOICE, 0)


def test_two_independent_voices_with_one_value_agree() -> None:
    figure = weighed(
        said("A1", "Ministry", 12, "2022-01-09"),
        said("A2", "Observers", 12, "2022-01-12"),
        said("A3", "Agency", (10, None), "2022-01-13"),
    )
    assert (figure.state, figure.agreed_by) == (State.AGREED, 2)
    (version,) = figure.versions
    assert [point.utterance.shown.id for point in version.fits] == ["A3"]


def test_two_offices_in_one_statement_are_no_second_voice() -> None:
    figure = weighed(
        said("A1", "Health; Interior", 12, "2022-01-09"),
        said("A2", "Health", 12, "2022-01-10"),
    )
    assert (figure.voices, figure.state) == (1, State.SINGLE_VOICE)


def test_different_values_for_one_day_contradict() -> None:
    figure = weighed(
        said("A1", "Ministry", 12, "2022-01-09"),
        said("A2", "Observers", 40, "2022-01-09"),
    )
    assert figure.state is State.CONTESTED
    assert [c.why for c in figure.contradictions] == [Why.SAME_DAY]


def test_values_for_different_days_do_not_contradict_by_that_alone() -> None:
    figure = weighed(
        said("A1", "Health", 103, "2022-01-09"),
        said("A2", "Prosecutors", 151, "2023-01-05"),
    )
    assert (figure.state, figure.contradictions) == (State.SUCCESSIVE, ())


def test_a_running_total_cannot_fall_but_a_count_of_the_day_can() -> None:
    claims = (
        said("A1", "Activist", (1000, None), "2022-01-20"),
        said("A2", "Prosecutors", 238, "2023-01-05"),
    )
    assert weighed(*claims).state is State.CONTESTED
    assert weighed(*claims, cumulative=False).state is State.SINGLE_VOICE


def test_a_bound_founds_no_version() -> None:
    figure = weighed(
        said("A1", "Agency", (200, None), "2023-01-19"),
        said("A2", "Radio", (100, None), "2023-01-19"),
    )
    assert figure.versions == ()


def test_a_number_carried_over_from_another_question_counts_as_no_voice() -> None:
    figure = weighed(
        said("B1", "Police", 149, "2022-01-16", key="killed-civilians-sayaqkent"),
        said("A1", "Headline", 149, "2022-01-16", repeats="B1"),
    )
    assert (fates(figure), figure.voices) == ({"A1": Fate.CARRIED}, 0)


def test_a_claim_without_a_source_enters_no_count() -> None:
    figure = weighed(
        said("A1", "Ministry", 12, "2022-01-09"),
        said("A2", "Somebody", 99, "2022-01-09", evidence="general_knowledge"),
    )
    assert (figure.claims, figure.voices, figure.state) == (1, 1, State.SINGLE_VOICE)
    assert [claim.id for claim in figure.unsourced] == ["A2"]


def test_an_undated_claim_is_placed_by_the_day_its_amount_holds_for() -> None:
    figure = weighed(
        said("A1", "Prosecutors", 232, "2022-05-05"),
        said("A2", "Prosecutors", 238, None, as_of="2022-08-16"),
        said("A3", "Prosecutors", 239, "2023-01-05"),
    )
    assert [p.utterance.shown.id for p in figure.points] == ["A1", "A2", "A3"]


def test_a_circle_of_repeats_ends() -> None:
    figure = weighed(
        said("A1", "Ministry", 12, "2022-01-09", repeats="A2"),
        said("A2", "Ministry", 12, "2022-01-10", repeats="A1"),
    )
    assert len(figure.points) == 1


@st.composite
def sets_of_claims(draw: st.DrawFn) -> list[Claim]:
    count = draw(st.integers(1, 8))
    names = [f"A{n}" for n in range(count)]
    made: list[Claim] = []
    for at, name in enumerate(names):
        earlier = st.sampled_from(names[:at]) if at else st.none()
        stance = draw(st.sampled_from(["asserts", "asserts", "denies", "doubts", "withdraws"]))
        made.append(
            said(
                name,
                draw(st.sampled_from(["Ministry", "Union", "Radio", None])),
                draw(st.one_of(st.none(), st.integers(0, 5))),
                draw(st.sampled_from(["2022-01-05", "2022-01-06", "2022-01", "2023", None])),
                stance=stance,
                basis=draw(st.sampled_from(["official", "reported", "not-stated"])),
                repeats=draw(st.one_of(st.none(), earlier)) if stance == "asserts" else None,
                targets=tuple(filter(None, [draw(earlier)])) if stance != "asserts" else (),
            )
        )
    return made


@given(sets_of_claims(), st.randoms(use_true_random=False))
def test_every_claim_is_shown_once_and_the_order_of_arrival_changes_nothing(
    claims: list[Claim], shuffler: random.Random
) -> None:
    figure = weighed(*claims)
    shown = [claim.id for point in figure.points for claim in point.utterance.claims]
    shown += [claim.id for claim in (*figure.speaking_about, *figure.unsourced)]
    assert sorted(shown) == sorted(claim.id for claim in claims)
    mixed = list(claims)
    shuffler.shuffle(mixed)
    assert weighed(*mixed) == figure


@given(sets_of_claims())
def test_counts_follow_from_the_points(claims: list[Claim]) -> None:
    figure = weighed(*claims)
    assert figure.standing <= figure.voices <= len(figure.points)
    current = [point.utterance.voice for point in figure.points if point.fate is Fate.CURRENT]
    assert len(current) == len(set(current)) == figure.standing


def test_a_withdrawal_that_is_only_relayed_takes_nothing_back() -> None:
    figure = weighed(
        said("A1", "Ministry", 164, "2022-01-09"),
        said(
            "A2", "Paper", None, "2022-01-10", stance="withdraws", basis="reported", targets=("A1",)
        ),
    )
    assert fates(figure) == {"A1": Fate.CURRENT}


def test_a_question_states_no_amount() -> None:
    figure = weighed(said("A1", "Paper", 40, "2022-01-10", stance="asks"))
    assert (figure.state, figure.voices) == (State.NO_VALUE, 0)


def test_every_state_and_fate_has_its_words() -> None:
    assert set(load("figure-state").terms) == {state.value for state in State}
    assert set(load("claim-fate").terms) == {fate.value for fate in Fate}


def test_a_withdrawal_that_names_no_number_counts_wherever_it_stands() -> None:
    figure = weighed(
        said("A1", "Ministry", 164, "2022-01-09"),
        said("A2", "Ministry", None, "2022-01-10", stance="withdraws", targets=("A1",), key=None),
    )
    assert (fates(figure), figure.claims) == ({"A1": Fate.WITHDRAWN}, 1)


def test_a_body_that_spoke_jointly_and_then_alone_does_not_contradict_itself() -> None:
    figure = weighed(
        said("A1", "Health; Interior", 5, "2022-01-09"),
        said("A2", "Health", 9, "2022-01-09", as_of="2022-01-09"),
    )
    assert (figure.state, figure.voices, figure.standing) == (State.CHANGING, 1, 1)
