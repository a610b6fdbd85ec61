from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_command_reference_is_what_the_commands_say() -> None:
    reference = runpy.run_path(str(ROOT / "tools" / "command_reference.py"))["reference"]
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == reference(), "run: make reference"
