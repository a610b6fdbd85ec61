"""The file `CASE`, readable without a key."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from pathlib import Path

import pytest

from qantar.archive.derive import derive
from qantar.archive.description import Description, case_paths, read_description, with_check
from qantar.archive.own_device import new_device
from qantar.errors import NewerFormatError, NotACaseError, OlderFormatError
from qantar.model.device import Role

KEY = bytes(range(32))
CASE, FOUNDER = "0f" * 16, "1e" * 16


def _written(root: Path, data: bytes) -> None:
    (root / "keys").mkdir(exist_ok=True)
    for path in case_paths(root):
        path.write_bytes(data)


def test_a_description_is_read_as_it_was_written(tmp_path: Path) -> None:
    home = new_device(Role.MEMBER, os.urandom).public
    for said in (
        Description(case=CASE, founder=FOUNDER, role=Role.MEMBER),
        Description(case=None, founder=None, role=Role.WAITING),
        Description(case=CASE, founder=None, role=Role.COLLECTOR, home=home),
    ):
        _written(tmp_path, with_check(said, KEY))
        found = read_description(tmp_path)
        assert (found.value, found.damaged) == (said, ())


def test_it_holds_what_the_format_says_and_no_title() -> None:
    written = with_check(Description(case=CASE, founder=FOUNDER, role=Role.MEMBER), KEY)
    said = json.loads(written)
    check = said.pop("check")
    plain = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    assert check == hmac.new(derive(KEY, "case-check"), plain, hashlib.sha256).hexdigest()
    assert said == {
        "case": CASE,
        "format": 1,
        "founder": FOUNDER,
        "home": None,
        "role": "member",
    }


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("damage", [None, b"", b"\x00" * 80])
def test_one_sound_copy_is_enough_wherever_it_lies(
    tmp_path: Path, which: int, damage: bytes | None
) -> None:
    said = Description(case=CASE, founder=FOUNDER, role=Role.MEMBER)
    _written(tmp_path, with_check(said, KEY))
    others = [path for at, path in enumerate(case_paths(tmp_path)) if at != which]
    for path in others:
        path.unlink() if damage is None else path.write_bytes(damage)
    found = read_description(tmp_path)
    assert (found.value, found.damaged) == (said, tuple(others))


def test_a_folder_without_it_is_no_case(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(NotACaseError, match="qantar init") as told:
            read_description(path)
        assert told.value.exit_code == 10


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x00" * 80,
        b"[]\n",
        b'{"format":true}\n',
        b'{"format":1}\n',
        b'{"case":"0F","check":"","format":1,"founder":null,"home":null,"role":"member"}\n',
        b'{"case":null,"check":"","format":1,"founder":null,"home":null,"role":"chief"}\n',
        b'{"case":null,"check":"","format":1,"founder":null,"home":"me","role":"member"}\n',
        b'{"case":null,"check":"","format":1,"founder":null,"home":null,"more":1,"role":"member"}\n',
        b'{"case": null, "check":"","format":1,"founder":null,"home":null,"role":"member"}\n',
    ],
)
def test_damage_is_told_from_a_folder_that_is_no_case(tmp_path: Path, damage: bytes) -> None:
    _written(tmp_path, damage)
    with pytest.raises(NotACaseError, match="damaged") as told:
        read_description(tmp_path)
    assert told.value.exit_code == 10


def test_a_newer_format_says_to_upgrade(tmp_path: Path) -> None:
    _written(tmp_path, b'{"format":2,"slots":["hope"]}\n')
    with pytest.raises(NewerFormatError, match=r"format 2.*Upgrade Qantar") as told:
        read_description(tmp_path)
    assert told.value.exit_code == 17


def test_the_format_before_the_first_release_says_how_to_move_over(tmp_path: Path) -> None:
    old = b'{"case":"x","format":0,"key_check":"","open":true,"title":null}\n'
    (tmp_path / "CASE").write_bytes(old)
    with pytest.raises(OlderFormatError, match=r"format 0.*plain files.*qantar init") as told:
        read_description(tmp_path)
    assert told.value.exit_code == 17
