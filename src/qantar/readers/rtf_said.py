"""What an RTF says about its text: its own facts, its styles, who changed and annotated it.

Source: RTF Specification 1.9.1, "Document information", "Style sheet", "Track changes",
"Annotations".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from qantar.readers.rtf_words import CLOCK, INFO, TIMES, clock_date, packed_date

_MOST_CHARS: Final = 10_000
_MOST_STYLES: Final = 20_000
_MOST_AUTHORS: Final = 20_000
_HEADING: Final = re.compile(r"(?:heading|заголовок|тақырып)\s*\d?\Z|title\Z|subtitle\Z", re.I)
_DIGITS: Final = re.compile(r"-?\d{1,10}\Z")


@dataclass(slots=True)
class Said:
    """Collects it, one destination after another; `anew` takes the place of what was said."""

    facts: dict[str, str] = field(default_factory=dict)
    template: str = ""
    anew: bool = False
    _text: dict[str, list[str]] = field(default_factory=dict)
    _clock: dict[str, int] = field(default_factory=dict)
    _authors: list[str] = field(default_factory=list)
    _levels: dict[int, int] = field(default_factory=dict)
    _entry: str = ""
    _style: int = 0
    _annotator: str = ""
    _annotated: str = ""
    _comments: int = 0

    def has(self, word: str) -> bool:
        """Whether a destination of this name is a fact about the document."""
        return word in INFO

    def begin(self, name: str) -> None:
        """Begin a destination."""
        self._text[name] = []
        self._entry = ""
        self._clock.clear()
        self._style = 0

    def say(self, name: str, text: str) -> None:
        """Add text to it; what a table of names holds ends with semicolons."""
        if name in {"revtbl", "stylesheet"}:
            *whole, self._entry = (self._entry + text).split(";")
            for one in whole:
                self._add_entry(name, one)
            self._entry = self._entry[:_MOST_CHARS]
        else:
            said = self._text.setdefault(name, [])
            if sum(map(len, said)) < _MOST_CHARS:
                said.append(text)

    def word(self, name: str, word: str, number: int | None) -> None:
        """Take a control word within it."""
        if name in TIMES and word in CLOCK:
            self._clock[word] = number or 0
        elif name == "stylesheet" and word == "s":
            self._style = number or 0
        elif name == "stylesheet" and word == "outlinelevel" and len(self._levels) < _MOST_STYLES:
            self._levels.setdefault(self._style, number or 0)

    def end(self, name: str) -> str:
        """End it; gives its text."""
        text = "".join(self._text.pop(name, ())).strip()[:_MOST_CHARS].rstrip(";")
        if name in {"revtbl", "stylesheet"} and self._entry:
            self._add_entry(name, self._entry)
            self._entry = ""
        if name in TIMES:
            date = clock_date(self._clock)
            if date:
                self.facts[INFO[name]] = date
        elif name in INFO and text:
            if self.anew or INFO[name] not in self.facts:
                self.facts[INFO[name]] = text
            self.anew = False
        elif name == "template":
            self.template = text
        elif name == "atnauthor":
            self._annotator = text
        elif name == "atnid":
            self._annotator = self._annotator or text
        elif name == "atndate":
            self._annotated = text
        return text

    def _add_entry(self, table: str, entry: str) -> None:
        """Take an entry of the table of who changed the text, or of its styles."""
        if table == "revtbl":
            if len(self._authors) < _MOST_AUTHORS:
                self._authors.append(entry.strip()[:_MOST_CHARS])
        elif _HEADING.match(entry.strip()) and len(self._levels) < _MOST_STYLES:
            self._levels.setdefault(self._style, 0)

    def author(self, number: int) -> str | None:
        """Who is of that number in the table of those who changed the text."""
        found = self._authors[number] if 0 <= number < len(self._authors) else ""
        return found or None

    def level(self, style: int | None) -> int | None:
        """Give the outline level of a style; None for one that is no heading."""
        return self._levels.get(style) if style is not None else None

    def annotator(self) -> str | None:
        """Who wrote the comment that begins."""
        found, self._annotator = self._annotator, ""
        return found or None

    def next_comment(self) -> str:
        """Number the comment that begins."""
        self._comments += 1
        return str(self._comments)

    def annotation_date(self) -> str | None:
        """When the comment that ends was written."""
        found, self._annotated = self._annotated, ""
        return packed_date(int(found)) if _DIGITS.match(found) else None
