"""A PDF as PDFium opens it: its pages, what it says of itself, what it carries along.

Source: PDFium's public headers (fpdfview.h, fpdf_doc.h, fpdf_attachment.h, fpdf_save.h).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from qantar.readers.pdfium_library import is_there, library, wide_string
from qantar.readers.pdfium_page import Page

_REMOVE_SECURITY: Final = 0x04
_PASSWORD, _SECURITY = 4, 5
_MAX_ATTACHMENTS: Final = 20_000
_MAX_COPY_BYTES: Final = 64 * 1024 * 1024


class PdfError(Exception):
    """The document cannot be opened; `code` is that of a finding."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        self.code = code
        super().__init__(code)


class Pdf:
    """An open document. Pages are counted from 0 here; close it when done."""

    def __init__(self, data: bytes) -> None:
        """Open a document.

        Raises:
            PdfError: it is encrypted, or too damaged to be opened.
        """
        raw = library()
        self._data = data  # must live as long as the document
        self._document = raw.FPDF_LoadMemDocument64(data, len(data), None)
        if not self._document:
            error = raw.FPDF_GetLastError()
            raise PdfError("encrypted" if error in {_PASSWORD, _SECURITY} else "damaged")
        self.pages: int = max(0, raw.FPDF_GetPageCount(self._document))

    def close(self) -> None:
        """Give the memory back."""
        library().FPDF_CloseDocument(self._document)

    def version(self) -> str:
        """Give the version that the file says it has, as in 1.7; "" for none."""
        number = ctypes.c_int()
        found = library().FPDF_GetFileVersion(self._document, number)
        return f"{number.value // 10}.{number.value % 10}" if found else ""

    def said(self, key: str) -> str:
        """What the file says of itself under Title, Author, CreationDate and so on."""
        raw = library()
        return wide_string(lambda *to: raw.FPDF_GetMetaText(self._document, key.encode(), *to))

    def attachments(self) -> list[str]:
        """Names of the files within the file."""
        raw = library()
        count = min(_MAX_ATTACHMENTS, max(0, raw.FPDFDoc_GetAttachmentCount(self._document)))
        found = (raw.FPDFDoc_GetAttachment(self._document, at) for at in range(count))
        return [
            wide_string(lambda *to, one=one: raw.FPDFAttachment_GetName(one, *to)) for one in found
        ]

    def has_scripts(self) -> bool:
        """Whether the document has scripts of its own (those of fields do not count)."""
        return bool(library().FPDFDoc_GetJavaScriptActionCount(self._document) > 0)

    def is_encrypted(self) -> bool:
        """Whether it is encrypted, though with an empty password."""
        return bool(library().FPDF_GetSecurityHandlerRevision(self._document) >= 0)

    def plain_copy(self) -> bytes:
        """Give the objects written anew, neither encrypted nor packed together; its beginning."""
        raw = library()
        _written.clear()
        raw.FPDF_SaveAsCopy(self._document, _writer, _REMOVE_SECURITY)
        copy = b"".join(_written)
        _written.clear()
        return copy

    @contextmanager
    def page(self, number: int) -> Iterator[Page | None]:
        """Open a page; None where it cannot be."""
        raw = library()
        handle = raw.FPDF_LoadPage(self._document, number)
        if not handle:
            yield None
            return
        page = Page(handle, self._document)
        try:
            yield page
        finally:
            page.close()
            raw.FPDF_ClosePage(handle)


_written: Final[list[bytes]] = []


def _take(_: object, block: int, size: int) -> int:
    if sum(map(len, _written)) + size > _MAX_COPY_BYTES:
        return 0
    _written.append(ctypes.string_at(block, size))
    return 1


def _make_writer() -> Any:
    kind = library().FPDF_FILEWRITE
    return kind(1, dict(kind._fields_)["WriteBlock"](_take))


# Made now: what a call back needs can no longer be had in a confined process.
_writer: Final = _make_writer() if is_there() else None
