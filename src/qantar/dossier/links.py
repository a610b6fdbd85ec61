"""Where everything stands in a dossier: one address for each thing, the same in every rebuild."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cached_property

from qantar.dossier.edition import Edition
from qantar.model.claim import Claim
from qantar.model.text import unique_slugs

ROWS_A_PAGE = 200
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def anchor(text: str) -> str:
    """Make an id usable as an HTML anchor: itself where it can be, else its safe part and a hash.

    Two ids never share an anchor: "C1#2" and "C1-2" differ, and so do two in Cyrillic.
    """
    safe = _UNSAFE.sub("-", text).strip("-")
    if safe == text:
        return text
    return f"{safe or 'x'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


class Links:
    """Addresses relative to the dossier's root. Pages in a folder put `../` before them."""

    def __init__(self, edition: Edition) -> None:
        """Work out the names once; they follow from the edition alone."""
        self._edition = edition

    @cached_property
    def figures(self) -> dict[str, str]:
        """Page of each figure, by key."""
        return _pages("figures", (figure.key for figure in self._edition.figures))

    @cached_property
    def events(self) -> dict[str, str]:
        """Page of each event, by id."""
        return _pages("events", (event.id for event in self._edition.events))

    @cached_property
    def event_of(self) -> dict[str, str]:
        """Page of the event of each event claim, by claim id."""
        return {
            claim.id: self.events[event.id]
            for event in self._edition.events
            for claim in event.claims
        }

    @cached_property
    def voices(self) -> dict[str, str]:
        """Page of each voice, by name; a speaker without a known body is filed under their own."""
        return _pages(
            "sources", (speaker_of(claim) for claim in self._edition.claims if speaker_of(claim))
        )

    @cached_property
    def outlets(self) -> dict[str, str]:
        """Page of each outlet, by name."""
        return _pages("outlets", (claim.outlet for claim in self._edition.claims if claim.outlet))

    @cached_property
    def places(self) -> dict[str, str]:
        """Page of each place, by id."""
        names = {place.id: place.name for place in self._edition.places}
        slugs = unique_slugs([f"{names[place]} {place}" for place in names])
        return {place: f"places/{slugs[f'{name} {place}']}.html" for place, name in names.items()}

    @cached_property
    def tables(self) -> dict[str, str]:
        """Name of the passage pages of each accession, by accession id."""
        names = {a.id: a.accession.path for a in self._edition.accessions}
        slugs = unique_slugs([f"{name} {accession}" for accession, name in names.items()])
        return {accession: slugs[f"{name} {accession}"] for accession, name in names.items()}

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """Page of each document of text, in their order."""
        accessions = {one.id: one.accession.path for one in self._edition.accessions}
        names = [
            f"{accessions[one.accession]} {one.accession} {one.number}"
            for one in self._edition.shown_texts
        ]
        slugs = unique_slugs(["index\0", *names])
        return tuple(f"documents/{slugs[name]}.html" for name in names)

    @cached_property
    def page_of_row(self) -> dict[tuple[str, int], str]:
        """Passage page of each row shown, by accession id and row number."""
        return {
            (
                document.accession,
                row.number,
            ): f"passages/{self.tables[document.accession]}-{at // ROWS_A_PAGE + 1}.html"
            for document in self._edition.documents
            for at, row in enumerate(document.rows)
        }

    def row(self, accession: str, number: int) -> str:
        """Address of one row as found."""
        return f"{self.page_of_row[accession, number]}#{self.row_anchor(accession, number)}"

    def row_anchor(self, accession: str, number: int) -> str:
        """Anchor of one row on its passage page."""
        return f"{anchor(accession)}-{number}"

    def claim(self, claim: Claim) -> str:
        """Address of the claim: its own anchor, on the page of the passage it stands on."""
        page = self.page_of_row[claim.passage.accession, claim.passage.row]
        return f"{page}#{anchor(claim.id)}"


def speaker_of(claim: Claim) -> str:
    """Under whose name the claim is filed: the body behind the speaker, else the speaker."""
    return claim.voice or claim.said_by or ""


def _pages(folder: str, names: Iterable[str | None]) -> dict[str, str]:
    listed = [name for name in dict.fromkeys(names) if name]
    # No name may take the place of the folder's own index; none holds a zero character.
    slugs = unique_slugs(["index\0", *listed])
    return {name: f"{folder}/{slugs[name]}.html" for name in listed}
