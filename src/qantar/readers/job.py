"""What a reading is asked: which file, by which name, and what a sheet says about it."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct

MAX_JOB_BYTES: Final = 60 * 1024


class Job(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file to read.

    `name` is its file name as given: its ending is compared with the content, and nothing
    else is done with it. `size` is that of the whole original, where only its beginning
    is handed over. `reader` None lets the content decide. The others are what a
    sheet, or an option, says; None where it says nothing. `sight` asks for pictures of what
    has to be read by sight, `films` for the bytes of films that stand in other files, `boxes`
    for the place of every character. `zone` is that of clock times, of which whoever asks
    makes instants; `sheet` is the record of an accession, as far as a reader needs it to know
    what columns hold.
    """

    name: str
    size: int | None = None
    reader: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    worksheet: str | None = None
    header_row: int = 1
    dates: str | None = None
    language: str | None = None
    sight: bool = False
    films: bool = False
    boxes: bool = False
    zone: str | None = None
    sheet: dict[str, Any] | None = None

    def to_bytes(self) -> bytes:
        """Spell it for the parent of readings.

        Raises:
            ValueError: it is longer than any sheet makes one.
        """
        data = msgspec.json.encode(self)
        if len(data) > MAX_JOB_BYTES:
            message = f"what the sheet says of {self.name[:80]} is too long"
            raise ValueError(message)
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Job:
        """Read it back."""
        return msgspec.json.decode(data, type=cls)
