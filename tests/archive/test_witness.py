"""What was seen of journals is kept, and tells when a journal is cut or written anew."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from tests.archive import by_hand

from qantar.archive import ring, witness
from qantar.archive.case import Case, look_at
from qantar.archive.journal import adopt, append_many, begin, raw
from qantar.archive.lock import writing
from qantar.archive.note import MAX_SIGNATURES, Checkpoint, Note, SignatureLine, origin, parse, sign
from qantar.archive.own_device import OwnDevice, new_device
from qantar.archive.segments import write_head
from qantar.archive.tree import root
from qantar.archive.unlock import open_case
from qantar.archive.witness import Holds
from qantar.archive.witnessed import Sighting, Standing, check
from qantar.model.device import Role

AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)
SEEN_AT = 1_641_477_900


def _other(seed: int = 1) -> OwnDevice:
    return new_device(Role.MEMBER, Random(seed).randbytes)  # noqa: S311  # repeatable


def _notes(case: Case, count: int) -> None:
    append_many(case, [("note", {"n": n}) for n in range(count)], at=AT)


def _head(case: Case) -> Note:
    return parse((case.journal / "head").read_bytes())


def _cosigned(case: Case, other: OwnDevice, time: int = SEEN_AT) -> Note:
    return _head(case).cosign(origin(case.id, other.public.id), other.sign_seed, time)


def _keep(case: Case, note: Note) -> None:
    with writing(case):
        witness.keep(case, note)


def _only(sightings: tuple[Sighting, ...]) -> Sighting:
    (one,) = sightings
    return one


def test_a_kept_checkpoint_is_named_for_its_size_and_root(case: Case) -> None:
    _notes(case, 3)
    _keep(case, _head(case))
    (path,) = (case.witness / case.device).iterdir()
    assert path.name == f"0000000003-{_head(case).checkpoint.root.hex()[:8]}.note"
    assert path.read_bytes() == (case.journal / "head").read_bytes()
    assert witness.notes(case, case.device) == (_head(case),)
    assert witness.devices(case) == (case.device,)


def test_signatures_that_come_later_are_added_to_those_that_are_kept(case: Case) -> None:
    _notes(case, 1)
    others = _other(1), _other(2)
    for other in others:
        _keep(case, _cosigned(case, other))
    _keep(case, _head(case))
    (note,) = witness.notes(case, case.device)
    assert [line.name for line in note.signatures] == [
        origin(case.id, device) for device in (case.device, *(o.public.id for o in others))
    ]
    keys = {one.public.id: bytes.fromhex(one.public.sign) for one in others}
    seen = [note.cosigned_at(origin(case.id, device), key) for device, key in keys.items()]
    assert seen == [SEEN_AT, SEEN_AT]


def test_checkpoints_come_back_in_order_of_size_and_the_longest_is_told(case: Case) -> None:
    for _ in range(3):
        _notes(case, 2)
        _keep(case, _head(case))
    assert [note.checkpoint.size for note in witness.notes(case, case.device)] == [2, 4, 6]
    key = bytes.fromhex(case.signer.public.sign)
    assert witness.newest(case, case.device, key) == _head(case).checkpoint
    assert witness.newest(case, case.device, bytes(32)) is None
    assert witness.newest(case, "0e" * 16, key) is None


def test_two_checkpoints_of_one_size_are_both_kept_even_if_their_roots_begin_alike(
    case: Case,
) -> None:
    """They are the proof that a device showed different journals to different people."""
    _notes(case, 1)
    head = _head(case)
    for other_root in (bytes(32), head.checkpoint.root[:4] + bytes(28)):
        checkpoint = replace(head.checkpoint, root=other_root)
        _keep(case, sign(checkpoint, case.signer.sign_seed))
    _keep(case, head)
    assert len(witness.notes(case, case.device)) == 3


@pytest.mark.parametrize(
    "name", ["qantar/{other}/{device}", "qantar/{case}/{device}x", "elsewhere"]
)
def test_a_checkpoint_of_another_case_is_not_kept(case: Case, name: str) -> None:
    said = name.format(other="0e" * 16, case=case.id, device=case.device)
    note = sign(Checkpoint(origin=said, size=1, root=bytes(32)), case.signer.sign_seed)
    with pytest.raises(ValueError, match="none of this case"):
        witness.keep(case, note)
    assert list(case.witness.iterdir()) == []


def test_a_flood_of_signatures_does_not_push_out_one_that_holds(case: Case) -> None:
    _notes(case, 1)
    other = _other()
    flood = tuple(
        SignatureLine(name=f"n{n}", key_id=bytes(4), signature=bytes(64)) for n in range(60)
    )
    noted = replace(_cosigned(case, other), signatures=flood + _cosigned(case, other).signatures)
    keys = {
        origin(case.id, one.id): bytes.fromhex(one.sign)
        for one in (case.signer.public, other.public)
    }
    assert len(noted.signatures) <= MAX_SIGNATURES
    kept = witness.only_sound(noted, keys)
    assert kept == _cosigned(case, other)


def test_a_damaged_note_is_left_out(case: Case) -> None:
    _notes(case, 1)
    _keep(case, _head(case))
    (path,) = (case.witness / case.device).iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    assert witness.notes(case, case.device) == ()
    _keep(case, _head(case))
    assert witness.notes(case, case.device) == (_head(case),)


@pytest.mark.parametrize("damage", [b"", b"{}", b"junk", b'{"heads":{},"missing":1}\n'])
def test_what_a_device_said_it_holds_is_kept(case: Case, damage: bytes) -> None:
    with writing(case):
        witness.keep_holds(case, "0e" * 16, Holds(missing=("ab" * 32,)))
    assert witness.holds_of(case, "0e" * 16) == Holds(missing=("ab" * 32,))
    assert witness.holds_of(case, "0c" * 16) == Holds()
    (case.witness / ("0e" * 16) / "holds").write_bytes(damage)
    assert witness.holds_of(case, "0e" * 16) == Holds()


def test_a_journal_that_was_seen_and_grew_is_borne_out(case: Case) -> None:
    other = _other()
    _notes(case, 3)
    _keep(case, _cosigned(case, other))
    _notes(case, 4)
    found = _only(check(case, [other.public]))
    assert (found.device, found.standing) == (case.device, Standing.BORNE_OUT)
    assert found.checkpoint.size == 3
    assert found.cosigned == {other.public.id: SEEN_AT}
    assert _only(check(case)).cosigned == {}
    assert _only(check(look_at(case.root))).standing is Standing.BORNE_OUT


def _seed(case: Case) -> bytes:
    return case.signer.sign_seed


def _write(case: Case, frames: list[by_hand.HandFrame]) -> None:
    """Put a journal in place of the journal, with a head that fits: by whoever has the key."""
    (case.journal / "0001.qj").write_bytes(by_hand.joined(frames))
    name, ids = origin(case.id, case.device), [frame.id for frame in frames]
    head = sign(Checkpoint(origin=name, size=len(ids), root=root(ids)), _seed(case))
    write_head(case.journal, head)


def test_a_journal_cut_with_its_own_key_is_found_short(case: Case) -> None:
    """Without the witness nothing tells: it chains, and its head fits."""
    _notes(case, 5)
    _keep(case, _cosigned(case, _other()))
    _write(case, by_hand.cut((case.journal / "0001.qj").read_bytes())[:3])
    assert _only(check(open_case(case.root))).standing is Standing.SHORT


@pytest.mark.parametrize("changed", [0, 2, 4])
def test_a_journal_written_anew_with_its_own_key_is_found_other(case: Case, changed: int) -> None:
    _notes(case, 5)
    _keep(case, _cosigned(case, _other()))
    frames = by_hand.cut((case.journal / "0001.qj").read_bytes())
    frames[changed] = by_hand.changed(frames[changed], _seed(case), kind="other")
    for number in range(changed + 1, 5):
        before = frames[number - 1].id.hex()
        frames[number] = by_hand.changed(frames[number], _seed(case), prev=before)
    _write(case, frames)
    assert _only(check(open_case(case.root))).standing is Standing.OTHER


def test_both_branches_of_a_copied_device_bear_out_what_was_seen_of_each(
    case: Case, tmp_path: Path
) -> None:
    _notes(case, 2)
    shutil.copytree(case.root, tmp_path / "copy")
    copy = open_case(tmp_path / "copy")
    _notes(case, 1)
    _notes(copy, 2)
    _keep(case, _head(case))
    _keep(case, _head(copy))
    assert [found.standing for found in check(case)] == [Standing.BORNE_OUT, Standing.SHORT]
    with writing(case):
        ring.add(case, ring.keys(copy).items())
    frames = list(raw(copy, copy.device, start=2))
    name = f"{case.device}.{frames[0].id.hex()[:8]}"
    adopt(case, name, case.signer.public, frames, _head(copy))
    assert [found.standing for found in check(case)] == [Standing.BORNE_OUT] * 2


def test_what_its_device_did_not_sign_tells_nothing(case: Case) -> None:
    _notes(case, 1)
    forged = sign(replace(_head(case).checkpoint, size=9), _other().sign_seed)
    _keep(case, forged)
    assert _only(check(case)).standing is Standing.UNSIGNED


def test_a_device_whose_entries_never_came_is_short_once_it_is_known(
    case: Case, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    for name in ("keys/ring", "journal", "inbox", "originals", "releases", "record", "witness"):
        (folder / name).mkdir(parents=True)
    other = replace(case, root=folder, own=_other(), cache={})
    begin(other)
    _notes(other, 2)
    _keep(case, _head(other))
    assert _only(check(case)).standing is Standing.UNSIGNED
    assert _only(check(case, [other.signer.public])).standing is Standing.SHORT
    adopt(case, other.device, other.signer.public, raw(other, other.device), _head(other))
    assert _only(check(case)).standing is Standing.BORNE_OUT


def test_nothing_was_seen_of_a_new_case(case: Case) -> None:
    assert check(case) == ()
    nothing: Mapping[str, int] = {}
    assert dict.fromkeys(witness.devices(case), 0) == nothing
