"""Persons: how many the lists name, how the lists overlap, and each person by a number alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from qantar.dossier.overlap_chart import overlap_chart
from qantar.dossier.pages.paging import in_parts, part_paths
from qantar.dossier.people import Overlap
from qantar.dossier.site import Site
from qantar.weighing.status_counts import LEAST, StatusCounts

PAGE: Final = "persons.html"
CHART: Final = "charts/persons.svg"
PERSONS_A_PART: Final = 1000
MOST_OVERLAPS: Final = 200


def write_persons(site: Site) -> None:
    """Write the page in parts, and its chart; nothing where no list of people is published."""
    people = site.edition.people
    if people is None:
        return
    drawn = overlap_chart(people, site.text("Persons on exactly these lists"))
    if drawn is not None:
        site.write(CHART, drawn.picture)
    parts = in_parts([(None, list(people.persons.items()))], PERSONS_A_PART)
    paths = part_paths(PAGE, len(parts))
    for at, sections in enumerate(parts):
        site.page(
            paths[at],
            "persons.html",
            title=site.text("Persons"),
            people=people,
            chart=CHART if drawn else None,
            left_out=drawn.left_out if drawn else 0,
            overlaps=people.overlaps[:MOST_OVERLAPS],
            more_overlaps=max(0, len(people.overlaps) - MOST_OVERLAPS),
            on_several=_on_several(people.overlaps),
            statuses=list(_statuses(site, people.statuses)),
            least=LEAST,
            persons=[one for section in sections for one in section.items],
            paths=paths,
            at=at,
        )


class StatusLine(NamedTuple):
    """One number of the table of statuses, in words; None where it is held back."""

    source: str
    status: str
    persons: int | None


def _statuses(site: Site, counts: Iterable[StatusCounts]) -> Iterator[StatusLine]:
    names = {one.id: one.name for one in site.edition.sources}
    for one in counts:
        source = names.get(one.source, site.text("source not declared"))
        for status, persons in one.of_status.items():
            yield StatusLine(source, site.edition.label("person-status", status), persons)
        if one.otherwise != 0:
            yield StatusLine(
                source, site.text("something else, in words of its own"), one.otherwise
            )
        if one.unsaid != 0:
            yield StatusLine(source, site.text("it does not say"), one.unsaid)


def _on_several(overlaps: Sequence[Overlap]) -> list[tuple[int, int]]:
    """How many persons are on one list, on two, and so on."""
    counted: dict[int, int] = {}
    for one in overlaps:
        counted[sum(one.on)] = counted.get(sum(one.on), 0) + one.persons
    return sorted((lists, persons) for lists, persons in counted.items() if persons)
