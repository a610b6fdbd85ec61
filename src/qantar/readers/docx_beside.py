"""What a DOCX carries beside its text, as findings: nothing of it is followed, opened or run."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from qantar.readers.document_findings import (
    NAMED,
    report_fetched,
    report_links,
    report_twice,
)
from qantar.readers.docx_body import Seen
from qantar.readers.docx_parts import Relations
from qantar.readers.finding_log import FindingLog, counted, shown, some_of
from qantar.readers.office_package import OfficePackage

_INERT: Final = frozenset({"hyperlink"})
# What a package may hold beside text: beginning of a part's name, code, words, whether lost.
_EXTRAS: Final = (
    ("word/vbaproject.bin", "active-content", "macros", False),
    ("word/activex/", "active-content", "ActiveX controls", False),
    ("word/embeddings/", "active-content", "embedded files", True),
    ("word/charts/", "hidden-content", "charts", True),
    ("word/diagrams/", "hidden-content", "diagrams (SmartArt)", True),
    ("word/glossary/", "hidden-content", "building blocks", True),
    ("customxml/item", "hidden-content", "data of other programs", True),
    ("word/media/", "needs-ocr", "pictures or other media", True),
)
_WORDS: Final = MappingProxyType(
    {
        "active-content": "They were neither read nor run.",
        "hidden-content": "What they say was not read.",
        "needs-ocr": "What they show was not read; a scan among them has to be read by sight.",
    }
)


def report_beside(
    package: OfficePackage, relations: Iterable[Relations], seen: Seen, log: FindingLog
) -> None:
    """Tell of what else is in the package, and of what it names outside."""
    _report_parts(package, log)
    relations = list(relations)
    settings = Relations("word/settings.xml")
    settings.read(package)
    outside = [one for each in (*relations, settings) for one in each.found if one.is_outside]
    links = (one.target for one in outside if one.kind in _INERT)
    report_links((*links, *seen.links), log)
    report_fetched(((one.kind, one.target) for one in outside if one.kind not in _INERT), log)
    if seen.imported:
        log.loss(
            "hidden-content",
            f"{counted(len(seen.imported), 'part')} of another format would be put into the text "
            "by a word processor. What they say was not read: open the document, save it anew, and "
            "add that too.",
        )


def _report_parts(package: OfficePackage, log: FindingLog) -> None:
    names = package.names
    for prefix, code, words, is_lost in _EXTRAS:
        found = [name for name in names if name.lower().startswith(prefix)]
        found = [name for name in found if "/_rels/" not in name and "props" not in name.lower()]
        if found:
            listed = some_of([shown(name) for name in found[:NAMED]], len(found))
            tell = log.loss if is_lost and code == "active-content" else log.note
            tell(code, f"The document holds {words} ({listed}). {_WORDS[code]}")
    report_twice(package.twice, log)
