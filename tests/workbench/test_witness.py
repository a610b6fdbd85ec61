"""An outside authority stamps a journal by files; what is not checked is called so."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from qantar.archive.case import Case, look_at
from qantar.archive.frame import cut_by_lengths, to_bytes
from qantar.archive.journal import append, heads, read
from qantar.archive.note import MAX_SIGNATURES, Checkpoint, Note, origin, parse, sign
from qantar.archive.own_device import new_device
from qantar.archive.tree import root
from qantar.archive.unlock import open_case
from qantar.archive.verify_witness import kept_notes
from qantar.archive.witness import notes
from qantar.errors import (
    InputRefusedError,
    MissingPathError,
    OutputExistsError,
    WitnessedLossError,
)
from qantar.model.canonical import JSON
from qantar.model.device import Role
from qantar.workbench.groups import Groups
from qantar.workbench.sightings import Sightings, keep_sightings
from qantar.workbench.stamps import TIME, recorded
from qantar.workbench.stores import RecordState, folded_of, record_state
from qantar.workbench.verify import verify
from qantar.workbench.witness import request, take_in
from qantar.workbench.witness_list import witness_list
from tests.authority import Authority
from tests.faults.verifiers import Outcome, independent, ours
from tests.workbench.conftest import NOW
from tests.workbench.exchange import Exchange
from tests.workbench.exchange import note as said


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.founded(tmp_path_factory.mktemp("authority"))


def no_passphrase(folder: Path) -> Path:
    """A file that opens nothing: the case is open."""
    path = folder / "none"
    path.write_text("nothing\n", encoding="utf-8")
    return path


def stamped(case: Case, authority: Authority, folder: Path, name: str = "one") -> Path:
    """Ask, have it answered; gives the answer's file."""
    asked = request(case, folder / f"{name}.tsq").path
    answer = folder / f"{name}.tsr"
    answer.write_bytes(authority.answer(asked.read_bytes()))
    return answer


def test_a_stamped_journal_is_witnessed(built: Case, authority: Authority, tmp_path: Path) -> None:
    answer = stamped(built, authority, tmp_path)
    taken = take_in(built, answer, roots=[authority.root], now=NOW)
    assert (taken.device, taken.entries, taken.checked) == (built.device, 8, True)
    assert taken.authority == "CN=Test Authority"
    (seen,) = verify(built).witnessed
    assert (seen.device, seen.entry) == (built.device, 8)
    (words,) = seen.by
    stamp = "a time stamp of CN=Test Authority (signature checked when it was taken in)"
    assert words.startswith(f"{stamp} at {taken.at:%Y-%m-%dT%H:%MZ}")
    other = independent(built.root, passphrase=no_passphrase(tmp_path), witness=None)
    assert other.verified["witnesses"] == [
        {"device": built.device, "entry": 8, "by": ["a time stamp (signature not checked)"]}
    ]


def test_a_file_that_names_the_text_of_a_note_is_no_time_stamp(
    built: Case, authority: Authority, tmp_path: Path
) -> None:
    """Whoever can write to the folder copies `head` and puts its hash beside it: no key needed."""
    head = (built.journal / "head").read_bytes()
    text = parse(head).checkpoint.text()
    kept, brought = built.witness / built.device, tmp_path / "brought"
    stem = "0000000008-00000000"
    for folder in (kept, brought):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{stem}.note").write_bytes(head)
        (folder / f"{stem}.tsr").write_bytes(b"0" + hashlib.sha256(text).digest() + b"0")
    inside, outside = (f"witness/{built.device}/{stem}.tsr", f"{stem}.tsr")

    def look(*, witness: Path | None = None, locked: bool = False) -> Outcome:
        one, other = (
            verifier(built.root, passphrase=no_passphrase(tmp_path), witness=witness, locked=locked)
            for verifier in (ours, independent)
        )
        assert one.on_what_both_check == other.on_what_both_check
        return one

    for locked in (False, True):
        outcome = look(locked=locked)
        assert outcome.exit == 0
        assert outcome.found == {("note", inside)}
        assert outcome.verified["witnesses"] == []
        outcome = look(witness=brought, locked=locked)
        assert outcome.exit == 0
        assert outcome.found == {("note", inside), ("note", outside)}
        # Whoever kept the note did see it; nothing is said of a time.
        assert outcome.verified["witnesses"][0]["by"] == [f"whoever kept {stem}.note"]
    (finding,) = verify(built).findings
    assert "witnesses nothing" in finding.next
    (finding,) = verify(look_at(built.root)).findings
    assert "time stamps were not looked at" in finding.found
    assert witness_list(built).entries[0].by is None
    # One that was taken in counts for its own note, and for no other.
    (kept / f"{stem}.tsr").unlink()
    take_in(built, stamped(built, authority, tmp_path), now=NOW)
    outcome = look()
    assert (outcome.exit, outcome.found - {("record", "record/record.db")}) == (0, frozenset())
    assert outcome.verified["witnesses"][0]["entry"] == 8
    (answer,) = kept.glob("*.tsr")
    later = (built.journal / "head").read_bytes()
    (kept / "0000000009-00000000.note").write_bytes(later)
    shutil.copy(answer, kept / "0000000009-00000000.tsr")
    outcome = look()
    assert ("note", f"witness/{built.device}/0000000009-00000000.tsr") in outcome.found
    assert outcome.verified["witnesses"][0]["entry"] == 8
    assert look(locked=True).verified["witnesses"] == []


def test_without_a_root_the_signature_is_called_unchecked_until_it_is(
    built: Case, authority: Authority, tmp_path: Path
) -> None:
    answer = stamped(built, authority, tmp_path)
    assert not take_in(built, answer, now=NOW).checked
    assert "(signature not checked)" in verify(built).witnessed[0].by[0]
    assert take_in(built, answer, roots=[authority.root], now=NOW).checked
    assert "(signature checked" in verify(built).witnessed[0].by[0]
    # Said once each, however often it is taken in.
    take_in(built, answer, now=NOW)
    take_in(built, answer, roots=[authority.root], now=NOW)
    assert [one.checked for one in recorded(built)] == [False, True]


def test_a_stamp_of_somebody_else_is_refused(
    built: Case, authority: Authority, tmp_path: Path
) -> None:
    answer = stamped(built, authority, tmp_path)
    stranger = Authority.founded(tmp_path / "stranger")
    with pytest.raises(InputRefusedError):
        take_in(built, answer, roots=[stranger.root], now=NOW)
    with pytest.raises(InputRefusedError, match="PEM"):
        take_in(built, answer, roots=[answer], now=NOW)
    for path in (tmp_path / "nowhere.tsr", tmp_path):
        with pytest.raises(MissingPathError):
            take_in(built, path, now=NOW)
    assert list(recorded(built)) == []
    assert not kept_notes(built)[0].with_suffix(".tsr").exists()


def test_an_answer_to_another_request_is_refused(
    built: Case, case: Case, authority: Authority, tmp_path: Path
) -> None:
    request(built, tmp_path / "asked.tsq")
    append(case, kind="estimate.seed", body={"seed": 1}, at=NOW)
    with pytest.raises(InputRefusedError, match="no request"):
        take_in(built, stamped(case, authority, tmp_path), now=NOW)
    (tmp_path / "refused.tsr").write_bytes(authority.refusal())
    with pytest.raises(InputRefusedError, match="refused"):
        take_in(built, tmp_path / "refused.tsr", now=NOW)


def test_the_same_journal_is_asked_for_by_the_same_request(
    built: Case, authority: Authority, tmp_path: Path
) -> None:
    """An answer to a request that was sent earlier fits the one that was made again."""
    first = request(built, tmp_path / "first.tsq").path.read_bytes()
    assert request(built, tmp_path / "again.tsq").path.read_bytes() == first
    with pytest.raises(OutputExistsError):
        request(built, tmp_path / "first.tsq")
    append(built, kind="estimate.seed", body={"seed": 1}, at=NOW)
    assert request(built, tmp_path / "more.tsq").path.read_bytes() != first
    assert witness_list(built).open_requests == (8, 9)
    answer = tmp_path / "first.tsr"
    answer.write_bytes(authority.answer(first))
    assert take_in(built, answer, now=NOW).entries == 8
    assert witness_list(built).open_requests == (9,)
    answer.write_bytes(authority.answer(first))
    with pytest.raises(OutputExistsError):
        take_in(built, answer, now=NOW)


def test_an_empty_journal_and_one_of_which_others_saw_more_are_not_stamped(
    built: Case, tmp_path: Path
) -> None:
    fresh = Exchange.begun(tmp_path)
    joined = fresh.joined("second")
    with pytest.raises(InputRefusedError, match="no entry"):
        request(joined, tmp_path / "asked.tsq")
    earlier = Path(shutil.copytree(built.root, tmp_path / "earlier"))
    append(built, kind="estimate.seed", body={"seed": 1}, at=NOW)
    request(built, tmp_path / "later.tsq")
    shutil.copytree(built.witness, earlier / "witness", dirs_exist_ok=True)
    with pytest.raises(WitnessedLossError):
        request(open_case(earlier), tmp_path / "asked.tsq")


def test_a_stamp_changes_nothing_in_the_record(
    built: Case, authority: Authority, tmp_path: Path
) -> None:
    take_in(built, stamped(built, authority, tmp_path), now=NOW)
    assert [entry.kind for entry in read(built)][-1] == TIME
    folded = folded_of(built)
    assert record_state(built, folded.state) is RecordState.CURRENT
    assert not folded.unknown
    assert [one.check.value for one in verify(built).findings] == []


def test_a_journal_written_anew_after_its_stamp_is_found_out(
    built: Case, authority: Authority, tmp_path: Path
) -> None:
    take_in(built, stamped(built, authority, tmp_path), roots=[authority.root], now=NOW)
    path = built.journal / "0001.qj"
    frames = list(cut_by_lengths(path.read_bytes()))[:5]
    path.write_bytes(b"".join(map(to_bytes, frames)))
    checkpoint = Checkpoint(
        origin=origin(built.id, built.device), size=5, root=root(frame.id for frame in frames)
    )
    head = sign(checkpoint, built.signer.sign_seed)
    (built.journal / "head").write_bytes(head.to_bytes())
    assert verify(open_case(built.root)).exit_code == 22


def test_the_list_says_since_when_each_entry_was_seen(
    built: Case, authority: Authority, tmp_path: Path
) -> None:
    claimed = datetime(2030, 2, 3, 4, 5, tzinfo=UTC)
    (unseen,) = witness_list(built).entries
    assert (unseen.first, unseen.last, unseen.at, unseen.by) == (1, 8, None, None)
    assert unseen.claimed == (claimed, claimed)
    taken = take_in(built, stamped(built, authority, tmp_path), now=NOW)
    later = NOW.replace(hour=9)
    append(built, kind="estimate.seed", body={"seed": 1}, at=later)
    first, rest = witness_list(built).entries
    assert (first.first, first.last, first.at) == (1, 8, taken.at.replace(microsecond=0))
    assert (rest.first, rest.last, rest.at) == (9, 10, None)
    assert rest.claimed == (claimed, later.replace(second=0))
    second = take_in(built, stamped(built, authority, tmp_path, "two"), now=NOW)
    # Entries that were seen twice count from the first time on.
    first, rest = witness_list(built).entries[:2]
    assert (first.last, first.at) == (8, taken.at)
    assert (rest.first, rest.last, rest.at) == (9, 10, second.at)


def test_the_list_tells_of_devices_of_the_team(tmp_path: Path) -> None:
    team = Exchange.begun(tmp_path)
    other = team.joined("second")
    team.take_in(other, "theirs")
    team.hand_over(other, team.home, "founder")
    found = witness_list(team.home)
    size = heads(team.home)[team.home.device].size
    (own,) = [one for one in found.seen if one.device == team.home.device and one.size == size]
    assert own.by == f"device {other.device}"
    assert {one.device for one in found.entries} == {team.home.device, other.device}
    assert all(one.at for one in found.entries)


def test_what_a_stamp_says_of_itself_is_not_taken_from_an_unknown_form(built: Case) -> None:
    append(built, kind=TIME, body={"answer": "0" * 64, "at": "no time"}, at=NOW)
    append(built, kind=TIME, body={"other": 1}, at=NOW)
    no_zone: dict[str, JSON] = {
        "answer": "0" * 64,
        "at": "2024-01-01T00:00:00",
        "authority": None,
        "roots": [],
    }
    append(built, kind=TIME, body=no_zone, at=NOW)
    assert list(recorded(built)) == []
    assert verify(replace(built, cache={})).exit_code == 0


def _crowded(case: Case, signer: Case, checkpoint: Checkpoint, rounds: int) -> None:
    """Let a checkpoint of `signer` come, cosigned by as many made-up members as there is room for."""
    random = Random(1)  # noqa: S311  # repeatable
    for _ in range(rounds):
        made_up = [new_device(Role.MEMBER, random.randbytes) for _ in range(MAX_SIGNATURES - 1)]
        publics = {one.public.id: one.public for one in (*made_up, signer.signer, case.signer)}
        came: Note = sign(checkpoint, signer.signer.sign_seed)
        for one in made_up:
            came = came.cosign(origin(case.id, one.public.id), one.sign_seed, 1_700_000_000)
        seen = Sightings(case.id, publics, Groups())
        seen.take(came.to_bytes())
        trails = {
            signer.device: [
                [bytes.fromhex(one.id) for one in read(case) if one.device == signer.device]
            ]
        }
        list(keep_sightings(case, seen, trails, cosigned=signer.device, time=1_700_000_000))


@pytest.mark.parametrize("rounds", [1, 2])
def test_made_up_cosigners_leave_room_for_what_this_device_signed(
    tmp_path: Path, rounds: int
) -> None:
    """With 63 of them the note was kept without it, and bound nothing: what was lost was exit 0."""
    team = Exchange.begun(tmp_path)
    other = team.joined("Aizhan")
    for text in ("one", "two", "three"):
        said(other, text)
    team.hand_over(other, team.home, "founder")
    lane = team.home.journals / other.device
    frames = list(cut_by_lengths((lane / "0001.qj").read_bytes()))
    checkpoint = Checkpoint(
        origin=origin(team.home.id, other.device),
        size=len(frames),
        root=root(frame.id for frame in frames),
    )
    for path in (team.home.witness / other.device).glob("*.note"):
        path.unlink()
    _crowded(team.home, other, checkpoint, rounds)
    (kept,) = notes(team.home, other.device)
    assert len(kept.signatures) == MAX_SIGNATURES
    public_key = bytes.fromhex(team.home.signer.public.sign)
    assert kept.cosigned_at(origin(team.home.id, team.home.device), public_key)
    assert kept.is_signed(bytes.fromhex(other.signer.public.sign))
    (lane / "0001.qj").write_bytes(b"".join(map(to_bytes, frames[:-1])))
    (lane / "head").unlink()
    for look in (ours, independent):
        outcome = look(team.home.root, passphrase=no_passphrase(tmp_path), witness=None)
        assert outcome.exit == WitnessedLossError.exit_code
