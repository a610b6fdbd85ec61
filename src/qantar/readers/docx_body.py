"""The text of one part of a DOCX (body, notes, comments, headers), told to a story.

Source: ECMA-376 Part 1, sections 17.3 (paragraphs and runs), 17.4 (tables), 17.11 (notes),
17.13 (comments, tracked changes), 17.16 (fields); Part 3 (alternate content).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import SegmentKind
from qantar.readers.docx_fields import Fields
from qantar.readers.docx_names import Names, is_on, number, value
from qantar.readers.docx_styles import Styles
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.office_package import Attributes, Elements
from qantar.readers.story import Story
from qantar.readers.story_composer import Flow

_LEFT_OUT: Final = frozenset(
    {
        *("mc:Fallback", "w:pPrChange", "w:rPrChange", "w:tblPrChange", "w:trPrChange"),
        *("w:tcPrChange", "w:sectPrChange", "w:tblPrExChange", "w:tblGridChange"),
        *("w:numberingChange", "w:sdtPr", "w:sdtEndPr", "w:rubyPr"),
    }
)
_TEXT: Final = frozenset({"w:t", "w:delText", "m:t"})
_CODE: Final = frozenset({"w:instrText", "w:delInstrText"})
_SIGNS: Final = MappingProxyType(
    {
        "w:tab": "\t",
        "w:ptab": "\t",
        "w:br": "\n",
        "w:cr": "\n",
        "w:noBreakHyphen": "\u2011",
        "w:softHyphen": "\u00ad",
    }
)
_CHANGES: Final = MappingProxyType(
    {
        "w:ins": SegmentKind.INSERTED,
        "w:moveTo": SegmentKind.INSERTED,
        "w:del": SegmentKind.DELETED,
        "w:moveFrom": SegmentKind.DELETED,
    }
)
_NOTES: Final = MappingProxyType(
    {
        "w:footnote": SegmentKind.FOOTNOTE,
        "w:endnote": SegmentKind.FOOTNOTE,
        "w:comment": SegmentKind.COMMENT,
        "w:hdr": SegmentKind.HEADER,
        "w:ftr": SegmentKind.FOOTER,
    }
)
_REFERENCES: Final = MappingProxyType(
    {
        "w:footnoteReference": "w:footnote",
        "w:endnoteReference": "w:endnote",
        "w:commentReference": "w:comment",
    }
)
_MARK_OF_NO_NOTE: Final = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_LAST_SIGN: Final = 0xFFFF


@dataclass(slots=True)
class Notes:
    """Notes and comments by kind of element and id, each until it is referred to."""

    found: dict[tuple[str, str], Flow] = field(default_factory=dict)
    loose: list[Flow] = field(default_factory=list)


@dataclass(slots=True)
class Seen:
    """What was met beside text."""

    pictures: int = 0
    objects: int = 0
    hidden: Counter[int] = field(default_factory=Counter)
    """Characters that are hidden, by paragraph; 0 for those that stand aside."""
    links: dict[str, None] = field(default_factory=dict)
    """Addresses that fields name."""
    imported: list[str] = field(default_factory=list)
    """Relations of parts whose content a word processor would put in here."""


@dataclass(slots=True)
class _Paragraph:
    style: str = ""
    level: int | None = None
    numbered: bool | None = None
    hidden: bool = False


class Body:
    """Follows one part. `part` is its name, for those that are told as one segment."""

    def __init__(
        self, story: Story, styles: Styles, notes: Notes, seen: Seen, log: FindingLog, *, part: str
    ) -> None:
        """Tell of a part to `story`; its notes are taken from, or put into, `notes`."""
        self._story, self._styles, self._notes, self._seen = story, styles, notes, seen
        self._log, self._part = log, part
        self._names = Names()
        self._skipping = 0
        self._path: list[str] = []
        self._paragraphs: list[_Paragraph] = []
        self._changes: list[bool] = []
        self._fields = Fields(log, seen.links)
        self._run_hidden = False
        self._listening: Callable[[str], None] | None = None
        self._note_ids: list[tuple[str, str]] = []
        self._starts: dict[str, Callable[[Attributes], None]] = {
            "w:p": self._start_paragraph,
            "w:pStyle": self._style,
            "w:outlineLvl": self._level,
            "w:numId": self._numbered,
            "w:r": self._start_run,
            "w:vanish": self._vanish,
            "w:rStyle": self._run_style,
            "w:sym": self._symbol,
            "w:fldChar": lambda a: self._fields.mark(a, self._story.where),
            "w:fldSimple": lambda a: self._fields.simple(a, self._story.where),
            "w:tbl": lambda _: self._story.begin_table(),
            "w:tr": lambda _: self._story.begin_row(),
            "w:tc": lambda _: self._story.begin_cell(),
            "w:gridSpan": lambda a: self._story.widen_cell(number(value(a, "val"), otherwise=1)),
            "w:gridBefore": lambda a: self._story.skip_columns(number(value(a, "val"))),
            "w:txbxContent": lambda _: self._story.begin_aside(None),
            "w:altChunk": lambda a: self._seen.imported.append(value(a, "id")),
            "a:blip": self._picture,
            "v:imagedata": self._picture,
            "w:object": self._object,
        }
        self._ends: dict[str, Callable[[], None]] = {
            "w:p": self._end_paragraph,
            "w:tbl": self._story.end_table,
            "w:tr": self._story.end_row,
            "w:tc": self._story.end_cell,
            "w:txbxContent": self._end_box,
        }

    def elements(self) -> Elements:
        """Give what follows the part."""
        return Elements(self._start, self._end, self._take)

    def end(self) -> None:
        """End what a part that broke off had begun; what it said of notes is kept."""
        while self._path:
            name = self._path.pop()
            if known := self._ends.get(name):
                known()
            elif name in _NOTES:
                self._end_note(name)

    def _start(self, long_name: str, attributes: Attributes) -> None:
        name = self._names.short(long_name)
        if self._skipping or name in _LEFT_OUT:
            self._skipping += 1
            return
        if name in _TEXT:
            self._listening = self._say
        elif name in _CODE:
            self._listening = self._fields.say
        elif known := self._starts.get(name):
            known(attributes)
        elif name in _SIGNS:
            if self._parent == "w:r":
                self._say(_SIGNS[name])
        elif name in _CHANGES:
            self._start_change(name, attributes)
        elif name in _REFERENCES:
            self._refer(_REFERENCES[name], value(attributes, "id"))
        elif name in _NOTES:
            self._start_note(name, attributes)
        self._path.append(name)

    def _end(self, long_name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        name = self._path.pop()
        if name in _TEXT or name in _CODE:
            self._listening = None
        elif known := self._ends.get(name):
            known()
        elif name in _CHANGES:
            if self._changes and self._changes.pop():
                self._story.end_change()
        elif name in _NOTES:
            self._end_note(name)

    @property
    def _parent(self) -> str:
        return self._path[-1] if self._path else ""

    def _take(self, text: str) -> None:
        if self._listening is not None and not self._skipping:
            self._listening(text)

    def _say(self, text: str) -> None:
        if self._fields.is_command:
            if text.strip():
                self._log.loss(
                    "hidden-content",
                    f"Text within the command of a field, which no program shows: {shown(text)}. "
                    "It is not in the document's text.",
                    self._story.where,
                )
            return
        hidden = self._run_hidden or bool(self._paragraphs and self._paragraphs[-1].hidden)
        if hidden:
            self._seen.hidden[self._story.where.paragraph or 0] += len(text)
        self._story.say(text, hidden=hidden)

    # Paragraphs and runs

    def _start_paragraph(self, _: Attributes) -> None:
        self._paragraphs.append(_Paragraph())
        self._story.begin_block(counted=not self._note_ids)

    def _end_paragraph(self) -> None:
        if self._paragraphs:
            one = self._paragraphs.pop()
            kind = self._styles.kind(one.style, level=one.level, numbered=one.numbered)
            self._story.end_block(kind)

    def _style(self, attributes: Attributes) -> None:
        if self._paragraphs:
            self._paragraphs[-1].style = value(attributes, "val")
            self._paragraphs[-1].hidden = self._styles.is_hidden(value(attributes, "val"))

    def _level(self, attributes: Attributes) -> None:
        if self._paragraphs:
            self._paragraphs[-1].level = number(value(attributes, "val"), otherwise=9)

    def _numbered(self, attributes: Attributes) -> None:
        if self._paragraphs:
            self._paragraphs[-1].numbered = value(attributes, "val") != "0"

    def _start_run(self, _: Attributes) -> None:
        self._run_hidden = False

    def _vanish(self, attributes: Attributes) -> None:
        if self._is_of_run:
            self._run_hidden = is_on(attributes)

    def _run_style(self, attributes: Attributes) -> None:
        if self._is_of_run:
            self._run_hidden = self._styles.is_hidden(value(attributes, "val"))

    @property
    def _is_of_run(self) -> bool:
        return self._path[-2:] == ["w:r", "w:rPr"]

    def _symbol(self, attributes: Attributes) -> None:
        try:
            code = int(value(attributes, "char")[:8], 16)
        except ValueError:
            return
        if 0 < code <= _LAST_SIGN and not 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004  # half a pair
            self._say(chr(code))

    # Changes

    def _start_change(self, name: str, attributes: Attributes) -> None:
        author = value(attributes, "author") or None
        date = value(attributes, "date") or None
        if self._parent == "w:trPr":
            self._story.change_row(_CHANGES[name], author=author, date=date)
        is_of_text = self._parent not in {"w:trPr", "w:rPr", "w:tcPr", "w:numPr", "m:ctrlPr"}
        self._changes.append(is_of_text)
        if is_of_text:
            self._story.begin_change(_CHANGES[name], author=author, date=date)

    # What stands aside

    def _end_box(self) -> None:
        self._story.follow(self._story.end_aside())

    def _start_note(self, name: str, attributes: Attributes) -> None:
        where = Locator(part=self._part)
        if name == "w:comment":
            where = Locator(
                comment=value(attributes, "id") or None,
                author=value(attributes, "author") or None,
                date=value(attributes, "date") or None,
            )
        is_note = value(attributes, "type") not in _MARK_OF_NO_NOTE
        self._note_ids.append((name, value(attributes, "id") if is_note else ""))
        self._story.begin_aside(_NOTES[name], where)

    def _end_note(self, name: str) -> None:
        key = self._note_ids.pop() if self._note_ids else (name, "")
        flow = self._story.end_aside()
        if flow is None:
            return
        if name in {"w:hdr", "w:ftr"}:
            self._story.follow(flow)
        elif key[1]:
            self._notes.found.setdefault(key, flow)

    def _refer(self, name: str, note_id: str) -> None:
        flow = self._notes.found.pop((name, note_id), None)
        if flow is not None:
            flow.place(paragraph=self._story.where.paragraph)
            self._story.follow(flow)

    def _picture(self, _: Attributes) -> None:
        self._seen.pictures += 1

    def _object(self, _: Attributes) -> None:
        self._seen.objects += 1
