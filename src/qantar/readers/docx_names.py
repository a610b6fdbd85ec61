"""Names of WordprocessingML and of packages, in both of their namespaces; small values.

Source: ECMA-376 Part 1, sections 17 (WordprocessingML) and 22.9 (shared types); Part 4 for
the older namespaces.
"""

from __future__ import annotations

from typing import Final

from qantar.readers.office_package import Attributes

_WORD: Final = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
_MATH: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/math ",
    "http://purl.oclc.org/ooxml/officeDocument/math ",
)
_DRAWING: Final = (
    "http://schemas.openxmlformats.org/drawingml/2006/main ",
    "http://purl.oclc.org/ooxml/drawingml/main ",
)
_RELATION: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships ",
    "http://purl.oclc.org/ooxml/officeDocument/relationships ",
)
_PREFIXES: Final = (
    *((uri, "w:") for uri in _WORD),
    *((uri, "m:") for uri in _MATH),
    *((uri, "a:") for uri in _DRAWING),
    *((uri, "r:") for uri in _RELATION),
    ("http://schemas.openxmlformats.org/markup-compatibility/2006 ", "mc:"),
    ("urn:schemas-microsoft-com:vml ", "v:"),
    ("urn:schemas-microsoft-com:office:office ", "o:"),
)
_LONGEST_NUMBER: Final = 9
_OFF: Final = frozenset({"0", "false", "off"})


class Names:
    """Shortens names to `w:p` and the like; those of other namespaces to their local part."""

    def __init__(self) -> None:
        """Begin with none known."""
        self._known: dict[str, str] = {}

    def short(self, name: str) -> str:
        """Give the short form of a name."""
        found = self._known.get(name)
        if found is None:
            found = _shorten(name)
            if len(self._known) < 10_000:  # noqa: PLR2004  # hostile files invent names
                self._known[name] = found
        return found


def _shorten(name: str) -> str:
    for uri, prefix in _PREFIXES:
        if name.startswith(uri):
            return prefix + name[len(uri) :]
    return name.rpartition(" ")[2]


def value(attributes: Attributes, local: str) -> str:
    """Give an attribute by its local name, of whatever namespace; "" where it is not there."""
    for uri in (*_WORD, *_RELATION):
        found = attributes.get(uri + local)
        if found is not None:
            return found
    return attributes.get(local, "")


def is_on(attributes: Attributes) -> bool:
    """Whether a switch is on: it is unless it says that it is not."""
    return value(attributes, "val").lower() not in _OFF


def number(untrusted_text: str, *, otherwise: int = 0) -> int:
    """Read a number; what is none, or a huge one, is `otherwise`."""
    digits = untrusted_text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER:
        return int(digits)
    return otherwise
