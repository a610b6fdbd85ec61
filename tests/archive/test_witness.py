"""Checkpoints that were seen are kept with every signature that holds; so is what was said."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from qantar.archive import witness
from qantar.archive.bundle_format import Head
from qantar.archive.case import Case
from qantar.archive.journal import append, append_many
from qantar.archive.note import Checkpoint, Note, SignatureLine, origin, sign
from qantar.archive.own_device import OwnDevice, new_device
from qantar.archive.witness import Holds
from qantar.errors import WitnessedLossError
from qantar.model.device import Role

AT = datetime(2030, 2, 3, 4, 5, tzinfo=UTC)


def device() -> OwnDevice:
    return new_device(Role.MEMBER, os.urandom)


def note(case: Case, own: OwnDevice, size: int, root: bytes = b"r" * 32) -> Note:
    name = origin(case.id, own.public.id)
    return sign(Checkpoint(origin=name, size=size, root=root), own.sign_seed)


def key(own: OwnDevice) -> bytes:
    return bytes.fromhex(own.public.sign)


def test_checkpoints_are_kept_the_shortest_first(case: Case) -> None:
    other = device()
    for size in (7, 12, 9):
        witness.keep(case, note(case, other, size))
    assert [one.checkpoint.size for one in witness.notes(case, other.public.id)] == [7, 9, 12]
    newest = witness.newest(case, other.public.id, key(other))
    assert newest is not None
    assert newest.size == 12
    names = sorted(path.name for path in (case.witness / other.public.id).iterdir())
    assert names[0] == f"0000000007-{(b'r' * 32).hex()[:8]}.note"


def test_signatures_under_one_checkpoint_are_gathered(case: Case) -> None:
    other, first, second = device(), device(), device()
    seen = note(case, other, 7)
    for own in (first, second, first):
        witness.keep(case, seen.cosign(origin(case.id, own.public.id), own.sign_seed, 1000))
    (kept,) = witness.notes(case, other.public.id)
    for own in (first, second):
        assert kept.cosigned_at(origin(case.id, own.public.id), key(own)) == 1000
    assert len(kept.signatures) == 3


def test_two_roots_of_one_size_are_both_kept(case: Case) -> None:
    """Whoever signs two journals of one length proves it by doing so."""
    other = device()
    roots = [b"a" * 32, b"b" * 32, b"a" * 31 + b"x"]  # the last begins as the first does
    for root in roots:
        witness.keep(case, note(case, other, 7, root))
    assert [one.checkpoint.root for one in witness.notes(case, other.public.id)] == sorted(roots)


def test_a_checkpoint_of_another_case_is_not_kept(case: Case) -> None:
    other = device()
    for name in (origin("ab" * 16, other.public.id), origin(case.id, ".."), "elsewhere"):
        strange = sign(Checkpoint(origin=name, size=1, root=b"r" * 32), other.sign_seed)
        with pytest.raises(ValueError, match="none of this case"):
            witness.keep(case, strange)
    assert list(case.witness.iterdir()) == []


def test_damaged_checkpoints_are_passed_over(case: Case) -> None:
    other = device()
    for size in (7, 9):
        witness.keep(case, note(case, other, size))
    longest = max((case.witness / other.public.id).iterdir())
    longest.write_bytes(b"x")
    assert [one.checkpoint.size for one in witness.notes(case, other.public.id)] == [7]
    forged = note(case, device(), 99)
    renamed = Checkpoint(origin=origin(case.id, other.public.id), size=99, root=b"r" * 32)
    longest.write_bytes(Note(checkpoint=renamed, signatures=forged.signatures).to_bytes())
    newest = witness.newest(case, other.public.id, key(other))
    assert newest is not None
    assert newest.size == 7


def test_only_signatures_that_hold_are_kept_and_one_of_each(case: Case) -> None:
    other, mine, stranger = device(), device(), device()
    seen = note(case, other, 7)
    for time in (5, 6, 7):
        seen = seen.cosign(origin(case.id, mine.public.id), mine.sign_seed, time)
    seen = seen.cosign(origin(case.id, stranger.public.id), stranger.sign_seed, 5)
    junk = SignatureLine(name=origin(case.id, mine.public.id), key_id=b"jnk!", signature=b"x" * 72)
    seen = seen.joined((junk,))
    publics = {origin(case.id, own.public.id): key(own) for own in (other, mine)}
    kept = witness.only_sound(seen, publics)
    assert [line.name for line in kept.signatures] == [
        origin(case.id, other.public.id),
        origin(case.id, mine.public.id),
    ]
    assert kept.is_signed(key(other))


def test_what_a_device_said_is_read_as_it_was_kept(case: Case) -> None:
    other = device().public.id
    assert witness.holds_of(case, other) == Holds()
    said = Holds(heads={other: Head(7, "ab" * 32)}, missing=("cd" * 32,))
    witness.keep_holds(case, other, said)
    assert witness.holds_of(case, other) == said


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"x", b'{"heads":[],"missing":[]}\n', b'{"heads":{"..":[1,""]},"missing":[]}'],
)
def test_damaged_words_say_nothing(case: Case, data: bytes) -> None:
    """Then all is sent again, which costs time and nothing else."""
    other = device().public.id
    witness.keep_holds(case, other, Holds())
    (case.witness / other / "holds").write_bytes(data)
    assert witness.holds_of(case, other) == Holds()


def test_nothing_is_signed_on_top_of_a_shorter_journal_than_was_seen(case: Case) -> None:
    append(case, kind="note", body={}, at=AT)
    witness.keep(case, note(case, case.signer, 3))
    with pytest.raises(WitnessedLossError, match="others saw 3"):
        append(case, kind="note", body={}, at=AT)
    append_many(case, [("note", {}), ("note", {})], at=AT, behind=True)
    append(case, kind="note", body={}, at=AT)


def test_a_longer_journal_that_somebody_else_signed_stops_nobody(case: Case) -> None:
    append(case, kind="note", body={}, at=AT)
    name = origin(case.id, case.device)
    forged = sign(Checkpoint(origin=name, size=9, root=b"r" * 32), device().sign_seed)
    witness.keep(case, forged)
    assert append(case, kind="note", body={}, at=AT).seq == 2
