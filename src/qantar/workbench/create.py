"""Make a new case."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from qantar.archive.case import Case, create_case
from qantar.archive.journal import append
from qantar.workbench.entries import case_init

CASE_ID_BYTES = 16


def create(path: Path, *, title: str | None, now: datetime) -> Case:
    """Make an open case in `path`, with its title as the journal's first entry.

    Args:
        path: a folder that does not exist or is empty.
        title: what people call the case, if they said.
        now: aware; the journal keeps the minute.

    Raises:
        OutputExistsError: `path` is a file, or a folder with something in it.
        NotCanonicalError: `title` is no sound Unicode text.
        DiskError: the disk refuses.
    """
    case = create_case(
        path,
        title=title,
        case_id=secrets.token_hex(CASE_ID_BYTES),
        random_bytes=secrets.token_bytes,
    )
    kind, body = case_init(title)
    append(case, kind=kind, body=body, at=now)
    return case
