"""JSON as it comes from a file of any size: walked key by key, never held as a whole.

A window slides over the bytes. What is nested is found by its brackets and strings alone,
in constant memory; whether it is JSON shows when it is decoded (`json_mending.py`).
Depth is counted, never recursed into.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import BinaryIO, Final, NoReturn, TypeAlias

from qantar.readers.caps import MAX_LINE_BYTES, MIB

MAX_DEPTH: Final = 64
"""How deep a value that is decoded may be nested; those of any chat have fewer than ten levels."""
_WINDOW: Final = MIB

_SPACE: Final = re.compile(rb"[ \t\r\n]*")
_SCALAR: Final = re.compile(rb"[^,\]}\s\"{\[]*")
# A string, from its first quote to its last. No part of it can be matched in two ways, so
# nothing is ever tried again.
_STRING: Final = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_OUTSIDE: Final = re.compile(rb'[^"{}\[\]]*+(?:' + _STRING + rb'[^"{}\[\]]*+)*+', re.DOTALL)
_TO_BRACKET: Final = re.compile(_OUTSIDE.pattern + rb"([{}\[\]])", re.DOTALL)
_WHOLE_STRING: Final = re.compile(_STRING, re.DOTALL)
_REST_OF_STRING: Final = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)


Decode: TypeAlias = Callable[[bytes], object]


class BrokenJsonError(Exception):
    """The bytes do not go on as JSON must; `offset` counts them from the file's start.

    `code` is that of the finding: `truncated`, `too-deep`, `too-large` or `damaged`.
    """

    def __init__(self, code: str, message: str, offset: int) -> None:
        """Keep the three facts."""
        self.code, self.message, self.offset = code, message, offset
        super().__init__(f"{message} (byte {offset:,})")


class JsonStream:
    """A position in the JSON of a file, between `start` and `end` (its bytes, `end` excluded)."""

    def __init__(self, source: BinaryIO, start: int = 0, end: int | None = None) -> None:
        """Stand at the start; a byte order mark there is stepped over."""
        source.seek(start)
        self._source = source
        self._left = None if end is None else end - start
        self.data, self.base, self.at = b"", start, 0
        self._hash = sha256()
        self._hashing, self._mark = False, 0
        self.more()
        if start == 0 and self.data.startswith(b"\xef\xbb\xbf"):
            self.at = 3

    @property
    def offset(self) -> int:
        """Where this is, in bytes from the start of the file."""
        return self.base + self.at

    def more(self) -> bool:
        """Let go of what lies before this, and read on; False at the end."""
        size = max(_WINDOW, len(self.data) - self.at)
        if self._left is not None:
            size = min(size, self._left)
        chunk = self._source.read(size) if size else b""
        if not chunk:
            return False
        if self._left is not None:
            self._left -= len(chunk)
        self._take_hash()
        self.data = self.data[self.at :] + chunk
        self.base += self.at
        self.at = self._mark = 0
        return True

    def peek(self) -> bytes:
        """Step over white space and give the byte that follows; none at the end."""
        while True:
            self.at = _end(_SPACE, self.data, self.at)
            if self.at < len(self.data):
                return self.data[self.at : self.at + 1]
            if not self.more():
                return b""

    def enter(self, opening: bytes) -> None:
        """Step into an object or a list.

        Raises:
            BrokenJsonError: something else stands here.
        """
        if self.peek() != opening:
            self.fail("damaged", f"{opening.decode()} was expected")
        self.at += 1

    def next_key(self, decode: Decode) -> str | None:
        """Step over the next key of an object and its colon; None where the object ends.

        Raises:
            BrokenJsonError: no key stands here.
        """
        if not self.next_element(b"}"):
            return None
        if self.peek() != b'"':
            self.fail("damaged", "a key was expected")
        name = decode(self.value())
        if self.peek() != b":":
            self.fail("damaged", "a colon was expected")
        self.at += 1
        return str(name)

    def next_element(self, closing: bytes) -> bool:
        """Step to the next element, over a comma; False, and over the end, where there is none.

        Raises:
            BrokenJsonError: the bytes end here.
        """
        here = self.peek()
        if here == b",":
            self.at += 1
            here = self.peek()
        if here == closing:
            self.at += 1
            return False
        if not here:
            self.fail("truncated", "the file ends before the JSON does")
        return True

    def value(self) -> bytes:
        """Give the bytes of the value that stands here, and step over it.

        Raises:
            BrokenJsonError: it is cut short, too long or too deep; this stays before it.
        """
        end = self.find_end()
        found = self.data[self.at : end]
        self.at = end
        return found

    def find_end(self) -> int:
        """Find where the value that stands here ends, in the window; this stays before it.

        Raises:
            BrokenJsonError: it is cut short, too long or too deep.
        """
        here = self.peek()
        if here in (b"{", b"["):
            return self._end_of_nested()
        pattern = _WHOLE_STRING if here == b'"' else _SCALAR
        while True:
            found = pattern.match(self.data, self.at)
            if found and (found.end() < len(self.data) or not self.more()):
                if found.end() == self.at:
                    self.fail("damaged", "a value was expected")
                return found.end()
            if not found:
                self._widen(self.at)

    def _end_of_nested(self) -> int:
        depth, at = 0, self.at
        while True:
            found = _TO_BRACKET.match(self.data, at)
            if found is None:
                at = self._widen(_end(_OUTSIDE, self.data, at))
                continue
            at = found.end()
            if found[1] in b"{[":
                depth += 1
                if depth > MAX_DEPTH:
                    self.at = at
                    self.fail("too-deep", f"nested more than {MAX_DEPTH} deep")
            else:
                depth -= 1
                if depth == 0:
                    return at

    def _widen(self, at: int) -> int:
        """Read on without letting anything go; gives the place in the wider window."""
        if len(self.data) - self.at > MAX_LINE_BYTES:
            self.fail("too-large", f"one value of more than {MAX_LINE_BYTES // MIB} MiB")
        place = self.base + at
        if not self.more():
            self.fail("truncated", "the file ends before the JSON does")
        return place - self.base

    def skip(self) -> None:
        """Step over the value that stands here, however long or deep, keeping nothing of it.

        Raises:
            BrokenJsonError: it is cut short.
        """
        here = self.peek()
        if here == b'"':
            self._skip_string()
        elif here in (b"{", b"["):
            self._skip_nested()
        else:
            self.at = self.find_end()

    def _skip_nested(self) -> None:
        depth = 0
        while True:
            found = _TO_BRACKET.match(self.data, self.at)
            if found is None:
                self.at = _end(_OUTSIDE, self.data, self.at)
                if self.at < len(self.data):
                    self._skip_string()
                elif not self.more():
                    self.fail("truncated", "the file ends before the JSON does")
                continue
            self.at = found.end()
            depth += 1 if found[1] in b"{[" else -1
            if depth == 0:
                return

    def _skip_string(self) -> None:
        self.at += 1
        while True:
            self.at = _end(_REST_OF_STRING, self.data, self.at)
            if self.data[self.at : self.at + 1] == b'"':
                self.at += 1
                return
            if not self.more():
                self.at = len(self.data)
                self.fail("truncated", "the file ends within a text")

    def start_hash(self) -> None:
        """Begin to hash what is stepped over."""
        self._hash, self._hashing, self._mark = sha256(), True, self.at

    def end_hash(self) -> str:
        """Give the hash of what was stepped over."""
        self._take_hash()
        self._hashing = False
        return self._hash.hexdigest()

    def _take_hash(self) -> None:
        if self._hashing:
            self._hash.update(memoryview(self.data)[self._mark : self.at])
            self._mark = self.at

    def find(self, pattern: re.Pattern[bytes], overlap: int) -> bool:
        """Step to where the pattern next matches within `overlap` bytes; False at the end."""
        while True:
            found = pattern.search(self.data, self.at)
            if found:
                self.at = found.start()
                return True
            self.at = max(self.at, len(self.data) - overlap)
            if not self.more():
                self.at = len(self.data)
                return False

    def fail(self, code: str, message: str) -> NoReturn:
        """Say that the JSON does not go on here.

        Raises:
            BrokenJsonError: always.
        """
        raise BrokenJsonError(code, message, self.offset)


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    """Where a pattern that matches anywhere, if only nothing, ends its match."""
    found = pattern.match(data, at)
    return found.end() if found else at
