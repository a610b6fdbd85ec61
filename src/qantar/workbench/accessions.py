"""Accessions as the record has them: whose word on consent counts, which reading is in use.

One table of one original is read once, as its last accession says; the strictest
consent that was stated for the same bytes is the one that counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from qantar.model.accession import Consent
from qantar.model.finding import Finding, Severity
from qantar.reading.licence import CODE as NOT_REPUBLISHED
from qantar.record.contents import AccessionRecord
from qantar.workbench.folded import Folded, TableKey

_STRICTEST_FIRST = (Consent.RESTRICTED, Consent.GIVEN, Consent.PUBLIC)


def accession_records(folded: Folded) -> list[AccessionRecord]:
    """All accessions, each with the strictest consent for its bytes, and whether it is in use.

    One table of one original is read once: the last accession of it is the one
    that says how, so a sheet that was mended and added again replaces its reading.
    """
    set_aside = folded.judged.set_aside
    consents: dict[str, set[Consent]] = {}
    latest: dict[TableKey, str] = {}
    for one in folded.accessions:
        if one.name not in set_aside:
            consents.setdefault(one.original, set()).add(one.accession.consent)
            latest[one.table] = one.id
    return [
        AccessionRecord(
            id=one.id,
            entry=one.entry,
            original=one.original,
            size=one.size,
            accession=one.accession,
            consent=_strictest(consents.get(one.original, {one.accession.consent})).value,
            in_use=latest.get(one.table) == one.id,
        )
        for one in folded.accessions
    ]


def _strictest(consents: set[Consent]) -> Consent:
    """The strictest consent that was stated for the same bytes; unknown only if none was.

    Taking a file in once more without a word on consent takes nothing away.
    """
    return next((c for c in _STRICTEST_FIRST if c in consents), Consent.UNKNOWN)


def custody_findings(accessions: list[AccessionRecord]) -> list[Finding]:
    """What is missing about how the material was come by."""
    return [finding for one in accessions for finding in _custody(one)]


def _custody(one: AccessionRecord) -> Iterator[Finding]:
    if one.accession.acquired is None:
        yield about(
            one,
            "no-acquisition",
            "the sheet does not say who acquired this file, when, from where or how.",
        )
    if one.accession.consent is Consent.UNKNOWN:
        yield about(
            one,
            "no-consent",
            "the sheet does not say under which consent; it is treated as not public.",
        )
    if not one.accession.republish:
        yield about(
            one,
            NOT_REPUBLISHED,
            "the sheet says that it may not be republished: nothing of it is ever published, "
            "whatever its consent.",
        )
    if not one.in_use:
        text = f"{one.id} is replaced by a later accession of the same table, or withdrawn."
        yield about(one, "replaced-accession", text)


def not_republished(folded: Folded) -> frozenset[str]:
    """The originals of which a sheet ever said that they may not be republished.

    Who withdraws such an accession does not change whose bytes these are.
    """
    return frozenset(one.original for one in folded.accessions if not one.accession.republish)


@dataclass(frozen=True, slots=True)
class Choice:
    """By which values accessions choose rows of one table; `first` is the first of them."""

    first: str
    values: frozenset[str]


Choices = Mapping[tuple[str, str], Choice]
"""By original and header of the column."""


def choices(accessions: Iterable[AccessionRecord]) -> Choices:
    """Gather by which values the accessions of each table choose rows."""
    gathered: dict[tuple[str, str], Choice] = {}
    for one in accessions:
        if one.accession.only is not None:
            key = (one.original, one.accession.only.header)
            before = gathered.get(key, Choice(one.id, frozenset()))
            values = before.values | frozenset(one.accession.only.values)
            gathered[key] = Choice(before.first, values)
    return gathered


def about(
    one: AccessionRecord, code: str, text: str, severity: Severity = Severity.NOTE
) -> Finding:
    """Make a finding about a whole accession."""
    return Finding(
        code=code,
        text=text,
        severity=severity,
        file=one.accession.path,
        original=one.original,
        accession=one.id,
    )
