"""Plain text and Markdown: paragraphs, headings, captions, and the turns of an interview.

The canonical text is the decoded file, its line ends made line feeds; nothing else is
changed, so that every mark that cannot be seen is still there.
"""

from __future__ import annotations

from typing import BinaryIO, Final

from qantar.model.finding import Locator
from qantar.model.segment import Segment, SegmentKind
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_TEXT_BYTES, MIB
from qantar.readers.encoding import choose_encoding
from qantar.readers.finding_log import FindingLog
from qantar.readers.interview import turns
from qantar.readers.job import Job
from qantar.readers.media_type import (
    DELIMITED,
    HTML,
    TEXT,
    extension,
    report_extension,
    text_format,
)
from qantar.readers.paragraphs import Block, blocks
from qantar.readers.start import Start
from qantar.readers.text_lines import TextLines

READER: Final = "text"
VERSION: Final = 2
_MARKDOWN: Final = frozenset({"md", "markdown", "mkd"})
_TEXTS: Final = frozenset({"txt", "text", "log"})
_TABLES: Final = frozenset({"csv", "tsv", "tab", "psv", "jsonl", "ndjson", "json"})
_SAMPLE_LINES, _LEAST_LINES = 50, 2


def knows(start: Start) -> bool:
    """Whether a file is running text: no other format, and not cut into cells."""
    if not start.is_text or start.extension in _TABLES:
        return False
    if start.extension in _TEXTS | _MARKDOWN:
        return text_format(start.text) is not HTML and not _is_table(start.text)
    return text_format(start.text) is DELIMITED and not _is_table(start.text)


def _is_table(beginning: str) -> bool:
    """Whether each line is cut into as many cells by one of the marks of tables."""
    lines = [line for line in beginning.splitlines()[:_SAMPLE_LINES] if line.strip()]
    if len(lines) < _LEAST_LINES:
        return False
    counts = ({line.count(mark) for line in lines} for mark in "\t;|,")
    return any(len(found) == 1 and found != {0} for found in counts)


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a text file; see `registry.read`."""
    log = FindingLog(job.name)
    size = source.seek(0, 2)
    markdown = extension(job.name) in _MARKDOWN
    media_type = "text/markdown" if markdown else "text/plain"
    encoding = choose_encoding(source, declared=job.encoding, log=log)
    out.begin(
        reader=READER,
        version=VERSION,
        media_type=media_type,
        encoding=encoding.name,
        meta={"encoding_origin": str(encoding.origin)},
    )
    if size > MAX_TEXT_BYTES:
        out.loss(
            "too-large",
            f"The text has {size / MIB:,.0f} MiB; the cap is {MAX_TEXT_BYTES // MIB} MiB. None of "
            "it was read. Split it into parts and add those.",
        )
    elif size == 0:
        out.loss("empty", "The file is empty.")
    else:
        report_extension(TEXT, job.name, log)
        lines = TextLines(source, encoding)
        text = "".join(map(_with_line_feed, lines))
        write_text(text, out, markdown=markdown)
        for number in lines.overlong:
            out.loss("truncated", "Only the beginning of this line was read.", Locator(line=number))
        lines.report_damage(log)
    log.write_to(out)
    out.end()


def write_text(text: str, out: DocumentWriter, *, markdown: bool = False) -> None:
    """Add a text with its turns and blocks to a document."""
    base, _ = out.text(text)
    found = blocks(text, markdown=markdown)
    for turn in turns(text, found):
        first, last = found[turn.first], found[turn.last]
        out.segment(
            Segment(
                kind=SegmentKind.TURN,
                start=base + first.start,
                end=base + last.end,
                locator=Locator(paragraph=turn.first + 1, line=first.line),
                role=turn.role,
                speaker=turn.speaker,
            )
        )
    for number, block in enumerate(found, start=1):
        out.segment(_segment(block, number, base))
    out.close_block()


def _segment(block: Block, number: int, base: int) -> Segment:
    return Segment(
        kind=block.kind,
        start=base + block.start,
        end=base + block.end,
        locator=Locator(paragraph=number, line=block.line),
    )


def _with_line_feed(line: str) -> str:
    return line[:-2] + "\n" if line.endswith("\r\n") else line.replace("\r", "\n")
