"""Framings: who blamed whom; only the same voice changes its own word."""

from __future__ import annotations

from qantar.model.claim import Claim, FramingDetail
from qantar.weighing.framings import by_speaker, by_word, framings

from .claims import PASSAGE, day, said


def blamed(
    name: str,
    voice: str | None,
    when: str | None = "2022-01-07",
    *,
    key: str = "plotters-coup",
    targets: tuple[str, ...] = (),
) -> Claim:
    return Claim(
        id=name,
        kind="framing",
        statement=f"{voice} says {key}",
        passage=PASSAGE,
        source="s",
        voice=voice,
        made_at=day(when) if when else None,
        targets=targets,
        detail=FramingDetail(framing_key=key, term="coup", blamed="plotters"),
    )


def test_framings_stand_in_the_order_said_and_other_claims_are_none() -> None:
    found = framings(
        [
            blamed("R2", "Presidency", "2022-01-10"),
            said("A1", "Ministry", 164, "2022-01-09"),
            blamed("R3", "Presidency", None),
            blamed("R1", "Ministry", "2022-01-05"),
        ]
    )
    assert [framed.claim.id for framed in found] == ["R1", "R2", "R3"]


def test_a_voice_that_now_says_otherwise_is_a_change() -> None:
    first = blamed("R1", "Presidency", "2022-01-05", key="peaceful")
    later = blamed("R2", "Presidency", "2022-01-07", targets=("R1",))
    (speaker,) = by_speaker(framings([later, first]))
    assert [(change.claim.id, change.contradicts) for change in speaker.changes] == [
        ("R2", (first,))
    ]


def test_another_voice_or_nobody_known_changes_nothing() -> None:
    found = framings(
        [
            blamed("R1", "Presidency", "2022-01-05"),
            blamed("R2", "Ministry", "2022-01-07", targets=("R1",)),
            blamed("R3", None, "2022-01-05"),
            blamed("R4", None, "2022-01-07", targets=("R3",)),
            blamed("R5", "Ministry", "2022-01-08", targets=("R9",)),
        ]
    )
    assert [framed.claim.id for framed in found if framed.contradicts] == []


def test_two_framings_of_one_voice_that_merely_differ_are_no_change() -> None:
    found = framings([blamed("R1", "P", key="peaceful"), blamed("R2", "P", key="terror")])
    assert not any(framed.contradicts for framed in found)


def test_who_spoke_most_comes_first_and_those_nobody_knows_last() -> None:
    found = framings(
        [blamed("R1", "B"), blamed("R2", "A"), blamed("R3", "B")]
        + [blamed(f"X{n}", None) for n in range(5)]
    )
    assert [(s.voice, len(s.framings)) for s in by_speaker(found)] == [
        ("B", 2),
        ("A", 1),
        (None, 5),
    ]


def test_the_word_most_used_comes_first_and_ties_by_key() -> None:
    found = framings(
        [
            blamed("R1", "A", key="z"),
            blamed("R2", "B", key="m"),
            blamed("R3", "C", key="a"),
            blamed("R4", "D", key="m"),
        ]
    )
    assert [(word.key, [f.claim.id for f in word.framings]) for word in by_word(found)] == [
        ("m", ["R2", "R4"]),
        ("a", ["R3"]),
        ("z", ["R1"]),
    ]
