"""Lists and persons as data: counts, and numbers in the place of names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qantar.dossier.pages.lists import PAGE as LISTS
from qantar.dossier.pages.lists import list_anchor
from qantar.dossier.pages.paging import part_paths
from qantar.dossier.pages.persons import PAGE, PERSONS_A_PART
from qantar.dossier.site import Site

Row = dict[str, Any]
OTHERWISE, UNSAID = "other", "not-stated"
PERSON_COLUMNS = ("id", "lists", "source", "locator", "url", "page")
STATUS_COLUMNS = ("id", "status", "persons", "source", "locator", "url", "page")
LIST_COLUMNS = (
    "id", "name", "edition", "rows", "added", "changed", "removed",
    "source", "locator", "url", "page",
)  # fmt: skip


def person_rows(site: Site) -> Iterator[Row]:
    """Every person by their number, with the ids of the lists that name them."""
    people = site.edition.people
    if people is None:
        return
    paths = part_paths(PAGE, max(1, -(-len(people.persons) // PERSONS_A_PART)))
    for at, (number, on) in enumerate(people.persons.items()):
        named = [n for n, is_on in enumerate(on, start=1) if is_on]
        yield {
            "id": number,
            "lists": [list_anchor(n) for n in named],
            "source": list(dict.fromkeys(people.lists[n - 1].source for n in named)),
            "locator": None,
            "url": None,
            "page": paths[at // PERSONS_A_PART],
        }


def status_rows(site: Site) -> Iterator[Row]:
    """How many persons each source says what of; a number that is held back is None."""
    people = site.edition.people
    for one in people.statuses if people else ():
        numbers = {**one.of_status, OTHERWISE: one.otherwise, UNSAID: one.unsaid}
        for status, persons in numbers.items():
            yield {
                "id": f"{one.source}/{status}",
                "status": status,
                "persons": persons,
                "source": one.source,
                "locator": None,
                "url": None,
                "page": f"{PAGE}#statuses",
            }


def list_rows(site: Site) -> Iterator[Row]:
    """Every edition of every list; what changed is since the edition before it."""
    people = site.edition.people
    if people is None:
        return
    addresses = {one.id: one.accession.acquired for one in site.edition.accessions}
    files = {one.id: one for one in site.edition.accessions}
    for number, one in enumerate(people.lists, start=1):
        for count, edition in enumerate(one.editions, start=1):
            first = edition.accessions[0]
            acquired, changed = addresses[first], edition.changes
            yield {
                "id": list_anchor(number) if count == 1 else f"{list_anchor(number)}-{count}",
                "name": one.name,
                "edition": edition.name,
                "rows": edition.rows,
                "added": changed.added if changed else None,
                "changed": changed.changed if changed else None,
                "removed": changed.removed if changed else None,
                "source": one.source,
                "locator": {
                    "file": files[first].accession.path,
                    "sheet": None,
                    "row": None,
                    "line": None,
                    "original": files[first].original,
                },
                "url": acquired.from_ if acquired else None,
                "page": f"{LISTS}#{list_anchor(number)}",
            }
