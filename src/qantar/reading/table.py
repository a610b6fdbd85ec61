"""A whole table, read row by row through its accession: every row is accounted for."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TypeVar

from qantar.model.accession import Holds
from qantar.model.claim import Claim
from qantar.model.document import Document
from qantar.model.finding import Finding, Severity
from qantar.model.lookalikes import Lookalikes
from qantar.model.place import Place
from qantar.model.speaker import Speaker
from qantar.reading.cells import Cells, Layout
from qantar.reading.context import Context, RowsRead
from qantar.reading.demands import demand_claims
from qantar.reading.events import event_claims
from qantar.reading.framings import framing_claims
from qantar.reading.identifiers import Identifiers, Ids
from qantar.reading.names import read_names
from qantar.reading.outages import outage_claims
from qantar.reading.patterns import read_patterns
from qantar.reading.persons import read_persons
from qantar.reading.places import place_entry
from qantar.reading.speakers import speaker_entry
from qantar.reading.statements import statement_claims
from qantar.reading.wording import quoted

T = TypeVar("T")
ClaimReader = Callable[[Cells, str], tuple[Claim, ...]]
_MOST_HEADERS = 30
_NAMES = ("name", "said_by", "response_said_by", "body", "outlet", "place", "about_place")

CLAIM_READERS: dict[Holds, tuple[ClaimReader, str]] = {
    Holds.STATEMENTS: (statement_claims, "statement"),
    Holds.EVENTS: (event_claims, "statement"),
    Holds.OUTAGES: (outage_claims, "statement"),
    Holds.DEMANDS: (demand_claims, "demand"),
    Holds.FRAMINGS: (framing_claims, "statement"),
}


_WHOLE: dict[Holds, Callable[[Document, Context], RowsRead]] = {
    Holds.PERSONS: read_persons,
    Holds.NAMES: read_names,
    Holds.PATTERNS: read_patterns,
}
"""Tables of which every row is kept or counted by their own readers, and gives no claim."""


@dataclass(slots=True)
class _Account:
    """What has been read so far. `first` leads from an id as written to the id given.

    `alone` gives the ids that the claims would have if no other table were read.
    """

    read: int = 0
    unreadable: int = 0
    claims: list[Claim] = field(default_factory=list)
    own_ids: list[str] = field(default_factory=list)
    alone: Ids = field(default_factory=Ids)
    places: list[Place] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    first: dict[str, str] = field(default_factory=dict)
    pending: list[tuple[int, Cells]] = field(default_factory=list)
    names: Lookalikes = field(default_factory=Lookalikes)


def read_rows(document: Document, context: Context, identifiers: Identifiers) -> RowsRead:
    """Read every row of the document as what the accession says it holds.

    Claims, places and speakers take their ids from `identifiers`, which the whole
    case shares. Rows that the table reader itself could not read count as
    unreadable here too.
    """
    layout = Layout(document, context.accession)
    missing = missing_columns(layout, context)
    if reader := _WHOLE.get(context.accession.holds or Holds.STATEMENTS):
        read = reader(document, context)
        return replace(read, findings=(*missing, *read.findings))
    account = _Account(unreadable=document.unreadable)
    account.findings.extend(missing)
    unreadable = _why_no_row(layout, context, len(document.rows))
    if unreadable and document.rows:
        account.findings.append(unreadable)
        account.unreadable += len(document.rows)
    else:
        for row in document.rows:
            _read_row(Cells(row, layout, context), account, identifiers)
        _settle_references(account, identifiers)
    return RowsRead(
        rows_in=len(document.rows) + document.unreadable,
        rows_read=account.read,
        rows_unreadable=account.unreadable,
        claims=tuple(account.claims),
        own_ids=tuple(account.own_ids),
        places=tuple(account.places),
        speakers=tuple(account.speakers),
        findings=tuple(account.findings),
    )


def missing_columns(layout: Layout, context: Context) -> Iterator[Finding]:
    """Name each column of the sheet that the file does not have.

    Without a header there is none to miss: the table reader has said that nothing could
    be read.
    """
    for column, header in layout.missing if layout.header else ():
        if column.optional:
            continue
        near = difflib.get_close_matches(header, layout.header, n=1)
        hint = f" Did you mean {quoted(near[0])}?" if near else ""
        yield _of_file(
            context,
            "unknown-column",
            f"the sheet reads {column.field} from a column {quoted(header)} "
            f"that the file does not have.{hint} It has: {_headers(layout.header)}.",
        )


def _headers(header: tuple[str, ...]) -> str:
    more = len(header) - _MOST_HEADERS
    listed = ", ".join(quoted(name)[1:-1] for name in header[:_MOST_HEADERS])
    return f"{listed} and {more} more" if more > 0 else listed


def _of_file(context: Context, code: str, text: str) -> Finding:
    return Finding(
        code=code,
        text=text,
        severity=Severity.LOSS,
        file=context.accession.path,
        original=context.original,
        accession=context.accession_id,
    )


def _why_no_row(layout: Layout, context: Context, rows: int) -> Finding | None:
    """Why no row of the table can be read at all: said once, not once a row."""
    holds = context.accession.holds
    out = f"{'the row is' if rows == 1 else f'all {rows} rows are'} left out"
    if holds not in CLAIM_READERS and holds not in (Holds.PLACES, Holds.SPEAKERS):
        return _of_file(context, "not-yet-read", f"Qantar does not read {holds} yet; {out}.")
    if "id" in layout.columns and not layout.has("id"):
        return _of_file(context, "missing-id", f"the id column is not there; {out}.")
    if holds in CLAIM_READERS:
        needed, code = CLAIM_READERS[Holds(holds or "")][1], "missing-statement"
    else:
        needed, code = "name", "missing-name"
    if layout.has(needed) or (holds is Holds.FRAMINGS and layout.has("term")):
        return None
    return _of_file(context, code, f"there is no column to read {needed} from; {out}.")


def _read_row(cells: Cells, account: _Account, identifiers: Identifiers) -> None:
    wanted = _wanted_id(cells)
    kept = wanted is not None and _keep(cells, wanted, account, identifiers)
    account.read += kept
    account.unreadable += not kept
    _look_at_names(cells, account.names)
    account.findings.extend(cells.findings)


def _look_at_names(cells: Cells, names: Lookalikes) -> None:
    """Tell of names that deceive the eye, each where it first stands."""
    for field_name in _NAMES:
        if field_name in cells.layout.at:
            for name in cells.many(field_name):
                if said := names.look_at(name):
                    cells.note("lookalike-name", f"{quoted(name)} {said}", field_name)


def _wanted_id(cells: Cells) -> str | None:
    """The row's own id; without an id column, the file's name and the row's number."""
    if not cells.layout.has("id"):
        return f"{PurePosixPath(cells.context.accession.path).stem}-{cells.row.number}"
    wanted = cells.text("id")
    if not wanted:
        cells.note("missing-id", "the row has no id; it is left out.", "id", severity=Severity.LOSS)
    return wanted or None


def _keep(cells: Cells, wanted: str, account: _Account, identifiers: Identifiers) -> bool:
    match cells.context.accession.holds:
        case Holds.PLACES:
            return _keep_entry(cells, wanted, identifiers.places, account.places, place_entry)
        case Holds.SPEAKERS:
            return _keep_entry(cells, wanted, identifiers.speakers, account.speakers, speaker_entry)
        case _:
            return _keep_claims(cells, wanted, account, identifiers)


def _keep_claims(cells: Cells, wanted: str, account: _Account, identifiers: Identifiers) -> bool:
    read, field_of_statement = CLAIM_READERS[Holds(cells.context.accession.holds or "")]
    given = identifiers.free(wanted)
    claims = read(cells, given)
    if not claims:
        cells.note(
            "missing-statement",
            "the row states nothing; it is left out.",
            field_of_statement,
            severity=Severity.LOSS,
        )
        return False
    _note_given(cells, wanted, identifiers.take(wanted))
    account.first.setdefault(wanted, given)
    account.pending.append((len(account.claims), cells))
    first, *others = claims
    account.claims.append(first)
    account.claims.extend(replace(claim, id=identifiers.take(claim.id)) for claim in others)
    own = account.alone.take(wanted)
    account.own_ids.append(own)
    account.own_ids.extend(
        account.alone.take(own + claim.id.removeprefix(given)) for claim in others
    )
    return True


def _keep_entry(
    cells: Cells, wanted: str, ids: Ids, into: list[T], read: Callable[[Cells, str], T | None]
) -> bool:
    entry = read(cells, ids.free(wanted))
    if entry is None:
        cells.note(
            "missing-name", "the row has no name; it is left out.", "name", severity=Severity.LOSS
        )
        return False
    _note_given(cells, wanted, ids.take(wanted))
    into.append(entry)
    return True


def _note_given(cells: Cells, wanted: str, given: str) -> None:
    if given != wanted:
        text = f"the id {quoted(wanted)} is taken; this row is kept as {quoted(given)}."
        cells.note("duplicate-id", text, "id")


def _settle_references(account: _Account, identifiers: Identifiers) -> None:
    """Turn `repeats` and `targets` into ids of claims, now that all rows are known."""
    for at, cells in account.pending:
        claim = account.claims[at]
        already = len(cells.findings)
        known = {
            field_name: tuple(_known(cells, field_name, claim.id, account.first, identifiers))
            for field_name in ("repeats", "targets")
        }
        if any(known.values()):
            repeats = known["repeats"][0] if known["repeats"] else None
            account.claims[at] = replace(claim, repeats=repeats, targets=known["targets"])
        account.findings.extend(cells.findings[already:])


def _known(
    cells: Cells, field_name: str, own: str, first: dict[str, str], identifiers: Identifiers
) -> Iterator[str]:
    """The claims that the field names: of this table first, else of those read before it."""
    for name in cells.many(field_name):
        given = first.get(name) or (name if name in identifiers.taken else None)
        if given is not None and given != own:
            yield given
            continue
        what = "no row read so far" if given is None else "the row itself"
        text = f"{field_name} names {quoted(name)}, which is {what}; left empty."
        cells.note("unknown-reference", text, field_name)
