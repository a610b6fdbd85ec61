"""An original as a document: read once, kept, and read again only when something changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import Final

from qantar.archive.case import Case
from qantar.archive.original_errors import NotAsStatedError
from qantar.errors import InputRefusedError, QantarError
from qantar.model.accession import Accession, Holds
from qantar.model.canonical import JSON, canonical
from qantar.model.date_order import DateOrder
from qantar.model.document import Document
from qantar.model.finding import Finding, Severity
from qantar.model.read_document import UNKNOWN_TYPE, UNREAD, Begin, End, Noted, Sound
from qantar.readers import film_frames
from qantar.readers.caps import MAX_FILE_BYTES, MAX_READ_BYTES
from qantar.readers.film_frames import with_frames
from qantar.readers.job import Job
from qantar.readers.tesseract import reads_with
from qantar.readers.versions import VERSIONS
from qantar.reading import licence
from qantar.reading.licence import with_licences
from qantar.reading.local_times import with_zone
from qantar.record.readings import Readings
from qantar.workbench.lending import lent, readers_here, sight_here
from qantar.workbench.stores import readings_of
from qantar.workbench.with_form import FormFile, submissions_alone, with_its_form

_TAG: Final = b"qantar/v1/reading\0"
TABLE: Final = "table"
CHAT: Final = "chat"
_DOCUMENTS: Final = (None, Holds.MESSAGES)
UNNAMED: Final = "chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """A file that is no table, as it was read: one document, or several.

    `documents` are their beginnings and ends, in order; `findings` what was noticed of
    any of them. `records` gives all of it again, as often as it is asked.
    """

    documents: tuple[tuple[Begin, End], ...]
    findings: tuple[Finding, ...]
    records: Callable[[], Iterator[Sound]]


def reading_key(
    original: str,
    size: int,
    accession: Accession,
    languages: Sequence[str] = (),
    zone: str | None = None,
    form: FormFile | None = None,
) -> str:
    """Name a reading by all that it depends on: bytes, readers, their versions, settings.

    The file's ending counts too, because a reader compares it with the content; the size
    that was stated, because nothing is read of bytes that have another; and the libraries
    that are here, because what needed one that was missing is read once it is installed.
    Tables need none of them. What reads by sight counts like a library. A film is read
    again once there is a program to look at it.
    """
    settings = accession.table_settings
    ending = PurePosixPath(accession.path).suffix.lower()
    parts: dict[str, JSON] = {
        "original": original,
        "size": size,
        "reader": _reader_asked(accession),
        "versions": dict(VERSIONS),
        "encoding": settings.encoding,
        "delimiter": settings.delimiter,
        "worksheet": settings.worksheet,
        "header_row": settings.header_row,
        "dates": _dates_said(accession),
        "languages": list(_languages_asked(accession, languages)),
        "libraries": reads_with() if accession.holds in _DOCUMENTS else None,
        "ending": ending,
        "zone": _zone_said(accession, zone),
        "sheet": _sheet_said(accession),
        "licences": licence.VERSION,
        "form": form.original if form else None,
    }
    if ending.lstrip(".") in film_frames.ENDINGS and not accession.holds:
        parts["frames"] = film_frames.VERSION if film_frames.is_ready() else None
    return hashlib.sha256(_TAG + canonical(parts)).hexdigest()


def read_document(  # noqa: PLR0913  # each names itself where it is passed
    case: Case,
    *,
    original: str,
    size: int,
    accession: Accession,
    stated: Collection[int] = (),
    languages: Sequence[str] = (),
    zone: str | None = None,
    form: FormFile | None = None,
    kept: Readings | None = None,
) -> Document | ReadText | None:
    """Give the original as read, from the kept readings if it is there.

    Args:
        case: the case; its readings may be written to.
        original: SHA-256 of the bytes.
        size: how many they are.
        accession: what the sheet says of them. Where its rows hold something, the file
            is read as a table; else its content decides.
        stated: sizes that other entries state of these bytes. That this one states
            another than they have is a finding, and kept like a reading.
        languages: those of the case (ISO 639-1), among which the language of a passage
            is looked for.
        zone: the zone of the case, for clock times of messages that carry none.
        form: the form by which they were filled in, where the sheet names one.
        kept: the case's readings, where the caller reads many files together.

    Returns:
        A table, or a document of text; None where the sheet asks for a reader that this
        version does not have.

    Raises:
        OriginalMissingError: it was not read yet, and is not here.
        OriginalAlteredError: it was not read yet, and the stored bytes have changed.
    """
    if accession.reader not in (None, *VERSIONS):
        return None
    kept = kept or readings_of(case)
    name = reading_key(original, size, accession, languages, zone, form)
    table = kept.get(name)
    if table is not None:
        return table
    if kept.has(name):
        return _kept_text(kept, name)
    job = _job(accession, size, zone)
    most = MAX_FILE_BYTES + 1 if job.reader == TABLE else MAX_READ_BYTES
    try:
        with (
            lent(case, original, size=size, most=most, stated=stated) as alone,
            with_its_form(case, alone, job, form) as (file, asked),
        ):
            tables = job.reader == TABLE
            reads = readers_here(tables=True) if tables else sight_here()
            answer = reads.read(file, asked)
            carried = readers_here()
            answer = with_frames(answer, lambda film: carried.carried if film.parent else file)
            answer = submissions_alone(answer, form)
            spoken = _languages_asked(accession, languages)
            timed = with_zone(answer, job.zone) if job.zone else answer
            known = with_licences(_told_apart(timed, spoken))
            return _keep(kept, name, known, original, job)
    except NotAsStatedError as error:
        return _keep_refusal(kept, name, error, original, job)


def _keep(
    kept: Readings, name: str, answer: Iterator[Sound], original: str, job: Job
) -> Document | ReadText:
    from qantar.readers.table_answer import table_of  # noqa: PLC0415  # it loads table libraries

    try:
        first = next(answer)
        if isinstance(first, Begin) and first.reader == TABLE:
            table = table_of(chain([first], answer), sha256=original)
            kept.put(name, table)
            return table
    except InputRefusedError as error:
        return _keep_refusal(kept, name, error, original, job)
    kept.keep(name, chain([first], answer))
    return _kept_text(kept, name)


def _keep_refusal(
    kept: Readings, name: str, error: QantarError, original: str, job: Job
) -> Document | ReadText:
    said = " ".join(part for part in (error.message, error.next) if part)
    if job.reader == TABLE:
        table = _unparsed(said, original, job.name)
        kept.put(name, table)
        return table
    first, answer = _refused(said)
    kept.keep(name, chain([first], answer))
    return _kept_text(kept, name)


def _kept_text(kept: Readings, name: str) -> ReadText:
    begun: Begin | None = None
    documents: list[tuple[Begin, End]] = []
    findings: list[Finding] = []
    for record in kept.records(name):
        if isinstance(record, Begin):
            begun = record
        elif isinstance(record, Noted):
            findings.append(record.finding)
        elif isinstance(record, End) and begun is not None:
            documents.append((begun, record))
    return ReadText(
        documents=tuple(documents),
        findings=tuple(findings),
        records=lambda: kept.records(name),
    )


def _languages_asked(accession: Accession, languages: Sequence[str]) -> tuple[str, ...]:
    """Which languages a document can be in: the sheet's word on it, else the case's; no table's."""
    if accession.holds and accession.holds is not Holds.MESSAGES:
        return ()
    return (accession.language,) if accession.language else tuple(sorted(languages))


def _told_apart(answer: Iterator[Sound], codes: tuple[str, ...]) -> Iterator[Sound]:
    """Give each passage its language; a table has no use for it, and is not looked at."""
    from qantar.reading.language import Languages, with_languages  # noqa: PLC0415  # it is large

    first = next(answer)
    rest = answer
    if not (isinstance(first, Begin) and first.reader == TABLE):
        rest = with_languages(answer, Languages(codes))
    yield first
    yield from rest


def _reader_asked(accession: Accession) -> str | None:
    if accession.holds is Holds.MESSAGES:
        return CHAT
    return TABLE if accession.reader is None and accession.holds else accession.reader


def _zone_said(accession: Accession, zone: str | None) -> str | None:
    """The zone of clock times in a document; a table reads its own cells."""
    if accession.holds is None:
        return accession.zone or zone
    if accession.holds is not Holds.MESSAGES:
        return None
    at = next((one for one in accession.columns if one.field == "at"), None)
    return (at.zone if at else None) or accession.zone or zone


def _sheet_said(accession: Accession) -> dict[str, JSON] | None:
    """What a reader of messages needs of the sheet: what the columns hold, and nothing else."""
    if accession.holds is not Holds.MESSAGES:
        return None
    only = Accession(
        path=UNNAMED,
        holds=accession.holds,
        dates=accession.dates,
        columns=accession.columns,
        only=accession.only,
        hidden_rows=accession.hidden_rows,
    )
    plain: dict[str, JSON] = only.to_record()  # type: ignore[assignment]  # it is made for JSON
    return plain


def _dates_said(accession: Accession) -> str | None:
    """How the sheet says that dates are written; its default says nothing of a chat's."""
    return None if accession.dates is DateOrder.ISO else accession.dates.value


def _job(accession: Accession, size: int, zone: str | None) -> Job:
    settings = accession.table_settings
    return Job(
        name=PurePosixPath(accession.path).name,
        size=size,
        reader=_reader_asked(accession),
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        worksheet=settings.worksheet,
        header_row=settings.header_row,
        dates=_dates_said(accession),
        zone=_zone_said(accession, zone),
        sheet=_sheet_said(accession),
        films=not accession.holds and film_frames.is_ready(),
    )


def _refused(said: str) -> tuple[Sound, Iterator[Sound]]:
    """Give the document of a file that was refused: a sheet's mistake costs that file only."""
    noted = Noted(code="unparsed", text=said, severity=Severity.LOSS)
    begin = Begin(id="1", reader=UNREAD, version=1, media_type=UNKNOWN_TYPE)
    return begin, iter((noted, End(chars=0)))


def _unparsed(said: str, original: str, name: str) -> Document:
    finding = Finding(code="unparsed", text=said, severity=Severity.LOSS, file=name)
    return Document(
        reader=TABLE,
        version=VERSIONS[TABLE],
        sha256=original,
        media_type=UNKNOWN_TYPE,
        encoding=None,
        header=(),
        rows=(),
        findings=(finding,),
    )
