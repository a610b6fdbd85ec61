"""The registry of whoever reads tables alone: most cases hold little else, and it starts sooner."""

from __future__ import annotations

from typing import BinaryIO

from qantar.errors import InputRefusedError
from qantar.readers import table_answer
from qantar.readers.answer import DocumentWriter
from qantar.readers.job import Job


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a table; see `registry.read`.

    Raises:
        InputRefusedError: the job asks for another reader, or for what the file does not have.
    """
    if job.reader != table_answer.READER:
        message = f'"{job.reader}" is no reader of tables.'
        raise InputRefusedError(message, where=job.name)
    table_answer.read(source, job, out)
