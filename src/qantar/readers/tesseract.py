"""Tesseract, the program that reads pictures of text: whether it is here, with which languages.

It is run in the second profile of confinement (`tool_run.py`) on grey points that a confined
reader made (`picture.py`): no decoder of its own ever sees a stranger's file. Kazakh stands
first among the languages, because the other models spell its letters in their own.
Photographs are lit unevenly, so the threshold is taken around each point (Sauvola), not
of the whole.

Source: tesseract(1); its manual on page segmentation modes and on `thresholding_method`.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qantar.readers import libraries
from qantar.readers.caps import MIB
from qantar.readers.memory import sealed
from qantar.readers.ocr import MAX_TABLE_BYTES
from qantar.readers.ocr_kazakh import holds_kazakh
from qantar.readers.picture import Picture
from qantar.readers.tool import Tool, UnsafeToolError, digest_of, find_tool, setting
from qantar.readers.tool_run import Limits, Ran, run_tool, version_of

PROGRAM: Final = "tesseract"
_KAZAKH, _RUSSIAN = "kaz", "rus"
LANGUAGES: Final = (_KAZAKH, _RUSSIAN, "eng")
INSTALL: Final = "apt-get install tesseract-ocr tesseract-ocr-rus tesseract-ocr-kaz"

_SETTINGS: Final = ("-c", "thresholding_method=2", "-c", "tessedit_create_tsv=1")
_UPRIGHT: Final = "osd"
"""The data that tell which way up a page is."""
_DATA: Final = "{}.traineddata"
_FOLDERS: Final = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "/opt/local/share/tessdata",
)
_OWN_LIBRARIES: Final = re.compile(r"/lib(?:tesseract|lept)[^/]*\Z")
_LIMITS: Final = Limits(seconds=120, patience=300, memory=2048 * MIB, output=MAX_TABLE_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tesseract:
    """The program with the languages that are here, of those that are wanted.

    `folder` holds their data, `data` the SHA-256 of each language's, `missing` the languages
    that are not here. `upright` says whether it can tell which way up a page is.
    `identity` names all that its answers depend on: the program, its own libraries, the
    data, and how it is asked. `limits` are of one page.
    """

    tool: Tool
    folder: str
    data: Mapping[str, str]
    missing: tuple[str, ...]
    upright: bool
    identity: str
    limits: Limits = _LIMITS

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it is asked for, in this order."""
        return tuple(name for name in LANGUAGES if name in self.data)

    def read(self, picture: Picture) -> Ran:
        """Read a picture; gives a table (TSV).

        Raises:
            DiskError: the system starts no process.
        """
        return self._read(picture, self.languages)

    def read_again(self, picture: Picture, first: Ran) -> Ran | None:
        """Read it without Russian, if that may give Kazakh letters back; see `ocr_kazakh.py`.

        Raises:
            DiskError: the system starts no process.
        """
        both = _KAZAKH in self.data and _RUSSIAN in self.data
        if not both or not holds_kazakh(first.untrusted_output):
            return None
        rest = tuple(name for name in self.languages if name != _RUSSIAN)
        return self._read(picture, rest)

    def _read(self, picture: Picture, languages: tuple[str, ...]) -> Ran:
        asked = (*_asked(languages, upright=self.upright), "--dpi", str(picture.dpi))
        with sealed([picture.as_pgm()]) as file:
            return run_tool(
                self.tool,
                ("stdin", "stdout", *asked, *_SETTINGS),
                file=file,
                limits=self.limits,
                environment={"TESSDATA_PREFIX": self.folder},
            )

    def version(self) -> str:
        """Give its version as it says it; "unknown" where it says none."""
        return version_of(self.tool, "--version")[0]


def tesseract_here() -> Tesseract | None:
    """Give the program, if it is installed with any language that is wanted.

    `QANTAR_TESSERACT` names another program, `QANTAR_TESSDATA` another folder of data; see
    `tool.find_tool`. What is here is looked at once in a process.

    Raises:
        UnsafeToolError: it is here, and others than its owner can write it.
    """
    return _found((setting("TESSERACT"), setting("TESSDATA")))


def tools_identity() -> str:
    """Name all that reading by sight depends on here; "" where nothing is read by sight."""
    try:
        found = tesseract_here()
    except UnsafeToolError:
        return ""
    return found.identity if found else ""


def reads_with() -> dict[str, str | None]:
    """Name all that readings of documents depend on here: libraries, and what reads by sight."""
    return {**libraries.versions(), PROGRAM: tools_identity() or None}


@functools.cache
def _found(settings: tuple[str | None, str | None]) -> Tesseract | None:
    tool = find_tool(PROGRAM)
    folder = _folder(settings[1])
    if tool is None or folder is None:
        return None
    here = {name: str(Path(folder) / _DATA.format(name)) for name in (*LANGUAGES, _UPRIGHT)}
    here = {name: path for name, path in here.items() if Path(path).is_file()}
    data = {name: digest_of([path]) for name, path in here.items()}
    languages = {name: found for name, found in data.items() if name != _UPRIGHT}
    if not languages:
        return None
    own = [path for path in tool.libraries if _OWN_LIBRARIES.search(path)]
    asked = (*_asked(tuple(languages), upright=_UPRIGHT in here), *_SETTINGS)
    whole = "\0".join((digest_of([tool.program, *own]), *data.values(), *asked))
    return Tesseract(
        tool=Tool(
            program=tool.program,
            loader=tool.loader,
            libraries=tool.libraries,
            data=(folder,),
        ),
        folder=folder,
        data=languages,
        missing=tuple(name for name in LANGUAGES if name not in languages),
        upright=_UPRIGHT in here,
        identity=hashlib.sha256(whole.encode()).hexdigest(),
    )


def _folder(named: str | None) -> str | None:
    if named is not None:
        return named if Path(named).is_absolute() and Path(named).is_dir() else None
    return next((folder for folder in _FOLDERS if Path(folder).is_dir()), None)


def _asked(languages: tuple[str, ...], *, upright: bool) -> tuple[str, ...]:
    return ("-l", "+".join(languages), "--psm", "1" if upright else "3")
