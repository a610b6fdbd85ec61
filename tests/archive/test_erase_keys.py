"""Whose key it is, is proved: by a body that a device of the team signed, by a file it opens."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pyrage
import pytest

from qantar.archive import ring
from qantar.archive.age_keys import identity
from qantar.archive.case import DEVICE_FILE, Case, create_case, device_file
from qantar.archive.erase_keys import Team
from qantar.archive.erasure import Named, destroy, remains, remains_of_each
from qantar.archive.frame import Frame, frames, make_frame, read_header, spell_header, to_bytes
from qantar.archive.journal import adopt, append, drop_bodies
from qantar.archive.kept import kept_path
from qantar.archive.lanes import lanes
from qantar.archive.originals import original_path, put, verify
from qantar.archive.signing import Signer
from qantar.archive.unlock import open_case
from qantar.model.entry import Entry

AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


def note(case: Case, text: str) -> Entry:
    """Add an entry."""
    return append(case, kind="note", body={"text": text}, at=AT)


def _has_key(case: Case, entry: Entry) -> bool:
    return bytes.fromhex(entry.commitment) in ring.keys(open_case(case.root))


def _erased(case: Case, *entries: str) -> None:
    case = open_case(case.root)
    public = case.signer.public
    team = Team({public.id: bytes.fromhex(public.sign)})
    destroy(case, entries=entries, objects=[], team=team)


def _liar(case: Case, commitment: str, body: bytes = b"") -> str:
    """Sign, in this journal, that a body, or one that is not there, has this key; gives the id."""
    path = case.journal / "0001.qj"
    *_, last = frames(path.read_bytes())
    header = read_header(last.header)
    made = header._replace(prev=last.id.hex(), seq=header.seq + 1, commitment=commitment)
    if body:
        made = made._replace(sealed=hashlib.sha256(body).hexdigest())
    frame = make_frame(spell_header(made), body, Signer(case.signer.sign_seed))
    with path.open("ab") as file:
        file.write(frame)
    return next(frames(frame)).id.hex()


def _stripped(path: Path) -> Frame:
    """Take the body out of the newest entry, as if it had been erased; gives it as it was."""
    *_, newest = frames(path.read_bytes())
    path.write_bytes(path.read_bytes()[: newest.start] + to_bytes(newest, with_body=False))
    return newest


@pytest.mark.parametrize("kept", [True, False])
def test_a_file_that_somebody_names_as_a_key_does_not_keep_it(case: Case, *, kept: bool) -> None:
    """Whoever has the folder takes the body out of what is named, and calls a file like its key."""
    note(case, "stays")
    gone, other = note(case, "goes"), put(case, BytesIO(b"another"))
    _stripped(case.journal / "0001.qj")
    place = kept_path if kept else original_path
    path = place(case, gone.commitment)
    path.parent.mkdir(exist_ok=True)
    shutil.copy(original_path(case, other.object), path)
    _erased(case, gone.id)
    assert not _has_key(case, gone)
    assert verify(open_case(case.root), other.sha256, size=other.size) == other.sha256


@pytest.mark.parametrize("damage", ["payload", "head", "link"])
def test_a_file_is_told_by_its_head_alone(case: Case, tmp_path: Path, damage: str) -> None:
    """What stands behind it may be put back from a copy; without its head it is nothing."""
    note(case, "own")
    stored = put(case, BytesIO(b"stays"))
    path, name = original_path(case, stored.object), bytes.fromhex(stored.object)
    sealed = path.read_bytes()
    if damage == "link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to("/dev/null")
    else:
        path.write_bytes(sealed[:-900] if damage == "payload" else b"x" + sealed[1:])
    _erased(case, _liar(case, stored.object))
    assert (name in ring.keys(open_case(case.root))) == (damage == "payload")


def test_a_file_that_a_member_sealed_under_the_key_of_an_entry_does_not_keep_it(case: Case) -> None:
    """A member has the key, and somebody puts the file here; but the body that is named proves it."""
    gone = note(case, "goes")
    key = ring.keys(case)[bytes.fromhex(gone.commitment)]
    path = original_path(case, gone.commitment)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pyrage.encrypt(b"anything", [identity(key).to_public()]))
    _erased(case, gone.id)
    assert not _has_key(case, gone)


def test_a_copy_in_a_journal_that_somebody_planted_keeps_no_key(case: Case, tmp_path: Path) -> None:
    """It holds together in itself, and is read; but nobody ever let its device in."""
    note(case, "stays")
    gone = note(case, "goes")
    frame = _stripped(case.journal / "0001.qj")
    stranger = create_case(tmp_path / "stranger", case_id=case.id)
    public, header = stranger.signer.public, read_header(frame.header)
    made = header._replace(device=public.id, prev="", refs=(), seq=1)
    lane = case.journals / public.id
    lane.mkdir()
    (lane / DEVICE_FILE).write_bytes(device_file(public))
    (lane / "0001.qj").write_bytes(
        make_frame(spell_header(made), frame.body, Signer(stranger.signer.sign_seed))
    )
    assert public.id in {one.device for one in lanes(open_case(case.root))}
    _erased(case, gone.id)
    assert not _has_key(case, gone)


def test_a_body_that_only_a_journal_set_aside_has_proves_its_key(case: Case) -> None:
    """Somebody asks to erase an entry that only says to have it."""
    note(case, "own")
    stays = note(case, "stays")
    shutil.copytree(case.journal, case.inbox / f"journal-1-{case.device}")
    drop_bodies(case, {stays.id})
    _erased(case, _liar(open_case(case.root), stays.commitment))
    assert _has_key(case, stays)
    _erased(case, stays.id)
    assert not _has_key(case, stays)


def test_this_device_and_those_whose_journals_it_took_in_prove_whoever_is_known(
    case: Case, tmp_path: Path
) -> None:
    """What lets them in may be unreadable here; their own words need not be lost for that."""
    other = create_case(tmp_path / "other")
    mine, theirs = note(case, "own"), note(other, "theirs")
    name = bytes.fromhex(theirs.commitment)
    ring.add(case, [(name, ring.keys(other)[name])])
    taken = _adopted(case, other)
    liars = [_liar(case, one.commitment) for one in (mine, theirs)]
    case = open_case(case.root)
    nobody = Team({})
    assert destroy(case, entries=liars, objects=[], team=nobody).keys == 0
    assert _has_key(case, mine)
    assert _has_key(case, theirs)
    assert destroy(case, entries=[mine.id, taken], objects=[], team=nobody).keys == 2


def _adopted(case: Case, other: Case) -> str:
    """Take in the one entry of another device, as one of this case; gives its id."""
    (frame,) = frames((other.journal / "0001.qj").read_bytes())
    header = read_header(frame.header)._replace(case=case.id)
    made = make_frame(spell_header(header), frame.body, Signer(other.signer.sign_seed))
    adopt(case, other.device, other.signer.public, frames(made), None)
    return next(frames(made)).id.hex()


def test_unfinished_writes_go_with_their_keys_whatever_a_file_is_called(case: Case) -> None:
    """An unfinished entry was never acknowledged; anybody can call a file like its key."""
    note(case, "stays")
    torn = [note(case, "canary"), note(case, "canary, cut short")]
    path = case.journal / "0001.qj"
    (case.journal / "head").unlink()
    _, first, second = frames(path.read_bytes())
    path.write_bytes(path.read_bytes()[: first.start])
    (case.inbox / "torn-1").write_bytes(to_bytes(first) + to_bytes(second)[:-10])
    for one in torn:
        planted = kept_path(case, one.commitment)
        planted.parent.mkdir(exist_ok=True)
        planted.write_bytes(b"x")
    _erased(case, "0" * 64)
    assert [_has_key(case, one) for one in torn] == [False, False]
    assert list(case.inbox.iterdir()) == []


def test_killed_behind_the_keys_the_next_run_takes_bodies_of_which_two_say_to_have_one(
    case: Case,
) -> None:
    """Nothing proves any more whose key it was: it is gone."""
    gone = note(case, "goes")
    (frame,) = frames((case.journal / "0001.qj").read_bytes())
    twin = _liar(case, gone.commitment, frame.body)
    ring.forget(case, [bytes.fromhex(gone.commitment)])
    _erased(case, gone.id, twin)
    assert [one.body for one in frames((case.journal / "0001.qj").read_bytes())] == [b"", b""]


def test_a_copy_that_somebody_set_aside_loses_its_body_with_the_key(
    case: Case, tmp_path: Path
) -> None:
    """It is nowhere else, and would stay; but it is what was erased, under a made-up header."""
    note(case, "stays")
    gone = note(case, "goes")
    frame = _stripped(case.journal / "0001.qj")
    stranger = create_case(tmp_path / "stranger").signer
    header = read_header(frame.header)._replace(device=stranger.public.id, prev="", refs=(), seq=1)
    copy = make_frame(spell_header(header), frame.body, Signer(stranger.sign_seed))
    aside = case.inbox / f"journal-1-{stranger.public.id}"
    aside.mkdir()
    (aside / DEVICE_FILE).write_bytes(device_file(stranger.public))
    (aside / "0001.qj").write_bytes(copy)
    _erased(case, gone.id)
    assert not _has_key(case, gone)
    assert [one.body for one in frames((aside / "0001.qj").read_bytes())] == [b""]


def test_many_that_are_looked_for_at_once_are_found_as_each_alone(case: Case) -> None:
    """What is asked of one raises doubt for others: a key that one names as a file's."""
    entries = [note(case, str(number)) for number in range(3)]
    stored = put(case, BytesIO(b"a file"))
    (frame, *_) = frames((case.journal / "0001.qj").read_bytes())
    twin = _liar(case, entries[0].commitment, frame.body)
    bare = _liar(case, entries[1].commitment)
    listed = [
        Named([entries[0].id], []),
        Named([twin], [stored.object]),
        Named([bare], [entries[2].commitment]),
        Named([entries[2].id], ["0" * 64]),
        Named([], []),
    ]
    public = case.signer.public
    team = Team({public.id: bytes.fromhex(public.sign)})
    found = remains_of_each(case, listed, team=team)
    alone = [remains(case, entries=one.entries, objects=one.objects, team=team) for one in listed]
    assert found == alone
    assert [(one.keys, one.files, one.bodies) for one in found] == [
        (1, 0, 2),
        (2, 1, 2),
        (0, 0, 0),
        (1, 0, 1),
        (0, 0, 0),
    ]
