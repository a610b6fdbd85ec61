"""The parts of an OpenDocument text (content, styles, metadata), told to a story.

One follower takes them all, for in a flat file they are one. Source: ODF 1.3 Part 3,
sections 5 and 6 (text), 9 (tables), 10.4 (frames), 14.1 (annotations), 16 (styles).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import SegmentKind
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.odt_beside import Seen
from qantar.readers.odt_changes import Changes
from qantar.readers.odt_elements import BLOCKS, FACTS, LEFT_OUT, PAGE_PARTS, SIGNS
from qantar.readers.odt_hidden import Hiding
from qantar.readers.odt_names import Names, number, value
from qantar.readers.office_package import Attributes, Elements
from qantar.readers.story import Story
from qantar.readers.story_composer import Flow, moved

_WHITE: Final = re.compile(r"[ \t\r\n]+")
_MOST_SPACES: Final = 10_000
_MOST_FACT_CHARS: Final = 10_000


class OdtParts:
    """Follows the parts of one document."""

    def __init__(self, story: Story, log: FindingLog) -> None:
        """Tell of them to `story`."""
        self._story, self._log = story, log
        self.seen, self.facts = Seen(), dict[str, str]()
        self.page_parts: list[Flow] = []
        self._names, self._changes = Names(), Changes()
        self._hiding = Hiding()
        self._path: list[str] = []
        self._skipping = self._lists = 0
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
            "drawing:image": self.seen.picture,
            "drawing:object": self.seen.embedded,
            "drawing:object-ole": self.seen.embedded,
            "text:a": self.seen.link,
            "text:section-source": self.seen.fetch,
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
            "style:style": self._hiding.start_style,
            "style:text-properties": self._hiding.text_properties,
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
        if self._skipping or name in LEFT_OUT:
            self._skipping += 1
            if name == "script:event-listener":
                self.seen.scripts += 1
            return
        region = self._changes.current
        if region is not None and name in {"text:insertion", "text:deletion", "text:format-change"}:
            region.what = name
        if name in BLOCKS:
            self._start_block(name, attributes)
        elif kind := PAGE_PARTS.get(name):
            self._begin_aside(kind, Locator(part="styles.xml"))
        elif (region is None or name in SIGNS) and (known := self._starts.get(name)):
            known(attributes)
        self._hiding.begin(name, attributes)
        self._path.append(name)

    def _end(self, _: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif self._path:
            self._finish(self._path.pop())

    def _finish(self, name: str) -> None:
        self._hiding.end()
        region = self._changes.current
        if name == "text:changed-region":
            self._changes.current = None
        elif region is not None:
            if name in BLOCKS:
                region.end_paragraph()
        elif name in BLOCKS:
            self._end_block(name)
        elif name in PAGE_PARTS:
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
        elif name.startswith("text:") and any(map(BLOCKS.__contains__, reversed(self._path))):
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
        if any(map(BLOCKS.__contains__, reversed(self._path))):
            self._after_white = False
            self._tell(text)

    def _tell(self, text: str) -> None:
        if self._changes.current is not None:
            self._changes.current.say(text)
            return
        if self._hiding.is_hidden:
            self.seen.hidden += len(text)
            self.seen.hidden_in.setdefault(self._story.where.paragraph or 0)
        self._story.say(text, hidden=self._hiding.is_hidden)

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
        is_within = any(map(BLOCKS.__contains__, reversed(self._path)))
        if not is_within:
            self._story.begin_block(counted=not self._is_note)
        self._story.begin_change(SegmentKind.DELETED, author=region.author, date=region.date)
        self._story.say(region.deleted)
        self._story.end_change()
        if not is_within:
            self._story.end_block()
        self._after_white = region.deleted.endswith(" ")

    # What is named and not followed, and what would run

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
