"""A bundle holds what its recipients lack, opens for them alone, and never holds what was erased."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from qantar.archive import ring
from qantar.archive.age_keys import identity, new_secret
from qantar.archive.bundle_format import Kind, read_manifest
from qantar.archive.case import Case
from qantar.archive.disk import SCRATCH_PREFIX
from qantar.archive.journal import append, read
from qantar.archive.unlock import open_case
from qantar.errors import DeviceError, OutputExistsError, SealedAwayError
from qantar.workbench import team_entries
from qantar.workbench.bundle import bundle
from qantar.workbench.create import create_waiting
from qantar.workbench.devices import FOUNDER, revoke
from qantar.workbench.merge import merge
from qantar.workbench.team_entries import EraseReason
from tests.faults.bundles import Records, opened, records_of

from .conftest import NOW
from .exchange import Exchange, note, state


@pytest.fixture
def team(tmp_path: Path) -> Exchange:
    return Exchange.begun(tmp_path)


def inside(path: Path, case: Case) -> Records:
    return records_of(opened(path.read_bytes(), case))


def kinds(records: Records) -> list[int]:
    return [kind for kind, _ in records]


def test_the_first_bundle_holds_the_whole_case(team: Exchange) -> None:
    team.waiting("Aizhan")
    report = bundle(team.home, team.folder / "out", to=["Aizhan"])
    assert (report.entries, report.originals, report.to) == (3, 1, ("Aizhan",))
    assert report.bytes == (team.folder / "out").stat().st_size


def test_later_ones_hold_what_was_not_there_at_the_last_exchange(team: Exchange) -> None:
    other = team.joined("Aizhan")
    team.take_in(other, "second")
    team.hand_over(other, team.home, FOUNDER)
    note(team.home)
    report = bundle(team.home, team.folder / "out", to=["Aizhan"])
    assert (report.entries, report.originals) == (1, 0)
    (path,) = report.paths
    manifest = read_manifest(inside(path, other)[0][1])
    assert {lane: head.size for lane, head in manifest.heads.items()} == {
        team.home.device: 4,
        other.device: 1,
    }


def test_what_was_sent_and_never_answered_goes_again(team: Exchange) -> None:
    """A stick may be lost on the way: only what the other side said to have is left out."""
    team.joined("Aizhan")
    note(team.home)
    counts = [bundle(team.home, team.folder / f"{n}", to=["Aizhan"]).entries for n in range(2)]
    assert counts == [4, 4]


def test_a_whole_one_holds_all_whatever_was_said(team: Exchange) -> None:
    other = team.joined("Aizhan")
    team.hand_over(other, team.home, FOUNDER)
    delta = bundle(team.home, team.folder / "delta", to=["Aizhan"])
    whole = bundle(team.home, team.folder / "whole", to=["Aizhan"], whole=True)
    assert (delta.entries, whole.entries, whole.originals) == (0, 3, 1)


def test_one_for_several_holds_what_any_of_them_lacks(team: Exchange) -> None:
    first = team.joined("Aizhan")
    team.hand_over(first, team.home, FOUNDER)
    team.waiting("Dana")
    report = bundle(team.home, team.folder / "out", to=["Aizhan", "Dana", "Aizhan"])
    assert (report.entries, report.to) == (4, ("Aizhan", "Dana"))


def test_it_opens_for_those_it_is_for_and_nobody_else(team: Exchange) -> None:
    other, third = team.joined("Aizhan"), team.joined("Dana")
    (path,) = team.bundle(team.home, "Aizhan")
    assert inside(path, other)
    for secret in (third.signer.age_secret, team.home.signer.age_secret, new_secret()):
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(path.read_bytes(), [identity(secret)])


def test_nobody_is_sealed_for_but_members(team: Exchange) -> None:
    team.collector("field")
    team.waiting("lost")
    revoke(team.home, "lost", now=NOW)
    for name in ("field", "lost", FOUNDER, "nobody", "recovery"):
        with pytest.raises(DeviceError):
            bundle(team.home, team.folder / "out", to=[name])
    with pytest.raises(DeviceError, match="for somebody"):
        bundle(team.home, team.folder / "out", to=[])
    assert not (team.folder / "out").exists()


def test_who_waits_has_nothing_to_give(team: Exchange) -> None:
    with pytest.raises(SealedAwayError):
        bundle(create_waiting(team.folder / "waits"), team.folder / "out", to=[FOUNDER])


def test_erased_things_never_go(team: Exchange) -> None:
    """Not even before the keys themselves are destroyed here."""
    team.waiting("Aizhan")
    (made,) = state(team.home).accessions
    kind, body = team_entries.erase([made.entry], [made.object], EraseReason.SAFETY)
    append(team.home, kind=kind, body=body, at=NOW)
    report = bundle(team.home, team.folder / "out", to=["Aizhan"])
    assert (report.entries, report.originals) == (4, 0)
    inside_it = b"".join(
        data for _, data in inside(report.paths[0], open_case(team.folder / "Aizhan"))
    )
    for name in (bytes.fromhex(made.object), made_commitment(team.home, made.entry)):
        assert ring.keys(team.home)[name] not in inside_it
    other = open_case(team.folder / "Aizhan")
    assert not merge(other, report.paths, now=NOW).refused
    assert state(open_case(other.root)).state == state(team.home).state


def made_commitment(case: Case, entry: str) -> bytes:
    return next(bytes.fromhex(one.commitment) for one in read(case) if one.id == entry)


def test_keys_never_touch_a_disk_in_the_open(team: Exchange) -> None:
    other = team.waiting("Aizhan")
    paths = team.bundle(team.home, "Aizhan")
    merge(other, paths, now=NOW)
    secrets = [team.home.shared_key, *ring.keys(team.home).values()]
    on_disk = b"".join(path.read_bytes() for path in files_in(team.folder))
    for secret in secrets:
        assert secret not in on_disk
        assert secret.hex().encode() not in on_disk


def files_in(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())


def test_large_cases_take_several_files_each_of_which_stands_alone(team: Exchange) -> None:
    other = team.waiting("Aizhan")
    team.take_in(team.home, "large", os.urandom(200_000))
    paths = team.bundle(team.home, "Aizhan", part_bytes=64 * 1024)
    count = len(paths)
    assert count > 3
    assert [path.name for path in paths[1:]] == [
        f"{paths[0].name}.{n}of{count}" for n in range(2, count + 1)
    ]
    for number, path in enumerate(paths, start=1):
        assert path.stat().st_size <= 64 * 1024
        records = inside(path, other)
        manifest = read_manifest(records[0][1])
        assert (manifest.part, manifest.parts, manifest.key) == (
            number,
            count,
            team.home.shared_key,
        )
        assert kinds(records)[-1] == Kind.END
        for kind, before in zip(kinds(records), [0, *kinds(records)], strict=False):
            assert kind != Kind.OBJECT or before == Kind.KEYS


def test_what_is_there_is_not_overwritten_unless_it_is_a_bundle_and_that_was_asked(
    team: Exchange,
) -> None:
    team.waiting("Aizhan")
    out = team.folder / "out"
    bundle(team.home, out, to=["Aizhan"])
    before = out.read_bytes()
    with pytest.raises(OutputExistsError):
        bundle(team.home, out, to=["Aizhan"])
    assert out.read_bytes() == before
    bundle(team.home, out, to=["Aizhan"], replace_old=True)
    assert out.read_bytes() != before
    other = team.folder / "letter.txt"
    other.write_text("not a bundle")
    for replace_old in (False, True):
        with pytest.raises(OutputExistsError):
            bundle(team.home, other, to=["Aizhan"], replace_old=replace_old)
    assert other.read_text() == "not a bundle"


def test_a_smaller_bundle_leaves_no_parts_of_a_larger_one(team: Exchange) -> None:
    team.waiting("Aizhan")
    team.take_in(team.home, "large", os.urandom(200_000))
    out = team.folder / "out"
    bundle(team.home, out, to=["Aizhan"], part_bytes=64 * 1024)
    (team.folder / "out.2ofus").write_text("somebody else's")
    bundle(team.home, out, to=["Aizhan"], replace_old=True)
    assert sorted(path.name for path in team.folder.glob("out*")) == ["out", "out.2ofus"]


def test_nothing_half_written_is_left(team: Exchange) -> None:
    team.waiting("Aizhan")
    bundle(team.home, team.folder / "out", to=["Aizhan"])
    names = [path.name for path in files_in(team.folder)]
    assert not [name for name in names if name.startswith(SCRATCH_PREFIX) or "unfinished" in name]


def test_a_collector_bundles_for_its_home_without_opening_anything(team: Exchange) -> None:
    field = team.collector("field")
    team.take_in(field, "seen")
    for to in ([], ["home"], [team.home.device[:8]]):
        report = bundle(field, team.folder / "out", to=to, replace_old=True)
        assert (report.entries, report.originals, report.to) == (1, 1, ("home",))
    records = inside(team.folder / "out", team.home)
    assert read_manifest(records[0][1]).key is None
    assert Kind.KEYS not in kinds(records)
    with pytest.raises(DeviceError):
        bundle(field, team.folder / "out", to=["Aizhan"], replace_old=True)
