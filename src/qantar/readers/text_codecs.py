"""Which encodings of text a table may have, and how each is called."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

from qantar.errors import InputRefusedError
from qantar.readers.finding_log import shown

# Python's registry also holds codecs that are no text encodings (`hex`, `zip`), that carry state
# across lines (`utf-7`, ISO 2022) or that belong to the network (`idna`): no table has those.
_ONE_BYTE: Final = (
    *(f"cp125{page}" for page in range(9)),
    *("koi8-r", "koi8-u", "koi8-t", "kz1048", "ptcp154", "mac-cyrillic", "mac-roman"),
    *("cp437", "cp850", "cp852", "cp855", "cp857", "cp866"),
    *(f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))),  # part 12 was never issued
)
_MANY_BYTE: Final = (
    *("utf-8", "utf-8-sig", "ascii", "utf-16", "utf-16-le", "utf-16-be"),
    *("utf-32", "utf-32-le", "utf-32-be"),
    *("gb2312", "gbk", "gb18030", "big5", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949"),
)


def _canonical(name: str) -> str:
    return codecs.lookup(name).name


@dataclass(frozen=True, slots=True)
class _Codecs:
    one_byte: frozenset[str]
    all: frozenset[str]


TEXT_CODECS: Final = _Codecs(
    one_byte=frozenset(map(_canonical, _ONE_BYTE)),
    all=frozenset(map(_canonical, (*_ONE_BYTE, *_MANY_BYTE))),
)

BOMS: Final = (  # the longer first: UTF-32-LE begins with the mark of UTF-16-LE
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def codec_for(declared: str, *, where: str) -> str:
    """Find the codec of an encoding a sheet names, by any of its usual spellings.

    Returns:
        Python's own name of it; `utf-8-sig` and `ascii` are `utf-8`, which
        reads both.

    Raises:
        InputRefusedError: no such encoding is known, or it is none of text.
    """
    try:
        codec = _canonical(declared)
    except (LookupError, ValueError):  # ValueError: a name with a NUL in it
        codec = ""
    if codec not in TEXT_CODECS.all:
        message = f"{shown(declared)} is no text encoding Qantar knows."
        raise InputRefusedError(
            message,
            where=where,
            next="Give one such as utf-8, utf-16, windows-1251 or koi8-r, "
            "or leave `encoding` out to have it detected.",
        )
    return "utf-8" if codec in {"utf-8-sig", "ascii"} else codec


def spoken(codec: str) -> str:
    """The name people know an encoding by, which `encoding` in a sheet accepts as well."""
    if codec.startswith("cp125"):
        return f"windows-{codec[2:]}"
    return codec.replace("_", "-")


def unit_of(codec: str) -> int:
    """How many bytes make one code unit: 2 or 4 for UTF-16 and UTF-32, else 1."""
    if codec.startswith("utf-16"):
        return 2
    return 4 if codec.startswith("utf-32") else 1
