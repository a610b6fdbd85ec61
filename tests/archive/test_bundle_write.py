"""A bundle gets its name only when the medium has given back what it took."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from qantar.archive import bundle_layout
from qantar.archive.age_header import check_header
from qantar.archive.age_keys import new_secret, recipient_of
from qantar.archive.bundle_format import Chunk as Piece
from qantar.archive.bundle_format import Kind, Manifest, pack_chunk_header
from qantar.archive.bundle_layout import Outgoing, Record, laid_out, record
from qantar.archive.bundle_parser import Looker, Parser
from qantar.archive.bundle_read import decrypt_bundle
from qantar.archive.bundle_write import write_bundle
from qantar.archive.own_device import new_device
from qantar.errors import DiskError, OutputExistsError
from qantar.model.device import Role

OWN = new_device(Role.MEMBER, os.urandom)
SECRET = new_secret()


def outgoing(*sizes: int) -> Outgoing:
    """A bundle with objects of so many bytes, each a unit of its own."""
    return Outgoing(
        manifest=Manifest(
            case="0f" * 16, founder=OWN.public.id, sender=OWN.public.id, to=(), heads={}
        ),
        signer=OWN,
        recipients=(recipient_of(SECRET),),
        common=(record(Kind.NOTE, b"a note"),),
        units=tuple((one_object(size),) for size in sizes),
    )


def one_object(size: int) -> Record:
    header = pack_chunk_header(Piece(os.urandom(32), size, 0, size))
    return record(Kind.OBJECT, header + os.urandom(size))


class Sizes(Looker):
    """Counts the bytes of originals."""

    def __init__(self) -> None:
        self.manifests: list[Manifest] = []
        self.sizes: list[int] = []

    def take_manifest(self, manifest: Manifest) -> None:
        self.manifests.append(manifest)

    def begin_chunk(self, chunk: Piece) -> None:
        self.sizes.append(chunk.size)


def read(path: Path, looker: Looker) -> None:
    parser = Parser(looker)
    with path.open("rb") as file:
        decrypt_bundle(file, SECRET, parser)
    assert parser.is_signed(bytes.fromhex(OWN.public.sign))


def test_everything_stands_in_one_part_and_no_part_is_too_large(tmp_path: Path) -> None:
    sizes = [30_000, 10, 29_000, 40_000, 1, 2, 3, 20_000, 20_000, 20_000]
    paths = write_bundle(tmp_path / "out", outgoing(*sizes), part_bytes=64 * 1024)
    assert len(paths) == 3
    looker = Sizes()
    for path in paths:
        assert path.stat().st_size <= 64 * 1024
        read(path, looker)
    assert looker.sizes == sizes
    assert [(one.part, one.parts) for one in looker.manifests] == [(n, 3) for n in range(1, 4)]


def test_a_part_is_as_full_as_it_goes() -> None:
    """What the encryption adds is reckoned with, and not much more."""
    (first, _) = laid_out(outgoing(*[100_000] * 11), 1024 * 1024)
    assert len(first) == 10


def test_a_unit_larger_than_a_part_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        laid_out(outgoing(62_000), 64 * 1024)


def test_a_part_holds_no_more_entries_than_may_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_layout, "MAX_ENTRIES", 10)
    frames = [(Record(Kind.FRAMES, 1, lambda: (b"x",), 4),) for _ in range(5)]
    parts = laid_out(replace(outgoing(), units=tuple(frames)), 1024 * 1024)
    assert [len(part) for part in parts] == [2, 2, 1]


def test_only_the_recipients_and_one_forgotten_key_open_it(tmp_path: Path) -> None:
    (path,) = write_bundle(tmp_path / "out", outgoing(10))
    with path.open("rb") as file:
        assert check_header(file) == 2
    assert path.stat().st_mode & 0o777 == 0o600


def bad_medium(monkeypatch: pytest.MonkeyPatch, spoil: Callable[[int], object]) -> None:
    """Have the medium forget what it took, the moment that its memory is dropped."""

    def forget(descriptor: int, *_: int) -> None:
        with Path(f"/proc/self/fd/{descriptor}").readlink().open("r+b") as file:
            spoil(file.fileno())

    monkeypatch.setattr(os, "posix_fadvise", forget)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs the names of open files")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda fd: os.pwrite(fd, b"\xff", os.fstat(fd).st_size // 2),
        lambda fd: os.ftruncate(fd, os.fstat(fd).st_size - 1),
        lambda fd: os.ftruncate(fd, 0),
        lambda fd: os.pwrite(fd, bytes(4096), 0),
    ],
)
def test_a_medium_that_gives_back_other_bytes_gets_no_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[int], object]
) -> None:
    bad_medium(monkeypatch, spoil)
    with pytest.raises(DiskError, match="gave back other bytes"):
        write_bundle(tmp_path / "out", outgoing(10_000))
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_bundle_stays_when_the_new_one_fails(tmp_path: Path) -> None:
    (path,) = write_bundle(tmp_path / "out", outgoing(10))
    before = path.read_bytes()
    short = Record(Kind.NOTE, 9, lambda: (b"short",))
    with pytest.raises(ValueError, match="4 bytes short"):
        write_bundle(path, replace(outgoing(), units=((short,),)), replace_old=True)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="no such folder"):
        write_bundle(tmp_path / "nowhere" / "out", outgoing(10))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"age-encryption.org/v1\n")
    (tmp_path / "out").symlink_to(target)
    with pytest.raises(OutputExistsError):
        write_bundle(tmp_path / "out", outgoing(10), replace_old=True)
    assert target.read_bytes() == b"age-encryption.org/v1\n"
