"""`qantar read`: one file through its reader, no case needed."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from qantar.cli.options import amount, json_option
from qantar.cli.output import finding_json, json_line, say, say_json, tell, warn
from qantar.errors import InputRefusedError, MissingPathError, UsageError
from qantar.model.table_settings import TableSettings

if TYPE_CHECKING:
    from typing import BinaryIO

    from qantar.model.finding import Finding
    from qantar.model.segment import Segment, Word
    from qantar.readers.answer import Begin, End, Quoted, Sound
    from qantar.readers.job import Job

_SHOWN_SEGMENTS: Final = 10
_SHOWN_CHARS: Final = 200
_PIECE_BYTES: Final = 1024 * 1024
_OF_MESSAGES: Final = ("id", "forwarded_from", "reply_to", "edited", "deleted", "media", "service")
_MESSAGE_KINDS: Final = ("message", "system")

EXAMPLES = """\b
Examples:
    qantar read interview.txt
    qantar read lists/court.csv --encoding windows-1251 --delimiter ";"
    qantar read lists/court.xlsx --json
"""


@click.command("read", epilog=EXAMPLES)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--reader", help="Which reader to use; decided by the content if not given.")
@click.option(
    "--encoding", help="How its text is encoded, as in windows-1251; found out if not given."
)
@click.option("--delimiter", help="The character between cells; found out if not given.")
@click.option("--worksheet", help="Read this worksheet only; all visible ones if not given.")
@click.option(
    "--header-row",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Row of the header.",
)
@click.option(
    "--language",
    multiple=True,
    help="A language that it can be in, as in kk; en, kk and ru if none is given.",
)
@click.option(
    "--ocr/--no-ocr",
    default=True,
    show_default=True,
    help="Whether pages without text and pictures are read by sight, where Tesseract is there.",
)
@json_option
def command(  # noqa: PLR0913  # one for each option
    file: Path,
    *,
    reader: str | None,
    encoding: str | None,
    delimiter: str | None,
    worksheet: str | None,
    header_row: int,
    language: tuple[str, ...],
    ocr: bool,
    as_json: bool,
) -> None:
    """Show what is in FILE, as a reader makes it out; no case needed.

    FILE may be a folder, such as a chat's export with its pictures. Reads it as
    `add` and `build` would, in a process that can reach nothing else.
    With --json: for each document in it a `document` line, its `segment` lines in
    order, then its `finding` lines. Needs no case, and shows everything that is in
    the file.
    """
    from qantar.readers.job import Job  # noqa: PLC0415  # loaded when it is run
    from qantar.reading.language import Languages, with_languages  # noqa: PLC0415

    settings = _settings(encoding, delimiter, worksheet, header_row)
    job = Job(
        name=file.name,
        reader=reader,
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        worksheet=settings.worksheet,
        header_row=settings.header_row,
    )
    with _opened(file) as source:
        sha256 = _sha256(source)
        show = _JsonView(sha256) if as_json else _View()
        for record in with_languages(_read(source, job, file, ocr=ocr), Languages(language)):
            show.take(record)


def _sha256(source: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := source.read(_PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def _settings(
    encoding: str | None, delimiter: str | None, worksheet: str | None, header_row: int
) -> TableSettings:
    tab = "\t"
    plain = tab if delimiter in ("\\t", "tab") else delimiter
    try:
        return TableSettings(
            encoding=encoding, delimiter=plain, worksheet=worksheet, header_row=header_row
        )
    except ValueError as error:
        message = f"{error}."
        raise UsageError(message, next="See `qantar read --help`.") from error


def _opened(file: Path) -> BinaryIO:
    try:
        return _packed(file) if file.is_dir() else file.open("rb")
    except OSError as error:
        message = f"cannot be opened: {error.strerror}."
        raise MissingPathError(message, where=str(file), next="Check the path.") from error


def _packed(folder: Path) -> BinaryIO:
    """Put the files of a folder, as of a chat's export, into an archive in memory.

    A reader may see no path; what an archive's reader does with names and links holds for
    folders too.
    """
    import zipfile  # noqa: PLC0415  # for folders only

    from qantar.workbench.lending import memory_file  # noqa: PLC0415

    packed = memory_file()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                tell(f"warning: {path} is a link, or no file. It is not read.")
            elif path.is_file() and path.stat().st_size > _most_of(path):
                tell(f"warning: {path} is too large to be read with its folder. Read it by itself.")
            elif path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    packed.seek(0)
    return packed


def _most_of(path: Path) -> int:
    """How large a file may be that is read with its folder; an export of chats is streamed."""
    from qantar.readers.caps import MAX_MEMBER_BYTES, MAX_READ_BYTES  # noqa: PLC0415

    return MAX_READ_BYTES if path.name == "result.json" else MAX_MEMBER_BYTES


def _read(source: BinaryIO, job: Job, file: Path, *, ocr: bool) -> Iterator[Sound]:
    from msgspec import structs  # noqa: PLC0415

    from qantar.readers.confined import Readers  # noqa: PLC0415  # loaded when it is run
    from qantar.readers.film_frames import is_ready, with_frames  # noqa: PLC0415
    from qantar.readers.sight import REGISTRY, Sight  # noqa: PLC0415  # loaded when it is run

    with Readers() as readers, Readers(registry=REGISTRY) as tables:
        sight = Sight(readers, tables, wanted=ocr)
        try:
            asked = structs.replace(job, films=is_ready())
            answer = sight.read(source.fileno(), asked)
            with ExitStack() as held:

                def lend(film: Begin) -> int | None:
                    if film.parent:
                        return readers.carried
                    return held.enter_context(_copied(source)).fileno()

                yield from _unless_capped(with_frames(answer, lend))
        except InputRefusedError as error:
            raise InputRefusedError(error.message, where=str(file), next=error.next) from error


def _copied(source: BinaryIO) -> BinaryIO:
    """Copy a file into memory, for a program that can open no path."""
    from qantar.workbench.lending import memory_file  # noqa: PLC0415

    copy = memory_file()
    source.seek(0)
    while piece := source.read(_PIECE_BYTES):
        copy.write(piece)
    copy.flush()
    return copy


def _unless_capped(records: Iterator[Sound]) -> Iterator[Sound]:
    """Pass on what was read, unless a cap kept the reader from telling anything.

    Raises:
        InputRefusedError: it did.
    """
    from qantar.readers import answer  # noqa: PLC0415

    held: list[Sound] = []
    capped = ""
    for record in records:
        held.append(record)
        match record:
            case answer.Noted(code="too-large", where=None):
                capped = record.text
            case answer.End() if capped:
                raise InputRefusedError(capped)
            case answer.Text() | answer.Quoted() | answer.End():
                break
    yield from held
    yield from records


class _JsonView:
    """Prints documents as the contract has them.

    A document's own line says how long it is, which shows only at its end; until then
    its other lines are held, packed.
    """

    def __init__(self, sha256: str) -> None:
        self._sha256 = sha256

    def take(self, record: Sound) -> None:
        """Print, or hold, one record."""
        from qantar.readers import answer  # noqa: PLC0415

        match record:
            case answer.Begin():
                self._begin = record
                self._held = zlib.compressobj(1)
                self._lines: list[bytes] = []
                self._findings: list[Finding] = []
            case answer.Quoted():
                line = json_line({"segment": _segment_json(record)})
                self._lines.append(self._held.compress(f"{line}\n".encode()))
            case answer.Noted():
                self._findings.append(record.finding)
            case answer.End():
                self._print(record)

    def _print(self, end: End) -> None:
        say_json({"document": _document_json(self._begin, end, self._sha256)})
        self._lines.append(self._held.flush())
        unpack = zlib.decompressobj()
        for packed in self._lines:
            click.echo(unpack.decompress(packed), nl=False)
        click.echo(unpack.flush(), nl=False)
        for finding in self._findings:
            say_json({"finding": finding_json(finding)})


def _document_json(begin: Begin, end: End, sha256: str) -> dict[str, object]:
    plain: dict[str, object] = {
        "id": begin.id,
        "parent": begin.parent,
        "member": begin.member,
        "reader": begin.reader,
        "version": begin.version,
        "media_type": begin.media_type,
        "encoding": begin.encoding,
        "language": None,
        "chars": end.chars,
        "sha256": begin.sha256 or (sha256 if begin.parent is None else None),
        "meta": {**begin.meta, **end.meta},
    }
    if begin.header is not None:
        plain["header"] = list(begin.header)
        plain["unreadable"] = end.unreadable
    return plain


def _segment_json(quoted: Quoted) -> dict[str, object]:
    import msgspec  # noqa: PLC0415  # loaded when it is run

    segment = quoted.segment
    known = msgspec.to_builtins(segment)
    plain: dict[str, object] = {
        "kind": segment.kind.value,
        "start": segment.start,
        "end": segment.end,
        "text": quoted.text,
        "locator": segment.locator.to_json(),
    }
    always = ("speaker", "role", "language", "language_confidence", "at", "at_zone", "at_other")
    plain |= {name: known.get(name) for name in always}
    if segment.kind in _MESSAGE_KINDS:
        plain |= {name: known.get(name) for name in _OF_MESSAGES}
        plain["deleted"] = segment.deleted
        plain["media"] = list(known.get("media", ()))
    if segment.words:
        plain["words"] = [_word_json(quoted, word) for word in segment.words]
    return {**plain, **{name: value for name, value in known.items() if name not in plain}}


def _word_json(quoted: Quoted, word: Word) -> dict[str, object]:
    start = quoted.segment.start
    return {
        "text": quoted.text[word.start - start : word.end - start],
        "start": word.start,
        "end": word.end,
        "box": word.box,
        "confidence": word.confidence,
        "line": word.line,
    }


class _View:
    """Shows documents to a person: what each is, how it begins, what was noticed."""

    def take(self, record: Sound) -> None:
        """Show one record."""
        from qantar.readers import answer  # noqa: PLC0415

        match record:
            case answer.Begin():
                self._begin(record)
            case answer.Quoted():
                self._count += 1
                if self._count <= _SHOWN_SEGMENTS:
                    say(_in_words(record))
            case answer.Noted():
                self._findings.append(record.finding)
            case answer.End():
                self._end(record)

    def _begin(self, begin: Begin) -> None:
        self._count = 0
        self._findings: list[Finding] = []
        self._is_table = begin.header is not None
        of = f"{begin.member}: " if begin.member else ""
        kind = ", ".join(part for part in (begin.media_type, begin.encoding) if part)
        say(f"{of}{kind}")
        for name, value in sorted(begin.meta.items()):
            say(f"  {name}: {value}")
        if begin.header:
            say(" | ".join(begin.header))

    def _end(self, end: End) -> None:
        what = "row" if self._is_table else "passage"
        rest = self._count - _SHOWN_SEGMENTS
        if rest > 0:
            say(f"and {amount(rest, f'more {what}')}; --json shows all")
        lost = f", {end.unreadable:,} unreadable" if self._is_table else ""
        say(f"{amount(self._count, what)}{lost}, {amount(end.chars, 'character')}")
        warn(self._findings)


def _in_words(quoted: Quoted) -> str:
    segment = quoted.segment
    if segment.raw is not None:
        return f"{segment.locator.row}: {' | '.join(segment.raw)}"
    said = " ".join(quoted.text.split())
    cut = f"{said[:_SHOWN_CHARS]}…" if len(said) > _SHOWN_CHARS else said
    return f"{_who(segment)}{cut}"


def _who(segment: Segment) -> str:
    parts = (segment.kind.value, segment.role, segment.speaker, segment.at)
    return f"[{', '.join(str(part) for part in parts if part)}] "
