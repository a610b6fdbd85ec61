"""A whole table, read row by row through its accession: every row is accounted for."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TypeVar

from qantar.model.accession import Holds
from qantar.model.claim import Claim
from qantar.model.document import Document
from qantar.model.finding import Finding, Severity
from qantar.model.place import Place
from qantar.model.speaker import Speaker
from qantar.reading.cells import Cells, Layout
from qantar.reading.context import Context, RowsRead
from qantar.reading.demands import demand_claims
from qantar.reading.events import event_claims
from qantar.reading.framings import framing_claims
from qantar.reading.identifiers import Identifiers
from qantar.reading.outages import outage_claims
from qantar.reading.places import place_entry
from qantar.reading.speakers import speaker_entry
from qantar.reading.statements import statement_claims

T = TypeVar("T")
ClaimReader = Callable[[Cells, str], tuple[Claim, ...]]

CLAIM_READERS: dict[Holds, tuple[ClaimReader, str]] = {
    Holds.STATEMENTS: (statement_claims, "statement"),
    Holds.EVENTS: (event_claims, "statement"),
    Holds.OUTAGES: (outage_claims, "statement"),
    Holds.DEMANDS: (demand_claims, "demand"),
    Holds.FRAMINGS: (framing_claims, "statement"),
}


@dataclass(slots=True)
class _Account:
    """What has been read so far. `first` leads from an id as written to the id given."""

    read: int = 0
    unreadable: int = 0
    claims: list[Claim] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    first: dict[str, str] = field(default_factory=dict)
    pending: list[tuple[int, Cells]] = field(default_factory=list)


def read_rows(document: Document, context: Context, identifiers: Identifiers) -> RowsRead:
    """Read every row of the document as what the accession says it holds.

    Claims take their ids from `identifiers`, which the whole case shares. Rows
    that the table reader itself could not read count as unreadable here too.
    """
    layout = Layout(document, context.accession)
    account = _Account(unreadable=document.unreadable)
    account.findings.extend(missing_columns(layout, context))
    for row in document.rows:
        _read_row(Cells(row, layout, context), account, identifiers)
    _settle_references(account, identifiers, context)
    return RowsRead(
        rows_in=len(document.rows) + document.unreadable,
        rows_read=account.read,
        rows_unreadable=account.unreadable,
        claims=tuple(account.claims),
        places=tuple(account.places),
        speakers=tuple(account.speakers),
        findings=tuple(account.findings),
    )


def missing_columns(layout: Layout, context: Context) -> Iterator[Finding]:
    """Name each column of the sheet that the file does not have.

    A file without any header has a finding of its own already.
    """
    if not layout.header:
        return
    for column in layout.missing:
        near = difflib.get_close_matches(column.header or "", layout.header, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        yield Finding(
            code="unknown-column",
            text=f'the sheet reads {column.field} from a column "{column.header}" '
            f"that the file does not have.{hint} "
            f"It has: {', '.join(layout.header)}.",
            severity=Severity.LOSS,
            file=context.accession.path,
            original=context.original,
            accession=context.accession_id,
        )


def _read_row(cells: Cells, account: _Account, identifiers: Identifiers) -> None:
    wanted = _wanted_id(cells)
    kept = wanted is not None and _keep(cells, wanted, account, identifiers)
    account.read += kept
    account.unreadable += not kept
    account.findings.extend(cells.findings)


def _wanted_id(cells: Cells) -> str | None:
    """The row's own id; without an id column, the file's name and the row's number."""
    if not cells.layout.has("id"):
        if "id" in cells.layout.columns:
            cells.note(
                "missing-id",
                "the id column is not there; the row is left out.",
                severity=Severity.LOSS,
            )
            return None
        return f"{PurePosixPath(cells.context.accession.path).stem}-{cells.row.number}"
    wanted = cells.text("id")
    if not wanted:
        cells.note("missing-id", "the row has no id; it is left out.", "id", severity=Severity.LOSS)
        return None
    return wanted


def _keep(cells: Cells, wanted: str, account: _Account, identifiers: Identifiers) -> bool:
    holds = cells.context.accession.holds
    if holds in CLAIM_READERS:
        return _keep_claims(cells, wanted, account, identifiers)
    if holds is Holds.PLACES:
        return _keep_entry(cells, wanted, account, account.places, place_entry)
    if holds is Holds.SPEAKERS:
        return _keep_entry(cells, wanted, account, account.speakers, speaker_entry)
    cells.note(
        "not-yet-read",
        f"Qantar does not read {holds} yet; the file is kept.",
        severity=Severity.LOSS,
    )
    return False


def _keep_claims(cells: Cells, wanted: str, account: _Account, identifiers: Identifiers) -> bool:
    read, field_of_statement = CLAIM_READERS[Holds(cells.context.accession.holds or "")]
    if not cells.text(field_of_statement):
        claims: tuple[Claim, ...] = read(cells, wanted)
    else:
        given = identifiers.take(wanted)
        if given != wanted:
            cells.note(
                "duplicate-id", f'the id "{wanted}" is taken; this row is kept as "{given}".', "id"
            )
        account.first.setdefault(wanted, given)
        claims = read(cells, given)
    if not claims:
        cells.note(
            "missing-statement",
            "the row states nothing; it is left out.",
            field_of_statement,
            severity=Severity.LOSS,
        )
        return False
    account.pending.append((len(account.claims), cells))
    account.claims.extend(claims)
    return True


def _keep_entry(
    cells: Cells,
    wanted: str,
    account: _Account,
    into: list[T],
    read: Callable[[Cells, str], T | None],
) -> bool:
    given, count = wanted, 1
    while given in account.first:
        count += 1
        given = f"{wanted}#{count}"
    entry = read(cells, given)
    if entry is None:
        cells.note(
            "missing-name", "the row has no name; it is left out.", "name", severity=Severity.LOSS
        )
        return False
    if given != wanted:
        cells.note(
            "duplicate-id", f'the id "{wanted}" is taken; this row is kept as "{given}".', "id"
        )
    account.first[given] = given
    into.append(entry)
    return True


def _settle_references(account: _Account, identifiers: Identifiers, context: Context) -> None:
    """Turn `repeats` and `targets` into ids of claims, now that all rows are known."""
    for at, cells in account.pending:
        claim = account.claims[at]
        already = len(cells.findings)
        repeats = tuple(
            _known(cells, "repeats", (cells.text("repeats"),), claim.id, account, identifiers)
        )
        targets = tuple(
            _known(cells, "targets", cells.many("targets"), claim.id, account, identifiers)
        )
        if repeats or targets:
            account.claims[at] = replace(
                claim, repeats=repeats[0] if repeats else None, targets=targets
            )
        account.findings.extend(cells.findings[already:])


def _known(
    cells: Cells,
    field_name: str,
    wanted: Iterable[str],
    own: str,
    account: _Account,
    identifiers: Identifiers,
) -> Iterator[str]:
    for name in wanted:
        if not name:
            continue
        given = account.first.get(name) or (name if name in identifiers.taken else None)
        if given is None or given == own:
            what = "the row itself" if given == own else "no row read so far"
            cells.note(
                "unknown-reference",
                f'{field_name} names "{name}", which is {what}; left empty.',
                field_name,
            )
        else:
            yield given
