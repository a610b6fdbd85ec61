"""Questions and answers: which paragraphs of a text are turns of an interview, and whose.

Two ways of setting an interview are known. Named: paragraphs begin with a name or a
letter and a colon ("Q:", "Вопрос:", "Aigul:"). Unnamed: a question stands as a
paragraph of its own and ends in a question mark, and an answer follows. Whoever speaks
unnamed is not named here either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from qantar.model.segment import Role, SegmentKind
from qantar.readers.paragraphs import Block

_LABEL: Final = re.compile(r"(?:\*\*|__)?([^\W\d_][^:*\n]{0,39}?)\s*:(?:\*\*|__)?(?=\s|\Z)")
_LONGEST_LABEL_WORDS: Final = 4
_LEAST_TURNS, _LEAST_LABELS = 3, 2
_LEAST_QUESTIONS: Final = 3
_QUESTION_CHARS: Final = 600
_ASKED: Final = re.compile(r"\?['\"»”’)\]*_]*\Z")
_QUESTION_WORDS: Final = frozenset(
    {"q", "question", "interviewer", "journalist", "host", "в", "вопрос", "корреспондент",
     "журналист", "интервьюер", "ведущий", "ведущая", "сұрақ", "с", "тілші", "жүргізуші"}
)  # fmt: skip
_ANSWER_WORDS: Final = frozenset(
    {"a", "answer", "о", "ответ", "ж", "жауап", "respondent", "witness"}
)

# What names a side of the talk and nobody in it.
_SIDES: Final = frozenset(
    {"q", "a", "question", "answer", "в", "о", "вопрос", "ответ", "с", "ж", "сұрақ", "жауап"}
)

_TURNS: Final = frozenset(
    {SegmentKind.PARAGRAPH, SegmentKind.LIST_ITEM, SegmentKind.HEADING, SegmentKind.QUOTE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One span in which one side speaks: its first and last block, by their places in the list.

    A caption within it is nobody's words: what is said behind it is a turn of its own.
    """

    first: int
    last: int
    role: Role | None
    speaker: str | None


def turns(text: str, found: Sequence[Block]) -> list[Turn]:
    """Give the turns, in order; none where the text is no interview."""
    labels = [_label(text, block) for block in found]
    if _is_named(labels):
        return list(_named(text, found, labels))
    asked = [_asks(text, block) for block in found]
    return list(_unnamed(found, asked)) if _is_unnamed(asked) else []


def _label(text: str, block: Block) -> str | None:
    """The name before a colon that a paragraph begins with, if it can be one."""
    if block.kind not in _TURNS:
        return None
    match = _LABEL.match(text, block.start, min(block.end, block.start + 60))
    if match is None or len(match[1].split()) > _LONGEST_LABEL_WORDS:
        return None
    return match[1].strip()


def _is_named(labels: Sequence[str | None]) -> bool:
    """Whether the labels are those of speakers: several, that take turns and come back."""
    given = [label for label in labels if label]
    if len(given) < _LEAST_TURNS or len(set(given)) < _LEAST_LABELS:
        return False
    # Labels that never come back head the parts of a text ("Where:", "When:").
    returning = sum(given.count(label) > 1 for label in set(given))
    return returning >= _LEAST_LABELS or (returning >= 1 and len(set(given)) == _LEAST_LABELS)


def _named(text: str, found: Sequence[Block], labels: Sequence[str | None]) -> Iterator[Turn]:
    known = {label for label in labels if label and list(labels).count(label) > 1} | {
        label for label in labels if label and label.casefold() in _QUESTION_WORDS | _ANSWER_WORDS
    }
    speaker: str | None = None
    whose: list[str | None] = []
    for label, block in zip(labels, found, strict=True):
        speaker = label if label in known else speaker
        whose.append(None if block.kind is SegmentKind.CAPTION else speaker)
    asking = _asking_side(text, found, whose)
    for first, last, name in _runs(whose, [label in known for label in labels]):
        role = None
        if asking:
            role = Role.QUESTION if name == asking else Role.ANSWER
        unnamed = name.casefold() in _SIDES
        yield Turn(first=first, last=last, role=role, speaker=None if unnamed else name)


def _runs(whose: Sequence[str | None], begins: Sequence[bool]) -> Iterator[tuple[int, int, str]]:
    """Give the runs of blocks of one speaker, cut where a label stands anew."""
    number = 0
    keys: list[tuple[int, str | None]] = []
    for name, new in zip(whose, begins, strict=True):
        number += new
        keys.append((number, name))
    for (_, name), group in groupby(range(len(whose)), key=lambda at: keys[at]):
        places = list(group)
        if name is not None:
            yield places[0], places[-1], name


def _asking_side(text: str, found: Sequence[Block], whose: Sequence[str | None]) -> str | None:
    """Who asks: whose label says so, else the one of two whose paragraphs mostly are questions."""
    names = list(dict.fromkeys(name for name in whose if name))
    said = [name for name in names if name.casefold() in _QUESTION_WORDS]
    if said:
        return said[0]
    if any(name.casefold() in _ANSWER_WORDS for name in names) and len(names) == _LEAST_LABELS:
        return next(name for name in names if name.casefold() not in _ANSWER_WORDS)
    shares = {
        name: _share_of_questions(
            [text[b.start : b.end] for b, who in zip(found, whose, strict=True) if who == name]
        )
        for name in names
    }
    best = max(shares, key=lambda name: shares[name], default=None)
    others = [share for name, share in shares.items() if name != best]
    if best is None or not others:
        return None
    return best if shares[best] > 0.5 and max(others) < shares[best] / 2 else None  # noqa: PLR2004


def _share_of_questions(said: Sequence[str]) -> float:
    return sum("?" in one for one in said) / len(said) if said else 0.0


def _asks(text: str, block: Block) -> bool:
    """Whether a paragraph of its own is a question."""
    said = text[block.start : block.end]
    return block.kind in _TURNS and len(said) <= _QUESTION_CHARS and _ASKED.search(said) is not None


def _is_unnamed(asked: Sequence[bool]) -> bool:
    """Whether questions stand alone and are answered: several, and less than every other."""
    runs = [key for key, _ in groupby(asked)]
    questions = sum(runs)
    return questions >= _LEAST_QUESTIONS and sum(asked) <= len(asked) / 2 and not asked[-1]


def _unnamed(found: Sequence[Block], asked: Sequence[bool]) -> Iterator[Turn]:
    begun = asked.index(True)
    sides = [
        None if at < begun or block.kind is SegmentKind.CAPTION else asks
        for at, (block, asks) in enumerate(zip(found, asked, strict=True))
    ]
    for side, group in groupby(range(len(found)), key=lambda at: sides[at]):
        places = list(group)
        if side is not None:
            role = Role.QUESTION if side else Role.ANSWER
            yield Turn(first=places[0], last=places[-1], role=role, speaker=None)
