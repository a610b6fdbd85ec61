"""An entry with the commitment of another's and a body of its own: its author's doing, told so.

Whether it joins depends on no key: one device had the key before it came, another gets the
key later, and both must have the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from qantar.archive import ring
from qantar.archive.body import seal_body
from qantar.archive.bundle_format import Kind, pack_named
from qantar.archive.case import Case
from qantar.archive.derive import KEY_BYTES
from qantar.archive.exchange import drop_bodies
from qantar.archive.frame import Header, frames, make_frame, spell_header
from qantar.archive.journal import inspect, read, verify_signatures
from qantar.archive.note import Checkpoint, origin, sign
from qantar.archive.own_device import new_device
from qantar.archive.segments import write_head
from qantar.archive.signing import Signer
from qantar.archive.tree import root
from qantar.archive.unlock import open_case
from qantar.model.canonical import JSON
from qantar.model.device import Role
from qantar.model.entry import Entry
from qantar.workbench import team_entries as team
from qantar.workbench.devices import FOUNDER
from qantar.workbench.merge import merge
from qantar.workbench.merge_report import MergeReport
from qantar.workbench.roster import Aside
from qantar.workbench.status import status
from tests.faults.chance import chance
from tests.faults.verifiers import independent, ours

from .conftest import NOW
from .exchange import Exchange, digest, ids, state

_STRANGER = new_device(Role.MEMBER, chance(1).randbytes).public
_SAID: dict[str, tuple[str, Mapping[str, JSON]]] = {
    "of no known kind": ("note", {"text": "strange"}),
    "that lets a device in": team.device_admit("stranger", _STRANGER),
}
_KEYS: dict[str, Callable[[Case, bytes], bytes]] = {
    "under a key of its own": lambda _case, _name: b"k" * KEY_BYTES,
    # Whoever is a member has it, and nothing but the commitment tells the two bodies apart.
    "under the key of the other": lambda case, name: ring.keys(case)[name],
}


def _forged(
    exchange: Exchange, by: Case, to: Case, name: str, ciphertext: bytes, kind: str, commitment: str
) -> MergeReport:
    """Let a device sign an entry over this ciphertext, and merge it at another one."""
    lane = next(one for one in inspect(by).lanes if one.lane.own)
    header = Header(
        at=NOW.replace(second=0),
        commitment=commitment,
        case=by.id,
        device=by.device,
        kind=kind,
        prev=lane.head.id,
        refs=(),
        sealed=hashlib.sha256(ciphertext).hexdigest(),
        seq=lane.head.size + 1,
    )
    frame = make_frame(spell_header(header), ciphertext, Signer(by.signer.sign_seed))
    (path,) = exchange.bundle(by, name)
    added = Kind.FRAMES, pack_named(by.device, frame)
    return merge(to, [exchange.forged(path, to, by.signer, lambda r: [*r, added])], now=NOW)


class Team:
    """The founder gets the strange entry before the key of its commitment, `bo` after it."""

    def __init__(self, folder: Path, kind: str, said: Mapping[str, JSON], key: str) -> None:
        self.exchange = Exchange.begun(folder)
        self.home = self.exchange.home
        self.bo, self.mal = (self.exchange.joined(name) for name in ("bo", "mal"))
        self.exchange.hand_over(self.home, self.bo, "bo")
        self.exchange.take_in(self.bo, "found")
        (victim,) = (
            e for e in read(self.bo) if e.kind == "accession" and e.device == self.bo.device
        )
        name = bytes.fromhex(victim.commitment)
        ciphertext = seal_body(said, _KEYS[key](self.bo, name)).ciphertext
        self.victim: Entry = victim
        self.reports = [
            _forged(self.exchange, self.mal, to, shown, ciphertext, kind, victim.commitment)
            for to, shown in ((self.home, FOUNDER), (self.bo, "bo"))
        ]
        self.reports.append(self.exchange.hand_over(self.bo, self.home, FOUNDER))

    @property
    def strange(self) -> str:
        """The place of the entry, as verifiers name it."""
        return f"journal/{self.mal.device} entry 1"

    def segment(self, case: Case) -> Path:
        """The journal of its author on a device."""
        return case.journals / self.mal.device / "0001.qj"

    def look(self, case: Case) -> list[tuple[int, set[tuple[str, str]]]]:
        """What both verifiers say of it: exit code, and what is found of bodies and journals."""
        given = self.exchange.folder / "passphrase"
        given.write_text("none: the case is open\n", encoding="utf-8")
        told = [one(case.root, passphrase=given, witness=None) for one in (ours, independent)]
        return [(t.exit, {f for f in t.found if f[0] in ("body", "journal")}) for t in told]


@pytest.mark.parametrize("said", _SAID.values(), ids=_SAID)
@pytest.mark.parametrize("key", _KEYS)
def test_it_joins_before_the_key_and_after_it_and_everybody_goes_on_with_the_same(
    tmp_path: Path, said: tuple[str, Mapping[str, JSON]], key: str
) -> None:
    made = Team(tmp_path, *said, key)
    assert [report.refused for report in made.reports] == [[]] * 3
    assert all(not report.waiting for report in made.reports)
    made.exchange.take_in(made.home, "news")
    made.exchange.hand_over(made.home, made.bo, "bo")
    home, bo = open_case(made.home.root), open_case(made.bo.root)
    assert ids(home) == ids(bo)
    assert [one.body for one in read(home) if one.id == made.victim.id] == [made.victim.body]
    assert digest(home) == digest(bo)
    for case in (home, bo):
        verify_signatures(case)
        assert made.look(case) == [(0, {("body", made.strange)})] * 2
        assert status(case).set_aside == {Aside.STRANGE_BODY: 1}
        assert not state(case).unreadable
        assert _STRANGER.id not in {one.id for one in state(case).devices}


def test_it_is_read_the_same_without_the_mark_of_its_journal(tmp_path: Path) -> None:
    made = Team(tmp_path, *_SAID["of no known kind"], "under a key of its own")
    before = ids(made.home)
    (made.segment(made.home).parent / "taken").unlink()
    assert ids(open_case(made.home.root)) == before


def test_who_got_it_without_its_body_gets_that_as_well(tmp_path: Path) -> None:
    """Else one device says that its journal is damaged, and the other that it is not."""
    made = Team(tmp_path, *_SAID["of no known kind"], "under a key of its own")
    (strange,) = (one for one in read(open_case(made.home.root)) if one.device == made.mal.device)
    drop_bodies(made.home, {strange.id})
    assert made.look(made.home) == [(21, {("journal", made.strange)})] * 2
    made.exchange.hand_over(made.bo, made.home, FOUNDER, whole=True)
    assert made.look(made.home) == [(0, {("body", made.strange)})] * 2


def test_a_body_that_was_changed_on_the_disk_is_damage_all_the_same(tmp_path: Path) -> None:
    """Strange is only what hashes as its device signed it."""
    made = Team(tmp_path, *_SAID["of no known kind"], "under a key of its own")
    path = made.segment(made.home)
    data = bytearray(path.read_bytes())
    (frame,) = frames(bytes(data))
    named = origin(made.mal.id, made.mal.device)
    whole = Checkpoint(origin=named, size=1, root=root([frame.id]))
    write_head(
        path.parent, sign(whole, made.mal.signer.sign_seed)
    )  # else it is an unfinished write
    data[-100] ^= 1  # the body stands before an id and a signature
    path.write_bytes(data)
    assert made.look(made.home) == [(21, {("journal", made.strange)})] * 2


def test_no_bundle_asks_for_what_would_open_it(tmp_path: Path) -> None:
    made = Team(tmp_path, *_SAID["of no known kind"], "under a key of its own")
    alarms = [alarm.code for report in made.reports for alarm in report.alarms]
    assert len(alarms) == 1, "the founder alone had no key when it came"
    again = made.exchange.hand_over(made.bo, made.home, FOUNDER, whole=True)
    assert (again.adopted, again.alarms, again.refused) == ([], [], [])
