"""How a file begins: all that decides which reader it is for."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, Final

from qantar.readers.caps import MAX_MEMBERS
from qantar.readers.encoding import choose_encoding, text_start
from qantar.readers.finding_log import FindingLog
from qantar.readers.media_type import binary_format, extension, zip_rows
from qantar.readers.zip_damage import CONTENTS_DAMAGE

START_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class Start:
    """The beginning of a file, and its name, of which only the ending counts."""

    source: BinaryIO
    name: str
    encoding: str | None = None

    @cached_property
    def head(self) -> bytes:
        """The first 64 KiB."""
        self.source.seek(0)
        return self.source.read(START_BYTES)

    @cached_property
    def size(self) -> int:
        """How many bytes there are."""
        return self.source.seek(0, io.SEEK_END)

    @cached_property
    def extension(self) -> str:
        """The ending of the name, lower case, without its dot."""
        return extension(self.name)

    @cached_property
    def is_text(self) -> bool:
        """Whether its first bytes are not those of a known format that is no text."""
        return binary_format(self.source, self.name) is None

    @cached_property
    def text(self) -> str:
        """The beginning as text, in the encoding that fits; "" where it is no text."""
        if not self.is_text:
            return ""
        found = choose_encoding(self.source, declared=self.encoding, log=FindingLog(self.name))
        return text_start(self.head, found)

    @cached_property
    def members(self) -> frozenset[str]:
        """The names in a ZIP archive; none where it is no archive, or cannot be read."""
        if not self.head.startswith(b"PK") or zip_rows(self.source) > MAX_MEMBERS:
            return frozenset()
        self.source.seek(0)
        try:
            with zipfile.ZipFile(self.source) as archive:
                return frozenset(archive.namelist())
        except CONTENTS_DAMAGE:
            return frozenset()
