"""WhatsApp: the text that "Export chat" gives, from Android and from iPhones.

Two passes: the first decides the one style of the file and the order of its dates
(`whatsapp_survey.py`), the second reads it. A line that looks like the beginning of a
message in another style is somebody's quotation, and stays in the message it stands in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import BinaryIO, Final

from qantar.model.date_order import DateOrder
from qantar.model.finding import Locator
from qantar.model.segment import Segment, SegmentKind
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MIB
from qantar.readers.chat_writer import ChatWriter, place_of
from qantar.readers.encoding import TextEncoding, choose_encoding
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.job import Job
from qantar.readers.media_type import DELIMITED, report_extension
from qantar.readers.start import Start
from qantar.readers.text_lines import TextLines
from qantar.readers.whatsapp_dates import Days
from qantar.readers.whatsapp_header import Style, clock, may_begin, style_of
from qantar.readers.whatsapp_message import read_message, speaker_and_text
from qantar.readers.whatsapp_survey import Survey, survey
from qantar.readers.whatsapp_words import MARKS, SPACES

READER: Final = "whatsapp"
VERSION: Final = 1
_MAX_MESSAGE_CHARS: Final = 4 * MIB
_JUMPS_NAMED: Final = 20
_LINES_LOOKED_AT: Final = 5


def knows(start: Start) -> bool:
    """Whether a text begins as an export of WhatsApp does."""
    if not start.is_text:
        return False
    lines = [line for line in start.text[:4096].splitlines() if line.strip()]
    styles = [style_of(line) for line in lines[:_LINES_LOOKED_AT]]
    if not styles or styles[0] is None:
        return False
    return _is_usual(styles[0]) or "whatsapp" in start.name.casefold()


def _is_usual(style: Style) -> bool:
    """Whether no log of a program looks like this: those have seconds, and years in front."""
    return style.iphone or not (style.seconds and style.year_first and not style.comma)


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read an export as a document of its own; see `registry.read`."""
    log = FindingLog(job.name)
    report_extension(DELIMITED, job.name, log)
    members = out.inside.beside() if out.inside else None
    read_chat(source, job, log, out, members=members or None)


def read_chat(  # noqa: PLR0913  # each names itself where it is passed
    source: BinaryIO,
    job: Job,
    log: FindingLog,
    out: DocumentWriter,
    *,
    members: frozenset[str] | None = None,
    parent: str | None = None,
    member: str | None = None,
    sha256: str | None = None,
) -> None:
    """Read the text of an export; the document is begun and ended here.

    Args:
        source: the text's bytes, seekable; read twice.
        job: what a sheet says: `encoding`, and `dates` for the order of day and month.
        log: of that file.
        out: receives the document.
        members: the names of the files that came with it, without folders; None where
            they are not known.
        parent: the id of the archive that it stands in, if it does.
        member: its name in there.
        sha256: of its bytes, where it stands in an archive.
    """
    encoding = choose_encoding(source, declared=job.encoding, log=log)
    declared = DateOrder(job.dates) if job.dates in set(DateOrder) else None
    found = survey(TextLines(source, encoding), declared)
    out.begin(
        reader=READER,
        version=VERSION,
        media_type="text/plain",
        encoding=encoding.name,
        parent=parent,
        member=member,
        sha256=sha256,
        meta={"encoding_origin": str(encoding.origin)},
    )
    if found is None:
        log.loss("empty", "No line of the text begins a message of WhatsApp.")
        log.write_to(out)
        out.end()
        return
    _Chat(found, log, out, members).read(source, encoding)
    _report(found, log)
    log.write_to(out)
    out.end(
        meta={
            "whatsapp.style": "iphone" if found.style.iphone else "android",
            "whatsapp.dates": str(found.dates.order),
            "whatsapp.dates_origin": found.dates.why,
        }
    )


def _report(found: Survey, log: FindingLog) -> None:
    if found.dates.other is not None:
        log.note(
            "ambiguous-date",
            "Every date of the chat can be read with the day or with the month first, and neither "
            "values nor their course tell which. Both readings are kept, "
            f"{found.dates.order} first. Give `dates` in the sheet.",
        )
    if found.others:
        log.note(
            "header-in-message",
            f"In another style than the file: {counted(found.others, 'line')} that could begin a "
            "message. They were left in the message they stand in.",
        )


@dataclass(slots=True)
class _Open:
    """A message that has begun: what stands in its first line, and the lines so far."""

    line: int
    at: str | None
    at_other: str | None
    parts: list[str]
    chars: int = 0


class _Chat:
    """Reads the lines of one chat."""

    def __init__(
        self, found: Survey, log: FindingLog, out: DocumentWriter, members: frozenset[str] | None
    ) -> None:
        self._found, self._log, self._out, self._members = found, log, out, members
        self._days = Days(found.dates)
        self._writer = ChatWriter(out, log)
        self._open: _Open | None = None
        self._above: list[str] = []
        self._quoted = self._jumps = self._chars_above = 0
        self._latest = ""

    def read(self, source: BinaryIO, encoding: TextEncoding) -> None:
        """Read them all."""
        lines = TextLines(source, encoding)
        before = "\r\n"
        for number, line in enumerate(lines, start=1):
            found = self._found.pattern.match(line) if may_begin(line) else None
            if found is not None and self._begins(found, before):
                self._end()
                self._begin(found, number)
            else:
                self._go_on(line)
            before = line[-2:]
        self._end()
        self._writer.finish()
        for number in lines.overlong:
            self._log.loss(
                "too-large", "Only the beginning of this line was read.", Locator(line=number)
            )
        lines.report_damage(self._log)
        self._report()

    def _begins(self, found: re.Match[str], before: str) -> bool:
        """Whether a line of the file's style does begin a message here."""
        if self._found.strict_ends and before != "\r\n":
            self._quoted += 1
            return False
        if self._days.read(found).begins:
            return True
        self._quoted += 1
        return False

    def _begin(self, found: re.Match[str], number: int) -> None:
        if self._above:
            self._put_above()
        day, time = self._days.read(found), clock(found)
        at = f"{day.iso}T{time}" if day.iso and time else None
        if at is None:
            words = f"{shown(found[0][: found.start('rest')])} is no time; it was left out."
            self._log.loss("impossible-date", words, Locator(line=number))
        elif day.iso is not None:
            self._look_at_order(day.iso, number)
        at_other = f"{day.other}T{time}" if day.other and time else None
        self._open = _Open(number, at, at_other, [found["rest"]])

    def _look_at_order(self, day: str, number: int) -> None:
        if day < self._latest:
            self._jumps += 1
            if self._jumps <= _JUMPS_NAMED:
                self._log.note(
                    "out-of-order",
                    f"A message of {day} stands behind one of {self._latest}: a clock was changed, "
                    "or somebody pasted lines of another export, which then are no messages of "
                    "those whom they name.",
                    Locator(line=number),
                )
        self._latest = day

    def _go_on(self, line: str) -> None:
        opened = self._open
        if opened is None:
            self._chars_above += len(line)
            if self._chars_above <= MIB:
                self._above.append(line)
            return
        opened.parts.append(line)
        opened.chars += len(line)
        if opened.chars > _MAX_MESSAGE_CHARS:
            self._log.loss(
                "too-large",
                f"A message of more than {_MAX_MESSAGE_CHARS // MIB} Mi characters was cut in two.",
                Locator(line=opened.line),
            )
            name, _ = speaker_and_text(opened.parts[0])
            self._end()
            self._open = _Open(opened.line, opened.at, opened.at_other, [f"{name}: "])

    def _put_above(self) -> None:
        """Keep what stands above the first message."""
        text = "".join(_with_line_feed(line) for line in self._above).strip("\n")
        self._above.clear()
        start, end = self._writer.place(text)
        if start == end:
            return
        place = Locator(line=1)
        self._out.segment(Segment(kind=SegmentKind.PARAGRAPH, start=start, end=end, locator=place))
        self._log.note("above-header", "Text stands above the first message.", place)
        if self._chars_above > MIB:
            self._log.loss(
                "too-large", "Only the first Mi characters of that text were read.", place
            )

    def _end(self) -> None:
        """Write the message that is open."""
        opened, self._open = self._open, None
        if opened is None:
            return
        rest = "".join(map(_with_line_feed, opened.parts)).rstrip("\n")
        name, text = speaker_and_text(rest)
        style, place = self._found.style, self._place(opened)
        if name is None:
            start, end = self._writer.place(text)
            segment = Segment(
                kind=SegmentKind.SYSTEM,
                start=start,
                end=end,
                locator=place,
                at=opened.at,
                at_other=opened.at_other,
                service=text.strip(MARKS + SPACES) or "system",
            )
        else:
            said = read_message(text, iphone=style.iphone, members=self._members)
            start, end = self._writer.place(said.text)
            segment = Segment(
                kind=SegmentKind.SYSTEM if said.is_system else SegmentKind.MESSAGE,
                start=start,
                end=end,
                locator=place,
                speaker=name,
                at=opened.at,
                at_other=opened.at_other,
                edited=True if said.edited else None,
                deleted=said.deleted,
                media=said.media,
                reactions=said.reactions,
                service=said.text if said.is_system else None,
            )
        self._writer.add(segment)

    def _place(self, opened: _Open) -> Locator:
        return place_of(str(self._writer.messages + 1), line=opened.line)

    def _report(self) -> None:
        if self._quoted:
            self._log.note(
                "header-in-message",
                f"Within a message, as the ends of the lines or the date tell: "
                f"{counted(self._quoted, 'line')} that could begin one. They were left in it.",
            )
        if self._jumps > _JUMPS_NAMED:
            more = counted(self._jumps - _JUMPS_NAMED, "more message")
            self._log.note("out-of-order", f"{more} of an earlier day than the one before.")


def _with_line_feed(line: str) -> str:
    return line[:-2] + "\n" if line.endswith("\r\n") else line.replace("\r", "\n")
