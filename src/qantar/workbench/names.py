"""Names: what a decision calls its targets in the journal, whatever the record shows them as.

The record counts accessions and tells apart claims of one id anew at each build, and
two devices may count differently until they have merged. So the journal says
`entry:<16 hex>` for an accession (the first digits of its entry's id) and
`claim:<16 hex>:<id>` for a claim, where the id is that of the claim within its
accession alone. `row:<16 hex>:<number>` is a row of a list of people, by its number
among the data rows. Figures go by their key and decisions by their id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from qantar.model.decision import Decision
from qantar.record.facts import Known

DIGITS: Final = 16
_ENTRY, _CLAIM, _ROW, _DECISION = "entry:", "claim:", "row:", "d-"
_WITHIN: Final = (_CLAIM, _ROW)
_DEVICE_DIGITS: Final = 4
_TWIN_DIGITS: Final = 8
_MOST_DIGITS: Final = 12  # of a row's number: no list is as long


def accession_name(entry: str) -> str:
    """Name the accession in the entry with this id."""
    return f"{_ENTRY}{entry[:DIGITS]}"


def claim_name(entry: str, own: str) -> str:
    """Name a claim by its accession's entry and its id within the accession alone."""
    return f"{_CLAIM}{entry[:DIGITS]}:{own}"


def row_name(entry: str, number: int) -> str:
    """Name a row of a list of people by its accession's entry and its number, from 1."""
    return f"{_ROW}{entry[:DIGITS]}:{number}"


def row_in(name: str) -> tuple[str, int] | None:
    """The digits of the accession's entry and the row's number in the name of a row, if it is one.

    The number is written in one way only, so that one row has one name.
    """
    digits, _, number = name.removeprefix(_ROW).partition(":")
    if not name.startswith(_ROW) or not _is_number(number):
        return None
    return digits, int(number)


def row_id(accession: str, number: int) -> str:
    """What the record calls a row of a list of people, as in `a3/17`."""
    return f"{accession}/{number}"


def row_of_id(target: str) -> tuple[str, int] | None:
    """What stands before the last "/", and the number after it; None where there is none."""
    name, _, number = target.rpartition("/")
    return (name, int(number)) if name and _is_number(number) else None


def _is_number(text: str) -> bool:
    """Whether it is a row's number as it is written: from 1, no zero before it, no other digits."""
    return text.isascii() and text.isdigit() and text[0] != "0" and len(text) <= _MOST_DIGITS


def accession_in(name: str) -> str | None:
    """The first 16 digits of the accession's entry in a stable name; None where it has none."""
    for prefix in _WITHIN:
        if name.startswith(prefix):
            digits, colon, _ = name[len(prefix) :].partition(":")
            return digits if colon else None
    return name[len(_ENTRY) :] if name.startswith(_ENTRY) else None


def digits_named(target: str) -> str:
    """The first digits of the entry that a target names, if it names one at all."""
    return accession_in(target) or target.removeprefix(_DECISION)[:DIGITS]


def first_name(name: str, tables: Mapping[str, str]) -> str:
    """Name a claim or row by the first accession of its table, if the table was taken in twice.

    `tables` leads from the digits of an accession's entry to those of the first
    accession of the same table; what is not in it stays as it is.
    """
    for prefix in _WITHIN:
        if name.startswith(prefix):
            digits, colon, own = name[len(prefix) :].partition(":")
            first = tables.get(digits)
            return name if first is None else f"{prefix}{first}{colon}{own}"
    return name


def accession_id(number: int, device: str, *, founder: str | None) -> str:
    """What the record calls the accession with this number among those of its device."""
    if founder is None or device == founder:
        return f"a{number}"
    return f"a{number}-{device[:_DEVICE_DIGITS]}"


def accession_ids(made: Iterable[tuple[str, int, str]], *, founder: str | None) -> dict[str, str]:
    """Name accessions as the record does, so that no two share a name.

    Args:
        made: id of the entry, number among those of its device, device.
        founder: id of the founder's device; None where there is one device only.

    Returns:
        The names by id of the entry.
    """
    wanted = {entry: (n, accession_id(n, device, founder=founder)) for entry, n, device in made}
    ids = {entry: name for entry, (_, name) in wanted.items()}
    for digits in (_TWIN_DIGITS, None):
        for entry in _twice(ids):
            ids[entry] = f"a{wanted[entry][0]}-{entry[:digits]}"
    return ids


def with_own_ids(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Tell apart decisions whose short ids are alike, as somebody could bring about.

    They get all digits of their entries.
    """
    twice = set(_twice({one.entry: one.id for one in decisions}))
    if not twice:
        return tuple(decisions)
    return tuple(
        replace(one, id=f"{_DECISION}{one.entry}") if one.entry in twice else one
        for one in decisions
    )


def ids_by_name(known: Known, same_claim: Callable[[str], str]) -> dict[str, str]:
    """Lead from stable names to what a record shows for them.

    Args:
        known: the ids of the record.
        same_claim: gives one name to the names of a claim that was taken in twice.
    """
    ids = {accession_name(entry): name for name, entry in known.accessions.items()}
    for name, claim in known.claims.items():
        ids[same_claim(claim_name(claim.entry, claim.own_id))] = name
    return ids


def decision_id(entry: str) -> str:
    """Name the decision in the entry with this id, as the journal and the record do."""
    return f"{_DECISION}{entry[:DIGITS]}"


def _twice(ids: Mapping[str, str]) -> list[str]:
    """The entries whose names are not theirs alone."""
    if len(set(ids.values())) == len(ids):
        return []
    holders: dict[str, list[str]] = {}
    for entry, name in ids.items():
        holders.setdefault(name, []).append(entry)
    return [entry for entries in holders.values() if len(entries) > 1 for entry in entries]
