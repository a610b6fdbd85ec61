"""Which paths of a sheet may be followed."""

from __future__ import annotations

import re

_DRIVE = re.compile(r"[A-Za-z]:")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def path_refusal(path: str) -> str | None:
    """Say why a path of a sheet may not be followed; None when it may.

    A path is relative to the sheet, parted by "/", and stays beside or below it:
    a sheet that came by mail must not make anyone take in other files of theirs.
    """
    if _SCHEME.match(path):
        return "is an address; save the file and give its path"
    if path.startswith(("/", "~")) or _DRIVE.match(path):
        return "is an absolute path; put the file beside the sheet and give its path from there"
    if "\\" in path:
        return 'has a backslash; part folders with "/"'
    if ".." in path.split("/"):
        return "leads above the sheet; put the file beside or below the sheet"
    if _CONTROL.search(path):
        return "has a control character"
    return None if path.strip("./ ") else "names no file"
