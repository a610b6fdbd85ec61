"""Lists: each list of people with its source and its editions, and what changed between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qantar.dossier.people import ShownEdition, ShownList
from qantar.dossier.site import Site
from qantar.model.declared import DeclaredSource
from qantar.record.contents import AccessionRecord

PAGE: Final = "lists.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEdition:
    """One edition with its files."""

    edition: ShownEdition
    files: tuple[AccessionRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOnPage:
    """One list with who made it, and its editions."""

    shown: ShownList
    anchor: str
    source: DeclaredSource | None
    editions: tuple[ListedEdition, ...]


def list_anchor(number: int) -> str:
    """The anchor of the list with this number, from 1."""
    return f"list-{number}"


def write_lists(site: Site) -> None:
    """Write the page; nothing where no list of people is published."""
    people = site.edition.people
    if people is None:
        return
    sources = {one.id: one for one in site.edition.sources}
    files = {one.id: one for one in site.edition.accessions}
    listed = [
        ListOnPage(
            shown=one,
            anchor=list_anchor(number),
            source=sources.get(one.source),
            editions=tuple(
                ListedEdition(edition=e, files=tuple(files[a] for a in e.accessions))
                for e in one.editions
            ),
        )
        for number, one in enumerate(people.lists, start=1)
    ]
    site.page(PAGE, "lists.html", title=site.text("Lists"), listed=listed, people=people)
