"""Write the readable text of an HTML page, with its headings, paragraphs, lists, tables, quotes.

The canonical text is what a browser shows without its style sheets: white space run
together as it does, except where it is preformatted; each block on a line of its own, the
cells of a row parted by tabs. Nothing is left out but what is not shown, and that is told.
Segments carry the line of the page that they begin on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qantar.model.finding import Locator
from qantar.model.segment import Segment, SegmentKind
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_PAGE_DEPTH, MAX_PAGE_PIECES, MAX_PAGE_SEGMENTS
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.markup import Comment, Tag, Unclosed, Words, tokens
from qantar.readers.page_elements import (
    ARTICLES,
    BLOCKS,
    IN_HEAD,
    KINDS,
    NEVER_TEXT,
    ROLES,
    TABLE_ELEMENTS,
    VOID,
    WRAPPERS,
    is_hidden,
)
from qantar.readers.page_facts import PageFacts
from qantar.readers.page_hidden import HiddenText
from qantar.readers.page_line import Line
from qantar.readers.page_stack import Frame, OpenElements
from qantar.readers.page_tables import OpenTables


@dataclass(slots=True)
class PageWriter:
    """Writes one page into an open document.

    Args:
        page: the decoded page.
        out: the document.
        log: what is noticed.
        part: the part of a mail that it is, for locators.
    """

    page: str
    out: DocumentWriter
    log: FindingLog
    part: str | None = None
    facts: PageFacts = field(default_factory=PageFacts)
    _open: OpenElements = field(default_factory=OpenElements)
    _tables: OpenTables = field(default_factory=OpenTables)
    _said: Line = field(default_factory=Line)
    _unshown: HiddenText = field(default_factory=HiddenText)
    _texts: list[Frame] = field(default_factory=list)
    _hidden: int = 0
    _silent: int = 0
    _verbatim: int = 0
    _joint: str = ""
    _last_end: int = 0
    _deferred: int = 0
    _segments: int = 0
    _leaves: int = 0
    _line: int = 1
    _line_at: int = 0

    def write(self) -> None:
        """Write it all, and note what it holds beside text."""
        for number, token in enumerate(tokens(self.page)):
            if number >= MAX_PAGE_PIECES:
                self._report_rest(token.start)
                break
            match token:
                case Words():
                    self._words(token.start, token.end)
                case Tag() if token.closing:
                    self._close_tag(token.name)
                case Tag():
                    self._open_tag(token)
                case Comment():
                    self.facts.comment(self.page[token.start : token.end])
                case Unclosed():
                    self._report_unclosed(token.start)
        self._pop_to(0)
        self._flush()
        self.out.close_block()
        self._report()

    def _open_tag(self, tag: Tag) -> None:
        name = tag.name
        self.facts.tag(name, tag.attributes)
        if self._open.innermost == "head" and name not in IN_HEAD:
            self._pop()
        while (at := self._open.ended_by_start(name)) >= 0:
            self._pop_to(at)
        if name in BLOCKS:
            self._flush()
        if name == "br":
            self._break()
        elif name in VOID:
            return
        elif tag.content is not None:
            self._content(tag, *tag.content)
        if name not in VOID:
            self._push(name, tag)

    def _content(self, tag: Tag, start: int, end: int) -> None:
        """Take in what stands in an element whose inside is no markup."""
        name = tag.name
        if name in ("textarea", "xmp", "plaintext") and self._hidden:
            self._hide(self.page[start:end])
        elif name in ("textarea", "xmp", "plaintext"):
            self._said.say(self.page[start:end], start, verbatim=True, plain=name != "textarea")
        elif name in ("iframe", "noembed", "noframes"):
            self._hide(self.page[start:end])
        else:
            in_page = self._open.last(("body", "svg")) >= 0
            self.facts.content(name, tag.attributes, self.page[start:end], in_page=in_page)

    def _push(self, name: str, tag: Tag) -> None:
        hidden = is_hidden(name, tag.attributes)
        frame = Frame(name, kind=self._kind(name, tag.attributes), hidden=hidden)
        if not self._open.push(frame):
            return
        self._hidden += hidden
        self._silent += name in NEVER_TEXT
        self._verbatim += name in ("pre", "listing")
        if name in TABLE_ELEMENTS and self._tables.enter(frame, tag.attributes, self._last_end):
            self._joint = "\t"
        if frame.kind is not None:
            self._deferred += 1
            if frame.kind not in WRAPPERS:
                for outer in self._texts[-1:]:
                    outer.nests = True
                self._texts.append(frame)

    def _kind(self, name: str, attributes: Mapping[str, str]) -> SegmentKind | None:
        kind = KINDS.get(name)
        if attributes and kind is None and (role := attributes.get("role")):
            kind = ROLES.get(role.lower())
        if kind in (SegmentKind.HEADING, SegmentKind.CAPTION):  # these never nest
            return None if self._open.kinds[kind] else kind
        if kind not in WRAPPERS:
            return kind
        around = {kind} if kind is SegmentKind.QUOTE else WRAPPERS
        if any(self._open.kinds[one] for one in around):
            return None
        of_text = name in ("header", "footer") and self._open.last(ARTICLES) >= 0
        return None if of_text else kind

    def _close_tag(self, name: str) -> None:
        if name in BLOCKS:
            self._flush()
        if name in VOID:
            if name == "br":
                self._break()
            return
        at = self._open.ended_by_end(name)
        if at >= 0:
            self._pop_to(at)

    def _pop_to(self, at: int) -> None:
        while len(self._open.frames) > at:
            self._pop()

    def _pop(self) -> None:
        if self._open.innermost in BLOCKS:
            self._flush()
        frame = self._open.pop()
        self._hidden -= frame.hidden
        self._silent -= frame.name in NEVER_TEXT
        self._verbatim -= frame.name in ("pre", "listing")
        if frame.name == "table":
            self._tables.leave()
        if frame.kind is not None:
            if frame.kind not in WRAPPERS:
                self._texts.pop()
            self._deferred -= 1
            self._end_segment(frame)
        if not self._deferred:
            self.out.close_block()

    def _end_segment(self, frame: Frame) -> None:
        if frame.start is None or frame.kind is None:
            return
        in_table = frame.kind is SegmentKind.TABLE_CELL or frame.name == "caption"
        where = Locator(
            line=frame.line,
            part=self.part,
            table=frame.table or None if in_table else None,
            row=frame.row or None if frame.kind is SegmentKind.TABLE_CELL else None,
            column=frame.column or None if frame.kind is SegmentKind.TABLE_CELL else None,
        )
        self._segment(frame.kind, frame.start, self._last_end, where)
        if len(frame.leaves) > 1 or (frame.nests and frame.leaves):
            for start, end, line in frame.leaves:
                where = Locator(line=line, part=self.part)
                self._segment(SegmentKind.PARAGRAPH, start, end, where)

    def _words(self, start: int, end: int) -> None:
        said = self.page[start:end]
        if self._open.innermost == "head" and said.strip():
            self._pop()
        if self._silent:
            return
        if self._hidden:
            self._hide(said)
        else:
            self._said.say(said, start, verbatim=bool(self._verbatim))

    def _hide(self, said: str) -> None:
        if not self._silent:
            self._unshown.take(said)

    def _break(self) -> None:
        if not self._hidden:
            self._said.end_line()

    def _flush(self) -> None:
        """Write the text since the last block as one line, and make a paragraph of it."""
        text = self._said.taken()
        if not text:
            return
        if self._joint:
            self.out.text(self._joint)
        start, end = self.out.text(text)
        self._joint, self._last_end = "\n", end
        line = self._line_of(self._said.begins_at)
        for frame in reversed(self._open.frames):
            if frame.start is not None:
                break
            frame.start, frame.line = start, line
        self._leaf(start, end, line)

    def _leaf(self, start: int, end: int, line: int) -> None:
        if self._texts:
            self._leaves += 1
            if self._leaves <= MAX_PAGE_SEGMENTS:
                self._texts[-1].leaves.append((start, end, line))
            return
        where = Locator(line=line, part=self.part)
        self._segment(SegmentKind.PARAGRAPH, start, end, where)
        if not self._deferred:
            self.out.close_block()

    def _segment(self, kind: SegmentKind, start: int, end: int, where: Locator) -> None:
        self._segments += 1
        if self._segments <= MAX_PAGE_SEGMENTS:
            self.out.segment(Segment(kind=kind, start=start, end=end, locator=where))

    def _line_of(self, at: int) -> int:
        if at > self._line_at:
            self._line += self.page.count("\n", self._line_at, at)
            self._line_at = at
        return self._line

    def _where(self, line: int | None = None) -> Locator | None:
        return Locator(line=line, part=self.part) if line or self.part else None

    def _report_unclosed(self, start: int) -> None:
        rest = self.page[start:]
        self.log.loss(
            "truncated",
            f"The page ends within a tag, {shown(rest)}: its last {counted(len(rest), 'character')}"
            " are not shown as text. The page was cut, or a quote is missing.",
            self._where(self._line_of(start)),
        )

    def _report_rest(self, start: int) -> None:
        self.log.loss(
            "too-large",
            f"The page has more than {MAX_PAGE_PIECES:,} tags and texts; its last "
            f"{counted(len(self.page) - start, 'character')} were not read.",
            self._where(self._line_of(start)),
        )

    def _report(self) -> None:
        self._unshown.report(self.log, self._where())
        if self._open.too_deep:
            self.log.note(
                "too-deep",
                f"{counted(self._open.too_deep, 'element')} nested more than {MAX_PAGE_DEPTH} "
                "deep: their text is there, and is taken for that of the element around them.",
                self._where(),
            )
        if self._segments > MAX_PAGE_SEGMENTS:
            self.log.note(
                "too-many",
                f"The page has {self._segments:,} blocks; only the first {MAX_PAGE_SEGMENTS:,} "
                "are told apart. All of its text is there.",
                self._where(),
            )
        self.facts.report(self.log, self._where())
