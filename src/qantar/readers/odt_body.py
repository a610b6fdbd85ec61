"""The parts of an OpenDocument text (content, styles, metadata), told to a story.

One follower takes them all, for in a flat file they are one. Source: ODF 1.3 Part 3,
sections 5 and 6 (text), 9 (tables), 10.4 (frames), 14.1 (annotations), 16 (styles).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import SegmentKind
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.odt_changes import Changes
from qantar.readers.odt_names import Names, number, value
from qantar.readers.office_package import Attributes, Elements
from qantar.readers.story import Story
from qantar.readers.story_composer import Flow, moved

FACTS: Final = MappingProxyType(
    {
        "meta:generator": "odt.generator",
        "dc:title": "odt.title",
        "dc:subject": "odt.subject",
        "dc:description": "odt.description",
        "meta:keyword": "odt.keywords",
        "meta:initial-creator": "odt.author",
        "dc:creator": "odt.last_modified_by",
        "meta:printed-by": "odt.printed_by",
        "meta:creation-date": "odt.created",
        "dc:date": "odt.modified",
        "meta:print-date": "odt.last_printed",
        "meta:editing-cycles": "odt.revision",
        "meta:editing-duration": "odt.editing_duration",
    }
)
DATES: Final = ("odt.created", "odt.modified", "odt.last_printed")
_BLOCKS: Final = frozenset({"text:p", "text:h"})
_LEFT_OUT: Final = frozenset(
    {
        *("text:note-citation", "text:number", "text:ruby-text", "text:bibliography-configuration"),
        *("office:binary-data", "office:event-listeners", "office:forms", "svg-compatible:title"),
        *("svg-compatible:desc", "office:settings", "text:index-title-template"),
        *("text:table-of-content-source", "text:alphabetical-index-source"),
        *("text:illustration-index-source", "text:table-index-source", "text:user-index-source"),
        *("text:object-index-source", "text:bibliography-source"),
    }
)
_PAGE_PARTS: Final = MappingProxyType(
    {
        **dict.fromkeys(
            ("style:header", "style:header-left", "style:header-first"), SegmentKind.HEADER
        ),
        **dict.fromkeys(
            ("style:footer", "style:footer-left", "style:footer-first"), SegmentKind.FOOTER
        ),
    }
)
_SIGNS: Final = frozenset({"text:s", "text:tab", "text:line-break"})
_HIDDEN: Final = frozenset({"text:hidden-text", "text:hidden-paragraph"})
_WHITE: Final = re.compile(r"[ \t\r\n]+")
_MOST_SPACES: Final = 10_000
_MOST_LINKS: Final = 1_000
_MOST_STYLES: Final = 100_000
_MOST_FACT_CHARS: Final = 10_000


@dataclass(slots=True)
class Seen:
    """What was met beside text."""

    links: dict[str, None] = field(default_factory=dict)
    fetched: dict[str, str] = field(default_factory=dict)
    """What would be fetched, and as what."""
    pictures: int = 0
    objects: int = 0
    scripts: int = 0
    hidden: int = 0
    hidden_in: dict[int, None] = field(default_factory=dict)


class OdtParts:
    """Follows the parts of one document."""

    def __init__(self, story: Story, log: FindingLog) -> None:
        """Tell of them to `story`."""
        self._story, self._log = story, log
        self.seen, self.facts = Seen(), dict[str, str]()
        self.page_parts: list[Flow] = []
        self._names, self._changes = Names(), Changes()
        self._hidden_styles = set[str]()
        self._style = ""
        self._path: list[str] = []
        self._skipping = self._lists = self._hiding = 0
        self._hides: list[bool] = []
        self._after_white = True
        self._around: list[tuple[int, bool, bool]] = []
        self._authors: list[dict[str, str]] = []
        self._cells: list[int] = []
        self._starts: dict[str, Callable[[Attributes], None]] = {
            "text:s": self._spaces,
            "text:tab": lambda _: self._sign("\t"),
            "text:line-break": lambda _: self._sign("\n"),
            "text:list": lambda _: self._nest(1),
            "text:note-body": lambda _: self._begin_aside(SegmentKind.FOOTNOTE, Locator()),
            "office:annotation": self._start_annotation,
            "drawing:text-box": lambda _: self._begin_aside(None, None),
            "drawing:image": self._picture,
            "drawing:object": self._object,
            "drawing:object-ole": self._object,
            "text:a": self._link,
            "text:section-source": self._fetch,
            "text:script": self._script,
            "script:event-listener": self._script,
            "office:dde-source": self._script,
            "text:dde-connection-decl": self._script,
            "table:table": lambda _: self._story.begin_table(),
            "table:table-row": lambda _: self._story.begin_row(),
            "table:table-cell": self._start_cell,
            "table:covered-table-cell": self._covered,
            "text:changed-region": self._start_region,
            "text:change-start": self._start_change,
            "text:change-end": self._end_change,
            "text:change": self._deletion,
            "style:style": self._start_style,
            "style:text-properties": self._text_properties,
            "meta:template": self._template,
        }
        self._ends: dict[str, Callable[[], None]] = {
            "text:list": lambda: self._nest(-1),
            "text:note-body": lambda: self._story.follow(self._end_aside()),
            "office:annotation": self._end_annotation,
            "drawing:text-box": lambda: self._story.follow(self._end_aside()),
            "table:table": self._story.end_table,
            "table:table-row": self._story.end_row,
            "table:table-cell": self._end_cell,
        }

    def elements(self) -> Elements:
        """Give what follows a part."""
        self._path.clear()
        return Elements(self._start, self._end, self._take)

    def end(self) -> None:
        """End what a part that broke off had begun."""
        while self._path:
            self._finish(self._path.pop())

    # Elements

    def _start(self, long_name: str, attributes: Attributes) -> None:
        name = self._names.short(long_name)
        if self._skipping or name in _LEFT_OUT:
            self._skipping += 1
            if name == "script:event-listener":
                self.seen.scripts += 1
            return
        region = self._changes.current
        if region is not None and name in {"text:insertion", "text:deletion", "text:format-change"}:
            region.what = name
        if name in _BLOCKS:
            self._start_block(name, attributes)
        elif kind := _PAGE_PARTS.get(name):
            self._begin_aside(kind, Locator(part="styles.xml"))
        elif (region is None or name in _SIGNS) and (known := self._starts.get(name)):
            known(attributes)
        self._begin_hidden(name, attributes)
        self._path.append(name)

    def _end(self, _: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif self._path:
            self._finish(self._path.pop())

    def _finish(self, name: str) -> None:
        self._hiding -= self._hides.pop() if self._hides else False
        region = self._changes.current
        if name == "text:changed-region":
            self._changes.current = None
        elif region is not None:
            if name in _BLOCKS:
                region.end_paragraph()
        elif name in _BLOCKS:
            self._end_block(name)
        elif name in _PAGE_PARTS:
            flow = self._end_aside()
            if flow is not None:
                self.page_parts.append(flow)
        elif known := self._ends.get(name):
            known()

    def _take(self, text: str) -> None:
        name = self._path[-1] if self._path else ""
        if self._skipping or not name:
            return
        if name in FACTS:
            self._fact(name, text)
        elif name.startswith("text:") and any(map(_BLOCKS.__contains__, reversed(self._path))):
            self._say(text)

    def _say(self, text: str) -> None:
        """Say text in which white space counts once, and not at the beginning."""
        plain = _WHITE.sub(" ", text)
        if self._after_white:
            plain = plain.removeprefix(" ")
        if plain:
            self._after_white = plain.endswith(" ")
            self._tell(plain)

    def _sign(self, text: str) -> None:
        if any(map(_BLOCKS.__contains__, reversed(self._path))):
            self._after_white = False
            self._tell(text)

    def _tell(self, text: str) -> None:
        if self._changes.current is not None:
            self._changes.current.say(text)
            return
        if self._hiding:
            self.seen.hidden += len(text)
            self.seen.hidden_in.setdefault(self._story.where.paragraph or 0)
        self._story.say(text, hidden=bool(self._hiding))

    # Blocks

    def _start_block(self, _: str, __: Attributes) -> None:
        self._after_white = True
        if self._changes.current is None:
            self._story.begin_block(counted=not self._is_note)

    def _end_block(self, name: str) -> None:
        kind = SegmentKind.LIST_ITEM if self._lists else SegmentKind.PARAGRAPH
        self._story.end_block(SegmentKind.HEADING if name == "text:h" else kind)
        self._after_white = False

    @property
    def _is_note(self) -> bool:
        return any(is_note for _, is_note, _ in self._around)

    def _nest(self, step: int) -> None:
        self._lists += step

    def _spaces(self, attributes: Attributes) -> None:
        self._sign(" " * min(_MOST_SPACES, number(attributes, "text:c")))

    # What stands aside

    def _begin_aside(self, kind: SegmentKind | None, where: Locator | None) -> None:
        self._around.append((self._lists, kind is not None, self._after_white))
        self._lists = 0
        self._story.begin_aside(kind, where)

    def _end_aside(self) -> Flow | None:
        after_white = False
        if self._around:
            self._lists, _, after_white = self._around.pop()
        flow = self._story.end_aside()
        if flow is not None and self._story.where.paragraph is not None:
            flow.place(paragraph=self._story.where.paragraph)
        self._after_white = after_white
        return flow

    def _start_annotation(self, attributes: Attributes) -> None:
        self._authors.append({})
        where = Locator(comment=value(attributes, "office:name") or None)
        self._begin_aside(SegmentKind.COMMENT, where)

    def _end_annotation(self) -> None:
        said = self._authors.pop() if self._authors else {}
        flow = self._end_aside()
        if flow is not None and flow.spans:
            first = flow.spans[0]
            author, date = said.get("dc:creator") or None, said.get("dc:date") or None
            first.where = moved(first.where, author=author, date=date)
        self._story.follow(flow)

    def _fact(self, name: str, text: str) -> None:
        """Take who and when: of a change, of a comment, else of the document."""
        region, parent = self._changes.current, self._path[-2] if len(self._path) > 1 else ""
        if region is not None and parent == "office:change-info":
            if name == "dc:creator":
                region.author = (region.author or "") + text
            elif name == "dc:date":
                region.date = (region.date or "") + text
        elif self._authors and parent == "office:annotation":
            self._authors[-1][name] = self._authors[-1].get(name, "") + text
        elif parent == "office:meta" and text.strip():
            said = self.facts.get(FACTS[name], "")
            self.facts[FACTS[name]] = (said + text)[:_MOST_FACT_CHARS]

    # Tables

    def _start_cell(self, attributes: Attributes) -> None:
        self._story.begin_cell()
        spanned = number(attributes, "table:number-columns-spanned")
        repeated = number(attributes, "table:number-columns-repeated")
        # Covered cells follow for what is spanned; they count themselves.
        self._cells.append(repeated - 1 if spanned == 1 else 0)

    def _end_cell(self) -> None:
        self._story.end_cell()
        self._story.skip_columns(self._cells.pop() if self._cells else 0)

    def _covered(self, attributes: Attributes) -> None:
        self._story.skip_columns(number(attributes, "table:number-columns-repeated"))

    # Changes

    def _start_region(self, attributes: Attributes) -> None:
        self._changes.begin(value(attributes, "text:id") or value(attributes, "xml:id"))

    def _start_change(self, attributes: Attributes) -> None:
        change_id = value(attributes, "text:change-id")
        region = self._changes.found.get(change_id)
        if region is not None and region.what == "text:insertion":
            who, when = region.author, region.date
            self._story.begin_change(SegmentKind.INSERTED, author=who, date=when, key=change_id)

    def _end_change(self, attributes: Attributes) -> None:
        self._story.end_change(key=value(attributes, "text:change-id"))

    def _deletion(self, attributes: Attributes) -> None:
        region = self._changes.found.get(value(attributes, "text:change-id"))
        if region is None or not region.deleted.strip():
            return
        is_within = any(map(_BLOCKS.__contains__, reversed(self._path)))
        if not is_within:
            self._story.begin_block(counted=not self._is_note)
        self._story.begin_change(SegmentKind.DELETED, author=region.author, date=region.date)
        self._story.say(region.deleted)
        self._story.end_change()
        if not is_within:
            self._story.end_block()
        self._after_white = region.deleted.endswith(" ")

    # Hidden text

    def _start_style(self, attributes: Attributes) -> None:
        self._style = value(attributes, "style:name")

    def _text_properties(self, attributes: Attributes) -> None:
        if value(attributes, "text:display") == "none" and len(self._hidden_styles) < _MOST_STYLES:
            self._hidden_styles.add(self._style)

    def _begin_hidden(self, name: str, attributes: Attributes) -> None:
        hides = name in _HIDDEN or (
            name.startswith("text:")
            and (
                value(attributes, "text:style-name") in self._hidden_styles
                or (name == "text:section" and value(attributes, "text:display") == "none")
            )
        )
        self._hides.append(hides)
        self._hiding += hides

    # What is named and not followed

    def _picture(self, attributes: Attributes) -> None:
        self.seen.pictures += 1
        self._fetch(attributes, "picture")

    def _object(self, attributes: Attributes) -> None:
        self.seen.objects += 1
        self._fetch(attributes, "object")

    def _link(self, attributes: Attributes) -> None:
        address = value(attributes, "xlink:href")
        if address and not address.startswith("#") and len(self.seen.links) < _MOST_LINKS:
            self.seen.links.setdefault(address)

    def _fetch(self, attributes: Attributes, what: str = "section") -> None:
        address = value(attributes, "xlink:href")
        if (":" in address or address.startswith("/")) and len(self.seen.fetched) < _MOST_LINKS:
            self.seen.fetched.setdefault(address, what)

    def _template(self, attributes: Attributes) -> None:
        address = value(attributes, "xlink:href")
        if address:
            self.facts["odt.template"] = address[:_MOST_FACT_CHARS]

    def _script(self, attributes: Attributes) -> None:
        self.seen.scripts += 1
        address = value(attributes, "xlink:href")
        self._log.note(
            "active-content",
            f"The document holds a script, or what fetches from another program ({shown(address)})."
            " It was not run.",
            self._story.where,
        )
