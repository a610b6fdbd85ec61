"""The kinds of journal entry about the material: how each is written, and how it is read back.

`team_entries.py` has those about devices and about erasing.

A kind is written by one function here and read by the class beside it, so that
what the journal holds can be seen on one page. A kind this version does not know
is left alone by `fold`; a known kind in an unknown form is set aside whole, because
half of an entry would be a false record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from qantar.errors import NewerFormatError
from qantar.model.accession import Accession, CaseSettings, Sheet, read_day
from qantar.model.canonical import JSON
from qantar.model.counting_asked import Counting
from qantar.model.decision import Asked, Decision, Verdict
from qantar.model.declared import DeclaredPlace, DeclaredSource, DeclaredTerm
from qantar.model.entry import Entry
from qantar.model.fields import check_columns

SHEET: Final = "sheet"
BOUNDARIES: Final = "boundaries"
COUNTING: Final = "counting"
ACCESSION: Final = "accession"
DECISION: Final = "decision"
RELEASE: Final = "release"

_VERDICTS: Final = {verdict.value: verdict for verdict in Verdict}
_ASKED: Final = {asked.value: asked for asked in Asked}
_DECISION_FIELDS: Final = 3
MOST_TARGETS: Final = 1000
"""Targets of one decision: it speaks of every two of them."""
_HEX_64: Final = re.compile(r"[0-9a-f]{64}")

Draft = tuple[str, Mapping[str, JSON]]
"""Kind and body of an entry to be: what `journal.append_many` takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSaid:
    """What a sheet said of the case; its accessions have entries of their own.

    `original` is the SHA-256 of the sheet file, which is an original too, of `size`
    bytes under the name `object`.
    """

    original: str
    object: str
    size: int
    name: str
    case: CaseSettings = field(default_factory=CaseSettings)
    sources: tuple[DeclaredSource, ...] = ()
    places: tuple[DeclaredPlace, ...] = ()
    vocabulary: tuple[DeclaredTerm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTaken:
    """A map layer of the case: SHA-256 of the GeoJSON, its name on disk, its size in bytes."""

    original: str
    object: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingAsked:
    """A counting that the sheet with this SHA-256 asks for; it goes with the sheet."""

    original: str
    object: str
    size: int
    counting: Counting


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


def sheet(original: str, size: int, said: Sheet, *, object: str) -> Draft:  # noqa: A002  # the format's own word
    """What the sheet stored as `original` says of the case, its files apart."""
    body: dict[str, Any] = {
        "original": original,
        "object": object,
        "size": size,
        "name": said.name,
        "case": said.case.to_record(),
        "sources": [source.to_record() for source in said.sources],
        "places": [place.to_record() for place in said.places],
        "vocabulary": [term.to_record() for term in said.vocabulary],
    }
    return SHEET, body


def boundaries(original: str, size: int, name: str, *, object: str) -> Draft:  # noqa: A002  # the format's own word
    """The case's own map layer, stored as `original`; `name` is relative to its sheet."""
    return BOUNDARIES, {"original": original, "object": object, "size": size, "name": name}


def counting(original: str, size: int, asked: Counting, *, object: str) -> Draft:  # noqa: A002  # the format's own word
    """One counting that the sheet stored as `original` asks for."""
    body: dict[str, Any] = {
        "original": original,
        "object": object,
        "size": size,
        "counting": asked.to_record(),
    }
    return COUNTING, body


def accession(original: str, size: int, made: Accession, *, object: str) -> Draft:  # noqa: A002  # the format's own word
    """One file taken in, sealed under the name `object`, with all that the sheet says of it."""
    body: dict[str, Any] = {
        "original": original,
        "object": object,
        "size": size,
        "accession": made.to_record(),
    }
    return ACCESSION, body


def decision(
    verdict: Verdict, targets: tuple[str, ...], reason: str, asked: Asked | None = None
) -> Draft:
    """One judgement; the targets are stable names (`workbench/names.py`), not what was shown."""
    body: dict[str, JSON] = {
        "verdict": verdict.value,
        "targets": list(targets),
        "reason": reason,
    }
    if asked is not None:
        body["asked"] = asked.value
    return DECISION, body


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


def sheet_of(entry: Entry) -> SheetSaid:
    """Read a `sheet` entry."""
    match entry.body:
        case {
            "original": str(original),
            "object": str(stored),
            "size": int(size),
            "name": str(name),
            "case": dict(case),
            "sources": list(sources),
            "places": list(places),
            "vocabulary": list(vocabulary),
            **rest,
        } if not rest and can_be_stored(original, stored, size):
            pass
        case _:
            raise unknown_form(entry)
    try:
        return SheetSaid(
            original=original,
            object=stored,
            size=size,
            name=name,
            case=CaseSettings.from_record(case),
            sources=tuple(DeclaredSource.from_record(one) for one in sources),
            places=tuple(DeclaredPlace.from_record(one) for one in places),
            vocabulary=tuple(DeclaredTerm.from_record(one) for one in vocabulary),
        )
    except ValueError as error:
        raise unknown_form(entry) from error


def boundaries_of(entry: Entry) -> LayerTaken:
    """Read a `boundaries` entry."""
    match entry.body:
        case {
            "original": str(original),
            "object": str(stored),
            "size": int(size),
            "name": str(),
            **rest,
        } if not rest and can_be_stored(original, stored, size):
            return LayerTaken(original=original, object=stored, size=size)
    raise unknown_form(entry)


def counting_of(entry: Entry) -> CountingAsked:
    """Read a `counting` entry."""
    match entry.body:
        case {
            "original": str(original),
            "object": str(stored),
            "size": int(size),
            "counting": dict(asked),
            **rest,
        } if not rest and can_be_stored(original, stored, size):
            pass
        case _:
            raise unknown_form(entry)
    try:
        counting = Counting.from_record(asked)
    except ValueError as error:
        raise unknown_form(entry) from error
    return CountingAsked(original=original, object=stored, size=size, counting=counting)


def accession_of(entry: Entry) -> AccessionMade:
    """Read an `accession` entry."""
    match entry.body:
        case {
            "original": str(original),
            "object": str(name),
            "size": int(size),
            "accession": dict(made),
            **rest,
        } if not rest and can_be_stored(original, name, size):
            pass
        case _:
            raise unknown_form(entry)
    try:
        described = Accession.from_record(made)
        check_columns(described)
        return AccessionMade(original=original, object=name, size=size, accession=described)
    except ValueError as error:
        raise unknown_form(entry) from error


def decision_of(entry: Entry, *, name: str, place: int) -> Decision:
    """Read a `decision` entry; `name` and `place` are its id and place among the decisions."""
    # Without a pattern: there may be a hundred thousand of these, and nothing else so often.
    body = entry.body or {}
    verdict, targets, reason = body.get("verdict"), body.get("targets"), body.get("reason")
    asked = body.get("asked")
    if (
        len(body) != _DECISION_FIELDS + ("asked" in body)
        or ("asked" in body and not (isinstance(asked, str) and asked in _ASKED))
        or not isinstance(verdict, str)
        or verdict not in _VERDICTS
        or not isinstance(targets, list)
        or len(targets) > MOST_TARGETS
        or not isinstance(reason, str)
    ):
        raise unknown_form(entry)
    for target in targets:
        if not isinstance(target, str):
            raise unknown_form(entry)
    return Decision(
        id=name,
        seq=place,
        entry=entry.id,
        device=entry.device,
        at=entry.at,
        verdict=_VERDICTS[verdict],
        targets=tuple(targets),
        reason=reason,
        asked=_ASKED[asked] if isinstance(asked, str) else None,
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
        } if not rest and can_be_stored(packed, name, size) and (as_of is None or _is_day(as_of)):
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


def can_be_stored(sha256: str, name: str, size: int) -> bool:
    """Whether stored bytes can be said so: a name that is none would be looked for on the disk."""
    sound = _HEX_64.fullmatch(sha256) and _HEX_64.fullmatch(name)
    return bool(sound) and not isinstance(size, bool) and size >= 0


def _is_day(text: str) -> bool:
    try:
        read_day(text)
    except ValueError:
        return False
    return True


def unknown_form(entry: Entry) -> NewerFormatError:
    """Say that an entry of a known kind is written in a form that this version does not know."""
    where = f"entry {entry.seq} of device {entry.device[:8]}"
    message = f"a {entry.kind} in the journal is written in an unknown form."
    hint = "A newer Qantar may have written it: upgrade, then try again; nothing was changed."
    return NewerFormatError(message, where=where, next=hint)
