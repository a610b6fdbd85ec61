"""What a PDF carries beside its pages, as findings: nothing of it is followed, opened or run."""

from __future__ import annotations

from typing import Final

from qantar.readers.finding_log import FindingLog, counted, shown, some_of
from qantar.readers.pdf_pages import Seen
from qantar.readers.pdf_scan import PdfScan, scan
from qantar.readers.pdfium import Pdf

_NAMED: Final = 20


def report_beside(data: bytes, pdf: Pdf, seen: Seen, log: FindingLog) -> None:
    """Tell of scripts, files, forms, links, earlier states and bytes that belong to nothing."""
    found = scan(data)
    if pdf.is_encrypted():
        # Its objects cannot be looked at as bytes; those of a copy can.
        found.active = scan(pdf.plain_copy()).active
    _report_active(pdf, found, log)
    _report_files(pdf, log)
    _report_links(seen, log)
    _report_shape(found, log)


def _report_active(pdf: Pdf, found: PdfScan, log: FindingLog) -> None:
    named = dict(found.active)
    if pdf.has_scripts():
        named.setdefault("JavaScript", 1)
    named.pop("embedded files", None)  # told by name
    for words, count in sorted(named.items()):
        log.note(
            "active-content",
            f"The file holds {words} ({counted(count, 'mention')}). Nothing of it was "
            "run or followed.",
        )
    if not found.complete:
        log.note(
            "active-content",
            "The file has too many objects to look through all of them for scripts and the like. "
            "Nothing of it was run.",
        )


def _report_files(pdf: Pdf, log: FindingLog) -> None:
    names = pdf.attachments()
    if names:
        listed = some_of([shown(name) for name in names[:_NAMED]], len(names))
        log.loss(
            "active-content",
            f"The file holds {counted(len(names), 'other file')} ({listed}); nothing of that was "
            "opened. Save what matters with a safe program, and add it too.",
        )


def _report_links(seen: Seen, log: FindingLog) -> None:
    for found, what in ((seen.addresses, "web address"), (seen.other_files, "other file")):
        if found:
            many = "web addresses" if what == "web address" else None
            listed = some_of([shown(address) for address in list(found)[:_NAMED]], len(found))
            log.note(
                "external-reference",
                f"Links lead to {counted(len(found), what, many)} ({listed}). Nothing was "
                "followed.",
            )


def _report_shape(found: PdfScan, log: FindingLog) -> None:
    if not found.whole:
        log.loss(
            "truncated",
            "The file does not end as a PDF ends: it was cut, or damaged. What is there was read.",
        )
    if found.states > 1:
        log.note(
            "hidden-content",
            f"The document was saved into this file {found.states:,} times, one after another: "
            "earlier states of it lie under the last one, which was read.",
        )
    if found.before or found.after:
        log.note(
            "hidden-content",
            f"{counted(found.before, 'byte')} before the document and "
            f"{counted(found.after, 'byte')} after it belong to nothing of it: something else may "
            "be stored there. They were not read.",
        )
