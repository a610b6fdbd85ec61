"""What elements of an OpenDocument text mean for it: paragraphs, parts of a page, facts, no text.

Source: ODF 1.3 Part 3, sections 5 and 6 (text), 16 (styles).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from qantar.model.segment import SegmentKind

FACTS: Final = MappingProxyType(
    {
        "meta:generator": "odt.generator",
        "dc:title": "odt.title",
        "dc:subject": "odt.subject",
        "dc:description": "odt.description",
        "meta:keyword": "odt.keywords",
        "meta:initial-creator": "odt.author",
        "dc:creator": "odt.last_modified_by",
        "meta:printed-by": "odt.printed_by",
        "meta:creation-date": "odt.created",
        "dc:date": "odt.modified",
        "meta:print-date": "odt.last_printed",
        "meta:editing-cycles": "odt.revision",
        "meta:editing-duration": "odt.editing_duration",
    }
)
"""Elements of the metadata, and what the facts that they give are called."""
DATES: Final = ("odt.created", "odt.modified", "odt.last_printed")
"""Facts that are dates."""
BLOCKS: Final = frozenset({"text:p", "text:h"})
"""Paragraphs."""
LEFT_OUT: Final = frozenset(
    {
        *("text:note-citation", "text:number", "text:ruby-text", "text:bibliography-configuration"),
        *("office:binary-data", "office:event-listeners", "office:forms", "svg-compatible:title"),
        *("svg-compatible:desc", "office:settings", "text:index-title-template"),
        *("text:table-of-content-source", "text:alphabetical-index-source"),
        *("text:illustration-index-source", "text:table-index-source", "text:user-index-source"),
        *("text:object-index-source", "text:bibliography-source"),
    }
)
"""Elements whose text is no text of the document, with all that is in them."""
PAGE_PARTS: Final = MappingProxyType(
    {
        **dict.fromkeys(
            ("style:header", "style:header-left", "style:header-first"), SegmentKind.HEADER
        ),
        **dict.fromkeys(
            ("style:footer", "style:footer-left", "style:footer-first"), SegmentKind.FOOTER
        ),
    }
)
"""What stands on each page of a section, and is said once."""
SIGNS: Final = frozenset({"text:s", "text:tab", "text:line-break"})
"""Elements that stand for a character."""
