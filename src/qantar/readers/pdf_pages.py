"""The pages of a PDF, one after another: their text, the notes put on them, what is hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import Segment, SegmentKind
from qantar.readers.answer import DocumentWriter
from qantar.readers.finding_log import FindingLog, counted
from qantar.readers.pdf_lines import GAP, Box, Line, characters, lines, paragraphs
from qantar.readers.pdf_order import goes_back, in_place
from qantar.readers.pdf_said import iso_date
from qantar.readers.pdfium import Pdf
from qantar.readers.pdfium_page import Annotation, Page, around
from qantar.readers.showing import page_of

MAX_PAGES: Final = 20_000
MAX_PAGE_CHARS: Final = 2_000_000
MAX_CHARS: Final = 100_000_000
MAX_PAGE_POINTS: Final = 14_400
"""5 metres, and the most that common programs show."""
MAX_NOTES: Final = 5_000
"""What may have been put on one page."""

_MOSTLY_PICTURE, _FEW_CHARS = 0.5, 200
_SAMPLED: Final = 200
_MOST_UNMAPPED: Final = 0.1
_LINK, _POPUP, _WIDGET, _REDACTION = 2, 16, 20, 28
_REMOTE, _WEB, _LAUNCH, _EMBEDDED = 2, 3, 4, 5
_ADDRESSES: Final = 1_000


@dataclass(slots=True)
class Seen:
    """What stands on the pages beside text: addresses that links name, actions, fields."""

    addresses: dict[str, None] = field(default_factory=dict)
    other_files: dict[str, None] = field(default_factory=dict)
    actions: Counter[str] = field(default_factory=Counter)
    fields: int = 0


@dataclass(slots=True)
class Pages:
    """Writes the pages of one document.

    With `sight`, shows those that have to be seen; with `boxes`, places every character.
    """

    out: DocumentWriter
    log: FindingLog
    sight: bool = False
    boxes: bool = False
    seen: Seen = field(default_factory=Seen)
    _within: list[Segment] = field(default_factory=list)
    _to_be_seen: bool = False

    def write(self, pdf: Pdf) -> None:
        """Write every page, up to the caps."""
        if pdf.pages == 0:
            self.log.loss("empty", "The document has no pages, or none that can be found.")
        if pdf.pages > MAX_PAGES:
            self.log.loss(
                "too-many",
                f"The document has {pdf.pages:,} pages; the cap is {MAX_PAGES:,}. The first "
                f"{MAX_PAGES:,} were read. Split it into parts and add those.",
            )
        for number in range(1, min(pdf.pages, MAX_PAGES) + 1):
            if self.out.chars > MAX_CHARS:
                self.log.loss(
                    "too-large",
                    f"The text has more than {MAX_CHARS:,} characters. The pages from {number:,} "
                    "on were not read. Split the document and add the parts.",
                    Locator(page=number),
                )
                return
            with pdf.page(number - 1) as page:
                self._write(page, number)

    def _write(self, page: Page | None, number: int) -> None:
        start = end = self.out.chars
        where = Locator(page=number)
        if page is None:
            text = "The page cannot be opened; the others were read. Get a whole copy."
            self.log.loss("damaged", text, where)
        else:
            box = (0.0, 0.0, round(page.width, 2), round(page.height, 2))
            where = Locator(page=number, box=box)
            self._report_size(page, number)
            self._write_text(page, number)
            self._write_notes(page, number)
            end = max(start, self.out.chars - 1)  # without the last line feed
            self._show(page, number)
        self.out.segment(Segment(kind=SegmentKind.PAGE, start=start, end=end, locator=where))
        for segment in self._within:
            self.out.segment(segment)
        self._within.clear()
        self.out.pass_on()  # the next page may be the one that ends the library

    def _show(self, page: Page, number: int) -> None:
        """Show the page, if it has to be read by sight and somebody does."""
        wanted, self._to_be_seen = self._to_be_seen and self.sight, False
        if not wanted or max(page.width, page.height) > MAX_PAGE_POINTS:
            return
        shown = page_of(page, number, self.out.may_show)
        if shown is not None:
            self.out.show(shown)

    def _report_size(self, page: Page, number: int) -> None:
        if max(page.width, page.height) > MAX_PAGE_POINTS:
            self.log.loss(
                "too-large",
                f"The page says it measures {page.width:,.0f} × {page.height:,.0f} points; the cap "
                f"is {MAX_PAGE_POINTS:,}. Its text was read; no picture is made of it.",
                Locator(page=number),
            )

    def _write_text(self, page: Page, number: int) -> None:
        if page.count > MAX_PAGE_CHARS:
            self.log.loss(
                "too-large",
                f"The page has {page.count:,} characters; the cap is {MAX_PAGE_CHARS:,}. None of "
                "it was read.",
                Locator(page=number),
            )
            return
        units = page.units()
        found = [_placed(page, units, line) for line in lines(units, page.is_hyphen)]
        for group in paragraphs(found):
            self._write_paragraph(group, number, self._boxes_of(page, units, group))
        self._report_hidden(page, found, number)
        self._report_unmapped(page, units, number)
        self._report_pictures(page, found, number)

    def _boxes_of(self, page: Page, units: str, group: Sequence[Line]) -> list[Box | None]:
        """Give the box of each code point of a paragraph, if they are asked for.

        None stands where nothing was drawn: line feeds, and spaces that only a gap shows.
        """
        found: list[Box | None] = []
        for line in group if self.boxes else ():
            found += [page.box(at) if at != GAP else None for at in characters(units, line)]
            found.append(None)
        return found

    def _write_paragraph(
        self, group: Sequence[Line], number: int, boxes: Sequence[Box | None]
    ) -> None:
        text = "\n".join(line.text for line in group)
        start, _ = self.out.text(text + "\n")
        box = around([line.box for line in group if line.box is not None])
        left = len(text) - len(text.lstrip())
        self._within.append(
            Segment(
                kind=SegmentKind.PARAGRAPH,
                start=start + left,
                end=start + len(text.rstrip()),
                locator=Locator(page=number, box=box),
                boxes=tuple(boxes[left : len(text.rstrip())]),
            )
        )

    def _report_hidden(self, page: Page, found: Sequence[Line], number: int) -> None:
        hidden = sum(line.hidden for line in found)
        if not hidden:
            return
        if page.picture_share() >= _MOSTLY_PICTURE:
            why = (
                "lie unseen over a picture of the page: a program read the picture, and may have "
                "misread it. Compare it with the picture."
            )
        else:
            why = "cannot be seen on the page: they are drawn without ink, or beside it."
        self.log.note(
            "hidden-content",
            f"{counted(hidden, 'line')} of the text {why}",
            Locator(page=number),
        )

    def _report_unmapped(self, page: Page, units: str, number: int) -> None:
        """Say that a font does not tell which letters its signs are."""
        drawn = list(islice((at for at, u in enumerate(units) if not u.isspace()), _SAMPLED))
        unmapped = sum(page.is_unmapped(at) for at in drawn)
        lost = units.count("\ufffd")
        if lost or (drawn and unmapped > _MOST_UNMAPPED * len(drawn)):
            self.log.loss(
                "encoding-damage",
                f"Fonts of this page do not say which letters their signs are: {lost:,} signs "
                "became U+FFFD, and others may be wrong. Compare it with the page as it looks.",
                Locator(page=number),
            )
            self._ask_for_sight(number, "its fonts do not say what its letters are")

    def _report_pictures(self, page: Page, found: Sequence[Line], number: int) -> None:
        chars = sum(len(line.text) for line in found)
        if chars == 0:
            if page.objects():
                self._ask_for_sight(number, "it holds drawings or pictures only")
            else:
                text = "The page is empty: it has no text, and nothing is drawn on it."
                self.log.note("needs-ocr", text, Locator(page=number))
        elif chars < _FEW_CHARS and page.picture_share() >= _MOSTLY_PICTURE:
            self._ask_for_sight(number, "most of it is a picture, and it has little text")

    def _ask_for_sight(self, number: int, why: str) -> None:
        self._to_be_seen = True
        self.log.note(
            "needs-ocr",
            f"What this page says is not, or not all, in its text: {why}. It has to be read by "
            "sight (OCR).",
            Locator(page=number),
        )

    def _write_notes(self, page: Page, number: int) -> None:
        for count, one in enumerate(page.annotations(MAX_NOTES + 1), start=1):
            if count > MAX_NOTES:
                self.log.loss(
                    "too-many",
                    f"More than {MAX_NOTES:,} notes, links or fields were put on the page; the "
                    "rest of them was not read.",
                    Locator(page=number),
                )
                return
            self._write_note(one, number, count)

    def _write_note(self, one: Annotation, number: int, count: int) -> None:
        if one.subtype == _LINK:
            self._count_link(one)
            return
        if one.subtype == _REDACTION:
            self.log.note(
                "hidden-content",
                "A part of the page is marked to be blacked out, and is not: what stands there is "
                "in the text. The mark names the place.",
                Locator(page=number, box=one.box),
            )
        is_field = one.subtype == _WIDGET
        self.seen.fields += is_field
        text = one.value if is_field else one.contents
        if one.subtype == _POPUP or not text.strip():
            return
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        start, _ = self.out.text(text + "\n")
        left = len(text) - len(text.lstrip())
        self._within.append(
            Segment(
                kind=SegmentKind.PARAGRAPH if is_field else SegmentKind.COMMENT,
                start=start + left,
                end=start + len(text.rstrip()),
                locator=Locator(
                    page=number,
                    box=one.box,
                    comment=None if is_field else f"{number}.{count}",
                    author=None if is_field else one.author or None,
                    date=None if is_field else iso_date(one.date) or None,
                ),
            )
        )
        if one.hidden:
            self.log.note(
                "hidden-content",
                "What was put on the page here is marked not to be shown; it was read.",
                Locator(page=number, box=one.box),
            )

    def _count_link(self, one: Annotation) -> None:
        if one.action == _WEB and len(self.seen.addresses) < _ADDRESSES:
            self.seen.addresses[one.address] = None
        elif one.action in {_REMOTE, _LAUNCH} and len(self.seen.other_files) < _ADDRESSES:
            self.seen.other_files[one.address] = None


def _placed(page: Page, units: str, line: Line) -> Line:
    parts = page.boxes_of(line.first, line.count)
    box = around(parts)
    first = line.first + len(line.text) - len(line.text.lstrip())
    outside = box is not None and (
        box[2] < 0 or box[3] < 0 or box[0] > page.width or box[1] > page.height
    )
    height = page.room(first)
    room = (box[0], height[1], box[2], height[3]) if box and height else box
    if goes_back(parts):
        line = in_place(units, line, page.room, page.is_gap)
    return replace(line, box=box, room=room, hidden=outside or page.is_invisible(first))
