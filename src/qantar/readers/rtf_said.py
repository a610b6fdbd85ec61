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
    """Collects it, one destination after another."""

    facts: dict[str, str] = field(default_factory=dict)
    template: str = ""
    _text: dict[str, list[str]] = field(default_factory=dict)
    _clock: dict[str, int] = field(default_factory=dict)
    _authors: list[str] = field(default_factory=list)
    _levels: dict[int, int] = field(default_factory=dict)
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
        self._clock.clear()
        self._style = 0

    def say(self, name: str, text: str) -> None:
        """Add text to it; what a table of names holds ends with semicolons."""
        if name == "revtbl":
            self._add_authors(text)
        elif name == "stylesheet":
            self._add_style(text)
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
        if name in TIMES:
            date = clock_date(self._clock)
            if date:
                self.facts[INFO[name]] = date
        elif name in INFO and text:
            self.facts.setdefault(INFO[name], text)
        elif name == "template":
            self.template = text
        elif name == "atnauthor":
            self._annotator = text
        elif name == "atnid":
            self._annotator = self._annotator or text
        elif name == "atndate":
            self._annotated = text
        return text

    def _add_authors(self, text: str) -> None:
        for part in text.split(";")[:-1] if text.endswith(";") else text.split(";"):
            if len(self._authors) < _MOST_AUTHORS:
                self._authors.append(part.strip()[:_MOST_CHARS])

    def _add_style(self, text: str) -> None:
        name = text.rstrip("; ").strip()
        if _HEADING.match(name) and len(self._levels) < _MOST_STYLES:
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
