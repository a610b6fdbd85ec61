"""The text of one block of a page, as it comes together between tags.

White space runs together as a browser shows it, except where it is preformatted.

Source: CSS Text 3, section 4.1 (white space).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from qantar.readers.markup import unescaped

_SPACE: Final = re.compile(r"[ \t\n\r\f]+")


@dataclass(slots=True)
class Line:
    """Text since the last block; `begins_at` is where in the page it begins."""

    begins_at: int = 0
    _pieces: list[str] = field(default_factory=list)
    _ends_open: bool = False

    def say(self, said: str, at: int, *, verbatim: bool, plain: bool = False) -> None:
        """Add what stands in the page at `at`; a `plain` text has no entities."""
        text = said if plain else unescaped(said)
        if verbatim:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        else:
            text = _SPACE.sub(" ", text)
            if not self._ends_open:
                text = text.removeprefix(" ")
        if not text:
            return
        if not self._pieces:
            self.begins_at = at + len(said) - len(said.lstrip())
        self._pieces.append(text)
        self._ends_open = not text[-1].isspace()

    def end_line(self) -> None:
        """Break the line within the block, if it has begun."""
        if self._pieces:
            self._pieces[-1] = self._pieces[-1].rstrip(" ")
            self._pieces.append("\n")
            self._ends_open = False

    def taken(self) -> str:
        """Give the text without white space around it, and begin anew."""
        if not self._pieces:
            return ""
        text = "".join(self._pieces).strip()
        self._pieces.clear()
        self._ends_open = False
        return text
