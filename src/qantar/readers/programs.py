"""The programs of others that readers use: which are here, which version, how well confined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qantar.readers.confinement import Tier
from qantar.readers.tesseract import INSTALL, PROGRAM, tesseract_here
from qantar.readers.tool import UnsafeToolError, find_tool
from qantar.readers.tool_run import version_of

_ASKED: Final = {PROGRAM: "--version", "ffmpeg": "-version"}
_NEEDED_FOR: Final = {
    PROGRAM: "reading pages and pictures by sight",
    "ffmpeg": "finding copies of films",
}
_INSTALLED_BY: Final = {PROGRAM: INSTALL, "ffmpeg": "apt-get install ffmpeg"}
_WORDS: Final = {
    Tier.FULL: (
        "a program sees itself, its data and one input, no other file, no network and no other "
        "process, starts none, and has limits"
    ),
    Tier.FILTERED: (
        "a program has a filter of system calls and limits, and can read the files of this "
        "account; this kernel has no Landlock"
    ),
    Tier.LIMITED: "a program is a process of its own with limits, and no more",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One program: its version, None where it is not here or not used, and why.

    `lacks` are the languages that it has no data of.
    """

    name: str
    version: str | None
    tier: Tier | None = None
    why: str = ""
    lacks: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Say it in a line, for `status`."""
        if self.version is None:
            return f"{self.name}: {self.why}"
        lacks = f"; no data for {', '.join(self.lacks)}: {INSTALL}" if self.lacks else ""
        return f"{self.name} {self.version}, for {_NEEDED_FOR[self.name]}{lacks}"

    def to_json(self) -> dict[str, object]:
        """Give it as `status --json` prints it."""
        return {
            "version": self.version,
            "confined": self.tier.value if self.tier else None,
            "why": self.why or None,
            "languages_missing": list(self.lacks),
        }


def tier_words(tier: Tier) -> str:
    """Say what holds for programs of others."""
    return _WORDS[tier]


def programs() -> tuple[Program, ...]:
    """Look for each, as the environment is now.

    Raises:
        DiskError: the system starts no process.
    """
    return tuple(_looked_for(name) for name in _ASKED)


def _looked_for(name: str) -> Program:
    missing = f"not installed, needed for {_NEEDED_FOR[name]}; {_INSTALLED_BY[name]}"
    try:
        tool = find_tool(name)
        tesseract = tesseract_here() if name == PROGRAM else None
    except UnsafeToolError as error:
        return Program(name=name, version=None, why=f"not used: {error}")
    if tool is None:
        return Program(name=name, version=None, why=missing)
    if name == PROGRAM and tesseract is None:
        return Program(name=name, version=None, why=f"no data of a language; {INSTALL}")
    version, tier = version_of(tool, _ASKED[name])
    lacks = tesseract.missing if tesseract else ()
    return Program(name=name, version=version, tier=tier, lacks=lacks)
