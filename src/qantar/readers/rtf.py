"""RTF: the text in order, with changes, notes and hidden text; pictures and objects are told.

The canonical text is made as for DOCX. Bytes are read in the encoding of their font, else
of the document. Bullets and numbers that a program counts are not text.

Source: Microsoft, Rich Text Format (RTF) Specification 1.9.1.
"""

from __future__ import annotations

from typing import BinaryIO, Final

from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MIB
from qantar.readers.document_findings import (
    report_dates,
    report_fetched,
    report_hidden,
    report_links,
    report_story,
    report_too_long,
)
from qantar.readers.finding_log import FindingLog, counted
from qantar.readers.job import Job
from qantar.readers.media_type import RTF, report_extension
from qantar.readers.rtf_state import MAX_GROUPS
from qantar.readers.rtf_text import RtfText, Seen
from qantar.readers.rtf_words import DATES
from qantar.readers.start import Start
from qantar.readers.story import Story, TooLongError

READER: Final = "rtf"
VERSION: Final = 2
MAX_CHARS: Final = 100_000_000
MAX_RTF_BYTES: Final = 256 * MIB
_STRAY_BYTES: Final = 16


def knows(start: Start) -> bool:
    """Whether a file begins as RTF does."""
    return start.head.lstrip(b"\xef\xbb\xbf\t\r\n ").startswith(b"{\\rtf")


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read an RTF; see `registry.read`."""
    log = FindingLog(job.name)
    out.begin(reader=READER, version=VERSION, media_type=RTF.media_type)
    report_extension(RTF, job.name, log)
    size = source.seek(0, 2)
    facts: dict[str, str] = {}
    if size > MAX_RTF_BYTES:
        log.loss(
            "too-large",
            f"The file has {size / MIB:,.0f} MiB; the cap is {MAX_RTF_BYTES // MIB} MiB. None of "
            "it was read. Save it as DOCX, and add that.",
        )
    else:
        source.seek(0)
        facts = _read(source.read(), out, log)
    report_dates(facts, DATES, log)
    log.write_to(out)
    out.end(meta=facts)


def _read(data: bytes, out: DocumentWriter, log: FindingLog) -> dict[str, str]:
    story = Story(out, most=MAX_CHARS)
    text = RtfText(story, log)
    try:
        text.read(data)
        for flow in text.page_parts:
            story.follow(flow)
    except TooLongError:
        report_too_long(story, MAX_CHARS, log)
    story.end()
    report_story(story, out, log)
    _report_damage(text.seen, log)
    _report_seen(text.seen, text.said.template, log)
    return text.said.facts


def _report_damage(seen: Seen, log: FindingLog) -> None:
    if seen.open:
        log.loss(
            "truncated",
            f"The file ends within {counted(seen.open, 'open group')}: it was cut. What is there "
            "was read.",
        )
    if seen.deepest > MAX_GROUPS:
        log.note(
            "too-deep",
            f"Groups nest {seen.deepest:,} deep; the cap is {MAX_GROUPS:,}. What lies deeper was "
            "read as part of the group above.",
        )
    if seen.broken:
        log.loss(
            "encoding-damage",
            f"{counted(seen.broken, 'sign')} of the text are none in the encoding that the file "
            "names. They became U+FFFD.",
        )
    if seen.doubtful:
        log.note(
            "encoding-guessed",
            "Some letters beyond ASCII stand in a font that is said to be Western, in a document "
            "whose encoding is not. They were read as the font says. If words look wrong, save the "
            "document as DOCX with the program that made it, and add that too.",
        )
    if seen.after > _STRAY_BYTES:
        log.note(
            "hidden-content",
            f"{counted(seen.after, 'byte')} after the end of the document belong to nothing of it. "
            "They were not read.",
        )


def _report_seen(seen: Seen, template: str, log: FindingLog) -> None:
    report_hidden(seen.hidden, (), log)
    if seen.objects:
        log.loss(
            "active-content",
            f"The document holds {counted(seen.objects, 'embedded object')} of other programs. "
            "They were neither read nor run.",
        )
    if seen.pictures:
        log.note(
            "needs-ocr",
            f"The document holds {counted(seen.pictures, 'picture')}. What they show was not read; "
            "a scan among them has to be read by sight.",
        )
    report_fetched([("template", template)] if template else [], log)
    report_links(seen.links, log)
