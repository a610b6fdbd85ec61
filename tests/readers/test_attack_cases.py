"""Attack cases whose measure is the whole process: memory, time, and what a file is taken for.

docs/attacks.md lists all eighteen, with these and the others.
"""

from __future__ import annotations

import gzip
import io
import os
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from qantar.readers.caps import MIB
from tests.readers.pdf_samples import document, written
from tests.readers.reading import read_bytes

ROOT = Path(__file__).parents[2]
MOST_MB, MOST_SECONDS = 512, 10
LONG_EXPORT_MB = int(os.environ.get("QANTAR_LONG_EXPORT_MB", "200"))

_MEASURED = """
import resource, sys
from tests.readers.test_attack_cases import GeneratedExport, Nowhere
from qantar.readers.answer import DocumentWriter
from qantar.readers.job import Job
from qantar.readers.registry import read
from pathlib import Path
what = sys.argv[1]
source = GeneratedExport(int(what)) if what.isdigit() else open(what, "rb")
out = DocumentWriter(Nowhere())
before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
read(source, Job(name="result.json" if what.isdigit() else Path(what).name), out)
out.finish()
use = resource.getrusage(resource.RUSAGE_SELF)
# What getrusage calls the peak counts the process that started this one too.
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peak = next((int(one.split()[1]) for one in lines if one.startswith("VmHWM")), use.ru_maxrss)
print(peak // 1024, use.ru_utime - before, out.documents)
"""


class Nowhere(io.RawIOBase):
    """Takes an answer and keeps nothing of it."""

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        return len(memoryview(data))  # type: ignore[arg-type]


class GeneratedExport(io.RawIOBase):
    """A `result.json` of so many megabytes, made where it is read; it lies on no disk."""

    HEAD = b'{"name": "Invented", "type": "public_supergroup", "id": 1, "messages": [\n'
    TAIL = b'{"id": 2, "type": "message", "date_unixtime": "1641369601", "text": "The last."}]}'

    def __init__(self, megabytes: int) -> None:
        text = b"x" * (256 * 1024)
        self._one = (
            b'{"id": 1, "type": "message", "date_unixtime": "1641369600", "text": "%s"},\n' % text
        )
        self._count = megabytes * MIB // len(self._one)
        self._body = self._count * len(self._one)
        self._size = len(self.HEAD) + self._body + len(self.TAIL)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        given = self._piece(len(view))
        view[: len(given)] = given
        self._at += len(given)
        return len(given)

    def _piece(self, size: int) -> bytes:
        at = self._at - len(self.HEAD)
        if at < 0:
            return self.HEAD[self._at :][:size]
        if at < self._body:
            return self._one[at % len(self._one) :][:size]
        return self.TAIL[at - self._body :][:size]


def measured(what: str) -> tuple[int, float, int]:
    """Read in a process of its own: its peak of memory in MB, its seconds, its documents."""
    command = [sys.executable, "-c", _MEASURED, what]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    peak, seconds, documents = ran.stdout.split()
    return int(peak), float(seconds), int(documents)


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def overlapping(count: int, size: int) -> bytes:
    """One stretch of packed zeros that so many names of the table of contents lead to."""
    data = zipped(("a", bytes(size)))
    table, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    row, tail = data[table:end], bytearray(data[end:])
    rows = b"".join(row.replace(b"a", bytes([97 + n % 26])) for n in range(count))
    tail[8:12] = count.to_bytes(2, "little") * 2
    tail[12:16] = len(rows).to_bytes(4, "little")
    return data[:table] + rows + bytes(tail)


def test_bombs_of_every_kind_take_under_512_mb_and_ten_seconds(tmp_path: Path) -> None:
    """Attack case 4: flat, nested, overlapping, packed twice, in one file after another."""
    flat = zipped(*((f"{n}.txt", bytes(100 * MIB)) for n in range(2)))
    whole = zipped(
        ("flat.zip", flat),
        ("nested.zip", zipped(("inner.zip", flat))),
        ("overlapping.zip", overlapping(5_000, 100 * MIB)),
        ("twice.gz", gzip.compress(gzip.compress(bytes(100 * MIB)))),
    )
    (tmp_path / "bombs.zip").write_bytes(whole)
    peak, seconds, documents = measured(str(tmp_path / "bombs.zip"))
    assert peak < MOST_MB
    assert seconds < MOST_SECONDS
    assert documents > 5_000  # each name is told


def test_an_export_larger_than_its_memory_is_streamed() -> None:
    """Attack case 9: 200 MB here; of 3 GB with QANTAR_LONG_EXPORT_MB=3000."""
    size = LONG_EXPORT_MB
    peak, _, documents = measured(str(size))
    assert documents == 1
    assert peak < min(MOST_MB, size)


def test_the_generated_export_is_one_that_is_read_to_its_end() -> None:
    """The test above could pass on a file that nobody reads."""
    (read,) = read_bytes(GeneratedExport(2).read(), "result.json")
    texts = read.of_kind("message")
    assert len(texts) == 8
    assert texts[-1] == "The last."


def gif_that_is_a_script() -> bytes:
    out = io.BytesIO()
    Image.new("P", (0x2A2F, 1)).save(out, "GIF")  # its width spells "/*"
    data = out.getvalue()
    assert data[6:8] == b"/*"
    return data + b"*/=1;document.title='run'"


@pytest.mark.parametrize(
    ("data", "name", "reader"),
    [
        (gif_that_is_a_script(), "picture.js", "photo"),
        (gif_that_is_a_script(), "page.html", "photo"),
        (document(written("Text.")) + zipped(("a.txt", b"Other.")), "both.zip", "pdf"),
        (zipped(("a.txt", b"Said.")), "list.pdf", "archive"),
        (b"<!doctype html><p>Said.</p><!-- %PDF-1.7 -->", "list.pdf", "html"),
    ],
    ids=["GIF and script", "GIF and page", "PDF and ZIP", "ZIP as PDF", "page as PDF"],
)
def test_a_file_that_is_two_is_read_as_one_and_told(data: bytes, name: str, reader: str) -> None:
    """Attack case 12: the content decides, once, and another ending is told."""
    read, *_ = read_bytes(data, name)
    assert read.begin.reader == reader
    assert "extension-mismatch" in read.codes()


def test_memory_is_measured_in_the_unit_that_is_said() -> None:
    """Of this process, in KiB as Linux counts: more than the interpreter, less than the machine."""
    mine = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    assert 20 < mine < 100_000
