"""Characters of a text that cannot be seen: counted as they pass, and told of once."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

# Controls but for tab and line ends, marks of writing direction and of no width.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_NAMED: Final = 12


class UnseenMarks:
    """Counts those of one document."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: Counter[str] = Counter()

    def look(self, text: str) -> None:
        """Count those of the next text."""
        self._found.update(_UNSEEN.findall(text))

    def in_words(self) -> str | None:
        """Say which stand in the text, which are kept; None if there are none."""
        if not self._found:
            return None
        listed = sorted(self._found.items())[:_NAMED]
        named = ", ".join(f"U+{ord(mark):04X} ×{count:,}" for mark, count in listed)
        return (
            f"The text holds characters that cannot be seen ({named}). They are kept, and "
            "shown as marks."
        )
