"""Every attack is stopped by the defence that is there for it, and by nothing else."""

from __future__ import annotations

import pytest

from tests.faults.defence import Defence
from tests.faults.marks import sees_system_calls
from tests.faults.planted import DEFENCES
from tests.faults.scratch import scratch_folder

pytestmark = sees_system_calls


@pytest.mark.parametrize("defence", DEFENCES, ids=lambda defence: defence.name)
def test_the_attack_fails_and_succeeds_once_the_defence_is_switched_off(
    defence: Defence,
) -> None:
    with scratch_folder() as folder:
        assert not defence.is_overcome(folder)
    with scratch_folder() as folder, defence.switched_off():
        assert defence.is_overcome(folder)
