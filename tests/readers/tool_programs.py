"""Programs for tests: whether those of others are here, and one of ours that plays a hostile one."""

from __future__ import annotations

import functools
import os
import re
import shutil
import sys
import sysconfig
from dataclasses import replace
from pathlib import Path

import pytest

from qantar.readers.tool import Tool, tool_at

HOSTILE = Path(__file__).with_name("hostile_tool.py")
REQUIRED = "QANTAR_REQUIRE_TOOLS"
_MAPPED = re.compile(r"(/\S+\.so[.\d]*)$", re.MULTILINE)


def needs(*names: str) -> None:
    """Skip a test where a program is not installed, and say so; fail where all are required."""
    missing = [name for name in names if shutil.which(name) is None]
    if not missing:
        return
    why = f"{' and '.join(missing)} not installed: apt-get install tesseract-ocr ffmpeg"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{REQUIRED}=1, but {why}")
    pytest.skip(why)


@functools.cache
def script(path: Path, *arguments: str) -> Tool:
    """Describe this interpreter as a program that may read its own library and one script."""
    import ctypes  # noqa: F401, PLC0415  # so that what it loads is in the list below

    mapped = _MAPPED.findall(Path("/proc/self/maps").read_text())
    folders = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    found = tool_at(
        os.path.realpath(sys.executable),
        data=(*sorted(folders), *dict.fromkeys(mapped), str(path)),
    )
    return replace(found, before=("-I", str(path), *arguments))
