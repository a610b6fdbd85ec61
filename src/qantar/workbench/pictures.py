"""Findings about pictures and films of a case that look alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from qantar.model.finding import Finding, Locator, Severity
from qantar.model.read_document import Begin, MetaValue, Quoted
from qantar.model.segment import SegmentKind
from qantar.reading.films import Film, FilmsAlike, Second, StillInFilm, films_alike, stills_in_films
from qantar.reading.looks import HASH_BYTES
from qantar.reading.pictures import Alike, Picture, alike
from qantar.record.contents import AccessionRecord, TextRecord

_LEAST_DETAIL: Final = 10
"""Of 100: a picture that shows less is of one colour, and looks like all others that are."""


def picture_findings(
    texts: Sequence[TextRecord], accessions: Mapping[str, AccessionRecord]
) -> Iterator[Finding]:
    """Tell of each picture and film that looks like another, in the order of taking in."""
    named = {one.key: one for one in _documents(texts, accessions)}
    pictures = list(_pictures(texts))
    for pair in alike(pictures):
        yield named[pair.second.key].finding(_words(pair, named[pair.first.key].name))
    films = [film for text in texts for film in _films(text)]
    for films_pair in films_alike(films):
        where = _at(films_pair.second_at)
        words = _film_words(films_pair, named[films_pair.first].name)
        yield named[films_pair.second].finding(words, where)
    for still in stills_in_films(pictures, films):
        yield named[still.still].finding(_still_words(still, named[still.film].name))


@dataclass(frozen=True, slots=True)
class _Document:
    """A document of the case, and by which name a person knows it."""

    key: str
    name: str
    accession: AccessionRecord

    def finding(self, text: str, where: Locator | None = None) -> Finding:
        return Finding(
            code="duplicate-media",
            text=text,
            severity=Severity.NOTE,
            file=self.accession.accession.path,
            original=self.accession.original,
            accession=self.accession.id,
            where=where,
        )


def _documents(
    texts: Sequence[TextRecord], accessions: Mapping[str, AccessionRecord]
) -> Iterator[_Document]:
    for text in texts:
        one = accessions[text.accession]
        # Without its folder: what a finding says can be published, and folders name people.
        file = PurePosixPath(one.accession.path).name
        for number, (begin, _) in enumerate(text.documents, start=1):
            name = f"{file}, {begin.member}" if begin.member else file
            yield _Document(f"{text.accession}/{number}", name, one)


def _pictures(texts: Sequence[TextRecord]) -> Iterator[Picture]:
    for text in texts:
        for number, (begin, _) in enumerate(text.documents, start=1):
            pdq, mirrored = begin.meta.get("pdq"), begin.meta.get("pdq_mirrored")
            detail = begin.meta.get("pdq_detail")
            if isinstance(detail, int) and detail < _LEAST_DETAIL:
                continue
            # What a confined reader said of a stranger's picture may be no hash at all.
            with suppress(ValueError):
                yield Picture(
                    key=f"{text.accession}/{number}", pdq=_bytes(pdq), mirrored=_bytes(mirrored)
                )


def _films(text: TextRecord) -> Iterator[Film]:
    """Give the films of a file; only where one was looked at is it gone through again."""
    if not any("frames.seconds" in end.meta for _, end in text.documents):
        return
    seconds: dict[int, list[Second]] = {}
    number = 0
    for record in text.records():
        if isinstance(record, Begin):
            number += 1
        elif isinstance(record, Quoted) and record.segment.kind is SegmentKind.FRAME:
            seconds.setdefault(number, []).extend(_second(record))
    for at, found in seconds.items():
        if found:
            yield Film(key=f"{text.accession}/{at}", seconds=found)


def _second(record: Quoted) -> Iterator[Second]:
    segment = record.segment
    pdq, mirrored = _bytes(segment.pdq), _bytes(segment.pdq_mirrored)
    if segment.locator.time_ms and len(pdq) == len(mirrored) == HASH_BYTES:
        yield Second(number=segment.locator.time_ms[0] // 1000, pdq=pdq, mirrored=mirrored)


def _bytes(value: MetaValue | None) -> bytes:
    return bytes.fromhex(value) if isinstance(value, str) else b""


def _words(pair: Alike, first: str) -> str:
    how = "the mirror image of " if pair.mirrored else ""
    return (
        f'This picture looks like {how}"{first}": {pair.bits} of 256 bits of what they look like '
        "differ. It may be a copy, or a later version."
    )


def _film_words(pair: FilmsAlike, first: str) -> str:
    how = "the mirror image of " if pair.mirrored else ""
    begins = f"from {_clock(pair.first_at)} there and {_clock(pair.second_at)} here"
    return (
        f'This film looks like {how}"{first}": {pair.seconds:,} of the {pair.of:,} seconds of the '
        f"shorter one, {begins}. It may be a copy, a part, or a later version."
    )


def _still_words(found: StillInFilm, film: str) -> str:
    how = "the mirror image of " if found.mirrored else ""
    return (
        f'This picture looks like {how}"{film}" at {_clock(found.at)}: {found.bits} of 256 bits of '
        "what they look like differ. It may have been taken from there."
    )


def _at(second: int) -> Locator:
    return Locator(time_ms=(second * 1000, second * 1000 + 1000))


def _clock(second: int) -> str:
    return f"{second // 3600}:{second // 60 % 60:02d}:{second % 60:02d}"
