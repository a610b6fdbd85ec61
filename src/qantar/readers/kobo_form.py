"""The form that was filled in: how its questions and choices read, in each of its languages.

A form is a workbook as people write it (XLSForm): a worksheet `survey` with one row for
each question, group or repeat, and a worksheet `choices`. Labels are text found in that
file; nothing of them is computed, and what a form would compute is never run.

Source: XLSForm's specification; the reference of ODK's forms.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final, TypeAlias

from qantar.errors import InputRefusedError
from qantar.model.document import Document, Row
from qantar.model.table_settings import TableSettings
from qantar.readers.caps import MAX_NAME_CHARS
from qantar.readers.table import read_table
from qantar.readers.workbook import worksheet_names
from qantar.readers.workbook_scan import UnreadableWorkbookError
from qantar.readers.zip_damage import DAMAGE

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
OF_FORMS: Final = (SURVEY, CHOICES, SETTINGS)
MAX_QUESTIONS: Final = 20_000
MAX_CHOICES: Final = 100_000
MAX_LANGUAGES: Final = 8
MAX_LABEL_CHARS: Final = 500
_MAX_DEPTH: Final = 32
_MOST_PARTS: Final = 4
_NO_HASH: Final = "0" * 64
_LABEL: Final = re.compile(r"label(?:\s{0,4}::?\s{0,4}(.{1,60}))?\Z", re.IGNORECASE | re.DOTALL)
_SELECT: Final = re.compile(r"(?:select[_ ](?:one|multiple)|rank)\s{1,4}(\S{1,100})")
_BEGIN: Final = re.compile(r"begin[_ ](?:group|repeat)\b")
_END: Final = re.compile(r"end[_ ](?:group|repeat)\b")
_SHEET: Final = re.compile(r'<(?:\w{1,20}:)?sheet\b[^<>]{0,200}?\bname="([^"]{1,100})"')
_LIST_BYTES: Final = 1024 * 1024
_INDEX: Final = re.compile(r"\[\d+\]|#\d+\Z")
# What a program fills in, and nobody was asked.
_UNASKED: Final = frozenset(
    {
        *("calculate", "hidden", "start", "end", "today", "deviceid", "phonenumber", "username"),
        *("simserial", "subscriberid", "email", "audit", "start-geopoint", "background-audio"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: its full name within the form, its type, its row, its labels in their order.

    `choices` lead from the code of a choice to its labels. `was_asked` is false where a
    program fills the answer in.
    """

    path: str
    kind: str
    row: int = 0
    labels: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def was_asked(self) -> bool:
        """Whether a person answered it."""
        return self.kind not in _UNASKED

    def chosen(self, answer: str) -> Iterator[str]:
        """Give the labels of what was chosen, for each choice those of all languages."""
        codes = answer.split() if "multiple" in self.kind or self.kind == "rank" else [answer]
        for code in codes:
            yield from self.choices.get(code.strip(), ())


@dataclass(slots=True)
class Form:
    """A form's questions, found by the names that exports give them."""

    title: str | None = None
    version: str | None = None
    languages: tuple[str, ...] = ()
    questions: list[Question] = field(default_factory=list)
    _by_name: dict[str, Question | None] = field(default_factory=dict)

    def add(self, question: Question) -> None:
        """Take a question in, under its full name and the ends of it that exports give."""
        self.questions.append(question)
        parts = question.path.split("/")
        for count in range(1, min(len(parts), _MOST_PARTS) + 1):
            # Two questions of one name: only more of it tells them apart.
            name = "/".join(parts[-count:])
            self._by_name[name] = None if name in self._by_name else question
        self._by_name[question.path] = question

    def question(self, untrusted_name: str) -> Question | None:
        """Give the question that a field of a submission answers; None where none is known.

        ODK Central writes a dash between a group and what is in it.
        """
        name = _INDEX.sub("", untrusted_name)
        return self._by_name.get(name) or self._by_name.get(name.replace("-", "/"))

    def option(self, untrusted_name: str) -> tuple[Question, str] | None:
        """Give the question and the choice of a column that stands for one choice alone."""
        name, slash, code = _INDEX.sub("", untrusted_name).rpartition("/")
        found = self.question(name) if slash else None
        return (found, code) if found is not None and code in found.choices else None

    def fits(self, names: Iterable[str]) -> int:
        """How many of these names are its questions'."""
        return sum(self.question(name) is not None for name in names)


def is_form(sheets: Iterable[str]) -> bool:
    """Whether a workbook of these worksheets is a form."""
    names = {one.strip().lower() for one in sheets}
    return SURVEY in names and bool(names & {CHOICES, SETTINGS})


def begins_as_form(source: BinaryIO) -> bool:
    """Whether a workbook's list of worksheets names those of a form."""
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive, archive.open("xl/workbook.xml") as stream:
            listed = stream.read(_LIST_BYTES).decode("utf-8", "replace")
    except (*DAMAGE, RuntimeError, KeyError):
        return False  # told by who reads it
    return is_form(_SHEET.findall(listed))


def read_form(source: BinaryIO, name: str) -> Form | None:
    """Read a workbook as a form; None where it is none, or cannot be read."""
    try:
        sheets = worksheet_names(source)
        if not is_form(sheets):
            return None
        tables = {
            sheet.strip().lower(): read_table(
                source, name=name, sha256=_NO_HASH, settings=TableSettings(worksheet=sheet)
            )
            for sheet in sheets
            if sheet.strip().lower() in OF_FORMS
        }
    except (UnreadableWorkbookError, InputRefusedError):
        return None
    return form_of(tables)


def form_of(tables: Mapping[str, Document]) -> Form | None:
    """Put a form together from its worksheets; None where it has no questions."""
    survey = _Columns(tables[SURVEY])
    form = Form(languages=survey.languages)
    choices = _choices(tables.get(CHOICES))
    if (settings := tables.get(SETTINGS)) is not None and settings.rows:
        first = _Columns(settings)
        form.title = first.cell(settings.rows[0], "form_title") or None
        form.version = first.cell(settings.rows[0], "version") or None
    path: list[str] = []
    for row in survey.table.rows[:MAX_QUESTIONS]:
        kind, name = survey.cell(row, "type"), survey.cell(row, "name")
        if _BEGIN.match(kind):
            path.append(name)
        elif _END.match(kind):
            path = path[:-1]
        elif name and kind and len(path) <= _MAX_DEPTH:
            whole = "/".join([*path, name])
            if len(whole) <= MAX_NAME_CHARS:
                form.add(_question(kind, whole, row.number, survey.labels(row), choices))
    return form if form.questions else None


def _question(
    kind: str, path: str, row: int, labels: tuple[str, ...], choices: _Choices
) -> Question:
    found = _SELECT.match(kind)
    return Question(
        path=path,
        row=row,
        kind=kind.partition(" ")[0] if not found else kind[: found.start(1)].strip(),
        labels=labels,
        choices=choices.get(found[1], {}) if found else {},
    )


def _choices(table: Document | None) -> _Choices:
    lists: _Choices = {}
    if table is None:
        return lists
    columns = _Columns(table)
    for row in table.rows[:MAX_CHOICES]:
        name = columns.cell(row, "list_name") or columns.cell(row, "list name")
        code = columns.cell(row, "name") or columns.cell(row, "value")
        if name and code:
            lists.setdefault(name, {}).setdefault(code, columns.labels(row))
    return lists


_Choices: TypeAlias = dict[str, dict[str, tuple[str, ...]]]
"""Labels by the code of a choice, by the name of its list."""


class _Columns:
    """The columns of a worksheet, by the names that forms give them."""

    def __init__(self, table: Document) -> None:
        self.table = table
        self._at = {name.strip().lower(): at for at, name in enumerate(table.header)}
        found = [(at, _LABEL.match(name.strip())) for at, name in enumerate(table.header)]
        labels = [(at, one[1] or "") for at, one in found if one][:MAX_LANGUAGES]
        self._labels = [at for at, _ in labels]
        self.languages = tuple(language for _, language in labels)

    def cell(self, row: Row, name: str) -> str:
        at = self._at.get(name)
        return row.values[at].strip() if at is not None else ""

    def labels(self, row: Row) -> tuple[str, ...]:
        """The labels in all languages, none twice; long ones are cut."""
        said = (" ".join(row.values[at].split())[:MAX_LABEL_CHARS] for at in self._labels)
        return tuple(dict.fromkeys(one for one in said if one))
