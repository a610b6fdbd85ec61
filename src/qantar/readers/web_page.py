"""Web pages: an HTML file, or one with all that belongs to it in it (MHTML).

The text is what a browser shows of the page without its style sheets (`page.py`). Of an
MHTML file it is that of its main part; further pages and files in it that can be read
become documents of their own.

Source: the WHATWG HTML Standard 13.2.3 (encoding of a page); RFC 2557 (MHTML).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import BinaryIO, Final

from qantar.model.finding import Locator
from qantar.model.read_document import MetaValue
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_MEMBER_BYTES, MAX_PAGE_BYTES, MIB
from qantar.readers.charsets import decode
from qantar.readers.children import Children, Member
from qantar.readers.finding_log import FindingLog, some_of
from qantar.readers.job import Job
from qantar.readers.mail_header import Header, parameters, parse_header
from qantar.readers.mail_text import iso_date
from qantar.readers.media_type import TableFormat, report_extension
from qantar.readers.mime_parts import Part, body_of, parse_mail
from qantar.readers.page import PageWriter
from qantar.readers.page_links import most_of
from qantar.readers.start import Start

READER: Final = "html"
VERSION: Final = 1
_HTML: Final = TableFormat(
    "text/html", "an HTML page", frozenset({"html", "htm", "xhtml", "xht", "txt", "xml"})
)
_MHTML: Final = TableFormat(
    "multipart/related", "a web page with its parts (MHTML)", frozenset({"mht", "mhtml"})
)
_NAMED: Final = frozenset({"html", "htm", "xhtml", "xht", "shtml"})
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
# Parts that make a page look as it does, and say nothing.
_DRESS: Final = frozenset(
    {
        *("text/css", "text/javascript", "application/javascript", "application/x-javascript"),
        *("font/woff", "font/woff2", "font/ttf", "font/otf", "application/font-woff"),
        *("application/json", "image/x-icon", "image/vnd.microsoft.icon"),
    }
)
_HEAD_BYTES: Final = 4096
_SKIPPED: Final = 32
_ASIDE: Final = re.compile(r"\s*(?:<!--.*?-->|<\?xml[^>]{0,500}>)", re.DOTALL)
_STRONG: Final = re.compile(
    r"\s*<(?:!doctype\s+html|html|head|body|title|meta\s+(?:charset|http-equiv))\b", re.IGNORECASE
)
_WEAK: Final = re.compile(r"\s*<[a-z][a-z0-9]{0,10}[\s/>]", re.IGNORECASE)
_META_CHARSET: Final = re.compile(
    rb"<meta\b[^>]{0,1000}?charset\s{0,20}=\s{0,20}[\"']?\s{0,20}([\w:.+-]{1,60})", re.IGNORECASE
)
_XML_ENCODING: Final = re.compile(
    rb"\A\s{0,100}<\?xml\b[^>]{0,200}?encoding\s{0,20}=\s{0,20}[\"']([\w:.+-]{1,60})"
)


def knows(start: Start) -> bool:
    """Whether a file is a web page, by how it begins; fragments of one by their name too."""
    if not start.is_text:
        return False
    if is_mhtml(start.head):
        return True
    if b"<" not in start.head.replace(b"\x00", b""):
        return False
    text = start.text
    at = 0
    for _ in range(_SKIPPED):
        aside = _ASIDE.match(text, at)
        if aside is None:
            break
        at = aside.end()
    if _STRONG.match(text, at):
        return True
    return start.extension in _NAMED and bool(_WEAK.match(text, at))


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a page; see `registry.read`."""
    source.seek(0)
    if is_mhtml(source.read(_HEAD_BYTES)):
        _read_mhtml(source, job, out)
    else:
        source.seek(0)
        log = FindingLog(job.name)
        report_extension(_HTML, job.name, log)
        _write(source.read(MAX_PAGE_BYTES + 1), job, out, log)


def page_reader(label: str | None) -> Callable[[BinaryIO, Job, DocumentWriter], None]:
    """Give what reads a page out of something that names its encoding."""

    def read_page(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
        source.seek(0)
        _write(source.read(MAX_PAGE_BYTES + 1), job, out, FindingLog(job.name), label=label)

    return read_page


def _write(
    data: bytes, job: Job, out: DocumentWriter, log: FindingLog, *, label: str | None = None
) -> None:
    size = len(data)
    if size > MAX_PAGE_BYTES:
        log.loss(
            "too-large",
            f"The page has more than {MAX_PAGE_BYTES // MIB} MiB; only its beginning was read.",
        )
        data = data[:MAX_PAGE_BYTES]
    label = job.encoding or label or _label(data)
    found = decode(data, label, what="The sheet" if job.encoding else "The page", log=log)
    out.begin(
        reader=READER,
        version=VERSION,
        media_type=_HTML.media_type,
        encoding=found.encoding,
    )
    page = PageWriter(found.text, out, log)
    page.write()
    if not out.chars:
        log.loss("empty", "The page shows no text.")
    log.write_to(out)
    out.end(meta=page.facts.meta())


def _label(data: bytes) -> str | None:
    """Give the encoding that a page names in its beginning."""
    head = data[:_HEAD_BYTES]
    found = _META_CHARSET.search(head) or _XML_ENCODING.match(head)
    if found is None:
        return None
    label = found[1].decode("ascii", "replace")
    # A page that could be read so far is in none of these.
    return "utf-8" if label.lower().startswith(("utf-16", "utf-32")) else label


def is_mhtml(head: bytes) -> bool:
    """Whether a file that begins so is a page with its parts, and no mail."""
    if not re.match(rb"(?:\xef\xbb\xbf)?[!-9;-~]{1,80}:", head):
        return False
    header = parse_header(head, 0, len(head))
    if header.media_type not in ("multipart/related", "multipart/mixed", "multipart/alternative"):
        return header.media_type in _PAGES and bool(header.get("snapshot-content-location"))
    return bool(
        header.get("snapshot-content-location")
        or header.get("from").strip("<> ").lower().startswith("saved by")
        or (parameters(header.get("content-type")).get("type", "").lower() in _PAGES
            and not header.get("to") and not header.get("received"))
    )  # fmt: skip


def _read_mhtml(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    log = FindingLog(job.name)
    report_extension(_MHTML, job.name, log)
    source.seek(0)
    data = source.read(MAX_MEMBER_BYTES + 1)
    if len(data) > MAX_MEMBER_BYTES:
        log.loss("too-large", f"The file has more than {MAX_MEMBER_BYTES // MIB} MiB: cut there.")
        data = data[:MAX_MEMBER_BYTES]
    root = parse_mail(data, log)
    main = _main_part(root)
    rest = [part for part in root.walk() if not part.parts and part is not main]
    dress = [part for part in rest if part.media_type in _DRESS]
    _note_parts(main, rest, dress, log)
    text, encoding, label = "", None, None
    if main is not None:
        raw = body_of(data, main, log)[:MAX_PAGE_BYTES]
        label = main.header.charset or _label(raw)
        found = decode(raw, label, what="The page", log=log, where=main.where)
        text, encoding = found.text, found.encoding
    document = out.begin(
        reader=READER,
        version=VERSION,
        media_type=_MHTML.media_type,
        encoding=encoding,
        meta=_snapshot(root.header, main, log),
    )
    page = PageWriter(text, out, log, part=main.number if main else None)
    page.write()
    if not out.chars:
        log.loss("empty", "The page shows no text.")
    log.write_to(out)
    out.end(meta=page.facts.meta())
    children = Children(out, job, document)
    for part in rest:
        if part not in dress:
            _add(part, data, children)
    children.close()


def _main_part(root: Part) -> Part | None:
    """Find the page that the file is of: the part named as first, else the first page."""
    pages = [part for part in root.walk() if not part.parts and part.media_type in _PAGES]
    first = parameters(root.header.get("content-type")).get("start", "")
    named = (part for part in pages if first and part.header.get("content-id") == first)
    return next(named, pages[0] if pages else None)


def _note_parts(main: Part | None, rest: list[Part], dress: list[Part], log: FindingLog) -> None:
    if main is None:
        log.loss("damaged", "The file holds no page that could be read.")
    elif rest:
        kinds = Counter(part.media_type for part in rest)
        said = [f"{name} ×{count:,}" for name, count in most_of(kinds)]
        log.note(
            "page-parts",
            f"The text is that of part {main.number}. There are {len(rest):,} more parts "
            f"({some_of(said, len(kinds))}): those that say something were read as documents of "
            f"their own; {len(dress):,} style sheets, scripts, fonts and the like were not.",
            Locator(part=main.number),
        )


def _snapshot(header: Header, main: Part | None, log: FindingLog) -> dict[str, MetaValue]:
    """Give when and where the page was saved, as the program that saved it says."""
    found: dict[str, MetaValue] = {}
    address = header.get("snapshot-content-location")
    address = address or (main.header.get("content-location") if main else "")
    if address:
        found["html.saved_from"] = address
    if said := header.get("date"):
        date = iso_date(said)
        if date is None:
            log.note("impossible-date", "The date on which the page was saved cannot be read.")
        else:
            found["html.saved"] = date[0]
    return found


def _add(part: Part, data: bytes, children: Children) -> None:
    own = FindingLog("")
    body = body_of(data, part, own)
    place = part.header.get("content-location") or part.header.file_name or part.number
    path = place.partition("?")[0].rpartition("/")[2]
    is_page = part.media_type in _PAGES
    member = Member(
        name=place,
        reader_name=f"{path}.html" if is_page else path,
        media_type=part.media_type,
        findings=own.findings(),
    )
    children.add(body, member, read=page_reader(part.header.charset) if is_page else None)
