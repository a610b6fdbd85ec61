"""Names of OpenDocument, shortened to `text:p` and the like.

Source: ODF 1.3 Part 3, section 1.4 (namespaces).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from qantar.readers.office_package import Attributes

_OASIS, _VERSION = "urn:oasis:names:tc:opendocument:xmlns:", ":1.0 "
_OTHERS: Final = MappingProxyType(
    {
        "http://www.w3.org/1999/xlink ": "xlink:",
        "http://purl.org/dc/elements/1.1/ ": "dc:",
        "http://www.w3.org/XML/1998/namespace ": "xml:",
    }
)
_LONG: Final = MappingProxyType({prefix: uri for uri, prefix in _OTHERS.items()})
_MOST_KNOWN: Final = 10_000
_LONGEST_NUMBER: Final = 9


class Names:
    """Shortens names; those of other namespaces become ` local`, which nothing else is called."""

    def __init__(self) -> None:
        """Begin with none known."""
        self._known: dict[str, str] = {}

    def short(self, name: str) -> str:
        """Give the short form of a name."""
        found = self._known.get(name)
        if found is None:
            found = _shorten(name)
            if len(self._known) < _MOST_KNOWN:
                self._known[name] = found
        return found


def _shorten(name: str) -> str:
    uri, _, local = name.rpartition(" ")
    if uri.startswith(_OASIS) and f"{uri} ".endswith(_VERSION):
        return f"{uri[len(_OASIS) :].rpartition(':')[0]}:{local}"
    return f"{_OTHERS.get(f'{uri} ', ' ')}{local}"


def value(attributes: Attributes, name: str) -> str:
    """Give an attribute by its short name; "" where it is not there."""
    prefix, _, local = name.partition(":")
    uri = _LONG.get(f"{prefix}:", f"{_OASIS}{prefix}{_VERSION}")
    return attributes.get(f"{uri}{local}", "")


def number(attributes: Attributes, name: str) -> int:
    """Read a count from an attribute; 1 where it says none, or no number, or a huge one."""
    digits = value(attributes, name).strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER:
        return max(1, int(digits))
    return 1
