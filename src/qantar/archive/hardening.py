"""What this process gives up before it touches anything secret.

Files that it makes are its owner's alone; its memory is not written to disk when it
dies, and is not shown to other processes of the same person, a debugger's among
them. Keys live in that memory while a command runs.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from contextlib import suppress
from typing import Final

UMASK: Final = 0o077
_PR_SET_DUMPABLE: Final = 4  # linux/prctl.h


def harden() -> None:
    """Keep files private, and memory out of core dumps and debuggers, from now on.

    What a system refuses is left as it is: a stricter sandbox is no reason to stop.
    """
    os.umask(UMASK)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
