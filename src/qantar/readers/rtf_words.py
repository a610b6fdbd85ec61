"""The control words of RTF that matter here: signs, destinations, what a document says of itself.

Source: RTF Specification 1.9.1, "Contents of an RTF file".
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from qantar.model.segment import SegmentKind

SIGNS: Final = MappingProxyType(
    {
        "tab": "\t",
        "line": "\n",
        "page": "\n",
        "column": "\n",
        "emdash": "\u2014",
        "endash": "\u2013",
        "emspace": "\u2003",
        "enspace": "\u2002",
        "qmspace": "\u2005",
        "bullet": "\u2022",
        "lquote": "\u2018",
        "rquote": "\u2019",
        "ldblquote": "\u201c",
        "rdblquote": "\u201d",
        "zwj": "\u200d",
        "zwnj": "\u200c",
        "zwbo": "\u200b",
        "zwnbo": "\u2060",
        "ltrmark": "\u200e",
        "rtlmark": "\u200f",
    }
)
SYMBOLS: Final = MappingProxyType(
    {"~": "\u00a0", "-": "\u00ad", "_": "\u2011", "\\": "\\", "{": "{", "}": "}"}
)
ASIDES: Final = MappingProxyType(
    {
        "footnote": SegmentKind.FOOTNOTE,
        "annotation": SegmentKind.COMMENT,
        "shptxt": None,
        **dict.fromkeys(("header", "headerl", "headerr", "headerf"), SegmentKind.HEADER),
        **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), SegmentKind.FOOTER),
    }
)
"""Destinations that stand aside, and what they are."""
WALKED: Final = frozenset({"shpinst", "shppict", "nesttableprops", "object", "field"})
"""Destinations that are not text, and have some in them."""
TAKEN: Final = frozenset(
    {
        *("fonttbl", "stylesheet", "revtbl", "fldinst", "atnauthor", "atnid", "atndate"),
        *("info", "generator", "template", "pict"),
    }
)
"""Destinations that say something about the text."""
LEFT_OUT: Final = frozenset(
    {
        *("colortbl", "listtable", "listoverridetable", "rsidtbl", "themedata", "datastore"),
        *("colorschememapping", "latentstyles", "xmlnstbl", "filetbl", "pgdsctbl", "mmathPr"),
        *("wgrffmtfilter", "userprops", "docvar", "passwordhash", "bkmkstart", "bkmkend"),
        *("pntext", "pntxta", "pntxtb", "listtext", "nonshppict", "datafield", "formfield", "xe"),
        *("tc", "background", "panose", "falt", "objdata", "objclass", "objname", "sn", "sv"),
        *("nonesttables", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "atnref"),
        *("atrfstart", "atrfend", "blipuid", "picprop", "fontemb", "fontfile", "private1", "rxe"),
        *("pn", "pnseclvl", "listname", "leveltext", "levelnumbers", "do", "txe", "keycode"),
    }
)
INFO: Final = MappingProxyType(
    {
        "title": "rtf.title",
        "subject": "rtf.subject",
        "author": "rtf.author",
        "manager": "rtf.manager",
        "company": "rtf.company",
        "operator": "rtf.last_modified_by",
        "category": "rtf.category",
        "keywords": "rtf.keywords",
        "comment": "rtf.comment",
        "doccomm": "rtf.description",
        "hlinkbase": "rtf.link_base",
        "generator": "rtf.generator",
        "creatim": "rtf.created",
        "revtim": "rtf.modified",
        "printim": "rtf.last_printed",
        "buptim": "rtf.backed_up",
    }
)
DATES: Final = ("rtf.created", "rtf.modified", "rtf.last_printed", "rtf.backed_up")
TIMES: Final = frozenset({"creatim", "revtim", "printim", "buptim"})
CLOCK: Final = ("yr", "mo", "dy", "hr", "min", "sec")


def packed_date(number: int) -> str | None:
    """Read a date that is packed into a number: minute, hour, day, month, year from 1900."""
    number &= 0xFFFFFFFF
    minute, hour = number & 0x3F, number >> 6 & 0x1F
    day, month, year = number >> 11 & 0x1F, number >> 16 & 0x0F, 1900 + (number >> 20 & 0x1FF)
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60):  # noqa: PLR2004
        return None
    return f"{year}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}"


def clock_date(parts: dict[str, int]) -> str | None:
    """Write a date that is given in parts; None where it has no year, month and day.

    Zeros are none: so programs write that they do not know.
    """
    if not all(0 <= number <= 9999 for number in parts.values()):  # noqa: PLR2004
        return None
    if not all(parts.get(name) for name in ("yr", "mo", "dy")):
        return None
    date = f"{parts['yr']:04d}-{parts['mo']:02d}-{parts['dy']:02d}"
    return date + (f"T{parts['hr']:02d}:{parts.get('min', 0):02d}" if "hr" in parts else "")
