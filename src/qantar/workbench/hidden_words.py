"""What a plan says of things that published files hide: what stays in the case, and what leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qantar.model.accession import Accession, HiddenRows
from qantar.record.contents import AccessionRecord
from qantar.record.facts import HiddenPart


def hidden_lines(hidden: Iterable[tuple[AccessionRecord, HiddenPart]]) -> list[str]:
    """Say which files keep something back, then what hidden parts leave, and why."""
    stays, leaves = [], []
    for one, part in hidden:
        if kept := ", ".join(_kept(part, one.accession)):
            stays.append(f"  {one.accession.path} ({kept})")
        if sent := " and ".join(_sent(part, one.accession)):
            leaves.append(f"Ships {sent} of {one.accession.path}, because its sheet says so.")
    if stays:
        how = 'name a column in the sheet, or say hidden_rows = "publish", to let it leave'
        stays.insert(0, f"Keeps in the case what these files hide ({how}):")
    return stays + leaves


def _kept(part: HiddenPart, said: Accession) -> Iterator[str]:
    if part.rows and said.hidden_rows is HiddenRows.KEEP:
        yield _rows(part.rows) + (f" with {_claims(part.claims)}" if part.claims else "")
    columns = [letters for letters, name in part.columns.items() if name not in said.headers]
    if columns:
        yield _columns(columns)
    if part.text:
        yield "hidden text"


def _sent(part: HiddenPart, said: Accession) -> Iterator[str]:
    if part.rows and said.hidden_rows is HiddenRows.PUBLISH:
        yield _rows(part.rows, "hidden ")
    columns = [letters for letters, name in part.columns.items() if name in said.headers]
    if columns:
        yield f"the hidden {_columns(columns)}"


def _rows(count: int, word: str = "") -> str:
    return f"{count:,} {word}{'row' if count == 1 else 'rows'}"


def _columns(letters: list[str]) -> str:
    return f"{'column' if len(letters) == 1 else 'columns'} {', '.join(letters)}"


def _claims(count: int) -> str:
    return f"{count:,} {'claim' if count == 1 else 'claims'}"
