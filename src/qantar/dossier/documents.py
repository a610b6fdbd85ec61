"""Documents as a dossier shows them: passages in order, without what was not meant to be read.

Of a file only what its author left standing is published: no deleted or hidden text, no comments,
no headers, no metadata, no ids of accounts, no telephone number in the place of a name, and no
answer to a question that asked for one.
The original, and all of that, stays in the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from qantar.model.finding import Locator
from qantar.model.phone_numbers import NumberedNames, without_numbers
from qantar.model.read_document import Begin, Quoted
from qantar.model.segment import Role, Segment, SegmentKind
from qantar.readers.protected_names import is_protected_name
from qantar.record.contents import TextRecord

_UNPUBLISHED: Final = frozenset(
    {
        SegmentKind.COMMENT,
        SegmentKind.HEADER,
        SegmentKind.FOOTER,
        SegmentKind.HIDDEN,
        SegmentKind.SYSTEM,
    }
)
_GROUPS: Final = re.compile(r"[/-]")  # KoboToolbox and ODK Central part groups in these ways
_OF_CHECKERS: Final = ("_notes", "_tags")  # of KoboToolbox
_BY_SIGHT: Final = "ocr"  # the reader of what a program made out on pictures
# What holds passages: who speaks in them, or which page they are on, and no text by itself.
_HOLDERS: Final = frozenset({SegmentKind.TURN, SegmentKind.PAGE, SegmentKind.FRAME})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPassage:
    """One passage: its number among the segments of its document, what it says, and who says it.

    `begins` is true where another turn begins than the one before; `locator` says where
    in the original it stands. `confidence` is how sure a program was that read it by sight.
    """

    number: int
    kind: SegmentKind
    text: str
    locator: Locator
    role: Role | None = None
    speaker: str | None = None
    at: str | None = None
    begins: bool = False
    confidence: float | None = None


@dataclass(slots=True)
class ShownDocument:
    """One document of one published file; `member` is its name within that file, if it has one.

    `by_sight` names the program that made it out on pictures; None where the text is the
    file's own. `in_part` is true where some of its passages, or of their words, are not shown.
    """

    accession: str
    number: int
    member: str | None
    media_type: str
    by_sight: str | None = None
    in_part: bool = False
    passages: list[ShownPassage] = field(default_factory=list)


def shown_documents(record: TextRecord) -> Iterator[ShownDocument]:
    """Give the documents of a file that say something, with their passages."""
    return (one for one in all_documents(record) if one.passages)


def all_documents(record: TextRecord) -> Iterator[ShownDocument]:
    """Give every document of a file, with the passages that are shown of it, if any are."""
    number = 0
    names = NumberedNames()
    document: ShownDocument | None = None
    quoted: list[tuple[int, Quoted]] = []
    for one in record.records():
        if isinstance(one, Begin):
            if document is not None:
                yield _with_passages(document, quoted, names)
            number += 1
            quoted = []
            document = ShownDocument(
                accession=record.accession,
                number=number,
                member=without_numbers(one.member) if one.member else one.member,
                media_type=one.media_type,
                by_sight=_program(one) if one.reader == _BY_SIGHT else None,
            )
        elif isinstance(one, Quoted):
            quoted.append((len(quoted) + 1, one))
    if document is not None:
        yield _with_passages(document, quoted, names)


def _program(begin: Begin) -> str:
    """Give the name and version of the program, and no more of how it was asked."""
    return str(begin.meta.get("ocr.program", "")) or _BY_SIGHT


def _with_passages(
    document: ShownDocument, quoted: list[tuple[int, Quoted]], names: NumberedNames
) -> ShownDocument:
    document.passages.extend(_passages(quoted, names))
    document.in_part = any(_is_left_out(one.segment) for _, one in quoted)
    return document


def _passages(quoted: list[tuple[int, Quoted]], names: NumberedNames) -> Iterator[ShownPassage]:
    turn: Segment | None = None
    shown_turn: Segment | None = None
    until = 0
    for at, (number, one) in enumerate(quoted):
        segment = one.segment
        if segment.kind is SegmentKind.TURN:
            turn = segment
        if segment.kind in _HOLDERS or _is_left_out(segment) or segment.start < until:
            continue
        if turn is not None and segment.start >= turn.end:
            turn = None
        until = segment.end
        text = _left_standing(quoted, at)
        if not text.strip():
            continue
        speaks = turn or segment
        begins = speaks.kind is SegmentKind.MESSAGE or (turn is not None and turn is not shown_turn)
        shown_turn = turn
        yield ShownPassage(
            number=number,
            kind=segment.kind,
            text=text,
            locator=segment.locator,
            role=speaks.role,
            speaker=names.shown(speaks.speaker),
            at=segment.at,
            begins=begins,
            confidence=segment.confidence if segment.words else None,
        )


def _is_left_out(segment: Segment) -> bool:
    """Whether a passage is not shown, or words within one are not."""
    return (
        segment.kind in _UNPUBLISHED
        or segment.kind is SegmentKind.DELETED
        or _answers_what_is_protected(segment.locator.column)
    )


def _answers_what_is_protected(question: str | int | None) -> bool:
    """Whether a form asked for a telephone, an address, a number of a document and the like.

    The rule is that for columns of tables; of a question's full name the last part counts.
    What those who check submissions write to each other is nobody's answer.
    """
    if not isinstance(question, str):
        return False
    return question.startswith(_OF_CHECKERS) or is_protected_name(_GROUPS.split(question)[-1])


def _left_standing(quoted: list[tuple[int, Quoted]], at: int) -> str:
    """Give a passage's text without what was deleted or commented within it."""
    outer = quoted[at][1]
    start, text = outer.segment.start, outer.text
    kept, end = "", 0
    if outer.segment.deleted:
        return ""
    for after in range(at + 1, len(quoted)):
        span = quoted[after][1].segment
        if span.start >= outer.segment.end:
            break
        if span.kind in (SegmentKind.DELETED, *_UNPUBLISHED) and span.start - start >= end:
            kept += text[end : span.start - start]
            end = span.end - start
    return kept + text[end:]
