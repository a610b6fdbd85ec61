"""What a DOCX carries beside its text, as findings: nothing of it is followed, opened or run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from qantar.readers.docx_body import Seen
from qantar.readers.docx_parts import Relation, Relations
from qantar.readers.finding_log import FindingLog, counted, shown, some_of
from qantar.readers.office_package import OfficePackage

_NAMED: Final = 20
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


def report_dates(meta: Mapping[str, str], dates: Sequence[str], log: FindingLog) -> None:
    """Say that the file's own dates are claims."""
    named = [f"{name} {shown(meta[name])}" for name in dates if name in meta]
    if named:
        log.note(
            "metadata-date-guessed",
            f"The file says of itself when it was made or changed ({', '.join(named)}). Some "
            "program wrote that by the clock of its computer; anybody can change it.",
        )


def report_hidden(seen: Seen, log: FindingLog) -> None:
    """Tell of text that is set not to be shown, which was read."""
    total = seen.hidden.total()
    if not total:
        return
    numbers = sorted(number for number in seen.hidden if number)
    places = some_of([f"{number:,}" for number in numbers[:_NAMED]], len(numbers))
    log.note(
        "hidden-content",
        f"{counted(total, 'character')} of the text are set to be hidden"
        + (f" (paragraphs {places})" if numbers else "")
        + ". They were read like the rest.",
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
    _report_outside(outside, seen, log)
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
            listed = some_of([shown(name) for name in found[:_NAMED]], len(found))
            tell = log.loss if is_lost and code == "active-content" else log.note
            tell(code, f"The document holds {words} ({listed}). {_WORDS[code]}")
    if package.twice:
        listed = some_of([shown(name) for name in package.twice[:_NAMED]], len(package.twice))
        log.note(
            "hidden-content",
            f"The package has parts of the same name twice ({listed}). The first of each was read; "
            "another program may show the other.",
        )


def _report_outside(outside: Sequence[Relation], seen: Seen, log: FindingLog) -> None:
    """Say which addresses are named: links that a reader clicks, and what is fetched at once."""
    named = [one.target for one in outside if one.kind in _INERT]
    links = list(dict.fromkeys((*named, *seen.links)))
    if links:
        listed = some_of([shown(target) for target in links[:_NAMED]], len(links))
        log.note(
            "external-reference",
            f"Links lead to {counted(len(links), 'address', 'addresses')} ({listed}). Nothing was "
            "followed.",
        )
    fetched = list(
        dict.fromkeys((one.kind, one.target) for one in outside if one.kind not in _INERT)
    )
    for kind, target in fetched[:_NAMED]:
        log.note(
            "external-reference",
            f"Opening the document in a word processor may fetch {shown(target)} ({shown(kind)}), "
            "and tell its owner so. It was not fetched. Open the document offline only.",
        )
    if len(fetched) > _NAMED:
        log.note("external-reference", f"{len(fetched) - _NAMED:,} more of these are not named.")
