"""PDF: the text of each page with its places, what was put on pages, what lies beside them.

The canonical text is each page's text in the order that PDFium gives, line ends kept as
line feeds, one after each line. A `page` segment spans each page, a `paragraph` each group
of lines that were set as one, with its box. Notes put on a page follow its text, as
`comment`s. Who asks is given the box of every code point of a paragraph; `raster` makes a
picture of a page. No script runs and no action is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import BinaryIO, Final

from qantar.readers import libraries
from qantar.readers.answer import DocumentWriter, MetaValue
from qantar.readers.caps import MIB
from qantar.readers.document_findings import report_dates
from qantar.readers.finding_log import FindingLog
from qantar.readers.job import Job
from qantar.readers.media_type import PDF, binary_format, report_extension
from qantar.readers.pdf_beside import report_beside
from qantar.readers.pdf_pages import Pages
from qantar.readers.pdf_said import DATES, FIELDS, MAX_SAID_CHARS, iso_date
from qantar.readers.pdf_scan import catalog_number
from qantar.readers.pdfium import Pdf, PdfError
from qantar.readers.pdfium_library import is_there
from qantar.readers.pdfium_page import Page, Raster
from qantar.readers.start import Start

READER: Final = "pdf"
VERSION: Final = 2
INSTALL: Final = f"Run `{libraries.INSTALL}`, then build again."

MAX_PDF_BYTES: Final = 512 * MIB
_HEADER: Final = re.compile(rb"(?:\A|[\r\n\x00])%PDF-[12]\.\d")
_OBJECT: Final = re.compile(rb"(?:\A|[\r\n])\d{1,10} \d{1,5} obj\b")
_HEADER_WITHIN: Final = 1024


def knows(start: Start) -> bool:
    """Whether a file is a PDF; bytes before its header are allowed, as programs allow them."""
    if start.head.startswith(b"%PDF-"):
        return True
    if binary_format(start.source, start.name) is not None:
        return False
    header = _HEADER.search(start.head[: _HEADER_WITHIN + 8])
    return header is not None and (
        _OBJECT.search(start.head) is not None or start.extension == "pdf"
    )


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a PDF; see `registry.read`."""
    log = FindingLog(job.name)
    report_extension(PDF, job.name, log)
    size = source.seek(0, 2)
    if size > MAX_PDF_BYTES or not is_there():
        out.begin(reader=READER, version=VERSION, media_type=PDF.media_type)
        if size > MAX_PDF_BYTES:
            log.loss(
                "too-large",
                f"The file has {size / MIB:,.0f} MiB; the cap is {MAX_PDF_BYTES // MIB} MiB. None "
                "of it was read. Split it into parts and add those.",
            )
        else:
            log.loss("unsupported", f"PDF files need a library that is not installed. {INSTALL}")
    else:
        source.seek(0)
        _read(source.read(), log, out, job)
    log.write_to(out)
    out.end()


def raster(source: BinaryIO, page: int, *, dpi: float) -> Raster:
    """Make a picture of a page, counted from 1; for reading it by sight.

    Raises:
        PdfError: the document, or that page of it, cannot be opened.
        PageTooLargeError: the picture would have too many pixels.
    """
    with _opened(source, page) as found:
        return found.raster(dpi=dpi)


@contextmanager
def _opened(source: BinaryIO, number: int) -> Iterator[Page]:
    source.seek(0)
    with closing(Pdf(source.read())) as pdf, pdf.page(number - 1) as page:
        if page is None:
            code = "damaged"
            raise PdfError(code)
        yield page


def _read(data: bytes, log: FindingLog, out: DocumentWriter, job: Job) -> None:
    try:
        pdf = _open(data, log)
    except PdfError as error:
        out.begin(reader=READER, version=VERSION, media_type=PDF.media_type)
        log.loss(error.code, _NOT_OPENED[error.code])
        return
    with closing(pdf):
        meta = _said(pdf)
        out.begin(reader=READER, version=VERSION, media_type=PDF.media_type, meta=meta)
        out.pass_on()
        report_dates(meta, DATES, log)
        pages = Pages(out=out, log=log, sight=job.sight, boxes=job.boxes)
        pages.write(pdf)
        report_beside(data, pdf, pages.seen, log)


def _open(data: bytes, log: FindingLog) -> Pdf:
    """Open a document; one that lost its end is given another.

    Raises:
        PdfError: it is encrypted, or too damaged.
    """
    try:
        return Pdf(data)
    except PdfError as error:
        catalog = catalog_number(data)
        if error.code == "encrypted" or catalog is None:
            raise
        pdf = Pdf(data + b"\ntrailer\n<< /Root %d 0 R >>\n" % catalog)
    log.loss(
        "damaged",
        "The list of what is in the file is missing or damaged. It was made anew from what is "
        "there: pages may be missing, or old ones be back.",
    )
    return pdf


_NOT_OPENED: Final = {
    "encrypted": (
        "The document asks for a password and was not read. Open it with its password, save a copy "
        "without one, and add the copy too."
    ),
    "damaged": (
        "The document cannot be opened: it is damaged or was cut. Get a whole copy; or print what "
        "a program still shows of it into a new PDF, and add that too."
    ),
}


def _said(pdf: Pdf) -> dict[str, MetaValue]:
    """What the file says of itself, and how many pages it has."""
    meta: dict[str, MetaValue] = {"pdf.pages": pdf.pages}
    if version := pdf.version():
        meta["pdf.version"] = version
    for key, name in FIELDS.items():
        if said := pdf.said(key)[:MAX_SAID_CHARS].strip():
            meta[name] = iso_date(said) if name in DATES else said
    return meta
