"""`qantar read`: one file through its reader, no case needed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from qantar.cli.document_views import JsonView, View
from qantar.cli.options import json_option
from qantar.cli.output import tell
from qantar.errors import InputRefusedError, MissingPathError, UsageError
from qantar.model.table_settings import TableSettings

if TYPE_CHECKING:
    from typing import BinaryIO

    from qantar.readers.answer import Begin, Sound
    from qantar.readers.job import Job

_PIECE_BYTES: Final = 1024 * 1024

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
@click.option(
    "--boxes",
    is_flag=True,
    help="With --json: give the place on its page of every character of a PDF.",
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
    boxes: bool,
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
        boxes=boxes and as_json,
    )
    with _opened(file) as source:
        sha256 = _sha256(source)
        show = JsonView(sha256) if as_json else View()
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
