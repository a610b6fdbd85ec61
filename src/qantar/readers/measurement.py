"""Measurements of the internet: IODA's series, outage events and alerts, and OONI's measurements.

The file is a document without text. Each series and each measurement is one below it, and
so is each run of events or alerts; their rows are values as found, with the instant that
each is of. Whether anything was an outage is not concluded here (see `reading/measured.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import BinaryIO, Final

from qantar.model.read_document import MetaValue
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_FILE_BYTES, MAX_NAME_CHARS, MIB
from qantar.readers.finding_log import FindingLog, counted
from qantar.readers.job import Job
from qantar.readers.json_elements import Elements, find_elements
from qantar.readers.json_values import as_spelled
from qantar.readers.measurement_rows import text_of
from qantar.readers.measurement_writer import READER, VERSION, MeasurementWriter
from qantar.readers.media_type import JSON, JSON_LINES, report_extension
from qantar.readers.start import Start

__all__ = ["READER", "VERSION", "knows", "read"]

MAX_SERIES: Final = 100_000
_LISTS: Final = frozenset({"data", "results"})
_BEGINS: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}(?:\[\s{0,64}){0,2}\{")
_PROBE: Final = (b'"measurement_start_time"', b'"probe_')
_OF_IODA: Final = (
    (b'"datasource"', b'"values"', b'tep"', b'"from"'),
    (b'"datasource"', b'"location"', b'"score"', b'"start"'),
    (b'"entity', b'"score"', b'"from"', b'"until"'),
    (b'"entity', b'"datasource"', b'"level"', b'"time"'),
)
_ASIDES: Final = {
    "type": "measurement.type",
    "metadata": "measurement.metadata",
    "requestParameters": "measurement.request",
    "error": "measurement.error",
    "copyright": "measurement.copyright",
}


def knows(start: Start) -> bool:
    """Whether a file holds measurements of IODA or OONI, by its keys."""
    head = start.head
    if not _BEGINS.match(head):
        return False
    return _all_in(_PROBE, head) or any(_all_in(marks, head) for marks in _OF_IODA)


def _all_in(marks: Iterable[bytes], head: bytes) -> bool:
    return all(mark in head for mark in marks)


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read measurements; see `registry.read`."""
    log = FindingLog(job.name)
    if source.seek(0, 2) > MAX_FILE_BYTES:
        out.begin(reader=READER, version=VERSION, media_type=JSON.media_type, encoding="utf-8")
        cap = f"The cap is {MAX_FILE_BYTES // MIB} MiB"
        out.loss("too-large", f"{cap}. Nothing was read. Split the file by lines or days.")
        out.end()
        return
    room = out.room(MAX_SERIES)
    seen = find_elements(source, log, lists=_LISTS, most=room)
    is_lines = len(seen.found) > 1 and not seen.in_list
    kind = JSON_LINES if is_lines else JSON
    report_extension(kind, job.name, log)
    if seen.beyond:
        text = f"{counted(seen.beyond, 'element')} beyond the cap of {room:,} were not read."
        log.loss("too-many", f"{text} Split the file.")
    if not seen.found:
        log.loss("empty", "The file holds no measurement.")
    parent = out.begin(
        reader=READER,
        version=VERSION,
        media_type=kind.media_type,
        encoding="utf-8",
        meta=_said_beside(seen),
    )
    log.write_to(out)
    out.end()
    MeasurementWriter(source, job.name, out, parent, kind.media_type).write(seen.found)


def _said_beside(seen: Elements) -> dict[str, MetaValue]:
    """What a page says of itself: what was asked, when, and what went wrong."""
    meta: dict[str, MetaValue] = {"measurement.elements": len(seen.found)}
    for key, data in seen.asides.items():
        value = as_spelled(data.decode("utf-8", "replace")) if key in _ASIDES else None
        if value is not None:
            with suppress(RecursionError):  # no service nests what it says of itself
                meta[_ASIDES[key]] = text_of(value)[:MAX_NAME_CHARS]
    return meta
