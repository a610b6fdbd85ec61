"""A team works together by stick, through the real commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Ran, Run


def line_of(ran: Ran) -> str:
    """The public line of the device that a command made."""
    assert ran.code == 0
    return ran.out.splitlines()[0]


@pytest.fixture
def team(case: Path, sayaqkent: Path, tmp_path: Path, qantar: Run) -> tuple[Path, Path]:
    """Two cases: one with all the material, one that has joined it."""
    assert qantar("add", case, "--sheet", sayaqkent / "sheet.toml").code == 0
    other, stick = tmp_path / "other", tmp_path / "stick"
    line = line_of(qantar("init", other, "--join", "--open"))
    assert qantar("devices", "invite", case, line, "--name", "Aizhan").code == 0
    made = qantar("bundle", case, stick, "--for", "Aizhan")
    assert (made.code, made.out) == (0, f"{stick}\n")
    assert "verified on the medium" in made.err
    merged = qantar("merge", other, stick)
    assert merged.code == 0
    assert "has joined case" in merged.out
    return case, other


def record_of(case: Path, qantar: Run) -> str:
    built = qantar("build", case, "--json")
    assert built.code == 0
    digest: str = built.lines[-1]["record_digest"]
    return digest


def test_merging_both_ways_gives_the_same_record(
    team: tuple[Path, Path], tmp_path: Path, qantar: Run
) -> None:
    case, other = team
    assert record_of(case, qantar) == record_of(other, qantar)
    for n, place in enumerate(team):
        note = tmp_path / f"note-{n}.txt"
        note.write_text(f"what number {n} saw")
        assert qantar("add", place, note).code == 0
    reason = ("--reason", "not of that day")
    assert qantar("decide", other, "withdraw", "a2", *reason).code == 0
    for source, target, name in ((other, case, "founder"), (case, other, "Aizhan")):
        stick = tmp_path / f"to-{name}"
        assert qantar("bundle", source, stick, "--for", name).code == 0
        merged = qantar("merge", target, stick, "--json")
        assert merged.code == 0
        report = merged.only("merged")
        assert (report["waiting"], report["refused"], report["alarms"]) == ([], [], [])
    assert record_of(case, qantar) == record_of(other, qantar)
    again = qantar("merge", other, stick, "--json").only("merged")
    assert again["adopted"] == []


def test_devices_are_listed_with_what_is_known_of_them(
    team: tuple[Path, Path], tmp_path: Path, qantar: Run
) -> None:
    case, other = team
    assert qantar("bundle", other, tmp_path / "back", "--for", "founder").code == 0
    assert qantar("merge", case, tmp_path / "back").code == 0
    listed = [line["device"] for line in qantar("devices", "list", case, "--json").lines]
    assert [(one["name"], one["role"], one["this"]) for one in listed] == [
        ("founder", "member", True),
        ("Aizhan", "member", False),
    ]
    assert listed[1]["exchanged"] is not None
    shown = qantar("devices", "list", case).out
    assert "founder, this device" in shown
    assert "last exchange" in shown
    line = qantar("devices", "show", other).out.strip()
    assert line.startswith("qantar1:")
    assert qantar("devices", "show", other, "--json").only("device")["line"] == line


def test_what_was_refused_ends_with_13_and_all_else_is_adopted(
    team: tuple[Path, Path], tmp_path: Path, qantar: Run
) -> None:
    case, other = team
    sound, broken = tmp_path / "sound", tmp_path / "broken"
    note = tmp_path / "note.txt"
    note.write_text("one more")
    assert qantar("add", case, note).code == 0
    assert qantar("bundle", case, sound, "--for", "Aizhan").code == 0
    broken.write_bytes(sound.read_bytes()[:-1])
    merged = qantar("merge", other, broken, sound)
    assert merged.code == 13
    assert f"refused: bundle {broken}: it is damaged or cut short" in merged.out
    assert "adopted: 1 entry of founder" in merged.out
    assert "error: 1 thing was refused" in merged.err
    as_json = qantar("merge", other, broken, "--json")
    assert as_json.code == 13
    assert as_json.only("error")["code"] == "bundle-refused"
    assert as_json.only("merged")["refused"][0]["reason"]


def test_shutting_out_is_shown_and_asked(team: tuple[Path, Path], qantar: Run) -> None:
    case, _ = team
    asked = qantar("devices", "revoke", case, "Aizhan")
    assert asked.code == 2
    assert '"Aizhan"' in asked.err
    assert qantar("devices", "revoke", case, "Aizhan", "--yes").code == 0
    assert "shut out" in qantar("devices", "list", case).out
    assert qantar("bundle", case, case.parent / "none", "--for", "Aizhan").code == 33
    assert qantar("devices", "revoke", case, "Aizhan", "--yes").code == 33


def test_a_device_goes_on_as_a_new_one(team: tuple[Path, Path], qantar: Run) -> None:
    _, other = team
    before = qantar("devices", "show", other).out
    renewed = qantar("devices", "renew", other)
    assert renewed.code == 0
    assert "Aizhan 2" in renewed.err
    after = qantar("devices", "show", other).out
    assert after == renewed.out != before


def test_a_collector_collects_for_its_home(
    case: Path, sayaqkent: Path, tmp_path: Path, qantar: Run
) -> None:
    field, stick = tmp_path / "field", tmp_path / "stick"
    home_line = qantar("devices", "show", case).out.strip()
    line = line_of(qantar("init", field, "--collector", "--for", home_line, "--open"))
    assert qantar("add", field, "--sheet", sayaqkent / "sheet.toml").code == 0
    assert qantar("bundle", field, stick).code == 0
    waits = qantar("merge", case, stick, "--json").only("merged")
    assert {one["reason"] for one in waits["waiting"]} >= {"nobody let its device in"}
    assert qantar("devices", "invite", case, line, "--name", "field").code == 0
    merged = qantar("merge", case, stick, "--json")
    assert (merged.code, merged.only("merged")["waiting"]) == (0, [])
    assert record_of(case, qantar)
    for command in (("merge", field, stick), ("build", field), ("devices", "list", field)):
        assert qantar(*command).code == 31


def test_a_device_that_waits_does_nothing_but_merge(tmp_path: Path, qantar: Run) -> None:
    waits = tmp_path / "waits"
    assert qantar("init", waits, "--join", "--open").code == 0
    for command in (
        ("bundle", waits, tmp_path / "out", "--for", "founder"),
        ("devices", "list", waits),
        ("devices", "renew", waits),
        ("build", waits),
    ):
        assert qantar(*command).code == 31
    assert qantar("merge", waits, tmp_path / "nowhere").code == 12
    not_one = tmp_path / "letter.txt"
    not_one.write_text("a letter")
    assert qantar("merge", waits, not_one).code == 13


def test_a_large_bundle_is_told_in_files(
    team: tuple[Path, Path], tmp_path: Path, qantar: Run
) -> None:
    case, other = team
    stick = tmp_path / "again"
    assert qantar("bundle", case, stick, "--for", "Aizhan", "--whole").code == 0
    refused = qantar("bundle", case, stick, "--for", "Aizhan")
    assert refused.code == 42
    told = qantar("bundle", case, stick, "--for", "Aizhan", "--replace", "--json").only("bundle")
    assert told["paths"] == [str(stick)]
    assert told["verified"] is True
    assert qantar("merge", other, stick).out == "Nothing in it is new.\n"
