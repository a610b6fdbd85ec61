"""Erased from the disk: keys, sealed files and sealed bodies, and nothing else."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import FrameType

import pytest

from qantar.archive import erasure, inbox, ring
from qantar.archive.case import Case, create_case
from qantar.archive.erase_keys import Team
from qantar.archive.erasure import LASTING_KINDS, Remains
from qantar.archive.frame import frames, make_frame, read_header, spell_header, to_bytes
from qantar.archive.journal import (
    append,
    append_many,
    drop_bodies,
    read,
    verify_commitments,
    verify_signatures,
)
from qantar.archive.kept import keep, kept_path
from qantar.archive.lanes import lanes
from qantar.archive.originals import list_originals, put, verify
from qantar.archive.signing import Signer
from qantar.archive.staging import Piece
from qantar.archive.unlock import open_case
from qantar.errors import DiskError, SealedAwayError
from qantar.model.device import Role
from qantar.model.entry import Entry

Fork = Callable[[Callable[[], object]], int]
AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


def team_of(case: Case, lasting: Collection[str] = ()) -> Team:
    """Give a team of this device alone."""
    public = case.signer.public
    return Team({public.id: bytes.fromhex(public.sign)}, lasting)


def destroy(
    case: Case,
    entries: Collection[str],
    objects: Collection[str],
    lasting: Collection[str] = (),
) -> Remains:
    """Destroy, as this device alone."""
    return erasure.destroy(case, entries=entries, objects=objects, team=team_of(case, lasting))


def remains(
    case: Case,
    entries: Collection[str],
    objects: Collection[str],
    lasting: Collection[str] = (),
) -> Remains:
    """Look, as this device alone."""
    return erasure.remains(case, entries=entries, objects=objects, team=team_of(case, lasting))


def with_twins(
    case: Case, entries: Collection[str], lasting: Collection[str] = ()
) -> frozenset[str]:
    """Give the twins, as this device alone."""
    return erasure.with_twins(case, entries, team=team_of(case, lasting))


def note(case: Case, text: str) -> Entry:
    """Add an entry."""
    return append(case, kind="note", body={"text": text}, at=AT)


def texts(case: Case) -> list[object]:
    """What the entries say; None where nobody can tell any more."""
    return [one.body and one.body["text"] for one in read(open_case(case.root))]


def test_an_entry_and_an_object_are_destroyed_and_counted(case: Case) -> None:
    entries = [note(case, text) for text in ("one", "two", "three")]
    gone, stays = put(case, BytesIO(b"gone")), put(case, BytesIO(b"stays"))
    what = {"entries": [entries[1].id], "objects": [gone.object]}
    assert remains(case, **what) == Remains(keys=2, files=1, bodies=1)
    assert destroy(case, **what) == Remains(keys=2, files=1, bodies=1)
    assert remains(open_case(case.root), **what) == Remains(keys=0, files=0, bodies=0)
    assert not remains(case, **what)
    assert texts(case) == ["one", None, "three"]
    assert list_originals(case) == (stays.object,)
    assert verify(case, stays.sha256, size=stays.size) == stays.sha256
    verify_signatures(case)
    verify_commitments(case)


def test_done_again_it_finds_nothing_and_breaks_nothing(case: Case) -> None:
    entry = note(case, "one")
    for _ in range(3):
        destroy(case, entries=[entry.id], objects=["0" * 64])
    assert texts(case) == [None]
    note(case, "two")
    assert texts(case) == [None, "two"]


def test_nothing_named_destroys_nothing(case: Case) -> None:
    note(case, "one")
    assert not destroy(case, entries=["0" * 64], objects=[])
    assert texts(case) == ["one"]


def test_what_is_unknown_here_is_no_error_and_what_is_no_name_is(case: Case) -> None:
    assert not destroy(case, entries=["f" * 64], objects=["f" * 64])
    with pytest.raises(ValueError, match="non-hexadecimal"):
        destroy(case, entries=[], objects=["../../CASE".ljust(64, "a")])


def test_a_kept_publication_goes_by_its_name(case: Case) -> None:
    kept = keep(case, BytesIO(b"a dossier"), known=())
    assert kept is not None
    destroy(case, entries=[], objects=[kept.object])
    assert not kept_path(case, kept.object).exists()
    assert bytes.fromhex(kept.object) not in ring.keys(open_case(case.root))


def test_the_sealed_bytes_are_overwritten_before_they_are_unlinked(
    case: Case, tmp_path: Path
) -> None:
    """Another name for the same bytes shows what stays on a disk that writes in place."""
    entry = note(case, "canary " * 100)
    stored = put(case, BytesIO(b"canary" * 1000))
    path = case.originals / stored.object[:2] / stored.object
    segment = case.journal / "0001.qj"
    for number, one in enumerate((path, segment)):
        (tmp_path / f"{number}").hardlink_to(one)
    destroy(case, entries=[entry.id], objects=[stored.object])
    for number in range(2):
        seen = (tmp_path / f"{number}").read_bytes()
        assert seen == bytes(len(seen))


def test_the_same_body_said_again_under_its_key_goes_too(case: Case) -> None:
    """Whoever has a body and its key can say it again; erasing one must not leave the other."""
    entry = note(case, "canary")
    note(case, "other")
    twin = _said_again(case, entry)
    assert texts(case) == ["canary", "other", "canary"]
    assert with_twins(case, [entry.id]) == {entry.id, twin}
    assert with_twins(case, [twin]) == {entry.id, twin}
    assert destroy(case, entries=[twin], objects=[]).bodies == 2
    assert texts(case) == [None, "other", None]


def _said_again(
    case: Case,
    entry: Entry,
    kind: str = "note",
    body: bytes | None = None,
    commitment: str | None = None,
) -> str:
    """Add a frame by hand with the sealed body of another, and its commitment; gives its id."""
    segment = case.journal / "0001.qj"
    listed = list(frames(segment.read_bytes()))
    first = next(one for one in listed if one.id.hex() == entry.id)
    last = read_header(listed[-1].header)
    old = read_header(first.header)
    header = old._replace(prev=listed[-1].id.hex(), seq=last.seq + 1, kind=kind)
    header = header._replace(commitment=commitment or header.commitment)
    sealed = first.body if body is None else body
    if sealed:
        header = header._replace(sealed=hashlib.sha256(sealed).hexdigest())
    signer = Signer(case.signer.sign_seed)
    with segment.open("ab") as file:
        file.write(make_frame(spell_header(header), sealed, signer))
    return list(frames(segment.read_bytes()))[-1].id.hex()


@pytest.mark.parametrize("body", [b"", b"another" * 100], ids=["none", "another"])
def test_what_only_says_to_have_the_key_of_another_takes_nothing_of_it_with_it(
    case: Case, body: bytes
) -> None:
    """Else who asks to erase an entry of their own could have that of another destroyed."""
    entry = note(case, "another's")
    liar = _said_again(case, entry, body=body)
    assert with_twins(case, [liar]) == {liar}
    assert with_twins(case, [entry.id]) == {entry.id, liar}
    assert destroy(case, entries=[liar], objects=[]).keys == 0
    assert texts(case) == ["another's", None]
    assert not remains(case, entries=[liar], objects=[])
    destroy(case, entries=[entry.id], objects=[])
    assert texts(case) == [None, None]


@pytest.mark.parametrize("body", [b"", b"anything" * 40])
def test_what_only_says_to_have_the_key_of_a_file_takes_nothing_of_it_with_it(
    case: Case, body: bytes
) -> None:
    entry, stored = note(case, "one"), put(case, BytesIO(b"stays"))
    kept = keep(case, BytesIO(b"a dossier"), known=())
    assert kept is not None
    liars = [_said_again(case, entry, "x", body, name) for name in (stored.object, kept.object)]
    assert destroy(case, entries=liars, objects=[]).keys == 0
    assert verify(open_case(case.root), stored.sha256, size=stored.size) == stored.sha256
    assert bytes.fromhex(kept.object) in ring.keys(open_case(case.root))


def test_what_somebody_puts_beside_unfinished_writes_takes_no_keys_of_files(case: Case) -> None:
    """The names of files are in the open, and a header is soon made up."""
    entry, gone = note(case, "one"), note(case, "two")
    stored, kept = put(case, BytesIO(b"stays")), keep(case, BytesIO(b"a dossier"), known=())
    assert kept is not None
    (frame, *_) = frames((case.journal / "0001.qj").read_bytes())
    names = (entry.commitment, stored.object, kept.object)
    made = (read_header(frame.header)._replace(commitment=name) for name in names)
    signer = Signer(case.signer.sign_seed)
    (case.inbox / "torn-1").write_bytes(
        b"".join(make_frame(spell_header(one), b"", signer) for one in made)
    )
    destroy(case, entries=[gone.id], objects=[])
    assert {bytes.fromhex(name) for name in names} == ring.keys(open_case(case.root)).keys()


def test_what_is_said_again_under_another_kind_keeps_no_key(case: Case) -> None:
    """Neither a header alone nor the very body makes what is erased last."""
    entry, stored = note(case, "canary"), put(case, BytesIO(b"gone"))
    said_again = _said_again(case, entry, kind="erase.done")
    bare = [
        _said_again(case, entry, kind="device.admit", body=b""),
        _said_again(case, entry, kind="note", body=b"", commitment=stored.object),
    ]
    what = {"entries": [entry.id], "objects": [stored.object], "lasting": bare}
    assert remains(case, **what) == Remains(keys=2, files=1, bodies=2)
    assert with_twins(case, [entry.id]) == {entry.id, said_again, bare[0]}
    destroy(case, **what)
    assert bytes.fromhex(entry.commitment) not in ring.keys(case)
    assert bytes.fromhex(stored.object) not in ring.keys(case)
    assert texts(case) == [None] * 4
    assert not remains(case, **what)


@pytest.mark.parametrize("kind", sorted(LASTING_KINDS))
def test_what_lasts_keeps_body_and_key_whatever_is_named(case: Case, kind: str) -> None:
    """Nor can it be reached by its twin, or by naming its key as if it were an object's."""
    lasting = append(case, kind=kind, body={"text": "who may write"}, at=AT)
    other = note(case, "other")
    twin = _said_again(case, lasting, kind="note")
    what = {
        "entries": [lasting.id, twin],
        "objects": [lasting.commitment, other.commitment],
        "lasting": [lasting.id],
    }
    assert with_twins(case, what["entries"], lasting=[lasting.id]) == {twin}
    assert remains(case, **what) == Remains(keys=0, files=0, bodies=1)
    destroy(case, **what)
    assert texts(case) == ["who may write", "other", None]
    assert not remains(case, **what)


def test_what_waits_in_the_inbox_loses_its_body(case: Case, tmp_path: Path) -> None:
    """An entry whose parents are missing is erased like any other, and goes on waiting."""
    other = create_case(tmp_path / "other")
    entries = append_many(other, [("note", {"text": "canary"}), ("note", {"text": "2"})], at=AT)
    waiting = list(frames((other.journal / "0001.qj").read_bytes()))
    inbox.store_waiting(case, waiting)
    what = {"entries": [entries[0].id], "objects": []}
    assert remains(case, **what).bodies == 1
    destroy(case, **what)
    assert [bool(one.body) for one in inbox.waiting(case).frames()] == [False, True]
    assert not remains(case, **what)


def _as_if_it_waited(case: Case, entry: Entry) -> Case:
    """Move the newest entry of the journal into the inbox; its key stays in the ring."""
    path = case.journal / "0001.qj"
    *before, newest = frames(path.read_bytes())
    assert newest.id.hex() == entry.id
    path.write_bytes(path.read_bytes()[: newest.start])
    (case.journal / "head").unlink()
    inbox.store_waiting(case, [newest])
    assert before
    return open_case(case.root)


@pytest.mark.parametrize("body", [b"", b"another" * 100], ids=["none", "another"])
def test_what_waits_in_the_inbox_keeps_its_key_when_a_name_of_it_is_only_said(
    case: Case, body: bytes
) -> None:
    """Its key is in the ring already: else it would be adopted one day, and never open."""
    mine, waits = note(case, "own"), note(case, "another's")
    case = _as_if_it_waited(case, waits)
    name = bytes.fromhex(waits.commitment)
    liar = _said_again(case, mine, body=body, commitment=waits.commitment)
    assert destroy(case, entries=[liar], objects=[waits.commitment]).keys == 0
    assert name in ring.keys(open_case(case.root))
    assert destroy(case, entries=[waits.id], objects=[]).keys == 1
    assert name not in ring.keys(open_case(case.root))


def test_a_copy_that_somebody_puts_into_the_inbox_keeps_no_key(case: Case) -> None:
    """Its header is nobody's word; the named entry has lost its body to whoever put it there."""
    note(case, "stays")
    gone = note(case, "goes")
    path = case.journal / "0001.qj"
    *_, frame = frames(path.read_bytes())
    header = read_header(frame.header)
    stranger = Signer(b"s" * 32)
    copy = make_frame(spell_header(header._replace(kind="note.copy")), frame.body, stranger)
    path.write_bytes(path.read_bytes()[: frame.start] + to_bytes(frame, with_body=False))
    inbox.store_waiting(case, frames(copy))
    assert destroy(open_case(case.root), entries=[gone.id], objects=[]).keys == 1
    assert bytes.fromhex(gone.commitment) not in ring.keys(open_case(case.root))


def test_a_body_that_only_a_journal_set_aside_has_stays_until_it_is_named(case: Case) -> None:
    """A whole journal comes without what somebody asked to erase; nobody here agreed to that."""
    stays, gone = note(case, "stays"), note(case, "goes")
    aside = case.inbox / f"journal-1-{case.device}"
    shutil.copytree(case.journal, aside)
    before, _ = frames((aside / "0001.qj").read_bytes())
    drop_bodies(case, {stays.id})
    destroy(case, entries=[gone.id], objects=[])
    assert [one.body for one in frames((aside / "0001.qj").read_bytes())] == [before.body]
    assert bytes.fromhex(stays.commitment) in ring.keys(case)
    destroy(case, entries=[stays.id], objects=[])
    assert not aside.exists()


def test_what_is_named_goes_also_where_only_a_journal_set_aside_has_it(case: Case) -> None:
    """The whole journal that took its place may have come without its newest entries."""
    note(case, "stays")
    gone, aside = note(case, "goes"), case.inbox / f"journal-1-{case.device}"
    shutil.copytree(case.journal, aside)
    case = _as_if_it_waited(case, gone)
    inbox.store_waiting(case, [])
    what = {"entries": [gone.id], "objects": ()}
    assert remains(case, **what) == Remains(keys=1, files=0, bodies=1)
    destroy(case, **what)
    assert not remains(case, **what)
    assert bytes.fromhex(gone.commitment) not in ring.keys(open_case(case.root))
    (left,) = frames((aside / "0001.qj").read_bytes())
    assert (left.id.hex(), left.body) == (gone.id, b"")


@pytest.mark.parametrize("known", [True, False])
def test_only_who_takes_part_keeps_a_key_by_what_lies_in_a_journal_passed_over(
    case: Case, tmp_path: Path, *, known: bool
) -> None:
    """It lost its mark and more; anybody could have put it there, were it not for its signature."""
    mine, other = note(case, "own"), create_case(tmp_path / "other", case_id=case.id)
    theirs = append(other, kind="note", body={"text": "theirs"}, at=AT)
    shutil.copytree(other.journal, case.journals / other.device)
    (case.journals / other.device / "device.pub").write_bytes(b"x")
    name = bytes.fromhex(theirs.commitment)
    ring.add(case, [(name, ring.keys(other)[name])])
    liar = _said_again(case, mine, body=b"", commitment=theirs.commitment)
    public = other.signer.public
    signers = {public.id: bytes.fromhex(public.sign)} if known else {}
    both = Team({**team_of(case).signers, **signers})
    case = open_case(case.root)
    assert [lane.name for lane in lanes(case)] == [case.device]
    erasure.destroy(case, entries=[liar], objects=[], team=both)
    assert (name in ring.keys(open_case(case.root))) == known
    erasure.destroy(case, entries=[theirs.id], objects=[], team=both)
    assert name not in ring.keys(open_case(case.root))


def test_an_erased_body_that_somebody_puts_back_set_aside_is_destroyed(case: Case) -> None:
    """Its key is gone: no plan need name it again."""
    gone, other = note(case, "goes"), note(case, "other")
    aside = case.inbox / f"journal-1-{case.device}"
    shutil.copytree(case.journal, aside)
    kept = shutil.copytree(aside, case.root.with_name("copy"))
    destroy(case, entries=[gone.id], objects=[])
    shutil.copytree(kept, aside)
    destroy(case, entries=[other.id], objects=[])
    assert not aside.exists()


def test_an_original_that_waits_in_pieces_goes_and_its_key_with_every_state(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the pieces lies the key, sealed, in a state that each new piece replaces."""
    name, key = b"n" * 32, b"k" * 32
    monkeypatch.setattr(inbox, "LEAST_PIECE", 1)
    seen = []
    for offset in (0, 3, 6):
        path = case.inbox / f"piece-{offset}"
        path.write_bytes(b"abc")
        keeping = inbox.Keeping(case)
        assert keeping.put(Piece(name, 9, offset, 3, path), key) is None
        (kept,) = keeping.settle()
        state = kept.path.with_name(kept.path.name + ".state")
        seen.append(tmp_path / f"{offset}")
        seen[-1].hardlink_to(state)
        path.unlink(missing_ok=True)
    assert kept.complete
    assert [set(one.read_bytes()) == {0} for one in seen] == [True, True, False]
    what = {"entries": [], "objects": [name.hex()]}
    assert remains(case, **what) == Remains(keys=0, files=1, bodies=0)
    destroy(case, **what)
    assert not remains(case, **what)
    assert list((case.inbox / "objects").iterdir()) == []
    assert [set(one.read_bytes()) for one in seen] == [{0}] * 3


def test_an_original_that_waits_goes_whatever_somebody_called_it(case: Case) -> None:
    """Beside it lies its key; who may write to the folder can give both another name."""
    name, key = b"n" * 32, b"k" * 32
    path = case.inbox / "piece"
    path.write_bytes(b"x" * 2000)
    keeping = inbox.Keeping(case)
    assert keeping.put(Piece(name, 4000, 0, 2000, path), key) is None
    (kept,) = keeping.settle()
    state = kept.path.with_name(kept.path.name + ".state")
    state.rename(case.inbox / "objects" / f"{'ab' * 32}.00000000.state")
    kept.path.rename(case.inbox / "objects" / f"{'ab' * 32}.00000000")
    assert not list(inbox.pending(case))
    destroy(case, entries=[], objects=[name.hex()])
    assert list((case.inbox / "objects").iterdir()) == []


def test_killed_at_any_step_nothing_that_waits_is_lost(
    case: Case, tmp_path: Path, fork: Fork
) -> None:
    other = create_case(tmp_path / "other")
    entries = append_many(other, [("note", {"text": str(n)}) for n in range(3)], at=AT)
    waiting = list(frames((other.journal / "0001.qj").read_bytes()))
    gone = {entries[1].id}
    for step in range(200):
        inbox.store_waiting(case, waiting)
        ended = os.waitpid(fork(lambda: _dying(case, gone, step)), 0)[1]  # noqa: B023
        assert [f.id for f in inbox.waiting(case).frames()] == [f.id for f in waiting]
        inbox.forget(case, objects=(), entries=gone)
        assert [bool(f.body) for f in inbox.waiting(case).frames()] == [True, False, True]
        assert list(case.inbox.glob(".old-*")) == []
        if ended == 0:
            break
    assert ended == 0
    assert step > 5


def _dying(case: Case, entries: set[str], step: int) -> None:
    """Forget entries in the inbox, and die before a step on the disk."""
    left = step

    def killing(_frame: FrameType, event: str, called: object) -> None:
        nonlocal left
        names = {"write", "link", "replace", "unlink", "fsync"}
        if event == "c_call" and getattr(called, "__module__", "") == "posix":
            left -= getattr(called, "__name__", "") in names
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(killing)
    try:
        inbox.forget(case, objects=(), entries=entries)
    finally:
        sys.setprofile(None)


def test_unfinished_writes_go_with_the_keys_of_what_they_began(case: Case) -> None:
    kept = note(case, "kept")
    torn = note(case, "canary")
    segment = case.journal / "0001.qj"
    (case.journal / "head").unlink()
    segment.write_bytes(segment.read_bytes()[:-10])
    case = open_case(case.root)
    note(case, "after")
    assert bytes.fromhex(torn.commitment) in ring.keys(case)
    assert len(list(case.inbox.iterdir())) == 1
    destroy(case, entries=["0" * 64], objects=[])
    assert list(case.inbox.iterdir()) == []
    names = ring.keys(open_case(case.root)).keys()
    assert bytes.fromhex(torn.commitment) not in names
    assert bytes.fromhex(kept.commitment) in names
    assert texts(case) == ["kept", "after"]


def test_a_full_disk_destroys_no_key_and_the_next_run_does(case: Case) -> None:
    entry = note(case, "canary")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, before[1]))
    try:
        with pytest.raises(DiskError):
            destroy(case, entries=[entry.id], objects=[])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert texts(case) == ["canary"]
    destroy(open_case(case.root), entries=[entry.id], objects=[])
    assert texts(case) == [None]


def test_a_collector_has_no_keys_that_it_could_destroy(case: Case, tmp_path: Path) -> None:
    home = case.signer.public
    collector = create_case(tmp_path / "field", role=Role.COLLECTOR, home=home, case_id=case.id)
    stored = put(collector, BytesIO(b"canary"))
    with pytest.raises(SealedAwayError, match="only collects"):
        destroy(collector, entries=[], objects=[stored.object])
    assert list_originals(collector) == (stored.object,)
