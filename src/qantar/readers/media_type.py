"""Which table format a file holds, decided by its content; its name is only compared with that."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, Final

from qantar.readers.caps import MAX_MEMBERS
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.media_marks import is_picture, recording_in
from qantar.readers.zip_damage import CONTENTS_DAMAGE

_HEAD_BYTES: Final = 4096
_ZIP: Final = b"PK"
_ZIP_MARKS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_END_BYTES, _ZIP_COMMENT_BYTES, _ZIP_ROW_BYTES = 22, 0xFFFF, 46
_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A format this reader may meet: its media type, its name in words, its usual extensions."""

    media_type: str
    words: str
    extensions: frozenset[str]
    readable: bool = True


DELIMITED: Final = TableFormat(
    "text/csv", "delimited text", frozenset({"csv", "tsv", "tab", "psv", "txt"})
)
TEXT: Final = TableFormat(
    "text/plain", "plain text", frozenset({"txt", "text", "log", "md", "markdown", "mkd"})
)
JSON_LINES: Final = TableFormat(
    "application/x-ndjson", "JSON lines", frozenset({"jsonl", "ndjson", "json"})
)
JSON: Final = TableFormat("application/json", "JSON", frozenset({"json"}))
XLSX: Final = TableFormat(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "an XLSX workbook",
    frozenset({"xlsx", "xlsm", "xltx"}),
)
XLS: Final = TableFormat("application/vnd.ms-excel", "an XLS workbook", frozenset({"xls", "xlt"}))
ODS: Final = TableFormat(
    "application/vnd.oasis.opendocument.spreadsheet", "an ODS workbook", frozenset({"ods", "ots"})
)


def _other(media_type: str, words: str, *extensions: str) -> TableFormat:
    return TableFormat(media_type, words, frozenset(extensions), readable=False)


XLSB: Final = _other(
    "application/vnd.ms-excel.sheet.binary.macroenabled.12", "a binary XLSB workbook", "xlsb"
)
ZIP_OTHER: Final = _other(
    "application/zip", "a ZIP file that is no XLSX or ODS workbook", "zip", "docx", "odt", "pptx"
)
OLE_OTHER: Final = _other(
    "application/x-ole-storage", "an older Office file that is no XLS workbook", "doc", "ppt", "msg"
)
HTML: Final = _other("text/html", "an HTML or XML page", "html", "htm", "xml")

PDF: Final = _other("application/pdf", "a PDF document", "pdf")
RTF: Final = _other("application/rtf", "an RTF document", "rtf")
DOCX: Final = _other(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "a DOCX document",
    *("docx", "docm", "dotx", "dotm"),
)
DOC: Final = _other("application/msword", "a document of the old Word", "doc", "dot")
ODT: Final = _other(
    "application/vnd.oasis.opendocument.text",
    "an OpenDocument text",
    *("odt", "ott", "fodt", "odm"),
)

PICTURE: Final = _other(
    "image/*", "a picture", "webp", "heic", "heif", "avif", "tif", "tiff", "bmp"
)
RECORDING: Final = _other(
    "video/*",
    "a film or a sound recording",
    *("mp4", "m4a", "mov", "3gp", "mkv", "webm", "avi", "wav", "mp3", "ogg", "opus", "flac"),
)

_SIGNATURES: Final = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", _other("image/png", "a PNG picture", "png")),
    (b"\xff\xd8\xff", _other("image/jpeg", "a JPEG picture", "jpg", "jpeg")),
    (b"GIF8", _other("image/gif", "a GIF picture", "gif")),
    (b"\x1f\x8b\x08", _other("application/gzip", "a gzip archive", "gz", "tgz")),
    (b"Rar!\x1a\x07", _other("application/vnd.rar", "a RAR archive", "rar")),
    (b"7z\xbc\xaf\x27\x1c", _other("application/x-7z-compressed", "a 7z archive", "7z")),
    (b"SQLite format 3\x00", _other("application/vnd.sqlite3", "a SQLite database", "sqlite")),
    (b"{\\rtf", RTF),
)
_ALL: Final = (
    *(
        DELIMITED,
        JSON_LINES,
        JSON,
        XLSX,
        XLS,
        ODS,
        XLSB,
        ZIP_OTHER,
        OLE_OTHER,
        HTML,
        DOC,
        DOCX,
        ODT,
    ),
    *(found for _, found in _SIGNATURES),
)
# A picture that can also be run as a script is called by an ending that asks for that.
_PROGRAMS: Final = frozenset(
    ("js", "jse", "mjs", "vbs", "wsf", "hta", "exe", "com", "scr", "bat", "cmd", "ps1", "sh", "jar")
)
PICTURES: Final = {
    "JPEG": _other("image/jpeg", "a JPEG picture", "jpg", "jpeg", "jpe", "jfif"),
    "PNG": _other("image/png", "a PNG picture", "png"),
    "GIF": _other("image/gif", "a GIF picture", "gif"),
    "WEBP": _other("image/webp", "a WebP picture", "webp"),
    "TIFF": _other("image/tiff", "a TIFF picture", "tif", "tiff", "dng"),
    "BMP": _other("image/bmp", "a BMP picture", "bmp", "dib"),
    "HEIF": _other("image/heif", "a HEIC picture", "heic", "heif", "hif"),
    "AVIF": _other("image/avif", "an AVIF picture", "avif", "avifs"),
}
_RECORDINGS: Final = frozenset(
    {
        *("mp4", "m4v", "mov", "3gp", "mkv", "webm", "avi"),
        *("mp3", "m4a", "wav", "ogg", "opus", "flac", "aac", "amr"),
    }
)
_EXTENSIONS: Final = (_PROGRAMS | _RECORDINGS).union(
    *(each.extensions for each in (*_ALL, *PICTURES.values())),
)

_MARKUP: Final = re.compile(r"\s*<(?:!doctype|html|head|body|table|meta|style|\?xml)\b", re.I)
_JSON_OBJECT: Final = re.compile(r'\s*\{\s*(?:"|\}|\Z)')
_JSON_ARRAY: Final = re.compile(r"\s*\[\s*(?:[{\]]|\Z)")


def extension(name: str) -> str:
    """The extension of a file name, lower case and without its dot; "" where there is none."""
    return PurePath(name).suffix.lower().lstrip(".")


def binary_format(source: BinaryIO, name: str) -> TableFormat | None:
    """Recognise a format by its first bytes; None means that the content is text.

    A ZIP whose table of contents is unreadable is given the workbook format
    that its name promises (XLSX if none), so that the workbook reader can say
    that it is damaged. An OLE2 file is taken for XLS; its reader looks closer.
    """
    source.seek(0)
    head = source.read(_HEAD_BYTES)
    if head.startswith(_OLE2):
        return XLS
    if head.startswith(_ZIP_MARKS) or head == _ZIP:
        return _zip_format(source, name)
    for mark, found in _SIGNATURES:
        if head.startswith(mark):
            return found
    if is_picture(head):
        return PICTURE
    return RECORDING if recording_in(head) else None


def text_format(untrusted_start: str) -> TableFormat:
    """Tell JSON, markup and delimited text apart by how the text begins."""
    if _MARKUP.match(untrusted_start):
        return HTML
    if _JSON_ARRAY.match(untrusted_start):
        return JSON
    if _JSON_OBJECT.match(untrusted_start):
        return JSON_LINES
    return DELIMITED


def report_extension(found: TableFormat, name: str, log: FindingLog) -> None:
    """Note an extension that promises another format than the content has."""
    said = extension(name)
    if said in _EXTENSIONS and said not in found.extensions:
        log.note(
            "extension-mismatch",
            f"The name {shown(name)} ends in .{said}, but the content is {found.words}. "
            "It was treated as its content says.",
        )


def report_unsupported(found: TableFormat, log: FindingLog) -> None:
    """Say that a format holds no table this reader can take in."""
    if found.words.endswith("archive"):
        hint = "Unpack it, and add what comes out."
    else:
        hint = "Open it in the program it belongs to, save the table as XLSX or CSV, and add that "
        hint += "file too."
    takes = "the table reader takes CSV, TSV, XLSX, XLS, ODS and JSON lines"
    log.loss("unsupported", f"The file is {found.words}; {takes}. {hint}")


def _zip_format(source: BinaryIO, name: str) -> TableFormat:
    promised = next((each for each in (ODS, XLSX) if extension(name) in each.extensions), XLSX)
    if zip_rows(source) > MAX_MEMBERS:
        return ZIP_OTHER
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
    except CONTENTS_DAMAGE:
        return promised
    if "xl/workbook.xml" in names:
        return XLSX
    if "xl/workbook.bin" in names:
        return XLSB
    if "content.xml" in names and _is_spreadsheet(source):
        return ODS
    return ZIP_OTHER


def zip_rows(source: BinaryIO) -> int:
    """How many members the table of contents can have by its length; 0 where there is none."""
    size = source.seek(0, 2)
    source.seek(max(0, size - _ZIP_END_BYTES - _ZIP_COMMENT_BYTES))
    tail = source.read()
    at = tail.rfind(_ZIP_END)
    if at < 0 or at + _ZIP_END_BYTES > len(tail):
        return 0
    # Of a larger archive it says 0xFFFFFFFF here, and more elsewhere.
    length = min(int.from_bytes(tail[at + 12 : at + 16], "little"), size)
    return length // _ZIP_ROW_BYTES


def _is_spreadsheet(source: BinaryIO) -> bool:
    """Whether an OpenDocument package says it is a spreadsheet; a broken word counts as yes."""
    try:
        with zipfile.ZipFile(source) as archive, archive.open("mimetype") as stream:
            return b"spreadsheet" in stream.read(_HEAD_BYTES)
    except KeyError:
        return False
    except (*CONTENTS_DAMAGE, RuntimeError):
        return True
