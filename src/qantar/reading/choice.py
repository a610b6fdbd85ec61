"""Which rows of a table an accession means, where it does not mean all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from qantar.model.column import RowChoice
from qantar.model.document import Document
from qantar.model.finding import Finding, Severity
from qantar.model.text import exact
from qantar.reading.wording import quoted

_MOST_NAMED: Final = 20


def chosen(
    document: Document, only: RowChoice, *, elsewhere: frozenset[str] = frozenset()
) -> tuple[Document, Finding | None]:
    """Take the rows that a choice means; each keeps its number.

    Args:
        document: the table.
        only: the column, and the values that are meant; compared as composed text, outer
            space off.
        elsewhere: values that other accessions of the same table mean.

    Returns:
        The table with these rows alone, and what to say of rows that nobody means.
    """
    names = {exact(name): at for at, name in enumerate(document.header)}
    at = names.get(exact(only.header.strip()))
    if at is None:
        if not document.header:
            return document, None
        text = (
            f"the sheet chooses rows by a column {quoted(only.header)} that the file does not "
            "have; none is read."
        )
        return replace(document, rows=()), Finding(
            code="unknown-column", text=text, severity=Severity.LOSS
        )
    meant = {exact(value.strip()) for value in only.values}
    others = meant | {exact(value.strip()) for value in elsewhere}
    found = [exact(row.values[at].strip()) for row in document.rows]
    rows = tuple(row for row, value in zip(document.rows, found, strict=True) if value in meant)
    left = Counter(value for value in found if value not in others)
    return replace(document, rows=rows), _left_out(only.header, left)


def _left_out(header: str, left: Counter[str]) -> Finding | None:
    if not left:
        return None
    named = ", ".join(
        f"{quoted(value) if value else 'empty'} ({count:,})"
        for value, count in left.most_common(_MOST_NAMED)
    )
    more = f" and {len(left) - _MOST_NAMED:,} other values" if len(left) > _MOST_NAMED else ""
    rows = sum(left.values())
    text = (
        f"{rows:,} {'row has' if rows == 1 else 'rows have'} in the column {quoted(header)} what "
        f"no accession of this file chooses: {named}{more}. The original keeps them; nothing is "
        "read of them."
    )
    return Finding(code="rows-not-chosen", text=text, severity=Severity.NOTE)
