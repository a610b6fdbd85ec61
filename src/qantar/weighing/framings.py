"""Framings: who blamed whom, in which word, by speaker and day; changes are shown as changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qantar.model.claim import Claim, FramingDetail
from qantar.weighing.said import saying_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """One framing by one voice; `contradicts` are earlier ones of the same voice."""

    claim: Claim
    detail: FramingDetail
    contradicts: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakersFramings:
    """All framings of one voice, in the order said; None where nobody knows who spoke."""

    voice: str | None
    framings: tuple[Framed, ...]

    @property
    def changes(self) -> tuple[Framed, ...]:
        """Those that contradict or replace an earlier one of the same voice."""
        return tuple(framed for framed in self.framings if framed.contradicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One way of blaming (whom, in which word), with all who used it, in the order said."""

    key: str
    framings: tuple[Framed, ...]


def framings(claims: Iterable[Claim]) -> tuple[Framed, ...]:
    """Take the framings among the claims, in the order said."""
    listed = tuple(claims)
    by_id = {claim.id: claim for claim in listed}
    found = [
        Framed(claim=claim, detail=claim.detail, contradicts=_contradicted(claim, by_id))
        for claim in listed
        if isinstance(claim.detail, FramingDetail)
    ]
    return tuple(sorted(found, key=lambda framed: saying_order(framed.claim)))


def _contradicted(claim: Claim, by_id: dict[str, Claim]) -> tuple[Claim, ...]:
    """Earlier framings it targets; only the same voice changes its own word."""
    targets = (by_id[target] for target in claim.targets if target in by_id)
    return tuple(t for t in targets if t.voice is not None and t.voice == claim.voice)


def by_speaker(framed: Iterable[Framed]) -> tuple[SpeakersFramings, ...]:
    """Group by voice; those who spoke most come first, unknown speakers last."""
    groups: dict[str | None, list[Framed]] = {}
    for one in framed:
        groups.setdefault(one.claim.voice, []).append(one)
    made = [SpeakersFramings(voice=voice, framings=tuple(group)) for voice, group in groups.items()]
    return tuple(sorted(made, key=lambda s: (s.voice is None, -len(s.framings), s.voice or "")))


def by_word(framed: Iterable[Framed]) -> tuple[Word, ...]:
    """Group by who is blamed and in which word; the most used comes first."""
    groups: dict[str, list[Framed]] = {}
    for one in framed:
        groups.setdefault(one.detail.framing_key, []).append(one)
    made = [Word(key=key, framings=tuple(group)) for key, group in groups.items()]
    return tuple(sorted(made, key=lambda word: (-len(word.framings), word.key)))
