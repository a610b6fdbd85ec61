"""What a process of ours gives up before it does anything, seen from a real one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BY_MAIN = """
import contextlib, os, sys
from qantar.cli.main import main
os.umask(0)
given, sys.argv = sys.argv[1:], ["qantar", "--version"]
with contextlib.suppress(SystemExit):
    main()
"""
LOOK = """
import ctypes, json, resource
open(given[0], "w").close()
os.mkdir(given[0] + ".d")
seen = {"core": resource.getrlimit(resource.RLIMIT_CORE)}
if sys.platform == "linux":
    seen["dumpable"] = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
print(json.dumps(seen))
"""
WAIT = """
print("ready", flush=True)
sys.stdin.read()
"""
FAIL = """
import sys
from qantar.cli.main import _as_error
def fail(passphrase):
    shares = passphrase.split()
    raise RuntimeError("it went wrong") from KeyError("deeper")
try:
    fail(sys.argv[1])
except RuntimeError as error:
    sys.exit(_as_error(error).exit_code)
"""


def _python(code: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_files_are_private_and_memory_is_not_dumped_or_read(tmp_path: Path) -> None:
    path = tmp_path / "made"
    ran = _python(BY_MAIN + LOOK, path)
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout.splitlines()[-1])
    assert seen["core"] == [0, 0]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.with_name("made.d").stat().st_mode & 0o777 == 0o700
    if sys.platform == "linux":
        assert seen["dumpable"] == 0


def test_what_a_command_makes_is_for_its_owner_only(tmp_path: Path) -> None:
    code = "import os, sys; os.umask(0); from qantar.cli.main import main; main()"
    ran = _python(code, "init", tmp_path / "case", "--open")
    assert ran.returncode == 0, ran.stderr
    modes = {path: path.stat().st_mode & 0o777 for path in (tmp_path / "case").rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc elsewhere")
def test_a_running_command_shows_no_memory_to_a_process_of_the_same_person() -> None:
    command = subprocess.Popen(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-c", BY_MAIN + WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with command:
        assert command.stdout is not None
        assert command.stdout.readline().startswith(b"qantar ")
        assert command.stdout.readline() == b"ready\n"
        for name in ("mem", "environ", "maps"):
            # The kernel gives them to root.
            assert Path(f"/proc/{command.pid}/{name}").stat().st_uid == 0
            assert os.access(f"/proc/{command.pid}/{name}", os.R_OK) is (os.geteuid() == 0)


def test_a_traceback_shows_no_value_of_a_variable() -> None:
    ran = _python(FAIL, "correct horse battery", QANTAR_DEBUG="1")
    assert ran.returncode == 70
    assert "it went wrong" in ran.stderr
    assert "deeper" in ran.stderr
    assert "battery" not in ran.stderr


def test_without_being_asked_no_traceback_is_shown() -> None:
    ran = _python(FAIL, "correct horse battery", QANTAR_DEBUG="0")
    assert ran.returncode == 70
    assert "Traceback" not in ran.stderr
    assert "it went wrong" not in ran.stderr
