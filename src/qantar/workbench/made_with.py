"""The libraries and programs that a record depends on: those of documents, those of linking."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from typing import Final

from qantar.readers.tesseract import reads_with
from qantar.record.contents import Contents

INSTALL_LINKING: Final = 'pip install "qantar[linking]"'
LINKING: Final = ("numpy", "rapidfuzz")
"""What linking lists of people takes."""


def made_with(contents: Contents) -> dict[str, str | None]:
    """Give the versions of all that these contents depend on; None of what is not here."""
    read = reads_with() if contents.texts else {}
    return {**read, **(_linked_with() if contents.persons else {})}


def is_made_with_others(said: Mapping[str, str | None]) -> bool:
    """Whether a record that says what it was made with would be made with something else here."""
    here = {**reads_with(), **_linked_with()}
    return any(here.get(name) != version for name, version in said.items())


def _linked_with() -> dict[str, str | None]:
    return {f"linking/{name}": _version(name) for name in LINKING}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
