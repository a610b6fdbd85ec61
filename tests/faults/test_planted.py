"""Every attack is stopped by the defence that is there for it, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.defence import Defence
from tests.faults.planted import DEFENCES


@pytest.mark.parametrize("defence", DEFENCES, ids=lambda defence: defence.name)
def test_the_attack_fails_and_succeeds_once_the_defence_is_switched_off(
    defence: Defence, tmp_path: Path
) -> None:
    for name in ("defended", "open"):
        (tmp_path / name).mkdir()
    assert not defence.is_overcome(tmp_path / "defended")
    with defence.switched_off():
        assert defence.is_overcome(tmp_path / "open")
