"""Which text of an OpenDocument text is hidden: by an element, or by a style that it names.

Source: ODF 1.3 Part 3, sections 5.4 (sections), 7 (fields that hide text), 16 (styles).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from qantar.readers.odt_names import value
from qantar.readers.office_package import Attributes

_HIDDEN: Final = frozenset({"text:hidden-text", "text:hidden-paragraph"})
_MOST_STYLES: Final = 100_000


@dataclass(slots=True)
class Hiding:
    """Follows the elements that are open, and learns the styles that hide."""

    _styles: set[str] = field(default_factory=set)
    _style: str = ""
    _hides: list[bool] = field(default_factory=list)
    _open: int = 0

    @property
    def is_hidden(self) -> bool:
        """Whether text that stands here is hidden."""
        return bool(self._open)

    def start_style(self, attributes: Attributes) -> None:
        """Begin to learn of a style."""
        self._style = value(attributes, "style:name")

    def text_properties(self, attributes: Attributes) -> None:
        """Learn what the style does to text."""
        if value(attributes, "text:display") == "none" and len(self._styles) < _MOST_STYLES:
            self._styles.add(self._style)

    def begin(self, name: str, attributes: Attributes) -> None:
        """Follow an element that begins."""
        hides = name in _HIDDEN or (
            name.startswith("text:")
            and (
                value(attributes, "text:style-name") in self._styles
                or (name == "text:section" and value(attributes, "text:display") == "none")
            )
        )
        self._hides.append(hides)
        self._open += hides

    def end(self) -> None:
        """Follow the innermost element as it ends."""
        self._open -= self._hides.pop() if self._hides else False
