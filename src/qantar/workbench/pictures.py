"""Findings about pictures of a case that look alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from qantar.model.finding import Finding, Severity
from qantar.model.read_document import MetaValue
from qantar.reading.pictures import Alike, Picture, alike
from qantar.record.contents import AccessionRecord, TextRecord


def picture_findings(
    texts: Sequence[TextRecord], accessions: Mapping[str, AccessionRecord]
) -> Iterator[Finding]:
    """Tell of each picture that looks like an earlier one, in the order of taking in."""
    named: dict[str, tuple[TextRecord, str]] = {}
    for text in texts:
        for number, (begin, _) in enumerate(text.documents, start=1):
            path = accessions[text.accession].accession.path
            name = f"{path}, {begin.member}" if begin.member else path
            named[f"{text.accession}/{number}"] = (text, name)
    for pair in alike(_pictures(texts)):
        text, _ = named[pair.second.key]
        yield Finding(
            code="duplicate-media",
            text=_words(pair, named[pair.first.key][1]),
            severity=Severity.NOTE,
            file=accessions[text.accession].accession.path,
            original=text.original,
            accession=text.accession,
        )


def _pictures(texts: Sequence[TextRecord]) -> Iterator[Picture]:
    for text in texts:
        for number, (begin, _) in enumerate(text.documents, start=1):
            pdq, mirrored = begin.meta.get("pdq"), begin.meta.get("pdq_mirrored")
            # What a confined reader said of a stranger's picture may be no hash at all.
            with suppress(ValueError):
                yield Picture(
                    key=f"{text.accession}/{number}", pdq=_bytes(pdq), mirrored=_bytes(mirrored)
                )


def _bytes(value: MetaValue | None) -> bytes:
    return bytes.fromhex(value) if isinstance(value, str) else b""


def _words(pair: Alike, first: str) -> str:
    how = "the mirror image of " if pair.mirrored else ""
    return (
        f'This picture looks like {how}"{first}": {pair.bits} of 256 bits of what they look like '
        "differ. It may be a copy, or a later version."
    )
