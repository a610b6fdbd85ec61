"""Which encoding the bytes of an RTF are in: the document's, or that of the font in use.

Source: RTF Specification 1.9.1, "Character set" and "Font table".
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

SYMBOLS: Final = "symbols"
"""Not an encoding: the places of signs in a font, which have no meaning outside it."""
_PRIVATE: Final = 0xF000
_CHARSETS: Final = MappingProxyType(
    {
        0: "cp1252",
        2: SYMBOLS,
        77: "mac_roman",
        128: "cp932",
        129: "cp949",
        130: "johab",
        134: "gbk",
        136: "cp950",
        161: "cp1253",
        162: "cp1254",
        163: "cp1258",
        177: "cp1255",
        178: "cp1256",
        186: "cp1257",
        204: "cp1251",
        222: "cp874",
        238: "cp1250",
        254: "cp437",
        255: "cp850",
    }
)
_PAGES: Final = MappingProxyType(
    {
        708: "iso8859_6",
        936: "gbk",
        1361: "johab",
        10000: "mac_roman",
        10006: "mac_greek",
        10007: "mac_cyrillic",
        10029: "mac_latin2",
        10081: "mac_turkish",
        65001: "utf-8",
    }
)
_MOST_FONTS: Final = 20_000


def page_encoding(number: int) -> str | None:
    """Give the encoding of a code page; None for one that is not known."""
    name = _PAGES.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


@dataclass(slots=True)
class Fonts:
    """The fonts of a document by number, and the encoding where no font says another."""

    default: str = "cp1252"
    is_default_said: bool = False
    _found: dict[int, str | None] = field(default_factory=dict)
    _current: int = -1

    def define(self, number: int) -> None:
        """Begin to learn of a font."""
        self._current = number
        if len(self._found) < _MOST_FONTS:
            self._found.setdefault(number, None)

    def charset(self, number: int) -> None:
        """Say which character set the font has."""
        if self._current in self._found:
            self._found[self._current] = _CHARSETS.get(number)

    def page(self, number: int) -> None:
        """Say which code page the font has."""
        if self._current in self._found:
            self._found[self._current] = page_encoding(number)

    def encoding(self, font: int | None) -> str:
        """Give the encoding of bytes in a font."""
        found = self._found.get(font) if font is not None else None
        return found or self.default


def decoded(data: bytes, encoding: str) -> str:
    """Decode bytes; those that are no text become U+FFFD."""
    if encoding == SYMBOLS:
        return "".join(chr(_PRIVATE + byte) for byte in data)
    return data.decode(encoding, "replace")
