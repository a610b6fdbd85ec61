"""What an OpenDocument text holds or names beside its text: counted and kept, never followed.

Source: ODF 1.3 Part 3, sections 5 and 6 (text), 10.4 (frames).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from qantar.readers.odt_names import value
from qantar.readers.office_package import Attributes

_MOST_LINKS: Final = 1_000


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

    def picture(self, attributes: Attributes) -> None:
        """Count a picture, and what would be fetched for it."""
        self.pictures += 1
        self.fetch(attributes, "picture")

    def embedded(self, attributes: Attributes) -> None:
        """Count an object of another program, and what would be fetched for it."""
        self.objects += 1
        self.fetch(attributes, "object")

    def link(self, attributes: Attributes) -> None:
        """Keep where a link leads, if that is outside of the document."""
        address = value(attributes, "xlink:href")
        if address and not address.startswith("#") and len(self.links) < _MOST_LINKS:
            self.links.setdefault(address)

    def fetch(self, attributes: Attributes, what: str = "section") -> None:
        """Keep what would be fetched, if it is not a part of the document."""
        address = value(attributes, "xlink:href")
        if (":" in address or address.startswith("/")) and len(self.fetched) < _MOST_LINKS:
            self.fetched.setdefault(address, what)
