"""The libraries and programs that a record depends on: of documents, of linking, of counting."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from typing import Final

from qantar.readers.tesseract import reads_with
from qantar.record.contents import Contents

INSTALL_LINKING: Final = 'pip install "qantar[linking]"'
LINKING: Final = ("numpy", "rapidfuzz")
"""What linking lists of people takes."""
INSTALL_COUNTING: Final = 'pip install "qantar[counting]"'
COUNTING: Final = ("numpy", "scipy", "numba", "arviz_stats")
"""What counting takes, as it is imported."""


def made_with(contents: Contents) -> dict[str, str | None]:
    """Give the versions of all that these contents depend on; None of what is not here."""
    read = reads_with() if contents.texts else {}
    return {**read, **(_linked_with() if contents.persons else {})}


def is_made_with_others(said: Mapping[str, str | None]) -> bool:
    """Whether a record that says what it was made with would be made with something else here."""
    here = {**reads_with(), **_linked_with()}
    return any(here.get(name) != version for name, version in said.items())


def counted_with() -> dict[str, str | None]:
    """Give the versions of what estimates are made with; None of what is not here."""
    return {f"counting/{name}": _version(name.replace("_", "-")) for name in COUNTING}


def _linked_with() -> dict[str, str | None]:
    return {f"linking/{name}": _version(name) for name in LINKING}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
