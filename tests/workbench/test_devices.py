"""Devices are let in under a name, found by it, and shut out from what was known of them on."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.archive.journal import append, read
from qantar.archive.unlock import open_case
from qantar.errors import DeviceError, SealedAwayError
from qantar.model.device import Role, read_line
from qantar.workbench.create import create, create_waiting
from qantar.workbench.devices import FOUNDER, devices_of, find, folded_for_team, invite, revoke
from qantar.workbench.team_entries import device_admit, device_revoke_of

from .conftest import NOW
from .exchange import Exchange, ids, note


@pytest.fixture
def team(tmp_path: Path) -> Exchange:
    return Exchange.begun(tmp_path)


def test_the_founder_stands_alone_in_a_new_case(team: Exchange) -> None:
    (one,) = devices_of(team.home)
    assert (one.name, one.role, one.this, one.newest) == (FOUNDER, "member", True, 2)
    assert (one.revoked, one.forked, one.exchanged) == (False, False, None)


def test_a_device_is_listed_from_its_invitation_on(team: Exchange) -> None:
    other = team.waiting("Aizhan")
    listed = {one.name: one for one in devices_of(team.home)}
    assert listed["Aizhan"].id == other.device
    assert (listed["Aizhan"].entries, listed["Aizhan"].at) == (0, None)


def test_the_last_exchange_is_when_a_bundle_of_it_was_merged(team: Exchange) -> None:
    other = team.joined("Aizhan")
    note(other)
    team.hand_over(other, team.home, FOUNDER)
    exchanged = {one.name: one.exchanged for one in devices_of(team.home)}
    assert exchanged == {FOUNDER: None, "Aizhan": NOW}


def test_a_collector_is_let_in_as_one(team: Exchange) -> None:
    team.collector("field")
    assert {one.name: one.role for one in devices_of(team.home)}["field"] == Role.COLLECTOR


@pytest.mark.parametrize(
    "name", ["", " ", " Dana", "x" * 81, "a\nb", "recovery", "founder", "0123abcd", "Aizhan"]
)
def test_a_name_that_says_nothing_or_is_taken_is_refused(team: Exchange, name: str) -> None:
    team.waiting("Aizhan")
    line = create_waiting(team.folder / "other").signer.public.line(None)
    with pytest.raises(DeviceError):
        invite(team.home, line, name=name, now=NOW)


def test_a_device_is_let_in_once(team: Exchange) -> None:
    other = team.waiting("Aizhan")
    with pytest.raises(DeviceError, match='as "Aizhan"'):
        invite(team.home, other.signer.public.line(None), name="Dana", now=NOW)


def test_a_mistyped_line_is_refused(team: Exchange) -> None:
    line = create_waiting(team.folder / "other").signer.public.line(None)
    with pytest.raises(DeviceError, match="mistyped"):
        invite(team.home, line[:-1] + ("0" if line[-1] != "0" else "1"), name="Dana", now=NOW)


def test_a_device_of_another_case_is_refused(team: Exchange) -> None:
    other = create(team.folder / "other", title=None, now=NOW)
    with pytest.raises(DeviceError, match="another case"):
        invite(team.home, other.signer.public.line(other.id), name="Dana", now=NOW)


def test_who_is_no_member_lets_nobody_in(team: Exchange) -> None:
    line = create_waiting(team.folder / "other").signer.public.line(None)
    for stranger in (create_waiting(team.folder / "waits"), team.collector("field")):
        with pytest.raises(SealedAwayError):
            invite(stranger, line, name="Dana", now=NOW)
        with pytest.raises(SealedAwayError):
            devices_of(stranger)


def test_a_device_is_found_by_name_or_by_eight_digits_of_its_id(team: Exchange) -> None:
    other = team.waiting("Aizhan")
    folded = folded_for_team(team.home)
    assert find(folded, "Aizhan").id == find(folded, other.device[:8]).id == other.device
    for unknown in ("Dana", other.device[:7], "ffffffff"):
        with pytest.raises(DeviceError, match="no device"):
            find(folded, unknown)


def test_nobody_hides_behind_the_id_of_another(team: Exchange) -> None:
    """A member who turns calls one device as another is numbered: who is shut out then?"""
    other = team.waiting("Aizhan")
    line = create_waiting(team.folder / "two").signer.public.line(None)
    kind, body = device_admit(other.device, read_line(line)[0])
    append(team.home, kind=kind, body=body, at=NOW)
    folded = folded_for_team(team.home)
    for digits in (other.device, other.device[:8]):
        assert find(folded, digits).id == other.device


def test_one_name_of_two_devices_names_neither(team: Exchange) -> None:
    """Two members may let different devices in under one name before they meet."""
    second = team.joined("Aizhan")
    for by, folder in ((team.home, "one"), (second, "two")):
        line = create_waiting(team.folder / folder).signer.public.line(None)
        invite(by, line, name="Dana", now=NOW)
    team.hand_over(second, team.home, FOUNDER)
    with pytest.raises(DeviceError, match="several"):
        find(folded_for_team(team.home), "Dana")


def test_what_was_known_of_a_device_that_is_shut_out_still_counts(team: Exchange) -> None:
    other = team.joined("Aizhan")
    last = note(other)
    team.hand_over(other, team.home, FOUNDER)
    said = device_revoke_of(revoke(team.home, "Aizhan", now=NOW))
    assert (said.device, said.seq, said.last) == (other.device, 1, last.id)
    assert {one.name: one.revoked for one in devices_of(team.home)}["Aizhan"]
    assert last.id in ids(team.home)


def test_a_device_that_never_wrote_is_shut_out_whole(team: Exchange) -> None:
    team.waiting("Aizhan")
    said = device_revoke_of(revoke(team.home, "Aizhan", now=NOW))
    assert (said.seq, said.last) == (0, "")


def test_nobody_shuts_out_himself_or_anybody_twice(team: Exchange) -> None:
    team.waiting("Aizhan")
    revoke(team.home, "Aizhan", now=NOW)
    before = len(list(read(team.home)))
    for wanted in (FOUNDER, "Aizhan", "Dana"):
        with pytest.raises(DeviceError):
            revoke(team.home, wanted, now=NOW)
    assert len(list(read(team.home))) == before


def test_a_device_that_was_shut_out_does_not_come_back_under_its_old_keys(team: Exchange) -> None:
    other = team.waiting("Aizhan")
    revoke(team.home, "Aizhan", now=NOW)
    with pytest.raises(DeviceError, match="already"):
        invite(team.home, other.signer.public.line(None), name="again", now=NOW)
    assert open_case(other.root).role is Role.WAITING
