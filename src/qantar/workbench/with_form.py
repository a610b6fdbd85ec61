"""Submissions and the form they were filled in by, where these are two files of a case.

A confined reader is lent one file. Both are put into an archive in memory, as somebody
might have put them into one folder, and only what was read of the submissions is kept.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import msgspec

from qantar.archive.case import Case
from qantar.model.accession import Accession
from qantar.model.finding import Severity
from qantar.model.read_document import Begin, End, Noted, Quoted, Sound
from qantar.readers.caps import MAX_MEMBER_BYTES
from qantar.readers.job import Job
from qantar.record.contents import AccessionRecord
from qantar.workbench.lending import lent, memory_file

LABELS: Final = "form-labels"
_SUBMISSIONS: Final = "submissions/"
_FORM: Final = "form/"
_PIECE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFile:
    """The original that a form is: its hash, how many bytes it has, the name of the file."""

    original: str
    size: int
    name: str


def forms_among(accessions: Iterable[AccessionRecord]) -> Mapping[str, FormFile]:
    """The files that may be forms, by their paths: documents in use.

    A path that several files have is left out: words of a wrong form would say in silence
    what nobody was asked.
    """
    found: dict[str, dict[str, FormFile]] = {}
    for one in accessions:
        if one.in_use and one.accession.holds is None:
            path = one.accession.path
            file = FormFile(original=one.original, size=one.size, name=path.rpartition("/")[2])
            found.setdefault(path, {})[one.original] = file
    return {path: next(iter(of.values())) for path, of in found.items() if len(of) == 1}


def form_of(accession: Accession, forms: Mapping[str, FormFile]) -> FormFile | None:
    """The form that an accession names, if it is among these."""
    return forms.get(accession.form) if accession.form else None


@contextmanager
def with_its_form(
    case: Case, file: int, job: Job, form: FormFile | None
) -> Iterator[tuple[int, Job]]:
    """Lend an archive of a file and its form, with what is asked of its reader; else the file.

    Raises:
        OriginalMissingError, OriginalAlteredError: the form is not here whole.
    """
    if form is None:
        yield file, job
        return
    with memory_file() as packed:
        with (
            lent(case, form.original, size=form.size, most=MAX_MEMBER_BYTES) as beside,
            zipfile.ZipFile(packed, "w") as archive,
        ):
            for name, lent_file in ((_SUBMISSIONS + job.name, file), (_FORM + form.name, beside)):
                with archive.open(name, "w") as member:
                    for piece in _pieces(lent_file):
                        member.write(piece)
        packed.seek(0)
        # It is an archive, whatever the sheet says that the file is; members are known by content.
        yield packed.fileno(), msgspec.structs.replace(job, name="", size=None, reader=None)


def _pieces(file: int) -> Iterator[bytes]:
    os.lseek(file, 0, os.SEEK_SET)
    while piece := os.read(file, _PIECE_BYTES):
        yield piece


def submissions_alone(answer: Iterator[Sound], form: FormFile | None) -> Iterator[Sound]:
    """Give what was read of the submissions, as if they had been lent by themselves.

    Where no question of theirs is the form's, that is told; where they were not read at
    all, what is given says why.
    """
    return answer if form is None else _Alone(form).of(answer)


class _Alone:
    """Passes on the documents of the submissions; those of the archive and the form are held."""

    def __init__(self, form: FormFile) -> None:
        self._form = form
        self._kept: set[str] = set()
        self._around: list[Sound] = []
        self._is_kept = self._has_words = False

    def of(self, answer: Iterator[Sound]) -> Iterator[Sound]:
        for record in answer:
            one = self._begin(record) if isinstance(record, Begin) else _alone(record)
            if self._is_kept:
                yield from self._told(one)
                yield one
            elif not self._kept:
                self._around.append(one)
        if not self._kept:
            yield from self._around

    def _begin(self, begin: Begin) -> Begin:
        is_file = (begin.member or "").startswith(_SUBMISSIONS) and not self._kept
        self._is_kept = is_file or begin.parent in self._kept
        if self._is_kept:
            self._kept.add(begin.id)
        if is_file:
            return msgspec.structs.replace(begin, parent=None, member=None, sha256=None)
        return begin

    def _told(self, record: Sound) -> Iterator[Noted]:
        """Say at the end of the file's own document that the form has no word for it."""
        if isinstance(record, Noted) and record.code == LABELS:
            self._has_words = True
        if isinstance(record, End) and len(self._kept) == 1 and not self._has_words:
            text = (
                f'The form "{self._form.name}", which the sheet names, asks nothing that these '
                "submissions answer. If they are in an archive, put the form into it."
            )
            yield Noted(code=LABELS, text=text, severity=Severity.LOSS)


def _alone(record: Sound) -> Sound:
    """What was read as it were of a file by itself: nobody knows which files came with it."""
    if not isinstance(record, Quoted) or not record.segment.media:
        return record
    media = tuple(msgspec.structs.replace(one, present=None) for one in record.segment.media)
    return Quoted(msgspec.structs.replace(record.segment, media=media), record.text)
