"""What a bundle can make its reader hold in memory before anybody knows who sent it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.model.journals import device

from qantar.archive import bundle_read
from qantar.archive.bundle_format import UnsoundBundleError
from qantar.archive.bundle_read import Received
from qantar.archive.staging import Staging


@pytest.fixture
def received(tmp_path: Path) -> Iterator[Received]:
    staging = Staging(tmp_path)
    yield Received(staging, lambda _: None, lambda _: True)
    staging.close()


def test_pieces_of_entries_are_counted(received: Received, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_read, "MAX_BATCHES", 2)
    for _ in range(2):
        received.take_frames("0" * 32, b"")
    with pytest.raises(UnsoundBundleError, match="more than 2 pieces"):
        received.take_frames("0" * 32, b"")


def test_devices_are_counted(received: Received, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_read, "MAX_DEVICES", 2)
    for name in "ab":
        received.take_device(device(name).id, device(name))
    with pytest.raises(UnsoundBundleError, match="more devices"):
        received.take_device(device("c").id, device("c"))


def test_sealed_keys_are_weighed(received: Received, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_read, "MAX_ALL_SEALED", 100)
    received.take_sealed_key(b"a" * 32, bytes(100))
    with pytest.raises(UnsoundBundleError, match="sealed keys"):
        received.take_sealed_key(b"b" * 32, bytes(1))


def test_all_that_is_kept_in_memory_is_weighed_together(
    received: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each cap by itself leaves room for what all of them together have no room for."""
    monkeypatch.setattr(bundle_read, "MOST_IN_MEMORY", 2000)
    small = Received(received.staging, lambda _: None, lambda _: True)
    small.take_device(device("a").id, device("a"))
    small.take_key(b"a" * 32, bytes(32))
    small.take_note(bytes(500))
    with pytest.raises(UnsoundBundleError, match="more memory than a merge has"):
        small.take_sealed_key(b"b" * 32, bytes(200))
