"""Submissions in an archive or a folder: a table with the tables of its repeats, and the form.

ODK Central exports a form `F` as `F.csv`, one `F-….csv` for each repeat, and the pictures
under `media`. A row of a repeat names the row above it by `PARENT_KEY`. Whoever has the form
as a workbook (XLSForm) can lay it beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Final, TypeAlias

from qantar.readers.kobo_form import Form, read_form
from qantar.readers.kobo_table import begins_as_export, names_keys
from qantar.readers.media_type import extension

Fetch: TypeAlias = "Callable[[str, int | None], bytes | None]"
"""Gives the bytes of a member, or so many from its beginning; None where it cannot be read."""

JOINED: Final = (
    "This table holds the rows of a repeat. They stand with the submissions that they belong to, "
    "those without one in a document of their own."
)
_HEAD_BYTES: Final = 64 * 1024
_MOST_TABLES: Final = 1_000
_MOST_FORMS: Final = 8
_MOST_DASHES: Final = 16
_WORKBOOKS: Final = frozenset({"xlsx", "xlsm", "xls"})


@dataclass(eq=False)
class SubmissionFolder:
    """What lies beside a file of submissions. `repeats` are the tables that belong to a table."""

    names: frozenset[str]
    fetch: Fetch
    repeats: dict[str, list[str]] = field(default_factory=dict)

    @property
    def joined(self) -> frozenset[str]:
        """The tables that are read with another."""
        return frozenset(name for names in self.repeats.values() for name in names)

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The forms among the first workbooks; read once, when a file of submissions asks."""
        books = sorted(name for name in self.names if extension(name) in _WORKBOOKS)
        found = []
        for name in books[:_MOST_FORMS]:
            data = self.fetch(name, None)
            form = read_form(BytesIO(data), name) if data and data.startswith(b"PK") else None
            found += [form] if form is not None else []
        return tuple(found)

    def form_for(self, columns: Iterable[str]) -> Form | None:
        """Give the form that most of these names are questions of."""
        names = list(columns)
        fitting = [(form.fits(names), -at, form) for at, form in enumerate(self.forms)]
        best = max(fitting, key=lambda one: one[:2], default=(0, 0, None))
        return best[2] if best[0] else None

    @cached_property
    def _by_file_name(self) -> dict[str, str]:
        return {name.rpartition("/")[2]: name for name in sorted(self.names, reverse=True)}

    def member(self, file_name: str) -> str | None:
        """Give the member that has this file name, wherever it lies; None where none has."""
        return self._by_file_name.get(file_name)


def submission_folder(names: frozenset[str], fetch: Fetch) -> SubmissionFolder:
    """Look which tables of an archive belong together; only beginnings are read for that."""
    folder = SubmissionFolder(names, fetch)
    tables = {name for name in names if extension(name) == "csv"}
    mains: dict[str, bool] = {}
    for name in sorted(tables)[:_MOST_TABLES]:
        for stem in _stems(name):
            main = f"{stem}.csv"
            if main not in tables:
                continue
            if main not in mains:
                mains[main] = begins_as_export(_begins(fetch, main))
            if mains[main] and names_keys(_begins(fetch, name)):
                folder.repeats.setdefault(main, []).append(name)
                break
    return folder


def _stems(name: str) -> list[str]:
    """The beginnings of a name that the main table can have, the shortest first."""
    folder, slash, file = name.rpartition("/")
    parts = file.removesuffix(".csv").split("-")[: _MOST_DASHES + 1]
    return [folder + slash + "-".join(parts[:count]) for count in range(1, len(parts))]


def _begins(fetch: Fetch, name: str) -> str:
    return (fetch(name, _HEAD_BYTES) or b"").decode("utf-8", "replace")
