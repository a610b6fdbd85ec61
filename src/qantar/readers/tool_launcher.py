"""Becomes one program of others, with nothing left but that program, its data and one input.

Run as a program of its own, so that no key of any case was ever in its memory:

    python -I -m qantar.readers.tool_launcher STATUS JOB

STATUS is the descriptor of a pipe on which it says, before it becomes the program, how
well it is confined; JOB is a `Launch` in JSON. The input is standard input, the output
standard output. What was given up (paths, ports, system calls, time, memory) stays given
up in the program, which cannot make a process, open a file to write, or reach a network.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Final

import msgspec

from qantar.readers.confinement import Access, confine, die_with_parent, limit
from qantar.readers.system_calls import TOOL, TOOL_CONDITIONS

NOT_STARTED: Final = 127


class Launch(msgspec.Struct, frozen=True, kw_only=True):
    """What to become, with which limits.

    `paths` are the files and folders left open: all to read, those of `executable` to
    execute as well. `seconds` are of processor time, `memory` is in bytes of address space.
    """

    program: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    paths: tuple[str, ...]
    executable: tuple[str, ...]
    seconds: int
    memory: int


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How well it is confined, or why it did not become the program."""

    landlock: int = 0
    filter: bool = False
    failed: str = ""


def main() -> None:
    """Confine this process, then become the program."""
    status = int(sys.argv[1])
    job = msgspec.json.decode(sys.argv[2], type=Launch)
    os.set_inheritable(status, False)  # noqa: FBT003  # it takes no name
    os.umask(0o077)
    os.chdir("/")
    die_with_parent()
    limit(seconds=job.seconds, memory=job.memory, files=True)
    means = confine(TOOL, conditions=TOOL_CONDITIONS, paths=_open_to(job))
    _say(status, Report(landlock=means.landlock, filter=means.filter))
    try:
        os.execve(job.program, (job.program, *job.arguments), job.environment)  # noqa: S606
    except OSError as error:
        _say(status, Report(failed=error.strerror or "it could not be started"))
    os._exit(NOT_STARTED)


def _open_to(job: Launch) -> Mapping[str, Access]:
    reading = dict.fromkeys(job.paths, Access.READ)
    return reading | dict.fromkeys(job.executable, Access.EXECUTE)


def _say(status: int, report: Report) -> None:
    os.write(status, msgspec.json.encode(report) + b"\n")


if __name__ == "__main__":
    main()
