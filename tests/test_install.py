"""What is locked is installed by uv, unless pip was told whom to ask."""

import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOL = runpy.run_path(str(ROOT / "tools/install.py"))
UV = Path("bin/uv")


def programs(told: set[str], uv: Path | None) -> list[str]:
    """The programs that are tried, in their order."""
    tried = TOOL["commands"](told, uv, ["--require-hashes", "--requirement", "demo.txt"])
    assert all(
        command[-3:] == ["--require-hashes", "--requirement", "demo.txt"] for command in tried
    )
    return [Path(command[0]).name for command in tried]


def test_uv_is_tried_first_and_pip_where_it_fails() -> None:
    assert programs(set(), UV) == ["uv", Path(sys.executable).name]


@pytest.mark.parametrize("told", ["index-url", "no-index", "proxy"])
def test_whom_pip_may_ask_is_not_got_round(told: str) -> None:
    assert programs({told, "timeout"}, UV) == [Path(sys.executable).name]


def test_without_uv_pip_installs() -> None:
    assert programs(set(), None) == [Path(sys.executable).name]


def test_the_settings_of_pip_are_read_from_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "file:///nowhere")
    assert "index-url" in TOOL["settings"]()
    monkeypatch.delenv("PIP_INDEX_URL")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    assert "index-url" not in TOOL["settings"]()


def test_it_ends_as_the_last_one_did(capfd: pytest.CaptureFixture[str]) -> None:
    assert TOOL["main"](["--no-such-option"]) != 0
    assert "ended with" in capfd.readouterr().err
    assert TOOL["main"](["--dry-run", "packaging"]) == 0
