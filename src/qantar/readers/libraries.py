"""The libraries that readers can do without: which are here, and what goes unread where one is not.

What a reader makes of a file depends on them: without one, a file that needs it is kept
and not read; another version may read it otherwise. So they count for whether a kept
reading fits, and a record says which it was made with.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import metadata
from types import MappingProxyType
from typing import Final

INSTALL: Final = 'pip install "qantar[readers]"'
"""The command that brings all of them; findings name it, and by that are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A library by the name it is installed by, and what is not read without it."""

    name: str
    needed_for: str


ALL: Final = (
    Library(name="brotli", needed_for="pages in web archives that are packed with Brotli"),
    Library(name="lingua-language-detector", needed_for="the language of passages"),
    Library(name="numpy", needed_for="pictures"),
    Library(name="pdqhash", needed_for="pictures"),
    Library(name="pi-heif", needed_for="pictures"),
    Library(name="pillow", needed_for="pictures"),
    Library(name="pypdfium2", needed_for="PDF"),
)


@cache
def versions() -> MappingProxyType[str, str | None]:
    """Give the version of each that is here, and None of each that is not."""
    return MappingProxyType({one.name: _version(one.name) for one in ALL})


def missing() -> tuple[Library, ...]:
    """Give those that are not here."""
    here = versions()
    return tuple(one for one in ALL if here[one.name] is None)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
