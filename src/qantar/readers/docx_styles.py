"""What the styles of a DOCX say that matters here: headings, lists, captions, quotes, hidden text.

Source: ECMA-376 Part 1, section 17.7 (styles).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from qantar.model.segment import SegmentKind
from qantar.readers.docx_names import Names, is_on, number, value
from qantar.readers.office_package import Attributes, Elements

_HEADING: Final = re.compile(r"(?:heading|заголовок|тақырып)\s*\d?\Z|title\Z|subtitle\Z", re.I)
_MOST_STYLES: Final = 20_000
_MOST_BASES: Final = 50
_BODY_LEVEL: Final = 9
"""The outline level of what is no heading."""


@dataclass(slots=True)
class Style:
    """One style; None and "" where it says nothing and the style it is based on counts."""

    name: str = ""
    base: str = ""
    level: int | None = None
    numbered: bool | None = None
    hidden: bool | None = None


@dataclass(slots=True)
class Styles:
    """All styles by their ids."""

    found: dict[str, Style] = field(default_factory=dict)

    def kind(self, style_id: str, *, level: int | None, numbered: bool | None) -> SegmentKind:
        """Say what a paragraph is, by its style and what it says itself."""
        chain = self._chain(style_id)
        if level is None:
            level = next((one.level for one in chain if one.level is not None), None)
        if numbered is None:
            numbered = next((one.numbered for one in chain if one.numbered is not None), False)
        names = [one.name.lower() for one in chain]
        if (level is not None and level < _BODY_LEVEL) or any(map(_HEADING.match, names)):
            return SegmentKind.HEADING
        if "caption" in names:
            return SegmentKind.CAPTION
        if {"quote", "intense quote"} & set(names):
            return SegmentKind.QUOTE
        return SegmentKind.LIST_ITEM if numbered else SegmentKind.PARAGRAPH

    def is_hidden(self, style_id: str) -> bool:
        """Whether a style hides its text."""
        return next((one.hidden for one in self._chain(style_id) if one.hidden is not None), False)

    def _chain(self, style_id: str) -> list[Style]:
        chain: list[Style] = []
        while style_id in self.found and len(chain) < _MOST_BASES:
            chain.append(self.found[style_id])
            style_id = chain[-1].base
        return chain

    def elements(self) -> Elements:
        """Give what follows the part `styles.xml`."""
        return Elements(self._start, self._end, _nothing)

    _names: Names = field(default_factory=Names)
    _style: Style | None = None

    def _start(self, long_name: str, attributes: Attributes) -> None:
        name = self._names.short(long_name)
        if name == "w:style":
            self._style = Style()
            if len(self.found) < _MOST_STYLES:
                self.found.setdefault(value(attributes, "styleId"), self._style)
        elif self._style is None:
            return
        elif name == "w:name":
            self._style.name = value(attributes, "val")
        elif name == "w:basedOn":
            self._style.base = value(attributes, "val")
        elif name == "w:outlineLvl":
            self._style.level = number(value(attributes, "val"), otherwise=_BODY_LEVEL)
        elif name == "w:numId":
            self._style.numbered = value(attributes, "val") != "0"
        elif name == "w:vanish":
            self._style.hidden = is_on(attributes)

    def _end(self, long_name: str) -> None:
        if self._names.short(long_name) == "w:style":
            self._style = None


def _nothing(_: str) -> None:
    return
