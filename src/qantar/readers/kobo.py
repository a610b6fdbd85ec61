"""KoboToolbox and ODK: filled forms, each a document with one passage for each answer.

The file is a document without text; each submission is one below it, named by its uuid.
An answer is a `table-cell` whose `column` is the full name of the question and whose
`row` is the number of the submission (in a workbook, of the row of its worksheet).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import BinaryIO, Final

from qantar.model.document import WORKSHEETS_LEFT_OUT
from qantar.model.read_document import MetaValue
from qantar.model.table_settings import TableSettings
from qantar.readers import table_answer
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_FILE_BYTES, MIB
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.job import Job
from qantar.readers.kobo_form import begins_as_form, read_form
from qantar.readers.kobo_json import Survey, is_submissions, read_one, survey
from qantar.readers.kobo_repeats import join
from qantar.readers.kobo_rows import orphans, root_of, submissions
from qantar.readers.kobo_table import (
    Tables,
    begins_as_export,
    is_export_workbook,
    names_odk,
    names_submissions,
    repeat_table,
    tables_of,
)
from qantar.readers.kobo_writer import (
    READER,
    VERSION,
    Around,
    Shape,
    Twins,
    write_form,
    write_submission,
)
from qantar.readers.media_type import JSON, JSON_LINES, XLSX, report_extension
from qantar.readers.start import START_BYTES, Start
from qantar.readers.workbook_scan import UnreadableWorkbookError

__all__ = ["READER", "VERSION", "knows", "read"]

MAX_SUBMISSIONS: Final = 100_000
_NAMED: Final = 10


def knows(start: Start) -> bool:
    """Whether a file holds submissions, by its keys or its columns."""
    if start.head.startswith(b"PK"):
        members = start.members
        return "xl/workbook.xml" in members and (
            is_export_workbook(start.source, members) or begins_as_form(start.source)
        )
    return is_submissions(start.head) or (start.is_text and begins_as_export(start.text))


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read submissions; see `registry.read`."""
    source.seek(0)
    if is_submissions(source.read(START_BYTES)):
        _read_json(source, job, out)
        return
    tables = _tables(source, job)
    if tables is None or not names_submissions(tables.main.header):
        _read_other(source, job, out)
        return
    _read_tables(tables, job, out)


def _read_other(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a form that stands by itself, or a table; whose reader also tells what is wrong."""
    form = read_form(source, job.name) if begins_as_form(source) else None
    if form is None:
        table_answer.read(source, job, out)
        return
    log = FindingLog(job.name)
    report_extension(XLSX, job.name, log)
    write_form(form, log, out)


def _read_json(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    log = FindingLog(job.name)
    if source.seek(0, 2) > MAX_FILE_BYTES:
        out.begin(reader=READER, version=VERSION, media_type=JSON.media_type, encoding="utf-8")
        cap = f"The cap is {MAX_FILE_BYTES // MIB} MiB"
        out.loss("too-large", f"{cap}. The submissions were not read. Split the export.")
        out.end()
        return
    seen = survey(source, log, out.room(MAX_SUBMISSIONS))
    around = Around.of(out)
    kind = JSON_LINES if seen.is_lines else JSON
    media_type = kind.media_type
    report_extension(kind, job.name, log)
    if not seen.found:
        log.loss("empty", "The file holds no submission.")
    _tell_files(seen, log)
    meta = {"kobo.submissions": len(seen.found)}
    parent = out.begin(
        reader=READER, version=VERSION, media_type=media_type, encoding="utf-8", meta=meta
    )
    log.write_to(out)
    if seen.found and around.folder is not None:
        first, _ = read_one(source, seen.found[0], job.name)
        around.choose_form(str(answer.place.column) for answer in first.answers)
    around.tell(out)
    out.end(unreadable=seen.broken)
    twins = _twins((one.number, one.root) for one in seen.found)
    for found in seen.found:
        one, sha256 = read_one(source, found, job.name)
        shape = Shape(parent=parent, media_type=media_type, twins=twins, around=around)
        write_submission(one, out, shape, sha256=sha256)


def _tell_files(seen: Survey, log: FindingLog) -> None:
    if seen.attachments:
        log.note(
            "external-reference",
            f"The submissions name {counted(seen.attachments, 'file')} (pictures, sound) by "
            "address. None was fetched. Export the files too, and add them.",
        )


def _tables(source: BinaryIO, job: Job) -> Tables | None:
    settings = TableSettings(encoding=job.encoding, delimiter=job.delimiter)
    try:
        return tables_of(source, job.name, settings)
    except UnreadableWorkbookError:
        return None


def _read_tables(tables: Tables, job: Job, out: DocumentWriter) -> None:
    around = Around.of(out)
    _add_beside(tables, job, out)
    around.form = tables.form
    around.choose_form(tables.main.header)
    main, most = tables.main, out.room(MAX_SUBMISSIONS)
    meta: dict[str, MetaValue] = {"kobo.submissions": min(most, len(main.rows))}
    of_book = {name: value for name, value in main.meta.items() if name != WORKSHEETS_LEFT_OUT}
    if tables.others:  # the others were read with the submissions
        of_book[WORKSHEETS_LEFT_OUT] = "; ".join(tables.others)
    parent = out.begin(
        reader=READER,
        version=VERSION,
        media_type=main.media_type,
        encoding=main.encoding,
        meta={**of_book, **meta},
    )
    for table in (main, *tables.repeats.values()):
        for finding in table.findings:
            out.find(finding)
    _tell_tables(tables, most, out)
    around.tell(out)
    joined = join(tables)
    out.end(unreadable=sum(one.unreadable for one in (main, *tables.repeats.values())))
    twins = _twins((row.number, root_of(main, row)) for row in main.rows[:most])
    for found in (
        submissions(tables, joined, file=job.name, most=most),
        orphans(tables, joined, file=job.name),
    ):
        for one in found:
            shape = Shape(parent=parent, media_type=main.media_type, twins=twins, around=around)
            write_submission(one, out, shape)


def _tell_tables(tables: Tables, most: int, out: DocumentWriter) -> None:
    if not tables.main.rows and not tables.main.findings:
        out.loss("empty", "The export holds no submission.")
    if (beyond := len(tables.main.rows) - most) > 0:
        text = f"{counted(beyond, 'submission')} beyond the cap of {most:,} were not read."
        out.loss("too-many", f"{text} Split the export.")
    for sheet in tables.others[:_NAMED]:
        out.loss(
            "header-differs",
            f"The worksheet {shown(sheet)} holds neither submissions nor a repeat. It was not "
            "read. Add the file once more with `worksheet` in the sheet to read it as a table.",
        )


def _twins(roots: Iterable[tuple[int, str | None]]) -> Twins:
    """The numbers of submissions that share the id that stays, by that id."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, root in roots:
        if root is not None:
            numbers[root].append(number)
    return {root: found for root, found in numbers.items() if len(found) > 1}


def _add_beside(tables: Tables, job: Job, out: DocumentWriter) -> None:
    """Take in the tables of repeats that lie beside a table of ODK Central in its archive."""
    inside = out.inside
    if inside is None or inside.folder is None or not names_odk(tables.main.header):
        return
    settings = TableSettings(encoding=job.encoding)
    for name in inside.folder.repeats.get(inside.member or "", ()):
        data = inside.folder.fetch(name, None)
        if data is not None:
            tables.repeats[name.rpartition("/")[2]] = repeat_table(data, name, settings)
