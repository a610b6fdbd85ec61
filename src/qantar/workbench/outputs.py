"""Folders that a command writes: whole or not at all, and never over what it did not write."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qantar.archive.disk import disk_refusals
from qantar.errors import OutputExistsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of output: what it is called, and the file by which it is known.

    `command` writes it; `then` says what to do with it.
    """

    name: str
    command: str
    mark: str
    then: str


def refuse_foreign(out: Path, *, kind: Kind, replace_old: bool) -> None:
    """Never write over anything that this command did not make.

    Raises:
        OutputExistsError: `out` exists and is none of its kind, or may not be replaced.
    """
    if out.name == "":
        message = f"a {kind.name} needs a folder of its own."
        raise OutputExistsError(message, where=str(out), next="Name a folder that is not there.")
    if not out.exists():
        return
    if not (out / kind.mark).is_file():
        message = f"this exists and is not a {kind.name} that Qantar wrote."
        raise OutputExistsError(
            message, where=str(out), next="Choose another folder; nothing was changed."
        )
    if not replace_old:
        message = f"an earlier {kind.name} is there."
        raise OutputExistsError(
            message, where=str(out), next="Add --replace to put the new one in its place."
        )


@contextmanager
def appearing(out: Path, *, kind: Kind) -> Iterator[Path]:
    """Give an empty folder that becomes `out` when the block ends; what was there goes.

    Raises:
        DiskError: the disk refused.
    """
    with disk_refusals(f"writing the {kind.name}", out):
        out.parent.mkdir(parents=True, exist_ok=True)
        # Beside OUT, so that moving it there is one rename; nobody else knows its name.
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as work:
            fresh = Path(work) / "new"
            fresh.mkdir()
            yield fresh
            (fresh / kind.mark).write_text(
                f"This folder was written by `{kind.command}`. {kind.then}\n", encoding="utf-8"
            )
            if out.exists():
                out.rename(Path(work) / "old")
            fresh.rename(out)
