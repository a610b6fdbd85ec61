"""Read a table of any format: the content decides which; what is odd about it becomes findings."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import BinaryIO, Final

from qantar.model.document import Document
from qantar.model.table_settings import TableSettings
from qantar.readers.caps import MAX_FILE_BYTES, MIB
from qantar.readers.delimited import read_delimited
from qantar.readers.encoding import TextEncoding, choose_encoding, text_start
from qantar.readers.finding_log import FindingLog
from qantar.readers.json_lines import read_json_lines, read_json_values, spans_lines
from qantar.readers.media_type import (
    DELIMITED,
    JSON,
    JSON_LINES,
    TableFormat,
    binary_format,
    report_extension,
    report_unsupported,
    text_format,
)
from qantar.readers.table_builder import TableBuilder
from qantar.readers.text_lines import TextLines
from qantar.readers.workbook import read_workbook

READER: Final = "table"
VERSION: Final = 5  # raise it when the same bytes would give another document
_START_BYTES: Final = 64 * 1024
_TAB_SEPARATED: Final = "text/tab-separated-values"


def read_table(
    source: BinaryIO,
    *,
    name: str,
    sha256: str,
    settings: TableSettings,
    size: int | None = None,
) -> Document:
    """Read an original as a table.

    Args:
        source: the original, seekable; it is read from its start and left open.
        name: the file's name as given. Only its extension is compared with the
            content, and findings carry it.
        sha256: of the original, in hexadecimal.
        settings: what the accession sheet says about the table.
        size: of the whole original in bytes, where `source` is its beginning only.

    Returns:
        The rows as found, and every oddity as a finding. A file of which
        nothing can be read gives a document without rows, and a loss.

    Raises:
        InputRefusedError: the settings name an unknown encoding, or a worksheet
            that is not there.
    """
    log = FindingLog(name)
    size = source.seek(0, io.SEEK_END) if size is None else size
    found = binary_format(source, name)
    if size > MAX_FILE_BYTES:
        return _refused(found or DELIMITED, size, sha256, log)
    if found is None:
        return _read_text(source, name, sha256, settings, log)
    report_extension(found, name, log)
    if not found.readable:
        report_unsupported(found, log)
        return _document(found, TableBuilder(log), {}, sha256)
    unused = {"encoding": settings.encoding, "delimiter": settings.delimiter}
    _report_unused(unused, found, log)
    builder, facts = read_workbook(source, found, settings, log)
    return _document(found, builder, facts, sha256)


def _read_text(
    source: BinaryIO, name: str, sha256: str, settings: TableSettings, log: FindingLog
) -> Document:
    encoding = choose_encoding(source, declared=settings.encoding, log=log)
    source.seek(0)
    start = text_start(source.read(_START_BYTES), encoding)
    found = text_format(start)
    if found is JSON_LINES and spans_lines(start):
        found = JSON
    report_extension(found, name, log)
    unused = {"worksheet": settings.worksheet}
    if found is not DELIMITED:
        unused["delimiter"] = settings.delimiter
    _report_unused(unused, found, log)
    builder, facts = _read_lines(found, source, encoding, settings, log)
    if facts.get("delimiter") == "\t":
        found = replace(found, media_type=_TAB_SEPARATED)
    facts |= {"encoding": encoding.name, "encoding_origin": str(encoding.origin)}
    return _document(found, builder, facts, sha256)


def _read_lines(
    found: TableFormat,
    source: BinaryIO,
    encoding: TextEncoding,
    settings: TableSettings,
    log: FindingLog,
) -> tuple[TableBuilder, dict[str, str]]:
    if not found.readable:
        report_unsupported(found, log)
        return TableBuilder(log), {}
    if found is JSON:
        # One line may hold a whole array; the cap on files bounds it.
        lines = TextLines(source, encoding, max_line_bytes=MAX_FILE_BYTES)
        builder, facts = read_json_values(lines, log)
    elif found is JSON_LINES:
        builder, facts = read_json_lines(TextLines(source, encoding), log)
    else:
        builder, facts = read_delimited(TextLines(source, encoding), settings, log)
    builder.report_empty()
    return builder, facts


def _refused(found: TableFormat, size: int, sha256: str, log: FindingLog) -> Document:
    log.loss(
        "too-large",
        f"The file has {size / MIB:,.0f} MiB; the cap is {MAX_FILE_BYTES // MIB:,} MiB. None of it "
        "was read. Split it into parts of fewer rows, each with the header, and add those.",
    )
    return _document(found, TableBuilder(log), {}, sha256)


def _report_unused(settings: dict[str, str | None], found: TableFormat, log: FindingLog) -> None:
    """Say which settings of the sheet mean nothing for this format."""
    unused = [name for name, value in settings.items() if value is not None]
    if unused:
        log.note(
            "setting-unused",
            f"The sheet gives {' and '.join(unused)}, which {found.words} does not have.",
        )


def _document(
    found: TableFormat, builder: TableBuilder, facts: dict[str, str], sha256: str
) -> Document:
    return Document(
        reader=READER,
        version=VERSION,
        sha256=sha256,
        media_type=found.media_type,
        encoding=facts.get("encoding"),
        header=builder.header,
        rows=tuple(builder.rows),
        unreadable=builder.unreadable,
        findings=builder.log.findings(),
        meta=facts,
    )
