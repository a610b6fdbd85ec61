"""What a member that turned takes from others by erasing: nothing that the plan has no word for."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from qantar.archive import inbox, ring
from qantar.archive.case import Case
from qantar.archive.frame import frames, make_frame, read_header, spell_header, to_bytes
from qantar.archive.journal import append
from qantar.archive.lock import writing
from qantar.archive.originals import list_originals, put
from qantar.archive.signing import Signer
from qantar.model.canonical import JSON
from qantar.model.entry import Entry
from qantar.workbench import team_entries as team
from qantar.workbench.bundle import bundle
from qantar.workbench.create import create_waiting
from qantar.workbench.devices import invite, revoke
from qantar.workbench.erase import erase, plan_pending
from qantar.workbench.erase_plan import ErasePlan
from qantar.workbench.merge import merge
from qantar.workbench.stores import folded_of
from qantar.workbench.team_entries import EraseReason
from tests.faults.sealed import NOW, new_case, reopen, way


class Devices:
    """Devices of one case, each in a folder of its name, and sticks that go between them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.sticks = folder, 0
        new_case(folder / "founder")

    def __getitem__(self, name: str) -> Case:
        return reopen(self.folder / name)

    def join(self, name: str, *, by: str) -> None:
        """Let a device in, and bring it the case."""
        made = create_waiting(self.folder / name, ways=[way()])
        invite(self[by], made.signer.public.line(None), name=name, now=NOW)
        self.carry(by, name)

    def carry(self, sender: str, receiver: str) -> None:
        """Bring the receiver all that it lacks."""
        self.sticks += 1
        path = self.folder / f"stick-{self.sticks}"
        bundle(self[sender], path, to=[receiver])
        merge(self[receiver], [path], now=NOW)

    def note(self, name: str, text: str) -> Entry:
        """Write an entry on a device."""
        return append(self[name], kind="note", body={"text": text}, at=NOW)

    def ask(self, name: str, entries: list[str], objects: list[str]) -> None:
        """Sign a request to erase, whatever it names."""
        kind, body = team.erase(entries, objects, EraseReason.SAFETY)
        append(self[name], kind=kind, body=body, at=NOW)

    def answer(self, name: str) -> ErasePlan:
        """Carry out what waits, as the command does; gives the plan."""
        case = self[name]
        with writing(case):
            plan = plan_pending(case)
            erase(case, plan, reason=None, now=NOW, software="test")
        return plan

    def has_key(self, name: str, entry: Entry) -> bool:
        """Whether a device has the key of an entry."""
        return bytes.fromhex(entry.commitment) in ring.keys(self[name])

    def lie(self, name: str, entry: Entry) -> str:
        """Sign that a body which is not there has the key of another's entry; gives the id."""
        case = self[name]
        path = case.journal / "0001.qj"
        *_, last = frames(path.read_bytes())
        header = read_header(last.header)
        said = header._replace(
            commitment=entry.commitment, prev=last.id.hex(), seq=header.seq + 1, refs=()
        )
        frame = make_frame(spell_header(said), b"", Signer(case.signer.sign_seed))
        with path.open("ab") as file:
            file.write(frame)
        return next(frames(frame)).id.hex()


@pytest.fixture
def devices(tmp_path: Path) -> Devices:
    """Give a founder, two members, and one that will turn; all have met."""
    made = Devices(tmp_path)
    for name in ("turned", "b", "c"):
        made.join(name, by="founder")
        made.note(name, f"note of {name}")
        made.carry(name, "founder")
    for name in ("turned", "b", "c"):
        made.carry("founder", name)
    return made


def test_shutting_out_who_let_a_device_in_takes_no_key_of_that_device(devices: Devices) -> None:
    """It does not count any more, and may again, once the one that turned is shut out itself."""
    revoke(devices["turned"], "c", now=NOW)
    devices.join("d", by="c")
    stays = devices.note("d", "not to be lost")
    devices.carry("d", "c")
    devices.carry("c", "b")
    devices.ask("turned", [devices.lie("turned", stays)], [stays.commitment])
    devices.carry("turned", "b")
    assert devices["d"].device not in {one.id for one in folded_of(devices["b"]).devices}
    assert devices.answer("b").requests
    assert devices.has_key("b", stays)


def test_a_device_keeps_its_own_key_though_somebody_takes_away_what_lets_it_in(
    devices: Devices,
) -> None:
    """Whoever holds the folder strips a journal of others: as it is when it was erased there."""
    stays = devices.note("b", "nobody else has it")
    devices.ask("founder", [devices.lie("turned", stays)], [])
    devices.carry("turned", "b")
    devices.carry("founder", "b")
    lane = devices["b"].journals / devices["founder"].device / "0001.qj"
    listed = [(one, read_header(one.header).kind) for one in frames(lane.read_bytes())]
    kept = (to_bytes(one, with_body=kind != "device.admit") for one, kind in listed)
    lane.write_bytes(b"".join(kept))
    assert devices["b"].device not in {one.id for one in folded_of(devices["b"]).devices}
    devices.answer("b")
    assert devices.has_key("b", stays)


def test_a_file_that_no_entry_names_is_in_the_plan_beside_what_else_goes(devices: Devices) -> None:
    """A member asks for an entry of its own, and for what somebody was just taking in."""
    lone = put(devices["b"], BytesIO(b"sealed by a run that was interrupted"))
    devices.carry("turned", "b")
    mine = devices.note("turned", "mine")
    devices.carry("turned", "b")
    devices.ask("turned", [mine.id], [lone.object])
    devices.carry("turned", "b")
    plan = devices.answer("b")
    assert plan.goes == ("1 entry of the kind note", "1 file stored here that no entry names")
    assert lone.object not in list_originals(devices["b"])


def test_what_waits_and_goes_with_what_was_said_again_is_in_the_plan_by_its_name(
    devices: Devices,
) -> None:
    """A member sends it without what it follows from, says it again, and asks to erase that."""
    body: dict[str, JSON] = {"original": "ab" * 32, "object": "cd" * 32, "size": 9}
    body["accession"] = {"path": "letters.txt", "source": "x"}
    waits = append(devices["c"], kind="accession", body=body, at=NOW)
    b, c = devices["b"], devices["c"]
    *_, sealed = frames((c.journal / "0001.qj").read_bytes())
    name = bytes.fromhex(waits.commitment)
    ring.add(b, [(name, ring.keys(c)[name])])
    inbox.store_waiting(b, [sealed])
    case = devices["b"]
    own = read_header(sealed.header)
    *_, last = frames((case.journal / "0001.qj").read_bytes())
    header = read_header(last.header)
    said = own._replace(
        device=case.device, kind="note", prev=last.id.hex(), seq=header.seq + 1, refs=()
    )
    frame = make_frame(spell_header(said), sealed.body, Signer(case.signer.sign_seed))
    with (case.journal / "0001.qj").open("ab") as file:
        file.write(frame)
    devices.ask("b", [next(frames(frame)).id.hex()], [])
    plan = devices.answer("b")
    assert plan.new.entries == {waits.id}
    assert any(line.startswith("letters.txt, which waits here") for line in plan.goes)
    assert not any("cannot be read" in line for line in plan.goes)
    assert not devices.has_key("b", waits)
