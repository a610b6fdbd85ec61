"""What HTML elements mean for the text of a page: which stand apart, which are not shown.

Source: the WHATWG HTML Standard: 13.1.2.4 (end tags that may be left out), 15.3 (how
elements are shown by default).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from qantar.model.segment import SegmentKind


def names(said: str) -> frozenset[str]:
    """Give the words of a text."""
    return frozenset(said.split())


VOID: Final = names(
    "area base br col embed hr img input link meta param source track wbr keygen frame"
)
"""Elements that hold nothing and have no end tag."""

BLOCKS: Final = names(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend "
    "li listing main menu nav ol optgroup option p plaintext pre search section select "
    "summary table caption colgroup thead tbody tfoot tr td th ul xmp"
)
"""Elements that text before and behind them does not run into."""

SPECIAL: Final = BLOCKS | names("applet marquee object template button")
"""Elements that the end tag of a plain inline element never closes."""

KINDS: Final[Mapping[str, SegmentKind]] = MappingProxyType(
    {
        **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), SegmentKind.HEADING),
        "li": SegmentKind.LIST_ITEM,
        "td": SegmentKind.TABLE_CELL,
        "th": SegmentKind.TABLE_CELL,
        "caption": SegmentKind.CAPTION,
        "figcaption": SegmentKind.CAPTION,
        "blockquote": SegmentKind.QUOTE,
        "nav": SegmentKind.HEADER,
        "header": SegmentKind.HEADER,
        "footer": SegmentKind.FOOTER,
    }
)
"""Elements that are segments of their own."""

WRAPPERS: Final = frozenset({SegmentKind.QUOTE, SegmentKind.HEADER, SegmentKind.FOOTER})
"""Segments whose paragraphs are segments too."""

ROLES: Final[Mapping[str, SegmentKind]] = MappingProxyType(
    {
        "navigation": SegmentKind.HEADER,
        "banner": SegmentKind.HEADER,
        "contentinfo": SegmentKind.FOOTER,
    }
)

ARTICLES: Final = frozenset({"article", "main", "section", "aside", "blockquote"})
"""Within these a header or footer is that of the text, not of the site."""

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TABLE_PARTS: Final = frozenset({"thead", "tbody", "tfoot"})

CLOSED_BY: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "li": frozenset({"li"}),
        "dt": frozenset({"dt", "dd"}),
        "dd": frozenset({"dt", "dd"}),
        "option": frozenset({"option"}),
        "optgroup": frozenset({"option", "optgroup"}),
        "td": frozenset({"td", "th", "caption"}),
        "th": frozenset({"td", "th", "caption"}),
        "tr": frozenset({"td", "th", "tr", "caption"}),
        **{name: frozenset({"td", "th", "tr", "caption"}) | _TABLE_PARTS for name in _TABLE_PARTS},
        **dict.fromkeys(_HEADINGS, _HEADINGS),
        **{
            name: frozenset({"p"})
            for name in BLOCKS - {"html", "body", "li", "dt", "dd", "option", "optgroup"}
            if name not in {"td", "th", "tr", "caption", "colgroup", *_TABLE_PARTS, *_HEADINGS}
        },
    }
)
"""Which open elements a start tag ends, where their own end tags were left out."""

LIMITS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "li": frozenset({"ul", "ol", "menu", "dir", "table", "td", "th"}),
        "dt": frozenset({"dl", "table", "td", "th"}),
        "dd": frozenset({"dl", "table", "td", "th"}),
    }
)
"""Beyond which open elements that does not reach; for the others see `SCOPE`."""
SCOPE: Final = names("applet caption html table td th marquee object template button")
TABLE_SCOPE: Final = frozenset({"html", "table", "template"})
TABLE_ELEMENTS: Final = names("table caption thead tbody tfoot tr td th")

NOT_SHOWN: Final = names("template noscript audio video canvas noframes datalist noembed iframe")
"""Elements whose text a browser does not show."""
NEVER_TEXT: Final = names("script style head title")
IN_HEAD: Final = names("title meta link script style base noscript template")
"""Elements that may stand in the head; any other ends it."""

_HIDING: Final = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0*)?(?:;|!|\Z)"
    r"|font-size:0(?:\.0*)?(?:px|pt|em|rem|%)?(?:;|!|\Z)"
)
_LONGEST_STYLE: Final = 10_000


def is_hidden(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element's own attributes, or its kind, keep its text from being shown."""
    if name in NOT_SHOWN or (name == "dialog" and "open" not in attributes):
        return True
    if not attributes:
        return False
    if "hidden" in attributes and attributes["hidden"].lower() != "until-found":
        return True
    style = attributes.get("style")
    if not style:
        return False
    return bool(_HIDING.search("".join(style[:_LONGEST_STYLE].lower().split())))
