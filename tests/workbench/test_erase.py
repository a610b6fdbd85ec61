"""What is erased is gone from this device, and nothing else is; what stays is not exposed."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sys
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import FrameType

import pytest

from qantar.archive import ring
from qantar.archive.case import Case
from qantar.archive.erasure import LASTING_KINDS, Remains, remains
from qantar.archive.frame import frames, make_frame, read_header, spell_header
from qantar.archive.journal import append, head, read, verify_commitments, verify_signatures
from qantar.archive.kept import kept_path
from qantar.archive.lock import writing
from qantar.archive.originals import list_originals, object_name, original_path, put, verify
from qantar.archive.signing import Signer
from qantar.archive.unlock import open_case
from qantar.archive.verify import Check
from qantar.errors import (
    CaseKeyError,
    ErasedError,
    EraseRefusedError,
    MissingPathError,
    OriginalAlteredError,
    SealedAwayError,
)
from qantar.model.decision import Verdict
from qantar.model.entry import Entry
from qantar.record.database import opened
from qantar.record.read import record_digest
from qantar.workbench import team_entries as team
from qantar.workbench.add import add
from qantar.workbench.bundle import bundle
from qantar.workbench.create import create, create_collector, create_waiting
from qantar.workbench.decide import decide
from qantar.workbench.devices import devices_of, invite, revoke
from qantar.workbench.erase import EraseReport, erase, finish, plan_pending, plan_to_erase
from qantar.workbench.erase_plan import ErasePlan
from qantar.workbench.folded import Folded
from qantar.workbench.merge import merge
from qantar.workbench.status import status
from qantar.workbench.stores import (
    RecordState,
    folded_of,
    readings_of,
    record_of,
    record_state,
)
from qantar.workbench.team_entries import EraseReason
from qantar.workbench.verify import verify as verify_case
from tests.workbench.conftest import NOW, rebuild

CONSENT = EraseReason.CONSENT_WITHDRAWN


def do(case: Case, *targets: str) -> EraseReport:
    """Erase the targets as the command does."""
    with writing(case):
        plan = plan_to_erase(case, targets)
        return erase(case, plan, reason=CONSENT, now=NOW, software="test")


def do_pending(case: Case) -> EraseReport:
    """Carry out what waits as the command does."""
    with writing(case):
        return erase(case, plan_pending(case), reason=None, now=NOW, software="test")


def words(plan: ErasePlan) -> str:
    """All that the plan says."""
    return "\n".join(plan.lines())


def take_in(case: Case, folder: Path, **files: str) -> None:
    """Take in files of these names and texts."""
    folder.mkdir(exist_ok=True)
    paths = []
    for name, text in files.items():
        paths.append(folder / f"{name}.txt")
        paths[-1].write_text(text, encoding="utf-8")
    add(case, paths=paths, sheet_path=None, now=NOW, acknowledge=lambda _: None)


def sheet_of(case: Case, folder: Path, text: str) -> str:
    """Take a sheet in; gives its hash."""
    folder.mkdir(exist_ok=True)
    path = folder / "sheet.toml"
    path.write_text(text, encoding="utf-8")
    add(case, paths=(), sheet_path=path, now=NOW, acknowledge=lambda _: None)
    return hashlib.sha256(text.encode()).hexdigest()


def check_whole(case: Case) -> Folded:
    """Open the case anew and check every chain, signature, body and original."""
    again = open_case(case.root)
    verify_signatures(again)
    verify_commitments(again)
    folded = folded_of(again)
    for one in folded.accessions:
        assert verify(again, one.original, size=one.size) == one.original
    return folded


# What goes.


def test_an_accession_goes_with_its_bytes_its_claims_and_its_keys(built: Case) -> None:
    before = folded_of(built)
    gone = next(one for one in before.accessions if one.id == "a3")
    keys, entries = len(ring.keys(built)), head(built)[0]
    report = do(built, "a3")
    assert (report.destroyed.keys, report.destroyed.files, report.destroyed.bodies) == (2, 1, 1)
    assert report.rebuilt
    folded = check_whole(built)
    assert [one.id for one in folded.accessions] == ["a1", "a2", "a4", "a5"]
    assert folded.erased == {gone.entry}
    assert gone.object not in list_originals(built)
    with pytest.raises(OriginalAlteredError, match="missing"):
        verify(built, gone.original, size=gone.size)
    # The keys of the request and of the answer came, two went.
    assert len(ring.keys(open_case(built.root))) == keys
    assert head(built)[0] == entries + 2
    (body,) = [one.body for one in read(built) if one.id == gone.entry]
    assert body is None
    assert record_state(built, folded.state) is RecordState.CURRENT


def test_the_record_is_as_if_it_had_never_been_taken_in(tmp_path: Path) -> None:
    with_it, without = (create(tmp_path / name, title="Winter", now=NOW) for name in "ab")
    for one in (with_it, without):
        take_in(one, tmp_path / "m", first="Kyzylorda, a letter")
    take_in(with_it, tmp_path / "m", second="Aizhan saw it")
    for one in (with_it, without):
        rebuild(one)
    assert record_digest(*record_of(with_it)) != record_digest(*record_of(without))
    do(with_it, "a2")
    assert record_digest(*record_of(with_it)) == record_digest(*record_of(without))


def test_an_earlier_record_opens_with_no_key_that_is_left(built: Case, tmp_path: Path) -> None:
    """Each build leaves the record before it on the disk, where no program overwrites it."""
    for name in ("record.db", "readings.db"):
        shutil.copy(built.root / "record" / name, tmp_path / name)
    do(built, "a3")
    case = open_case(built.root)
    left = {case.shared_key, case.local_key, *ring.keys(case).values()}
    keys = {ring.key_for(case, "record"), readings_of(case).key, case.key_for("record")}
    for name in ("record.db", "readings.db"):
        for key in (keys | left) - {None}:
            assert key is not None
            with pytest.raises(CaseKeyError), opened(tmp_path / name, key):
                pass


def test_every_accession_of_the_same_bytes_goes(case: Case, tmp_path: Path) -> None:
    take_in(case, tmp_path / "m", one="the same", two="another", three="the same")
    do(case, "a1")
    assert [one.id for one in check_whole(case).accessions] == ["a2"]
    assert len(list_originals(case)) == 1


def test_ids_of_what_stays_stay_and_are_not_given_again(case: Case, tmp_path: Path) -> None:
    take_in(case, tmp_path / "m", one="1", two="2", three="3")
    do(case, "a3")
    take_in(case, tmp_path / "m", four="4")
    assert [one.id for one in folded_of(case).accessions] == ["a1", "a2", "a4"]


def test_decisions_that_name_its_claims_go_with_their_undos_and_no_others(built: Case) -> None:
    """A reason may quote; a decision about other claims stays, and so does its undo."""
    named = decide(built, verdict=Verdict.WITHDRAW, targets=["c1"], reason="canary", now=NOW)
    undo = decide(built, verdict=Verdict.UNDO, targets=[named[0].id], reason="canary", now=NOW)
    other = decide(built, verdict=Verdict.JOIN, targets=["e1", "e2"], reason="one", now=NOW)
    accession = next(
        one.id for one in folded_of(built).accessions if one.accession.path.endswith("claims.csv")
    )
    plan = plan_to_erase(built, [accession])
    assert named[0].id in words(plan)
    assert undo[0].id in words(plan)
    assert "canary" not in words(plan)
    do(built, accession)
    assert [one.id for one in check_whole(built).decisions] == [other[0].id]


def test_a_decision_goes_alone_with_its_undos(built: Case) -> None:
    made = decide(built, verdict=Verdict.JOIN, targets=["e1", "e2"], reason="canary", now=NOW)
    undo = decide(built, verdict=Verdict.UNDO, targets=[made[0].id], reason="canary", now=NOW)
    do(built, made[0].id)
    folded = check_whole(built)
    assert folded.decisions == ()
    assert folded.erased == {made[0].entry, undo[0].entry}
    assert len(folded.accessions) == 5


def test_erasing_an_undo_says_that_what_it_undid_counts_again(built: Case) -> None:
    made = decide(built, verdict=Verdict.JOIN, targets=["e1", "e2"], reason="one", now=NOW)
    undo = decide(built, verdict=Verdict.UNDO, targets=[made[0].id], reason="no", now=NOW)
    plan = plan_to_erase(built, [undo[0].id])
    assert plan.counts_again == (f"{made[0].id}: the decision join of 2030-02-03",)
    do(built, undo[0].id)
    assert [one.id for one in folded_of(built).standing] == [made[0].id]


def test_an_original_is_named_by_the_first_digits_of_its_hash(case: Case, tmp_path: Path) -> None:
    take_in(case, tmp_path / "m", one="1", two="2")
    sha256 = hashlib.sha256(b"1").hexdigest()
    for target in (sha256, sha256[:8], sha256[:20].upper()):
        assert "a1: one.txt" in words(plan_to_erase(case, [target]))
    do(case, sha256[:8])
    assert [one.id for one in folded_of(case).accessions] == ["a2"]


def test_what_names_nothing_or_several_things_is_refused(case: Case, tmp_path: Path) -> None:
    # Two texts whose hashes begin with the same eight digits, found by trying.
    take_in(case, tmp_path / "m", one="text 859", two="text 4460")
    before = head(case)
    for target in ("a9", "a", "d-0000000000000000", "12345", "0" * 8, "0" * 64, "../a1", ""):
        with pytest.raises(EraseRefusedError, match="holds no") as told:
            plan_to_erase(case, [target])
        assert told.value.exit_code == 14
    with pytest.raises(EraseRefusedError, match="b30a892c begins several hashes"):
        plan_to_erase(case, ["b30a892c"])
    assert plan_to_erase(case, [hashlib.sha256(b"text 859").hexdigest()[:12]])
    assert head(case) == before


def test_what_was_erased_is_said_to_be_erased(case: Case, tmp_path: Path) -> None:
    take_in(case, tmp_path / "m", one="1")
    do(case, "a1")
    with pytest.raises(EraseRefusedError, match="erased already"):
        plan_to_erase(case, [hashlib.sha256(b"1").hexdigest()])
    with pytest.raises(EraseRefusedError, match="holds no"):
        plan_to_erase(case, ["a1"])


def test_a_stored_file_that_no_entry_names_is_erased_by_its_whole_hash(case: Case) -> None:
    """Left by a run that was killed between the file and its entry."""
    stored = put(case, BytesIO(b"canary"))
    plan = plan_to_erase(case, [stored.sha256])
    assert "1 file stored here that no entry names" in words(plan)
    do(case, stored.sha256)
    assert list_originals(case) == ()
    assert bytes.fromhex(stored.object) not in ring.keys(open_case(case.root))
    with pytest.raises(ErasedError):
        put(case, BytesIO(b"canary"), erased=folded_of(case).erased_objects)


def test_the_request_says_what_and_why_in_a_word_and_nothing_else(built: Case) -> None:
    gone = next(one for one in folded_of(built).accessions if one.id == "a3")
    do(built, "a3")
    (asked,) = [one.body for one in read(built) if one.kind == "erase"]
    assert asked == {
        "entries": [gone.entry],
        "objects": [gone.object],
        "reason": "consent-withdrawn",
        "by_name": [],
    }


# What an unfinished write held.


def test_an_unfinished_write_that_was_set_aside_goes_with_its_key(
    case: Case, tmp_path: Path
) -> None:
    """Killed while it entered the file, which was then taken in again: the torn entry names it."""
    take_in(case, tmp_path / "m", one="1")
    torn_key = bytes.fromhex(list(read(case))[-1].commitment)
    segment = case.journal / "0001.qj"
    whole = segment.read_bytes()
    (case.journal / "head").unlink()
    segment.write_bytes(whole[:-40])
    case = open_case(case.root)
    take_in(case, tmp_path / "m", one="1")
    assert [path.name for path in case.inbox.iterdir()] == ["torn-1"]
    assert torn_key in ring.keys(case)
    do(case, "a1")
    assert list(case.inbox.iterdir()) == []
    assert torn_key not in ring.keys(open_case(case.root))


def test_folders_that_somebody_made_stop_no_erasure(case: Case, tmp_path: Path) -> None:
    """Each ended with "Is a directory", and what was asked to be erased was never told to be gone."""
    take_in(case, tmp_path / "m", one="1")
    (name,) = list_originals(case)
    for folder in ("torn-1", f"torn-{'9' * 245}", f"journal-1-{case.device}"):
        (case.inbox / folder / "below").mkdir(parents=True)
    original_path(case, name).unlink()
    original_path(case, name).mkdir()
    (case.journal / ".old-0001.qj").mkdir()
    do(case, "a1")
    assert list(read(open_case(case.root)))[-1].kind == "erase.done"
    assert not (case.inbox / f"journal-1-{case.device}").exists()


# Publications.


def test_copies_of_dossiers_that_were_made_since_go_and_earlier_ones_stay(
    case: Case, tmp_path: Path
) -> None:
    take_in(case, tmp_path / "m", one="1")
    first = _released(case, b"a dossier without it")
    take_in(case, tmp_path / "m", two="2")
    second = _released(case, b"a dossier with it")
    plan = plan_to_erase(case, ["a2"])
    assert [one.object for one in plan.new.releases] == [second]
    assert any(
        "dossiers that were published since (2030-02-03)" in one for one in plan.out_of_reach
    )
    do(case, "a2")
    assert kept_path(case, first).exists()
    assert not kept_path(case, second).exists()
    assert bytes.fromhex(second) not in ring.keys(open_case(case.root))
    assert len(check_whole(case).releases) == 2
    # The second time there is nothing kept that could go.
    assert plan_to_erase(case, ["a1"]).new.objects.isdisjoint({second})


def _released(case: Case, dossier: bytes) -> str:
    """Keep a copy of a dossier and say so, as publishing does; gives its name."""
    from qantar.archive.kept import keep  # noqa: PLC0415
    from qantar.workbench import entries  # noqa: PLC0415

    kept = keep(case, BytesIO(dossier), known=())
    assert kept is not None
    kind, body = entries.release(
        kept.sha256, policy="public-only", as_of=None, object=kept.object, size=kept.size
    )
    append(case, kind=kind, body=body, at=NOW)
    return kept.object


# What must not be exposed.

PROTECTED = """
[sources.w1]
name = "a nurse"
kind = "witness"
protected = true
"""
FILE = """
[[accession]]
path = "{name}.txt"
source = "w1"
consent = "public"
"""


def test_a_sheet_that_alone_protects_a_source_in_use_is_not_erased(
    case: Case, tmp_path: Path
) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(name)
    first = sheet_of(case, folder, PROTECTED + FILE.format(name="one") + FILE.format(name="two"))
    with pytest.raises(EraseRefusedError, match="the source w1 is protected, and a") as told:
        plan_to_erase(case, [first])
    assert told.value.next is not None
    assert "add a corrected sheet" in told.value.next
    # With its files it may go, and so it may once another sheet protects the source.
    assert plan_to_erase(case, [first, "a1", "a2"])
    sheet_of(case, folder, PROTECTED + "\n# corrected\n" + FILE.format(name="two"))
    do(case, first, "a1")
    folded = check_whole(case)
    assert [one.protected for one in folded.sources if one.id == "w1"] == [True]
    assert "a2" in {one.id for one in folded.accessions}


def test_a_sheet_that_unprotects_cannot_stand_in_for_the_one_that_protects(
    case: Case, tmp_path: Path
) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "one.txt").write_text("one")
    first = sheet_of(case, folder, PROTECTED + FILE.format(name="one"))
    open_source = PROTECTED.replace("true", "false") + FILE.format(name="one")
    sheet_of(case, folder, open_source)
    with pytest.raises(EraseRefusedError, match="protected"):
        plan_to_erase(case, [first])


def test_the_sheet_that_described_it_stays_and_is_named_in_the_plan(
    case: Case, tmp_path: Path
) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "one.txt").write_text("one")
    sha256 = sheet_of(case, folder, PROTECTED + FILE.format(name="one"))
    stays = [one for one in plan_to_erase(case, ["a1"]).stays if "MAY NAME THE PERSON" in one]
    assert len(stays) == 1
    assert sha256[:12] in stays[0]
    assert not any("NAME THE PERSON" in one for one in plan_to_erase(case, ["a1", sha256]).stays)


def test_what_the_same_decision_set_aside_does_not_come_back(built: Case) -> None:
    """One decision withdrew a claim of this file and one of another: erasing it would show that."""
    decide(built, verdict=Verdict.WITHDRAW, targets=["c1", "e1"], reason="both", now=NOW)
    accession = next(
        one.id for one in folded_of(built).accessions if one.accession.path.endswith("claims.csv")
    )
    with pytest.raises(EraseRefusedError, match=r"also set e1 of a\d aside") as told:
        plan_to_erase(built, [accession])
    assert told.value.next is not None
    assert "withdraw" in told.value.next
    decide(built, verdict=Verdict.WITHDRAW, targets=["e1"], reason="alone", now=NOW)
    do(built, accession)
    (left,) = check_whole(built).standing
    assert left.reason == "alone"


def test_other_files_of_the_source_are_named_in_the_plan(case: Case, tmp_path: Path) -> None:
    take_in(case, tmp_path / "m", one="1", two="2", three="3")
    stays = plan_to_erase(case, ["a2"]).stays
    assert "other files of the source unknown: a1, a3" in stays


# Not taken in again.


def test_the_same_bytes_are_not_taken_in_again_and_the_rest_of_the_folder_is(
    case: Case, tmp_path: Path
) -> None:
    take_in(case, tmp_path / "m", one="1", two="2")
    do(case, "a1")
    folder = tmp_path / "again"
    folder.mkdir()
    for name, text in (("renamed", "1"), ("three", "3")):
        (folder / f"{name}.txt").write_text(text)
    report = add(case, paths=[folder], sheet_path=None, now=NOW, acknowledge=lambda _: None)
    assert [one.accession for one in report.sealed] == ["a3"]
    assert [(Path(one.path).name, one.reason) for one in report.refused] == [
        ("renamed.txt", "was erased from this case at somebody's request and is refused for good")
    ]
    assert "renamed" not in str([one.body for one in read(case)])


NAMING = """
[sources.b]
name = "Somebody"
kind = "witness"
protected = true
{}"""
ENTRY = """
[[accession]]
path = "{}.txt"
source = "b"
"""


def naming(folder: Path, *names: str) -> Path:
    """Write a sheet that names these files."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.txt").write_text(name)
    sheet = folder / "sheet.toml"
    sheet.write_text(NAMING.format("".join(map(ENTRY.format, names))))
    return sheet


def test_a_sheet_that_names_nothing_but_what_was_erased_is_not_sealed(
    case: Case, tmp_path: Path
) -> None:
    """It once came back with the path and the source of the person whose file it was."""
    take_in(case, tmp_path / "m", said="said")
    do(case, "a1")
    before = list(read(case))
    sheet = naming(tmp_path / "again", "said")
    report = add(case, paths=(), sheet_path=sheet, now=NOW, acknowledge=lambda _: None)
    assert list(read(case)) == before
    assert list_originals(case) == ()
    assert (report.sealed, report.sheet_names_erased) == ((), False)
    with pytest.raises(MissingPathError) as told:
        report.raise_if_refused()
    assert "said.txt was erased from this case at somebody's request" in told.value.message
    assert told.value.next == "Nothing is wrong with the path of what was erased."
    assert told.value.exit_code == 12


def test_a_sheet_that_also_names_what_was_erased_is_told(case: Case, tmp_path: Path) -> None:
    take_in(case, tmp_path / "m", said="said")
    do(case, "a1")
    sheet = naming(tmp_path / "again", "said", "new")
    report = add(case, paths=(), sheet_path=sheet, now=NOW, acknowledge=lambda _: None)
    assert [Path(one.path).name for one in report.sealed] == ["new.txt"]
    assert report.sheet_names_erased
    with pytest.raises(MissingPathError, match="Nothing is wrong with the path"):
        report.raise_if_refused()


def test_a_sheet_that_was_erased_is_not_taken_in_again(case: Case, tmp_path: Path) -> None:
    sha256 = sheet_of(case, tmp_path / "m", PROTECTED)
    do(case, sha256)
    assert folded_of(case).sheets == ()
    with pytest.raises(ErasedError) as told:
        sheet_of(case, tmp_path / "m", PROTECTED)
    assert told.value.exit_code == 12


# Interrupted.


@pytest.fixture
def forked() -> Iterator[list[int]]:
    """Collect children; none is left behind."""
    pids: list[int] = []
    yield pids
    for pid in pids:
        with_status = os.waitpid(pid, os.WNOHANG)
        if with_status == (0, 0):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


_STEPS = {"write", "pwrite", "replace", "unlink", "link", "ftruncate", "fsync"}


def _killed_before(step: int, root: Path, forked: list[int]) -> bool:
    """Erase a2 in a child that is killed before a step on the disk; false if it ended first."""
    left = step

    def killing(_frame: FrameType, event: str, called: object) -> None:
        nonlocal left
        of_the_system = getattr(called, "__module__", "") == "posix"
        if event == "c_call" and of_the_system and getattr(called, "__name__", "") in _STEPS:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    with warnings.catch_warnings():
        # From Python 3.12 on: a test runner has threads; the child touches none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        code = 70
        try:
            case = open_case(root)
            sys.setprofile(killing)
            do(case, "a2")
            code = 0
        finally:
            os._exit(code)
    forked.append(pid)
    _, ended = os.waitpid(pid, 0)
    forked.remove(pid)
    assert os.waitstatus_to_exitcode(ended) in (0, -signal.SIGKILL)
    return ended != 0


def test_killed_at_any_step_it_is_finished_by_the_next_run(
    tmp_path: Path, forked: list[int]
) -> None:
    """Before the request is on the disk nothing happened; after it, the end is always the same."""
    made = create(tmp_path / "made", title="Winter", now=NOW)
    take_in(made, tmp_path / "m", one="Kyzylorda", two="canary", three="3")
    rebuild(made)
    decide(made, verdict=Verdict.WITHDRAW, targets=["a2"], reason="canary", now=NOW)
    gone = [one.entry for one in folded_of(made).accessions if one.id == "a2"]
    gone += [one.entry for one in folded_of(made).decisions]
    digest, steps, asked, step = None, 0, 0, 0
    while True:
        root = Path(shutil.copytree(made.root, tmp_path / f"case-{step}"))
        if not _killed_before(step, root, forked):
            break
        steps += 1
        case = open_case(root)
        verify_signatures(case)
        begun = [one for one in folded_of(case).erasures if case.device in one.pending]
        if begun:
            asked += 1
            assert any("unfinished" in line for line in status(case).waiting())
            do_pending(case)
        elif not folded_of(case).erasures:
            do(case, "a2")
        folded = check_whole(case)
        assert {*gone} == folded.erased
        assert [one.id for one in folded.accessions] == ["a1", "a3"]
        assert all(case.device in one.answered for one in folded.erasures)
        assert not remains(
            case, entries=folded.erased, objects=folded.erased_objects, team=folded.team
        )
        assert record_state(case, folded.state) is RecordState.CURRENT
        digest = digest or record_digest(*record_of(case))
        assert record_digest(*record_of(case)) == digest
        assert list(case.root.rglob(".*")) == []
        shutil.rmtree(root)
        step += 1 + step // 9
    assert steps > 20
    assert 10 < asked < steps


def test_the_next_build_finishes_what_was_begun_here(built: Case) -> None:
    with writing(built):
        plan = plan_to_erase(built, ["a3"])
    asked = {"entries": sorted(plan.new.entries), "objects": sorted(plan.new.objects)}
    append(built, kind="erase", body={**asked, "reason": "safety", "by_name": []}, at=NOW)
    with writing(built):
        report = finish(built, now=NOW, software=None)
    assert report is not None
    assert report.destroyed.files == 1
    assert folded_of(built).erasures[0].answered == (built.device,)
    with writing(built):
        assert finish(built, now=NOW, software=None) is None


def test_damage_elsewhere_does_not_keep_it_from_being_erased(built: Case) -> None:
    other = next(one for one in folded_of(built).accessions if one.id == "a1")
    path = original_path(built, other.object)
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    report = do(built, "a3")
    assert (report.trouble, report.rebuilt) == (None, True)
    folded = folded_of(open_case(built.root))
    assert folded.erasures[0].answered == (built.device,)
    assert status(built).altered == 1
    assert not remains(
        built, entries=folded.erased, objects=folded.erased_objects, team=folded.team
    )


# Two devices.


class Pair:
    """A founder and a second device with all that it has, and a stick."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.sticks = folder, 0
        self.one = create(folder / "one", title="Winter", now=NOW)
        take_in(self.one, folder / "m", first="1", second="canary", third="3")
        two = create_waiting(folder / "two")
        invite(self.one, two.signer.public.line(None), name="second", now=NOW)
        self.to_two()

    @property
    def two(self) -> Case:
        """The second device's case, opened anew."""
        return open_case(self.folder / "two")

    def to_two(self) -> Path:
        """Bring the second all that it lacks; gives the bundle."""
        self.sticks += 1
        path = self.folder / f"stick-{self.sticks}"
        bundle(self.one, path, to=["second"])
        assert not merge(self.two, [path], now=NOW).refused
        return path

    def to_one(self) -> None:
        """Bring the founder all that it lacks."""
        self.sticks += 1
        path = self.folder / f"stick-{self.sticks}"
        bundle(self.two, path, to=["founder"])
        assert not merge(self.one, [path], now=NOW).refused


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """Give two devices that both have three files."""
    return Pair(tmp_path)


def test_another_device_sets_it_aside_at_once_and_destroys_it_when_its_people_say_so(
    pair: Pair,
) -> None:
    gone = folded_of(pair.one).accessions[1]
    assert any("second" in one for one in plan_to_erase(pair.one, ["a2"]).out_of_reach)
    do(pair.one, "a2")
    pair.to_two()
    two = pair.two
    assert [one.id for one in folded_of(two).accessions] == ["a1", "a3"]
    assert gone.object in list_originals(two)
    assert any("`qantar erase CASE --pending`" in line for line in status(two).waiting())
    assert any("no answer yet from" in line for line in status(pair.one).waiting())
    plan = plan_pending(two)
    assert "a2: second.txt" not in words(plan)
    assert "second.txt" in words(plan)
    report = do_pending(two)
    assert (report.destroyed.files, report.destroyed.bodies) == (1, 1)
    assert gone.object not in list_originals(two)
    check_whole(two)
    assert not plan_pending(two)
    pair.to_one()
    (erasure,) = folded_of(pair.one).erasures
    assert erasure.pending == ()
    assert {*erasure.answered} == {pair.one.device, two.device}


def test_what_was_said_of_it_elsewhere_meanwhile_goes_by_a_request_of_its_own(pair: Pair) -> None:
    """The second device decides on the file, takes it in again, and keeps a dossier with it."""
    two = pair.two
    rebuild(two)
    decide(two, verdict=Verdict.WITHDRAW, targets=["a2"], reason="canary", now=NOW)
    take_in(two, pair.folder / "m2", again="canary")
    kept = _released(two, b"a dossier with the canary")
    do(pair.one, "a2")
    pair.to_two()
    two = pair.two
    folded = folded_of(two)
    assert len(folded.quoting) == 2
    plan = plan_pending(two)
    assert plan.new.entries == folded.quoting
    assert plan.new.objects == {kept}
    do_pending(two)
    assert not kept_path(two, kept).exists()
    assert not plan_pending(two)
    assert folded_of(two).quoting == frozenset()
    pair.to_one()
    report = do_pending(pair.one)
    assert len(report.requests) == 1
    for case in (pair.one, pair.two):
        folded = check_whole(case)
        assert not remains(
            case, entries=folded.erased, objects=folded.erased_objects, team=folded.team
        )
        assert "canary" not in str([one.body for one in read(case)])


def test_what_a_decision_elsewhere_also_set_aside_stays_aside_until_it_is_decided_anew(
    pair: Pair,
) -> None:
    """The second device withdrew both files in one decision, whose reason may quote."""
    two = pair.two
    rebuild(two)
    decide(two, verdict=Verdict.WITHDRAW, targets=["a2", "a3"], reason="canary", now=NOW)
    do(pair.one, "a2")
    pair.to_two()
    two = pair.two
    third = folded_of(two).accessions[1].name
    assert folded_of(two).judged.set_aside == {third}
    plan = plan_pending(two)
    assert any("also set a3 aside, and it would come back" in one for one in plan.stays)
    assert len(plan.requests) == 1
    do_pending(two)
    assert folded_of(two).judged.set_aside == {third}
    with pytest.raises(EraseRefusedError, match="also set a3 aside"):
        plan_pending(two)
    decide(two, verdict=Verdict.WITHDRAW, targets=["a3"], reason="wrong file", now=NOW)
    do_pending(two)
    assert folded_of(two).judged.set_aside == {third}
    assert "canary" not in str([one.body for one in read(two)])
    assert not plan_pending(two)


def test_who_takes_part_is_erased_by_nobodys_request(pair: Pair) -> None:
    """A member names what lets everybody in, by its entries and by the keys of their bodies."""
    lasting = [one for one in read(pair.two) if one.kind in LASTING_KINDS]
    assert {one.kind for one in lasting} == {"case.init", "device.admit"}
    kind, body = team.erase(
        [one.id for one in lasting], [one.commitment for one in lasting], EraseReason.SAFETY
    )
    append(pair.two, kind=kind, body=body, at=NOW)
    pair.to_one()
    for case in (pair.one, pair.two):
        plan = plan_pending(case)
        assert not any("case.init" in line or "device.admit" in line for line in plan.lines())
        assert do_pending(case).destroyed == Remains(keys=0, files=0, bodies=0)
        assert [one.body for one in read(open_case(case.root)) if one.body is None] == []
        assert [one.name for one in devices_of(open_case(case.root))] == ["founder", "second"]
        found = verify_case(open_case(case.root)).findings
        assert {one.check for one in found} <= {Check.RECORD, Check.HEAD}
    pair.to_one()
    pair.to_two()


@pytest.mark.parametrize("kind", sorted(LASTING_KINDS))
def test_material_said_again_as_what_lasts_does_not_last(pair: Pair, kind: str) -> None:
    """Whoever has it can put it under any kind: that makes it no entry about who takes part."""
    told = next(one for one in read(pair.two) if one.kind == "accession")
    again = append(pair.two, kind=kind, body=told.body or {}, at=NOW)
    pair.to_one()
    folded = folded_of(open_case(pair.one.root))
    assert again.id not in folded.lasting
    assert {one.id for one in read(pair.one) if one.kind in LASTING_KINDS} - {again.id} == (
        folded.lasting
    )


def test_what_goes_with_what_was_said_again_is_named_in_the_plan_and_in_a_request(
    pair: Pair,
) -> None:
    """A member says a file's entry again under its own name, and asks to erase that."""
    told = next(one for one in read(pair.two) if one.kind == "accession")
    again = _said_again(pair.two, told)
    pair.to_one()
    kind, body = team.erase([again], [], EraseReason.SAFETY)
    append(pair.two, kind=kind, body=body, at=NOW)
    pair.to_one()
    one = open_case(pair.one.root)
    plan = plan_pending(one)
    assert any("a1: first.txt" in line for line in plan.goes)
    assert told.id in plan.new.entries
    do_pending(one)
    folded = check_whole(one)
    assert {told.id, again} <= folded.erased
    assert not remains(one, entries=folded.erased, objects=folded.erased_objects, team=folded.team)


def test_what_is_said_again_keeps_no_key_where_a_journal_lost_its_mark(pair: Pair) -> None:
    """Who holds the folder takes the mark away, and a member has said the entry again."""
    told = append(pair.one, kind="note", body={"text": "canary"}, at=NOW)
    pair.to_two()
    _said_again(pair.two, told)
    kind, body = team.erase([told.id], [], EraseReason.SAFETY)
    append(pair.one, kind=kind, body=body, at=NOW)
    pair.to_two()
    (pair.two.journals / pair.one.device / "taken").unlink()
    do_pending(pair.two)
    assert bytes.fromhex(told.commitment) not in ring.keys(pair.two)
    assert "canary" not in str([one.body for one in read(pair.two)])


@pytest.mark.parametrize("kind", ["accession", "note", "release"])
def test_a_name_that_somebody_states_takes_no_file_of_others_with_it(pair: Pair, kind: str) -> None:
    """A member says that bytes of its own, or a publication, lie under the name of another's file."""
    first, second, third = folded_of(pair.one).accessions
    about = {"path": "mine.txt", "source": "x"}
    body: dict[str, object] = {"object": first.object, "size": 9}
    body |= {"original": "ab" * 32, "accession": about}
    if kind == "release":
        body = {
            "release": "ab" * 32,
            "policy": "x",
            "as_of": None,
            "object": first.object,
            "size": 9,
        }
    append(pair.two, kind=kind, body=body, at=NOW)  # type: ignore[arg-type]
    pair.to_one()
    plan = plan_to_erase(pair.one, ["a3" if kind == "release" else "ab" * 32])
    assert first.object not in plan.new.objects
    do(pair.one, "a3" if kind == "release" else "ab" * 32)
    left = (first, second) if kind == "release" else (first, second, third)
    assert [one.entry for one in check_whole(pair.one).accessions if one.size != 9] == [
        one.entry for one in left
    ]


def test_keys_named_as_files_stay_also_where_a_journal_lost_its_mark(pair: Pair) -> None:
    """A member asks for the keys of others' entries, and somebody takes the mark away."""
    told = append(pair.one, kind="note", body={"text": "stays"}, at=NOW)
    pair.to_two()
    asked = team.erase([], [one.commitment for one in read(pair.one)], EraseReason.SAFETY)
    append(pair.two, kind=asked[0], body=asked[1], at=NOW)
    (pair.two.journals / pair.one.device / "taken").unlink()
    assert do_pending(pair.two).destroyed == Remains(keys=0, files=0, bodies=0)
    assert told.body in [one.body for one in read(pair.two)]
    assert [one.name for one in devices_of(pair.two)] == ["founder", "second"]


def test_what_begins_like_an_entry_of_a_journal_that_is_passed_over_takes_no_key_of_it(
    pair: Pair,
) -> None:
    """Somebody damages another's journal, and puts its entries beside the unfinished writes."""
    lane = pair.two.journals / pair.one.device
    names = {bytes.fromhex(one.commitment) for one in read(pair.two) if one.body}
    take_in(pair.two, pair.folder / "m", mine="mine")
    shutil.copy(lane / "0001.qj", pair.two.inbox / "torn-1")
    (lane / "taken").unlink()
    (lane / "device.pub").write_bytes(b"x")
    do(pair.two, hashlib.sha256(b"mine").hexdigest())
    assert names <= ring.keys(pair.two).keys()
    assert not (pair.two.inbox / "torn-1").exists()


@pytest.mark.parametrize("kind", sorted(LASTING_KINDS))
def test_material_said_again_as_what_lasts_is_erased_by_name(pair: Pair, kind: str) -> None:
    """The same words in an entry of a known kind, by a member, after they were erased elsewhere."""
    told = next(one for one in read(pair.two) if one.kind == "accession")
    again = append(pair.two, kind=kind, body=told.body or {}, at=NOW)
    do(pair.one, "a1")
    pair.to_one()
    plan = plan_pending(pair.one)
    assert again.id in plan.new.entries
    do_pending(pair.one)
    assert bytes.fromhex(again.commitment) not in ring.keys(pair.one)
    assert not plan_pending(pair.one)
    assert "first.txt" not in str([one.body for one in read(pair.one)])


def test_what_would_take_something_with_it_that_must_stay_waits_alone(pair: Pair) -> None:
    """Another request is carried out meanwhile; none is answered whose keys are kept."""
    folder = pair.folder / "p"
    folder.mkdir()
    (folder / "one.txt").write_text("one")
    sheet_of(pair.two, folder, PROTECTED + FILE.format(name="one"))
    told = next(one for one in read(pair.two) if one.kind == "sheet")
    again = _said_again(pair.two, told)
    pair.to_one()
    for name in (again, append(pair.two, kind="note", body={"text": "1"}, at=NOW).id):
        kind, body = team.erase([name], [], EraseReason.SAFETY)
        append(pair.two, kind=kind, body=body, at=NOW)
    pair.to_one()
    one = open_case(pair.one.root)
    plan = plan_pending(one)
    assert len(plan.requests) == 1
    assert any("for now" in line for line in plan.stays)
    do_pending(one)
    assert bytes.fromhex(told.commitment) in ring.keys(open_case(one.root))
    with pytest.raises(EraseRefusedError):
        plan_pending(open_case(one.root))


def _said_again(case: Case, entry: Entry) -> str:
    """Add an entry by hand with the sealed body of another and its commitment; gives its id."""
    (first,) = (f for f in frames(_journal_of(case, entry.device)) if f.id.hex() == entry.id)
    own = list(frames(_journal_of(case, case.device)))
    header = read_header(first.header)._replace(
        device=case.device,
        kind="note",
        prev=own[-1].id.hex() if own else "",
        seq=len(own) + 1,
        refs=(),
    )
    frame = make_frame(spell_header(header), first.body, Signer(case.signer.sign_seed))
    with (case.journal / "0001.qj").open("ab") as file:
        file.write(frame)
    return next(frames(frame)).id.hex()


def _journal_of(case: Case, device: str) -> bytes:
    path = case.journals / device / "0001.qj"
    return path.read_bytes() if path.exists() else b""


def test_an_old_stick_does_not_bring_it_back(pair: Pair) -> None:
    """The bundle was made before the request, and has the file with its keys."""
    take_in(pair.one, pair.folder / "m", fourth="canary 4")
    pair.sticks += 1
    old = pair.folder / "old"
    bundle(pair.one, old, to=["second"])
    do(pair.one, "a4")
    pair.to_two()
    do_pending(pair.two)
    assert not merge(pair.two, [old], now=NOW).refused
    folded = check_whole(pair.two)
    assert [one.id for one in folded.accessions] == ["a1", "a2", "a3"]
    assert not remains(
        pair.two, entries=folded.erased, objects=folded.erased_objects, team=folded.team
    )
    assert not plan_pending(pair.two)


def test_files_put_back_from_a_backup_are_found_and_destroyed_again(pair: Pair) -> None:
    name = folded_of(pair.one).accessions[1].object
    path = original_path(pair.one, name)
    backup = path.read_bytes()
    do(pair.one, "a2")
    assert not plan_pending(pair.one)
    path.write_bytes(backup)
    plan = plan_pending(pair.one)
    assert plan.left.files == 1
    do_pending(pair.one)
    assert not path.exists()
    assert not plan_pending(pair.one)


def test_what_a_collector_took_in_again_is_found(tmp_path: Path) -> None:
    """It cannot know what was erased, and names the file by chance."""
    home = create(tmp_path / "home", title="Winter", now=NOW)
    take_in(home, tmp_path / "m", one="canary", two="2")
    collector = create_collector(tmp_path / "field", home=home.signer.public.line(home.id))
    invite(home, collector.signer.public.line(home.id), name="field", now=NOW)
    do(home, "a1")
    take_in(collector, tmp_path / "m2", again="canary")
    bundle(collector, tmp_path / "stick", to=[])
    merge(home, [tmp_path / "stick"], now=NOW)
    plan = plan_pending(home)
    assert "again.txt" in words(plan)
    assert any("field" in one and "only collects" in one for one in plan.out_of_reach)
    do_pending(home)
    folded = check_whole(home)
    assert [one.accession.path for one in folded.accessions] == ["two.txt"]
    assert not plan_pending(home)
    with pytest.raises(SealedAwayError, match="only collects"):
        plan_to_erase(collector, ["a1"])


def test_a_device_that_was_shut_out_is_named_as_out_of_reach(pair: Pair) -> None:
    revoke(pair.one, "second", now=NOW)
    out = plan_to_erase(pair.one, ["a2"]).out_of_reach
    assert any("second" in one and "shut out: it keeps what it has" in one for one in out)


def test_a_device_that_joins_later_is_not_asked(pair: Pair) -> None:
    do(pair.one, "a2")
    three = create_waiting(pair.folder / "three")
    invite(pair.one, three.signer.public.line(None), name="third", now=NOW)
    bundle(pair.one, pair.folder / "for-three", to=["third"])
    merge(three, [pair.folder / "for-three"], now=NOW)
    three = open_case(three.root)
    assert not plan_pending(three)
    (erasure,) = folded_of(pair.one).erasures
    assert three.device not in erasure.pending
    assert object_name(three, hashlib.sha256(b"canary").hexdigest()) not in list_originals(three)
