"""Help is asked for on old laptops, and often: nothing heavy is loaded to show it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from qantar.cli.lazy import COMMANDS

HEAVY = (
    "altair",
    "babel",
    "charset_normalizer",
    "cryptography",
    "duckdb",
    "filelock",
    "jinja2",
    "nacl",
    "pydantic",
    "pyrage",
    "python_calamine",
    "rfc3161_client",
    "shamir_mnemonic",
    "sqlcipher3",
    "tree_sitter",
    "vl_convert",
)
LOADED = """
import contextlib, io, json, sys
from qantar.cli.main import run
with contextlib.redirect_stdout(io.StringIO()) as out:
    code = run(sys.argv[1:])
print(json.dumps({"code": code, "out": out.getvalue(), "modules": sorted(sys.modules)}))
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)]
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    ran = subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-c", LOADED, *arguments], capture_output=True, check=True
    )
    shown = json.loads(ran.stdout)
    assert shown["code"] == 0
    assert shown["out"]
    assert [name for name in HEAVY if name in shown["modules"]] == []
    assert [name for name in shown["modules"] if name.startswith("qantar.workbench.")] == []
