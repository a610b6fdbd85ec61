"""A registry for the parent of readings: it answers how many pixels of a page are dark."""

from __future__ import annotations

from typing import BinaryIO

from qantar.readers import pdf
from qantar.readers.answer import DocumentWriter
from qantar.readers.job import Job


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Make a picture of the first page, and answer its size and its dark pixels."""
    shown = pdf.raster(source, 1, dpi=72)
    dark = sum(value < 128 for value in shown.pixels[::3])
    out.begin(reader="raster", version=1, media_type="text/plain")
    out.text(f"{shown.width} {shown.height} {dark}")
    out.end()
