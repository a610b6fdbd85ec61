"""One filled form as a document: each answer, above it the question as the form asks it.

Answers are as the submission has them. Labels come from a form that lies beside, and are
segments of their own: a question is a `heading`, the words of a choice a `caption` below
the code that stands in the submission. Without a form there are answers alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from qantar.model.finding import Locator
from qantar.model.read_document import MetaValue
from qantar.model.segment import Media, Role, Segment, SegmentKind
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MIB
from qantar.readers.chat_writer import kind_of_file
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.kobo_fields import Answer, Submission, bare
from qantar.readers.kobo_folder import SubmissionFolder
from qantar.readers.kobo_form import SURVEY, Form, Question
from qantar.readers.media_type import XLSX

READER: Final = "kobo"
VERSION: Final = 3
MAX_LABELS_CHARS: Final = 64 * MIB
"""Of all labels written for one file: they repeat with each submission."""
_NAMED: Final = 10
_FILE: Final = re.compile(
    r"[^/\\\s][^/\\\r\n]{0,250}\.(?:jpe?g|png|gif|webp|heic|mp4|3gp|mov|webm|mp3|m4a|aac|amr|wav|ogg"
    r"|opus|pdf|docx?|xlsx?|csv|txt|zip)",
    re.IGNORECASE,
)

Twins: TypeAlias = Mapping[str, list[int]]


@dataclass(slots=True)
class Around:
    """What lies around a file of submissions: its folder, the form it was filled in by."""

    folder: SubmissionFolder | None = None
    form: Form | None = None
    left: int = MAX_LABELS_CHARS

    @classmethod
    def of(cls, out: DocumentWriter) -> Around:
        """Give that of the member being read; nothing of a file by itself."""
        return cls(out.inside.folder if out.inside else None)

    def choose_form(self, names: Iterable[str]) -> None:
        """Take the form of the folder that has these questions, if none is known yet."""
        if self.form is None and self.folder is not None:
            self.form = self.folder.form_for(names)

    def tell(self, out: DocumentWriter) -> None:
        """Say which form gave the words of questions."""
        if self.form is not None:
            languages = ", ".join(shown(one) for one in self.form.languages if one) or "one"
            out.note(
                "form-labels",
                f"The questions and choices read as in the form {shown(self.form.title or '')} "
                f"that lies beside the submissions ({languages}). They are not part of these.",
            )

    def file(self, answer: str) -> tuple[Media, ...]:
        """Give the file that an answer names, and whether it lies beside; nothing of others."""
        name = answer.strip()
        if not _FILE.fullmatch(name):
            return ()
        found = self.folder.member(name) if self.folder else None
        present = None if self.folder is None else found is not None
        return (Media(kind=kind_of_file(name), name=found or name, present=present),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What all submissions of a file share. `twins` are numbers that share an id, by that id."""

    parent: str
    media_type: str
    twins: Twins
    around: Around


def write_submission(
    one: Submission, out: DocumentWriter, shape: Shape, *, sha256: str | None = None
) -> None:
    """Write a submission as a document."""
    out.begin(
        reader=READER,
        version=VERSION,
        media_type=shape.media_type,
        parent=shape.parent,
        member=one.uuid,
        sha256=sha256,
        meta=one.facts,
    )
    lines = _Lines(out, shape.around)
    for answer in one.answers:
        lines.write(answer, hidden=(answer.place.sheet, answer.place.cell) in one.hidden)
    if lines.left_out:
        text = "Words of questions were left out: all submissions of this file have too many."
        out.note("too-large", text)
    _tell_ids(one, shape.twins, out)
    one.log.write_to(out)
    out.end()


def write_form(form: Form, log: FindingLog, out: DocumentWriter) -> None:
    """Write a form that stands by itself: what it asks, and what can be chosen."""
    said = {"kobo.form_title": form.title, "kobo.version": form.version}
    meta: dict[str, MetaValue] = {name: value for name, value in said.items() if value}
    meta["kobo.questions"] = len(form.questions)
    out.begin(reader=READER, version=VERSION, media_type=XLSX.media_type, meta=meta)
    lines = _Lines(out, Around())
    for question in form.questions:
        place = Locator(sheet=SURVEY, row=question.row, column=question.path)
        lines.labels(question.labels, SegmentKind.HEADING, place, Role.QUESTION)
        for labels in question.choices.values():
            lines.labels(labels, SegmentKind.CAPTION, place, None)
        out.close_block()
    if lines.left_out:
        out.note("too-large", "The form has too many words; the rest was left out.")
    log.write_to(out)
    out.end()


class _Lines:
    """Writes answers below each other, each below its question where that is known."""

    def __init__(self, out: DocumentWriter, around: Around) -> None:
        self._out, self._around = out, around
        self._asked: Question | None = None
        self._is_first = True
        self._is_hidden = False
        self.left_out = False

    def write(self, answer: Answer, *, hidden: bool) -> None:
        """Write an answer as found; the passage leaves white space around it out.

        Of one that a workbook hides, the words of its question and choice are hidden too.
        """
        self._is_hidden = hidden
        form, name = self._around.form, str(answer.place.column)
        question = form.question(name) if form else None
        option = form.option(name) if form and question is None else None
        asked = option[0] if option else question
        if asked is not None and asked is not self._asked:
            self.labels(asked.labels, SegmentKind.HEADING, answer.place, Role.QUESTION)
        self._asked = asked
        self._answer(answer, Role.ANSWER if asked is not None and asked.was_asked else None)
        if option is not None:
            self.labels(option[0].choices[option[1]], SegmentKind.CAPTION, answer.place, None)
        elif question is not None:
            labels = tuple(question.chosen(answer.text.strip()))
            self.labels(labels, SegmentKind.CAPTION, answer.place, None)
        self._out.close_block()

    def _answer(self, answer: Answer, role: Role | None) -> None:
        self._new_line()
        start, end = self._out.text(answer.text)
        lead = len(answer.text) - len(answer.text.lstrip())
        trail = len(answer.text) - len(answer.text.rstrip())
        self._quote(
            Segment(
                kind=SegmentKind.TABLE_CELL,
                start=start + lead,
                end=end - trail,
                locator=answer.place,
                role=role,
                media=self._around.file(answer.text),
            )
        )

    def labels(
        self, labels: tuple[str, ...], kind: SegmentKind, place: Locator, role: Role | None
    ) -> None:
        """Write the words of a question or a choice, a line for each language."""
        where = Locator(row=place.row, column=place.column, sheet=place.sheet)
        for label in labels:
            self._around.left -= len(label)
            if self._around.left < 0:
                self.left_out = True
                return
            self._new_line()
            start, end = self._out.text(label)
            self._quote(Segment(kind=kind, start=start, end=end, locator=where, role=role))

    def _quote(self, one: Segment) -> None:
        self._out.segment(one)
        if self._is_hidden and one.start < one.end:
            hidden = SegmentKind.HIDDEN
            self._out.segment(
                Segment(kind=hidden, start=one.start, end=one.end, locator=one.locator)
            )

    def _new_line(self) -> None:
        if not self._is_first:
            self._out.text("\n")
        self._is_first = False


def _tell_ids(one: Submission, twins: Twins, out: DocumentWriter) -> None:
    if one.root is None and one.number:
        out.note("missing-id", "The submission has no id. Its number in the file stands for it.")
    same = twins.get(one.root or "", [])
    if same:
        named = ", ".join(f"{number:,}" for number in same[:_NAMED])
        rest = f" and {len(same) - _NAMED:,} more" if len(same) > _NAMED else ""
        out.note(
            "duplicate-id",
            f"The submissions {named}{rest} of this file have one id. They are states of one that "
            "was edited, or copies of it. All were kept.",
        )
    _tell_edits(one, out)
    if not one.answers:
        out.note("empty", "The submission holds no answer.")


def _tell_edits(one: Submission, out: DocumentWriter) -> None:
    """Say that this is a later state of a submission, whose id it keeps."""
    before, edits = bare(one.facts.get("kobo.deprecated_id")), str(one.facts.get("kobo.edits", "0"))
    own = bare(one.facts.get("kobo.instance_id")) or one.uuid
    is_later = before is not None or (one.root is not None and own not in (None, one.root))
    if not is_later and (not edits.isdigit() or int(edits[:9]) == 0):
        return
    replaced = f" It replaced the state {shown(before)}." if before else ""
    out.note(
        "edited-submission",
        f"The submission was edited after it was sent. It keeps the id {shown(one.root or '')} of "
        f"the first state.{replaced} What it said before stands only in the other states.",
    )
