"""The kinds of journal entry about the material: how each is written, and how it is read back.

`team_entries.py` has those about devices and about erasing.

A kind is written by one function here and read by the class beside it, so that
what the journal holds can be seen on one page. A kind this version does not know
is left alone by `fold`; a known kind in an unknown form stops the command, because
half of an entry would be a false record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from qantar.errors import NewerFormatError
from qantar.model.accession import (
    Accession,
    CaseSettings,
    DeclaredPlace,
    DeclaredSource,
    DeclaredTerm,
    Sheet,
)
from qantar.model.canonical import JSON
from qantar.model.decision import Decision, Verdict
from qantar.model.entry import Entry

SHEET: Final = "sheet"
BOUNDARIES: Final = "boundaries"
ACCESSION: Final = "accession"
DECISION: Final = "decision"
RELEASE: Final = "release"

# Ids of entries have 64 digits; 16 tell the decisions of a case apart and can be copied by hand.
_DECISION_ID_DIGITS: Final = 16

Draft = tuple[str, Mapping[str, JSON]]
"""Kind and body of an entry to be: what `journal.append_many` takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSaid:
    """What a sheet said of the case; its accessions have entries of their own.

    `original` is the SHA-256 of the sheet file, which is an original too.
    """

    original: str
    name: str
    case: CaseSettings = field(default_factory=CaseSettings)
    sources: tuple[DeclaredSource, ...] = ()
    places: tuple[DeclaredPlace, ...] = ()
    vocabulary: tuple[DeclaredTerm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessionMade:
    """One taking-in of the original with this SHA-256; `size` in bytes, `object` its hex name."""

    original: str
    object: str
    size: int
    accession: Accession


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseMade:
    """One publication: SHA-256 of the packed dossier, the policy's name, the day `as_of` (ISO).

    `object` (hex) names the sealed copy of `size` bytes; `entry` is the full id of
    the entry that tells of it.
    """

    release: str
    policy: str
    as_of: str | None
    at: datetime
    object: str
    size: int
    entry: str


def sheet(original: str, said: Sheet) -> Draft:
    """What the sheet stored as `original` says of the case, its files apart."""
    body: dict[str, Any] = {
        "original": original,
        "name": said.name,
        "case": said.case.to_record(),
        "sources": [source.to_record() for source in said.sources],
        "places": [place.to_record() for place in said.places],
        "vocabulary": [term.to_record() for term in said.vocabulary],
    }
    return SHEET, body


def boundaries(original: str, name: str) -> Draft:
    """The case's own map layer, stored as `original`; `name` is relative to its sheet."""
    return BOUNDARIES, {"original": original, "name": name}


def accession(original: str, size: int, made: Accession, *, object: str) -> Draft:  # noqa: A002  # the format's own word
    """One file taken in, sealed under the name `object`, with all that the sheet says of it."""
    body: dict[str, Any] = {
        "original": original,
        "object": object,
        "size": size,
        "accession": made.to_record(),
    }
    return ACCESSION, body


def decision(verdict: Verdict, targets: tuple[str, ...], reason: str) -> Draft:
    """One judgement; the targets are stable names (`workbench/names.py`), not what was shown."""
    return DECISION, {"verdict": verdict.value, "targets": list(targets), "reason": reason}


def release(
    packed: str,
    *,
    policy: str,
    as_of: str | None,
    object: str,  # noqa: A002  # the format's own word
    size: int,
) -> Draft:
    """One publication; what left is kept sealed, under the name `object`."""
    body: dict[str, Any] = {
        "release": packed,
        "policy": policy,
        "as_of": as_of,
        "object": object,
        "size": size,
    }
    return RELEASE, body


def decision_id(entry_id: str) -> str:
    """Id of the decision in the entry with this id, as the record prints it."""
    return f"d-{entry_id[:_DECISION_ID_DIGITS]}"


def sheet_of(entry: Entry) -> SheetSaid:
    """Read a `sheet` entry."""
    match entry.body:
        case {
            "original": str(original),
            "name": str(name),
            "case": dict(case),
            "sources": list(sources),
            "places": list(places),
            "vocabulary": list(vocabulary),
            **rest,
        } if not rest:
            pass
        case _:
            raise unknown_form(entry)
    try:
        return SheetSaid(
            original=original,
            name=name,
            case=CaseSettings.from_record(case),
            sources=tuple(DeclaredSource.from_record(one) for one in sources),
            places=tuple(DeclaredPlace.from_record(one) for one in places),
            vocabulary=tuple(DeclaredTerm.from_record(one) for one in vocabulary),
        )
    except ValueError as error:
        raise unknown_form(entry) from error


def boundaries_of(entry: Entry) -> str:
    """Read a `boundaries` entry: the SHA-256 of the GeoJSON file."""
    match entry.body:
        case {"original": str(original), "name": str(), **rest} if not rest:
            return original
    raise unknown_form(entry)


def accession_of(entry: Entry) -> AccessionMade:
    """Read an `accession` entry."""
    match entry.body:
        case {
            "original": str(original),
            "object": str(name),
            "size": int(size),
            "accession": dict(made),
            **rest,
        } if not rest:
            pass
        case _:
            raise unknown_form(entry)
    try:
        described = Accession.from_record(made)
        return AccessionMade(original=original, object=name, size=size, accession=described)
    except ValueError as error:
        raise unknown_form(entry) from error


def decision_of(entry: Entry) -> Decision:
    """Read a `decision` entry."""
    match entry.body:
        case {
            "verdict": str(verdict),
            "targets": list(targets),
            "reason": str(reason),
            **rest,
        } if not rest and all(isinstance(target, str) for target in targets):
            pass
        case _:
            raise unknown_form(entry)
    if verdict not in list(Verdict):
        raise unknown_form(entry)
    return Decision(
        id=decision_id(entry.id),
        seq=entry.seq,
        at=entry.at,
        verdict=Verdict(verdict),
        targets=tuple(str(target) for target in targets),
        reason=reason,
    )


def release_of(entry: Entry) -> ReleaseMade:
    """Read a `release` entry."""
    match entry.body:
        case {
            "release": str(packed),
            "policy": str(policy),
            "as_of": str() | None as as_of,
            "object": str(name),
            "size": int(size),
            **rest,
        } if not rest:
            return ReleaseMade(
                release=packed,
                policy=policy,
                as_of=as_of,
                at=entry.at,
                object=name,
                size=size,
                entry=entry.id,
            )
    raise unknown_form(entry)


def unknown_form(entry: Entry) -> NewerFormatError:
    """Say that an entry of a known kind is written in a form that this version does not know."""
    where = f"entry {entry.seq} of device {entry.device[:8]}"
    message = f"a {entry.kind} in the journal is written in an unknown form."
    hint = "A newer Qantar may have written it: upgrade, then try again; nothing was changed."
    return NewerFormatError(message, where=where, next=hint)
