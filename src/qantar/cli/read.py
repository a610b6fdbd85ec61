"""`qantar read`: one file through its reader, no case needed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qantar.cli.options import amount, json_option
from qantar.cli.output import finding_json, say, say_json, warn
from qantar.errors import InputRefusedError, MissingPathError, UsageError
from qantar.model.table_settings import TableSettings

if TYPE_CHECKING:
    from qantar.model.document import Document, Row

_SHOWN_ROWS = 10


EXAMPLES = """\b
Examples:
    qantar read lists/court.csv
    qantar read lists/court.csv --encoding windows-1251 --delimiter ";"
    qantar read lists/court.xlsx --json
"""


@click.command("read", epilog=EXAMPLES)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--encoding", help="How its text is encoded, as in windows-1251; found out if not given."
)
@click.option("--delimiter", help="The character between cells; found out if not given.")
@click.option("--worksheet", help="Read this worksheet only; all visible ones if not given.")
@click.option(
    "--header-row",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Row of the header.",
)
@json_option
def command(
    file: Path,
    *,
    encoding: str | None,
    delimiter: str | None,
    worksheet: str | None,
    header_row: int,
    as_json: bool,
) -> None:
    """Show what is in the table FILE; no case needed.

    Reads it as `add` and `build` would. Takes CSV, TSV and other delimited text,
    JSON lines, XLSX, XLS and ODS. With --json: a `document` line, one `segment`
    line a row with its raw values, then the `finding` lines. Needs no case, and
    shows everything that is in the file.
    """
    settings = _settings(encoding, delimiter, worksheet, header_row)
    document = _read(file, settings)
    if as_json:
        _show_json(document)
    else:
        _show(document)


def _settings(
    encoding: str | None, delimiter: str | None, worksheet: str | None, header_row: int
) -> TableSettings:
    tab = "\t"
    plain = tab if delimiter in ("\\t", "tab") else delimiter
    try:
        return TableSettings(
            encoding=encoding, delimiter=plain, worksheet=worksheet, header_row=header_row
        )
    except ValueError as error:
        message = f"{error}."
        raise UsageError(message, next="See `qantar read --help`.") from error


def _read(file: Path, settings: TableSettings) -> Document:
    from qantar.readers.table import read_table  # noqa: PLC0415  # loaded when it is run

    if file.is_dir():
        message = "this is a folder, and folders are not read yet."
        raise InputRefusedError(message, where=str(file), next="Name one file in it.")
    try:
        source = file.open("rb")
    except OSError as error:
        message = f"cannot be opened: {error.strerror}."
        raise MissingPathError(message, where=str(file), next="Check the path.") from error
    with source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        document = read_table(source, name=file.name, sha256=sha256, settings=settings)
    _refuse_capped(document, file)
    return document


def _refuse_capped(document: Document, file: Path) -> None:
    """Stop where a cap kept the reader from telling anything."""
    capped = next((f for f in document.findings if f.code == "too-large"), None)
    if capped and not document.header and not document.rows:
        raise InputRefusedError(capped.text, where=str(file))


def _show_json(document: Document) -> None:
    texts = ["\t".join(_values(row)) for row in document.rows]
    say_json(
        {"document": _document_json(document, chars=sum(map(len, texts)) + max(len(texts) - 1, 0))}
    )
    for segment in _segments(document, texts):
        say_json({"segment": segment})
    for finding in document.findings:
        say_json({"finding": finding_json(finding)})


def _document_json(document: Document, *, chars: int) -> dict[str, object]:
    return {
        "id": "1",
        "parent": None,
        "member": None,
        "reader": document.reader,
        "version": document.version,
        "media_type": document.media_type,
        "encoding": document.encoding,
        "language": None,
        "chars": chars,
        "sha256": document.sha256,
        "meta": dict(document.meta),
        "header": list(document.header),
        "rows": len(document.rows),
        "unreadable": document.unreadable,
    }


def _segments(document: Document, texts: list[str]) -> Iterator[dict[str, object]]:
    """The rows, in a canonical text in which they stand one below the other."""
    start = 0
    for row, text in zip(document.rows, texts, strict=True):
        end = start + len(text)
        locator = {"sheet": row.sheet, "row": row.number, "line": row.line, "at_row": row.at_row}
        yield {
            "kind": "row",
            "start": start,
            "end": end,
            "text": text,
            "locator": {name: value for name, value in locator.items() if value is not None},
            "speaker": None,
            "role": None,
            "language": None,
            "language_confidence": None,
            "at": None,
            "at_zone": None,
            "at_other": None,
            "raw": list(_values(row)),
        }
        start = end + 1


def _values(row: Row) -> tuple[str, ...]:
    """The values of a row with those that stand beyond the header: nothing is left out."""
    return (*row.values, *row.extra)


def _show(document: Document) -> None:
    kind = ", ".join(part for part in (document.media_type, document.encoding) if part)
    rows = amount(len(document.rows), "row")
    say(f"{kind}, {rows}, {document.unreadable:,} unreadable")
    for name, value in sorted(document.meta.items()):
        say(f"  {name}: {value}")
    say(" | ".join(document.header))
    for row in islice(document.rows, _SHOWN_ROWS):
        say(f"{row.number}: {' | '.join(_values(row))}")
    if len(document.rows) > _SHOWN_ROWS:
        say(f"and {len(document.rows) - _SHOWN_ROWS:,} more rows; --json shows all")
    warn(document.findings)
