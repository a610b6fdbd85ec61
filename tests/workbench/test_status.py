"""What `status` says of the devices of a case and of all that waits for a person."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from msgspec import structs
from nacl.signing import SigningKey

from qantar.archive.case import Case
from qantar.archive.journal import append, heads
from qantar.archive.lock import writing
from qantar.archive.note import Checkpoint, origin, sign
from qantar.archive.originals import put
from qantar.archive.witness import keep
from qantar.model.decision import Verdict
from qantar.model.entry import Entry
from qantar.workbench import team_entries as team
from qantar.workbench.create import create_waiting
from qantar.workbench.decide import decide as record
from qantar.workbench.fold import fold
from qantar.workbench.status import Status, status
from qantar.workbench.stores import RecordState
from qantar.workbench.team_status import device_words
from tests.model.journals import Writer, device

from .conftest import NOW
from .team import claims, decide, founder, joined, table, union


def told(case: Case, entries: Iterable[Entry]) -> Status:
    """The status of a case whose journal would hold these entries."""
    folded = fold(entries)
    return replace(status(case), folded=folded, record=RecordState.CURRENT)


def listed(found: Status, name: str) -> list[dict[str, Any]]:
    """A list of what `qantar status --json` prints."""
    shown = found.to_json()[name]
    assert isinstance(shown, list)
    return shown


def test_a_case_at_rest_has_nothing_that_waits(built: Case) -> None:
    found = status(built)
    assert list(found.waiting()) == []
    assert found.record is RecordState.CURRENT
    (one,) = found.folded.devices
    assert (one.id, one.name, one.revoked) == (built.device, None, False)
    said = device_words(one, found)
    assert said.startswith(f"{built.device[:8]} the founder (this device), member: ")


def test_a_device_that_waits_to_join_has_nothing_that_is_missing(tmp_path: Path) -> None:
    (said,) = status(create_waiting(tmp_path / "waiting")).waiting()
    assert said.startswith("This device has not joined a case yet")


def test_what_was_decided_is_shown_by_the_ids_of_the_record(built: Case) -> None:
    assert status(built).decisions == ()
    (made,) = record(built, verdict=Verdict.SPLIT, targets=("e1", "e2"), reason="because", now=NOW)
    (shown,) = status(built).decisions
    assert shown == made
    assert list(status(built).waiting()) == ["The record is outdated: run `qantar build`."]


def test_a_dispute_is_told_with_both_sides(case: Case) -> None:
    first = founder()
    made = first.write(table())
    other = joined(first, "b")
    left = first.write(decide(Verdict.JOIN, *claims(made, "e1", "e2")))
    right = other.write(decide(Verdict.SPLIT, *claims(made, "e1", "e2")))
    found = told(case, union([first, other]))
    (said,) = found.waiting()
    for part in ("Disputed", left.id[:16], right.id[:16], "not one happening"):
        assert part in said
    (shown,) = listed(found, "disputes")
    assert shown["about"] == "pair"
    assert len(shown["sides"]) == 2


def test_a_copied_device_is_told_with_where_it_was_copied(case: Case) -> None:
    first = founder()
    other = joined(first, "b")
    copied = other.copied()
    other.write(table("1"))
    copied.write(table("2"))
    found = told(case, union([first, other, copied]))
    (said,) = found.waiting()
    assert f"Device {other.id[:8]} (b) was copied: it has 2 branches from its entry 1 on" in said
    assert [one["device"] for one in listed(found, "forks")] == [other.id]


def test_who_has_not_destroyed_what_was_erased_is_named(case: Case) -> None:
    first = founder()
    other = joined(first, "b")
    made = first.write(table())
    request = first.write(team.erase([made.id], [], team.EraseReason.CONSENT_WITHDRAWN))
    first.write(team.erase_done(request.id))
    found = told(case, union([first, other]))
    (said,) = found.waiting()
    assert f"{request.id[:16]} of 2030-02-03 (consent-withdrawn)" in said
    assert said.endswith(f"no answer yet from {other.id[:8]} (b).")
    (shown,) = listed(found, "erasures")
    assert (shown["answered"], shown["pending"]) == ([first.id], [other.id])


def test_what_does_not_count_and_what_has_no_place_is_counted(case: Case) -> None:
    first, stranger = founder(), Writer("stranger")
    other = joined(first, "b")
    lost = other.write(table("1"))
    other.write(table("2"))
    stranger.write(table("3"))
    first.write(("decision", {"verdict": "perhaps"}))
    body = structs.replace(first.write(table("4")), body=None)
    sent = [one for one in union([first, other, stranger]) if one.id not in (lost.id, body.id)]
    found = told(case, [*sent, body])
    said = "\n".join(found.waiting())
    assert "1 entry of devices that nobody let in" in said
    assert "1 entry in a form that this Qantar does not know" in said
    assert "1 entry waits for entries before it" in said
    assert "1 entry cannot be read here" in said
    shown = found.to_json()["journal"]
    assert isinstance(shown, dict)
    assert (shown["waiting"], shown["unreadable"]) == (1, 1)
    assert shown["set_aside"] == {"unknown-device": 1, "unknown-form": 1}


def test_what_another_device_signed_to_have_seen_is_told(case: Case) -> None:
    mine, seed = case.signer, bytes(range(32))
    other = replace(device("b"), sign=bytes(SigningKey(seed).verify_key).hex())
    append(case, kind="device.admit", body=team.device_admit("b", other)[1], at=NOW)
    assert status(case).witnessed == 0
    name = origin(case.id, case.device)
    lane = heads(case)[case.device]
    checkpoint = Checkpoint(origin=name, size=lane.size, root=lane.root)
    note = sign(checkpoint, mine.sign_seed)
    with writing(case):
        keep(case, note)
        assert status(case).witnessed == 0
        append(case, kind="note", body={}, at=NOW)
        keep(case, note.cosign(origin(case.id, other.id), seed, 1))
    found = status(case)
    assert found.witnessed == lane.size == 2
    shown = found.to_json()["journal"]
    assert isinstance(shown, dict)
    assert (shown["entries"], shown["witnessed"]) == (3, 2)


def test_a_device_that_was_shut_out_is_shown_so(case: Case) -> None:
    first = founder()
    other = joined(first, "b")
    first.write(team.device_revoke(other.id, None))
    found = told(case, union([first, other]))
    words = [device_words(one, found) for one in found.folded.devices]
    assert words[0] == f"{first.id[:8]} the founder, member: 3 entries, the newest of 2030-02-03"
    assert words[1] == f"{other.id[:8]} b, member, shut out: 0 entries"


def test_what_is_being_added_now_is_no_interrupted_run(built: Case) -> None:
    put(built, BytesIO(b"not entered yet"))
    assert any(
        line.startswith("1 stored original has no entry: a run was interrupted")
        for line in status(built).waiting()
    )
    with writing(built):
        told = status(built)
    assert told.writer == os.getpid()
    (line,) = [line for line in told.waiting() if "stored original" in line]
    assert "being added now" in line
    assert "interrupted" not in line
    assert status(built).writer is None
