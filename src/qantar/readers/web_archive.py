"""Web archives of either form: WARC (`warc.py`) and WACZ (`wacz.py`)."""

from __future__ import annotations

from typing import BinaryIO, Final

from qantar.readers import wacz, warc
from qantar.readers.answer import DocumentWriter
from qantar.readers.job import Job
from qantar.readers.start import Start
from qantar.readers.warc import READER, VERSION

__all__ = ["READER", "VERSION", "knows", "read"]

_ZIP: Final = b"PK"


def knows(start: Start) -> bool:
    """Whether a file is a web archive."""
    return warc.knows(start) or wacz.knows(start)


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a web archive; see `registry.read`."""
    source.seek(0)
    form = wacz if source.read(len(_ZIP)) == _ZIP else warc
    form.read(source, job, out)
