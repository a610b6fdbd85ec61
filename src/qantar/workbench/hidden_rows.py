"""Rows that a workbook hides: always in the case; published only where the sheet says so."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from dataclasses import replace
from itertools import compress

from qantar.model.accession import Holds
from qantar.model.document import Document
from qantar.reading.context import Context, RowsRead
from qantar.reading.identifiers import Identifiers, Ids
from qantar.reading.table import read_rows
from qantar.record.contents import AccessionRecord
from qantar.workbench.gather import Gathered, read_table_rows
from qantar.workbench.open_part import open_rows


def read_as_shipped(
    document: Document,
    one: AccessionRecord,
    context: Context,
    identifiers: Identifiers,
    gathered: Gathered,
    *,
    shipped: Collection[str] | None,
) -> tuple[RowsRead, RowsRead]:
    """Read a table, and give what all its rows say and what those that leave do.

    Both are the same for the case itself, and where nothing is hidden. Else the table is
    read a second time as if its hidden rows were not there: no name, place or finding of
    them enters. Claims keep the ids that they have in the case.
    """
    shown = replace(document, rows=open_rows(document.rows, one.accession))
    is_shipped = shipped is not None and one.id in shipped
    if not is_shipped or len(shown.rows) == len(document.rows):
        rows = read_table_rows(document, one, context, identifiers, gathered)
        return rows, rows
    before = deepcopy(identifiers)
    whole = read_table_rows(document, one, context, identifiers, gathered)
    if one.accession.holds is Holds.SERIES:
        # Its rows make claims together: those of the whole may stand on hidden ones. What is
        # kept of the table are the rows of these claims, not of those.
        leaving = read_table_rows(shown, one, context, before, gathered)
        return whole, _named_as(whole, leaving, identifiers)
    numbers = {row.number for row in shown.rows}
    kept = [claim.passage.row in numbers for claim in whole.claims]
    return whole, replace(
        read_rows(shown, context, before),
        claims=tuple(compress(whole.claims, kept)),
        own_ids=tuple(compress(whole.own_ids, kept)),
    )


def _named_as(whole: RowsRead, leaving: RowsRead, identifiers: Identifiers) -> RowsRead:
    """Give outages the ids of those that begin in the same row in the case.

    They are numbered: of fewer rows the first may be the second of the case, and what was
    decided of that one would be taken for the other. One that the case does not have gets ids
    that nothing there has.
    """
    known = {
        claim.passage.row: (claim.id, own)
        for claim, own in zip(whole.claims, whole.own_ids, strict=True)
    }
    alone = Ids(whole.own_ids)
    ids = []
    for claim, own in zip(leaving.claims, leaving.own_ids, strict=True):
        same = known.get(claim.passage.row)
        ids.append(same or (identifiers.take(claim.id), alone.take(own)))
    return replace(
        leaving,
        claims=tuple(replace(c, id=id_) for c, (id_, _) in zip(leaving.claims, ids, strict=True)),
        own_ids=tuple(own for _, own in ids),
    )
