"""What a collector seals its home device opens, and nobody else; nothing is thrown away."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from qantar.archive import ring
from qantar.archive.age_keys import UnsealError, unseal
from qantar.archive.case import Case, create_case
from qantar.archive.collected import collected
from qantar.archive.lock import writing
from qantar.archive.unlock import open_case
from qantar.errors import SealedAwayError
from qantar.model.device import Role

KEYS = [(bytes([n]) * 32, bytes([n + 100]) * 32) for n in range(6)]


@pytest.fixture
def collector(case: Case, tmp_path: Path) -> Case:
    """Give a collector that seals for `case`."""
    home = case.signer.public
    return create_case(tmp_path / "field", role=Role.COLLECTOR, home=home, case_id=case.id)


def add(collector: Case, start: int, end: int) -> None:
    """Seal these keys, as another process would."""
    again = open_case(collector.root)
    with writing(again):
        ring.add(again, KEYS[start:end])


def read_at_home(home: Case, collector: Case) -> list[tuple[bytes, bytes]]:
    """Open everything with the home device's key."""
    return [
        (name, unseal([home.signer.age_secret], sealed)) for name, sealed in collected(collector)
    ]


def test_home_opens_what_was_sealed_for_it_and_the_collector_does_not(
    case: Case, collector: Case
) -> None:
    add(collector, 0, 2)
    add(collector, 2, 3)
    assert read_at_home(case, collector) == KEYS[:3]
    own = collector.signer
    for _, sealed in collected(collector):
        with pytest.raises(UnsealError):
            unseal([own.age_secret], sealed)
    assert dict(ring.keys(open_case(collector.root))) == {}


def test_no_key_is_on_the_collector_s_disk(collector: Case) -> None:
    add(collector, 0, 6)
    written = [path.read_bytes() for path in collector.root.rglob("*") if path.is_file()]
    assert not any(key in data for _, key in KEYS for data in written)
    assert [path.name for path in collector.ring.iterdir()] == ["collected.ring"]
    assert (collector.ring / "collected.ring").stat().st_mode & 0o777 == 0o600


def test_a_collector_forgets_nothing_by_itself(collector: Case) -> None:
    """It holds no key that it could leave out: its folder is destroyed instead."""
    add(collector, 0, 1)
    with writing(collector), pytest.raises(SealedAwayError, match="only collects"):
        ring.forget(collector, [KEYS[0][0]])


def test_every_cut_of_the_last_record_is_written_over(case: Case, collector: Case) -> None:
    add(collector, 0, 2)
    path = collector.ring / "collected.ring"
    whole = path.read_bytes()
    add(collector, 2, 3)
    third = path.read_bytes()[len(whole) :]
    for length in range(0, len(third), 5):
        path.write_bytes(whole + third[:length])
        add(collector, 3, 4)
        assert read_at_home(case, collector) == [*KEYS[:2], KEYS[3]]


def test_room_that_was_given_and_never_filled_is_written_over(case: Case, collector: Case) -> None:
    add(collector, 0, 1)
    with (collector.ring / "collected.ring").open("ab") as file:
        file.write(bytes(5000))
    add(collector, 1, 2)
    assert read_at_home(case, collector) == KEYS[:2]
    assert len(list(collector.ring.iterdir())) == 1


def test_a_damaged_length_costs_no_sealed_key_for_good(case: Case, collector: Case) -> None:
    """What stands behind it can no longer be told apart here, so it is set aside, not cut off."""
    add(collector, 0, 3)
    path = collector.ring / "collected.ring"
    sound = path.read_bytes()
    (length,) = struct.unpack_from(">I", sound)
    damaged = struct.pack(">I", length ^ 0x40) + sound[4:]
    path.write_bytes(damaged)
    add(collector, 3, 4)
    assert read_at_home(case, collector) == [KEYS[3]]
    assert (collector.ring / "collected.torn-1").read_bytes() == damaged
