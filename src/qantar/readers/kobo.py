"""KoboToolbox and ODK: filled forms, each a document with one passage for each answer.

The file is a document without text; each submission is one below it, named by its uuid.
An answer is a `table-cell` whose `column` is the full name of the question and whose
`row` is the number of the submission (in a workbook, of the row of its worksheet).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import BinaryIO, Final

from qantar.model.read_document import MetaValue
from qantar.model.segment import Segment, SegmentKind
from qantar.model.table_settings import TableSettings
from qantar.readers import table_answer
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_FILE_BYTES, MIB
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.job import Job
from qantar.readers.kobo_fields import Answer, Submission
from qantar.readers.kobo_json import Survey, is_submissions, read_one, survey
from qantar.readers.kobo_repeats import join
from qantar.readers.kobo_rows import orphans, root_of, submissions
from qantar.readers.kobo_table import (
    Tables,
    begins_as_export,
    is_export_workbook,
    names_submissions,
    tables_of,
)
from qantar.readers.media_type import JSON, JSON_LINES, report_extension
from qantar.readers.start import START_BYTES, Start
from qantar.readers.workbook_scan import UnreadableWorkbookError

READER: Final = "kobo"
VERSION: Final = 1

MAX_SUBMISSIONS: Final = 100_000
_NAMED: Final = 10


def knows(start: Start) -> bool:
    """Whether a file holds submissions, by its keys or its columns."""
    if start.head.startswith(b"PK"):
        members = start.members
        return "xl/workbook.xml" in members and is_export_workbook(start.source, members)
    return is_submissions(start.head) or (start.is_text and begins_as_export(start.text))


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read submissions; see `registry.read`."""
    source.seek(0)
    if is_submissions(source.read(START_BYTES)):
        _read_json(source, job, out)
        return
    tables = _tables(source, job)
    if tables is None or not names_submissions(tables.main.header):
        table_answer.read(source, job, out)  # it also tells what is wrong with a file
        return
    _read_tables(tables, job, out)


def _read_json(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    log = FindingLog(job.name)
    if source.seek(0, 2) > MAX_FILE_BYTES:
        out.begin(reader=READER, version=VERSION, media_type=JSON.media_type, encoding="utf-8")
        cap = f"The cap is {MAX_FILE_BYTES // MIB} MiB"
        out.loss("too-large", f"{cap}. The submissions were not read. Split the export.")
        out.end()
        return
    seen = survey(source, log, out.room(MAX_SUBMISSIONS))
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
    out.end(unreadable=seen.broken)
    twins = _twins((one.number, one.root) for one in seen.found)
    for found in seen.found:
        one, sha256 = read_one(source, found, job.name)
        _write(one, out, parent=parent, media_type=media_type, twins=twins, sha256=sha256)


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
    main, most = tables.main, out.room(MAX_SUBMISSIONS)
    meta: dict[str, MetaValue] = {"kobo.submissions": min(most, len(main.rows))}
    parent = out.begin(
        reader=READER,
        version=VERSION,
        media_type=main.media_type,
        encoding=main.encoding,
        meta={**main.meta, **meta},
    )
    for table in (main, *tables.repeats.values()):
        for finding in table.findings:
            out.find(finding)
    _tell_tables(tables, most, out)
    joined = join(tables)
    out.end(unreadable=sum(one.unreadable for one in (main, *tables.repeats.values())))
    twins = _twins((row.number, root_of(main, row)) for row in main.rows[:most])
    for found in (
        submissions(tables, joined, file=job.name, most=most),
        orphans(tables, joined, file=job.name),
    ):
        for one in found:
            _write(one, out, parent=parent, media_type=main.media_type, twins=twins)


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


Twins = Mapping[str, list[int]]


def _twins(roots: Iterable[tuple[int, str | None]]) -> Twins:
    """The numbers of submissions that share the id that stays, by that id."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, root in roots:
        if root is not None:
            numbers[root].append(number)
    return {root: found for root, found in numbers.items() if len(found) > 1}


def _write(
    one: Submission,
    out: DocumentWriter,
    *,
    parent: str,
    media_type: str,
    twins: Twins,
    sha256: str | None = None,
) -> None:
    """Write a submission as a document: its answers below each other."""
    out.begin(
        reader=READER,
        version=VERSION,
        media_type=media_type,
        parent=parent,
        member=one.uuid,
        sha256=sha256,
        meta=one.facts,
    )
    for count, answer in enumerate(one.answers):
        if count:
            out.text("\n")
        _write_answer(answer, out)
    _tell_ids(one, twins, out)
    one.log.write_to(out)
    out.end()


def _write_answer(answer: Answer, out: DocumentWriter) -> None:
    """Write an answer as found; the passage leaves white space around it out."""
    start, end = out.text(answer.text)
    lead = len(answer.text) - len(answer.text.lstrip())
    trail = len(answer.text) - len(answer.text.rstrip())
    out.segment(
        Segment(
            kind=SegmentKind.TABLE_CELL, start=start + lead, end=end - trail, locator=answer.place
        )
    )
    out.close_block()


def _tell_ids(one: Submission, twins: Twins, out: DocumentWriter) -> None:
    if one.root is None and one.number:
        out.note("missing-id", "The submission has no id. Its number in the file stands for it.")
    same = twins.get(one.root or "", [])
    if same:
        named = ", ".join(f"{number:,}" for number in same[:_NAMED])
        rest = f" and {len(same) - _NAMED:,} more" if len(same) > _NAMED else ""
        out.note(
            "duplicate-id",
            f"The submissions {named}{rest} of this file have one id. They are states of one that "
            "was edited, or copies of it. All were kept.",
        )
    if not one.answers:
        out.note("empty", "The submission holds no answer.")
