"""A defence, how to switch it off, and the attack that it stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from qantar.errors import QantarError
from tests.faults.recipe import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One place where the code is changed: an attribute of a module, a class or an object."""

    of: object
    name: str
    to: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Defence:
    """A defence of a case. `attack` works in an empty folder and says whether it succeeded."""

    name: str
    off: tuple[Switch, ...]
    attack: Callable[[Path], object]

    def is_overcome(self, folder: Path) -> bool:
        """Whether the attack succeeds; an error of Qantar's own is a failed attack."""
        try:
            return bool(self.attack(folder))
        except (QantarError, Violation):
            return False

    @contextmanager
    def switched_off(self) -> Iterator[None]:
        """Plant the bug: for the block, the defence is not there."""
        with pytest.MonkeyPatch.context() as patch:
            for switch in self.off:
                patch.setattr(switch.of, switch.name, switch.to)
            yield


def nothing(*_: object, **__: object) -> None:
    """Do nothing, in the place of something that mattered."""


def yes(*_: object, **__: object) -> bool:
    """Find everything in order."""
    return True
