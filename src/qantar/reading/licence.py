"""Material that its owner forbids to pass on, known by its own marks wherever it stands.

ACLED forbids it. Its data come as CSV, as a workbook, as the JSON of its service, alone or
in an archive or a mail; in each of them the names of its columns stand at the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qantar.model.finding import Severity
from qantar.model.read_document import Begin, End, Noted, Sound, Text

CODE: Final = "do-not-republish"
VERSION: Final = 1
"""Counts among what a reading depends on."""

OF_ACLED: Final = ("event_id_cnty", "sub_event_type", "assoc_actor_1", "geo_precision")
_LOOKED_AT: Final = 64 * 1024
_SAID: Final = (
    "these are the columns of ACLED, whose terms forbid to pass its data on: nothing of "
    "the file is published. Say so in the sheet with republish = false, or --sheet acled."
)


def with_licences(answer: Iterator[Sound]) -> Iterator[Sound]:
    """Say at the end of each document that it is ACLED's, where its beginning shows it.

    Looked at are the names of columns, the facts, and the first 64 Ki characters of the text.
    """
    seen: list[str] = []
    left = 0
    for record in answer:
        if isinstance(record, Begin):
            facts = (one for one in record.meta.values() if isinstance(one, str))
            seen, left = [*(record.header or ()), *facts], _LOOKED_AT
        elif isinstance(record, Text) and left > 0:
            seen.append(record.text[:left])
            left -= len(record.text)
        elif isinstance(record, End) and is_of_acled(seen):
            yield Noted(code=CODE, text=_SAID, severity=Severity.NOTE)
        yield record


def is_of_acled(texts: list[str]) -> bool:
    """Whether all marks of ACLED stand in these texts."""
    whole = "\n".join(texts)
    return all(mark in whole for mark in OF_ACLED)
