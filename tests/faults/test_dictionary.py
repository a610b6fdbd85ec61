"""A list of every name there is tells nothing about a closed case."""

from __future__ import annotations

import pytest

from qantar.archive import body
from tests.faults.dictionary import ENTRIES, fill, guessed, names
from tests.faults.scratch import scratch_folder

EVERYONE = names(2_000)


def test_nobody_is_found_with_the_full_list_of_names() -> None:
    with scratch_folder() as folder:
        fill(folder, EVERYONE)
        assert guessed(folder, EVERYONE) == 0


def test_without_salts_everybody_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The attack itself is sound: it is the salts that stop it."""
    monkeypatch.setattr(body, "_salt", lambda *_: bytes(32))
    with scratch_folder() as folder:
        fill(folder, EVERYONE)
        assert guessed(folder, EVERYONE) == ENTRIES
