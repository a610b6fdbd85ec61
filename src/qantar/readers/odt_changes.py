"""Tracked changes of an OpenDocument text: who changed what, and the text that was deleted.

Source: ODF 1.3 Part 3, section 5.5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_MOST_REGIONS: Final = 200_000


@dataclass(slots=True)
class Region:
    """One change: the word for what it is, who made it and when, and deleted text."""

    what: str = ""
    author: str | None = None
    date: str | None = None
    paragraphs: list[str] = field(default_factory=list)
    _said: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Add to the deleted text."""
        self._said.append(text)

    def end_paragraph(self) -> None:
        """End a paragraph of the deleted text."""
        self.paragraphs.append("".join(self._said))
        self._said.clear()

    @property
    def deleted(self) -> str:
        """All of the deleted text, a line for each paragraph."""
        return "\n".join((*self.paragraphs, *self._said))


@dataclass(slots=True)
class Changes:
    """The changes of a document by their ids."""

    found: dict[str, Region] = field(default_factory=dict)
    current: Region | None = None

    def begin(self, change_id: str) -> None:
        """Begin to learn of one."""
        self.current = Region()
        if len(self.found) < _MOST_REGIONS:
            self.found.setdefault(change_id, self.current)
