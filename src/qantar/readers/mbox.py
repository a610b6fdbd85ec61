"""Find the mails in an mbox file of any size, by the lines that begin with "From ".

Such a line parts mails where it follows an empty line, or begins the file, and names a
time of day and a year; text may hold lines that merely begin with that word. Writers put
">" before those; one ">" is taken off again where mails are read.

Source: RFC 4155 (application/mbox); the mboxrd form for quoting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from qantar.readers.caps import MIB

_LONGEST_LINE: Final = 1_000
_MARK: Final = b"\nFrom "
_PARTS: Final = re.compile(rb"From [^\n]{0,400}?\d{1,2}:\d\d[^\n]{0,60}?\b(?:19|20)\d\d\b")
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER_LINE: Final = re.compile(rb"(?:>?From |[!-9;-~]{1,80}:)")


def begins_as_mbox(head: bytes) -> bool:
    """Whether a file begins as an mbox does: the line that parts, and then a header."""
    first, _, rest = head.lstrip(b"\r\n").partition(b"\n")
    return bool(_PARTS.match(first + b"\n") and _HEADER_LINE.match(rest))


def find_mails(source: BinaryIO) -> Iterator[tuple[int, int]]:
    """Give for each mail where its "From " line begins and where that ends, in bytes."""
    source.seek(0)
    held, base, seen, more = b"\n\n", -2, 0, True
    while more:
        chunk = source.read(MIB)
        more = bool(chunk)
        held += chunk
        while (at := held.find(_MARK, seen)) >= 0:
            start = at + 1
            end = held.find(b"\n", start, start + _LONGEST_LINE)
            if end < 0 and more and len(held) - start < _LONGEST_LINE:
                break  # its end is yet to come
            if end < 0 and not more:
                end = len(held)
            if end > 0 and _is_blank_before(held, at) and _PARTS.match(held, start, end):
                yield base + start, min(base + end + 1, base + len(held))
            seen = max(end, start)
        # What may begin a mark, and the line before it, must stay.
        keep = at - 3 if at >= 0 else len(held) - len(_MARK) - 3
        cut = max(min(keep, len(held)), 0)
        held, base, seen = held[cut:], base + cut, max(seen - cut, 0)


def unquoted(mail: bytes) -> tuple[bytes, int]:
    """Take the ">" off lines that it was put before so that they part no mails; count them."""
    if b">From " not in mail:
        return mail, 0
    return _QUOTED.subn(rb"\1", mail)


def _is_blank_before(held: bytes, at: int) -> bool:
    """Whether the line that ends at `at` is empty."""
    return held[at - 1 : at] == b"\n" or held[at - 2 : at] == b"\n\r"
