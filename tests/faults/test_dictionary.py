"""A list of every name there is tells nothing about a closed case."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.archive import body
from tests.faults.dictionary import ENTRIES, fill, guessed, names

EVERYONE = names(2_000)


def test_nobody_is_found_with_the_full_list_of_names(tmp_path: Path) -> None:
    fill(tmp_path, EVERYONE)
    assert guessed(tmp_path, EVERYONE) == 0


def test_without_salts_everybody_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attack itself is sound: it is the salts that stop it."""
    monkeypatch.setattr(body, "_salt", lambda *_: bytes(32))
    fill(tmp_path, EVERYONE)
    assert guessed(tmp_path, EVERYONE) == ENTRIES
