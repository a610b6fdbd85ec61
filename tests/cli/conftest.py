from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qantar.cli.main import run


@dataclass(frozen=True)
class Ran:
    """How a command line ended: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON, one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def only(self, name: str) -> Any:
        """The one object that is printed under this name."""
        (found,) = (line[name] for line in self.lines if name in line)
        return found


Run = Callable[..., Ran]


@pytest.fixture
def qantar(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in this process."""

    def ran(*arguments: object) -> Ran:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return ran


@pytest.fixture
def case(tmp_path: Path, qantar: Run) -> Path:
    """An empty open case."""
    path = tmp_path / "case"
    assert qantar("init", path, "--open", "--title", "Winter").code == 0
    return path


@pytest.fixture
def built(case: Path, sayaqkent: Path, qantar: Run) -> Path:
    """A case with all the material of Sayaqkent, built."""
    assert qantar("add", case, "--sheet", sayaqkent / "sheet.toml").code == 0
    assert qantar("build", case).code == 0
    return case
