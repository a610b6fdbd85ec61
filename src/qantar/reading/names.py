"""Rows of a table of names: a name and its forms, one row each; what cannot be used is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from qantar.model.document import Document
from qantar.model.finding import Severity
from qantar.model.name_table import NameForms, NameKind
from qantar.reading.cells import Cells, Layout
from qantar.reading.context import Context, RowsRead
from qantar.reading.each_row import read_each
from qantar.reading.wording import quoted

MOST_FORMS: Final = 50
"""Of one name: a row that has more would make one name of all."""
_UNUSABLE: Final = "unusable-form"


def read_names(document: Document, context: Context) -> RowsRead:
    """Read a table of names. A row that says of no two names that they are one is unreadable."""
    layout = Layout(document, context.accession)
    found, account = read_each(document, layout, context, _entry)
    return replace(account, names=found)


def _entry(cells: Cells) -> NameForms | None:
    kind = cells.word("kind", "name-kind")
    name = cells.text("name")
    if not cells.text("kind"):
        text = "the row does not say of which part of a name it speaks; it is left out."
        cells.note("unknown-word", text, "kind", severity=Severity.LOSS)
    if not name:
        text = "the row has no name; it is left out."
        cells.note("missing-name", text, "name", severity=Severity.LOSS)
    if kind is None or not name or not _is_usable(cells, name, "name"):
        return None
    forms = tuple(_forms(cells, name))
    if not forms:
        text = f"the row has no other form of {quoted(name)}; it is left out."
        cells.note(_UNUSABLE, text, "forms", severity=Severity.LOSS)
        return None
    return NameForms(
        kind=NameKind(kind),
        name=name,
        forms=forms,
        accession=cells.context.accession_id,
        row=cells.row.number,
    )


def _forms(cells: Cells, name: str) -> Iterator[str]:
    forms = [form for form in cells.many("forms") if form.casefold() != name.casefold()]
    if len(forms) > MOST_FORMS:
        text = f"{len(forms)} forms of {quoted(name)}; only the first {MOST_FORMS} are used."
        cells.note(_UNUSABLE, text, "forms", severity=Severity.LOSS)
    yield from (form for form in forms[:MOST_FORMS] if _is_usable(cells, form, "forms"))


def _is_usable(cells: Cells, word: str, field: str) -> bool:
    """Whether it is one word with letters: whole names are compared word by word."""
    if len(word.split()) == 1 and sum(map(str.isalpha, word)) > 1:
        return True
    text = f"{quoted(word)} is no single word with letters; it is left out."
    cells.note(_UNUSABLE, text, field, severity=Severity.LOSS)
    return False
