"""Archives: members as documents, names as data, and bombs that do not go off."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from qantar.model.read_document import Begin, Noted
from qantar.readers.confined import Readers
from qantar.readers.job import Job
from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate
from tests.readers.test_attack_cases import measured

MIB = 1024 * 1024


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestArchive(ReaderSuite):
    reader = "archive"


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def members_of(data: bytes, name: str = "a.zip") -> dict[str | None, ReadDocument]:
    container, *rest = read_bytes(data, name)
    assert container.begin.reader == "archive"
    return {one.begin.member: one for one in rest}


def test_each_member_is_read_by_its_own_reader_and_told_by_hash() -> None:
    read = members_of(zipped(("a.txt", b"Said."), ("b.csv", b"x;y\n1;2\n3;4\n")))
    assert read["a.txt"].begin.reader == "text"
    assert read["b.csv"].begin.header == ("x", "y")
    assert read["a.txt"].begin.sha256 == hashlib.sha256(b"Said.").hexdigest()


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\Windows\\evil.txt",
        "..\\..\\evil.txt",
        "con.txt",
        "a" * 300 + ".txt",
        "photo\u202egpj.txt",
    ],
)
def test_a_name_is_data_and_told_where_it_deceives(name: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    read = members_of(zipped((name, b"Said.")))
    assert read[name].text == "Said."
    assert "unsafe-name" in read[name].codes()
    assert sorted(tmp_path.iterdir()) == before


def test_twins_of_a_name_are_two_documents() -> None:
    names = ["a.txt", "A.TXT", "caf\u00e9.txt", "cafe\u0301.txt"]
    read = members_of(zipped(*((name, name.encode()) for name in names)))
    assert {name: one.text for name, one in read.items()} == {name: name for name in names}


def test_a_name_in_an_older_encoding_reads_as_what_was_written() -> None:
    data = zipped(("xxxxxxxxxx.txt", b"Said."))
    data = data.replace(b"xxxxxxxxxx.txt", "показания1".encode("cp866") + b".txt")
    assert "показания1.txt" in members_of(data)


def test_links_and_devices_lead_nowhere() -> None:
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    read = members_of(zipped((link, b"/etc/passwd"), ("a.txt", b"Said.")))
    assert read["link"].codes() == {"link-refused"}
    assert read["link"].text == ""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"kind-{kind.decode()}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    refused = members_of(out.getvalue(), "a.tar")
    assert len(refused) == 4
    assert {code for one in refused.values() for code in one.codes()} == {"link-refused"}


def test_a_member_that_unpacks_without_end_is_stopped_and_the_next_one_read() -> None:
    read = members_of(zipped(("bomb", bytes(64 * MIB)), ("a.txt", b"Said.")))
    assert read["bomb"].codes() == {"ratio"}
    assert read["a.txt"].text == "Said."


def test_members_that_share_their_bytes_are_not_read() -> None:
    """As the densest bombs are made: a thousand names for one stretch of bytes."""
    data = bytearray(zipped(("a", b"x" * 1000), ("b", b"y" * 1000), ("c", b"z" * 1000)))
    table = data.rindex(b"PK\x01\x02")
    first = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, table + 42, struct.unpack_from("<I", data, first + 42)[0])
    codes = {name: one.codes() for name, one in members_of(bytes(data)).items()}
    assert codes["c"] == {"ratio"} or codes["a"] == {"ratio"}
    assert codes["b"] == set()


def test_archives_within_archives_end_at_a_depth() -> None:
    data = zipped(("deep.txt", b"Said."))
    for level in range(6):
        data = zipped((f"level-{level}.zip", data))
    deepest = read_bytes(data, "a.zip")[-1]
    assert deepest.codes() == {"too-deep"}


def test_a_password_is_asked_of_nobody() -> None:
    data = bytearray(zipped(("secret.txt", b"Said.")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    assert members_of(bytes(data))["secret.txt"].codes() == {"encrypted"}


def test_one_damaged_member_does_not_hide_the_others() -> None:
    data = bytearray(zipped(("a.txt", b"First " * 50), ("b.txt", b"Second.")))
    at = data.index(b"a.txt") + len("a.txt") + 4
    data[at] ^= 0xFF
    read = members_of(bytes(data))
    assert read["a.txt"].codes() == {"damaged"}
    assert read["b.txt"].text == "Second."


def test_a_table_of_contents_of_impossible_length_is_refused_before_it_is_read() -> None:
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFF0, 0, 0)
    (read,) = read_bytes(b"PK\x03\x04" + bytes(50 * MIB) + end, "a.zip")
    assert read.codes() == {"too-many"}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_what_is_packed_by_itself_is_one_member(pack: Callable[[bytes], bytes]) -> None:
    assert members_of(pack(b"Said.\n"), "a.txt.gz")["a.txt"].text == "Said.\n"
    assert members_of(pack(bytes(64 * MIB)), "a.txt.gz")["a.txt"].codes() == {"ratio"}


def test_a_bomb_in_a_tar_is_stopped_by_the_count_of_bytes() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo("bomb")
        info.size = 300 * MIB
        archive.addfile(info, _Zeros(info.size))
    read = members_of(out.getvalue(), "a.tar.gz")
    assert read["bomb"].codes() == {"too-large"}


class _Zeros(io.RawIOBase):
    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1, /) -> bytes:
        given = self._left if size < 0 else min(size, self._left)
        self._left -= given
        return bytes(given)


def test_the_confined_child_reads_archives_with_all_that_is_in_them(tmp_path: Path) -> None:
    """Whatever a member's reader needs was loaded before the child was closed in."""
    names = {"a.txt": "Сказано.".encode("cp1251"), "b.csv": b"x;y\n1;2\n", "c.txt.gz": b""}
    names["c.txt.gz"] = gzip.compress(b"Packed.")
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(*names.items()))
    with Readers() as readers, path.open("rb") as file:
        came = list(readers.read(file.fileno(), Job(name="a.zip")))
    assert not [one for one in came if isinstance(one, Noted) and one.code == "unparsed"]
    readers_used = [one.reader for one in came if isinstance(one, Begin)]
    assert readers_used == ["archive", "text", "table", "archive", "text"]


@pytest.mark.parametrize("kind", ["flat", "nested", "tar"])
def test_a_bomb_takes_little_memory(tmp_path: Path, kind: str) -> None:
    """A thousand to one; what it holds would be seen in the peak of whoever read it whole."""
    flat = zipped(*((f"{n}.txt", bytes(200 * MIB)) for n in range(2)))
    data = {
        "flat": flat,
        "nested": zipped(("inner.zip", flat)),
        "tar": gzip.compress(bytes(300 * MIB)),
    }[kind]
    path = tmp_path / "a"
    path.write_bytes(data)
    peak, _, _ = measured(str(path))
    assert peak < 190
    with Readers() as readers, path.open("rb") as file:
        came = list(readers.read(file.fileno(), Job(name=f"a.{'gz' if kind == 'tar' else 'zip'}")))
    codes = {one.code for one in came if isinstance(one, Noted)}
    assert codes & {"ratio", "too-large"}
    assert "unparsed" not in codes
