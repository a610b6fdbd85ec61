"""A page of a PDF as PDFium sees it: characters, boxes, what was put on it, a picture of it.

No script runs, no action is followed, no font or other file of the system is needed.
Boxes are (left, top, right, bottom) in points from the upper left corner of the page as
it is shown, that is, turned as the file says.

Source: PDFium's public headers (fpdfview.h, fpdf_text.h, fpdf_annot.h, fpdf_edit.h).
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from qantar.readers.pdfium_library import library, narrow_string, wide_string

Box: TypeAlias = tuple[float, float, float, float]

_RENDER_ANNOTATIONS: Final = 0x01
_INVISIBLE: Final = 3
_IMAGE, _FORM_OBJECT = 3, 5
_BGR: Final = 2
_WHITE: Final = 0xFFFFFFFF
_NOT_SHOWN: Final = 0x22  # hidden, or not to be viewed
_LEVEL: Final = 0.1  # radians
_MAX_OBJECTS: Final = 20_000
_POINTS_AN_INCH: Final = 72
MAX_RASTER_PIXELS: Final = 64_000_000
"""An A4 page at 600 dots an inch has 35 million."""


class PageTooLargeError(Exception):
    """A picture of the page would have more pixels than allowed."""

    def __init__(self, *, width: int, height: int) -> None:
        """Keep what the picture would measure, in pixels."""
        self.width, self.height = width, height
        super().__init__(
            f"a picture of the page would be {width:,} × {height:,} pixels; the cap is "
            f"{MAX_RASTER_PIXELS:,} in all"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """A picture of a page: rows from the top, three bytes a pixel (blue, green, red), no gaps."""

    width: int
    height: int
    pixels: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What was put on a page: its subtype as PDFium numbers it, its words, its box.

    `author` of a field of a form is the field's name.
    """

    subtype: int
    contents: str
    author: str
    date: str
    value: str
    box: Box
    hidden: bool
    action: int
    address: str


class Page:
    """An open page. A character is named by its place in the order that PDFium gives."""

    def __init__(self, handle: object, document: object) -> None:
        """Take a page that was loaded; the caller closes it."""
        raw = library()
        self._page, self._document = handle, document
        self.turn: int = raw.FPDFPage_GetRotation(handle) % 4
        self.width: float = raw.FPDF_GetPageWidthF(handle)
        self.height: float = raw.FPDF_GetPageHeightF(handle)
        bounds = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(handle, bounds)
        self._edges = (bounds.left, bounds.top, bounds.right, bounds.bottom)
        self._text = raw.FPDFText_LoadPage(handle)
        if self.turn and self._text and self._is_text_upright():
            # Shown turned, but written as if it were not: PDFium would read it from its side.
            raw.FPDFText_ClosePage(self._text)
            raw.FPDFPage_SetRotation(handle, 0)
            self._text = raw.FPDFText_LoadPage(handle)
            raw.FPDFPage_SetRotation(handle, self.turn)
        self.count: int = max(0, raw.FPDFText_CountChars(self._text)) if self._text else 0

    def close(self) -> None:
        """Let the text go; the page itself belongs to whoever opened it."""
        if self._text:
            library().FPDFText_ClosePage(self._text)
            self._text = None

    def _is_text_upright(self) -> bool:
        raw = library()
        count = min(64, raw.FPDFText_CountChars(self._text))
        level = sum(abs(raw.FPDFText_GetCharAngle(self._text, at)) < _LEVEL for at in range(count))
        return bool(2 * level > count)

    def units(self) -> str:
        """Give the text, one code unit for each character: a pair stands for two of them."""
        raw = library()
        if not self.count:
            return ""
        buffer = (ctypes.c_ushort * (self.count + 1))()
        if raw.FPDFText_GetText(self._text, 0, self.count, buffer) == self.count + 1:
            return "".join(map(chr, buffer[: self.count]))
        # PDFium leaves out what has no meaning; here each character keeps its place.
        codes = (raw.FPDFText_GetUnicode(self._text, at) for at in range(self.count))
        return "".join(chr(code) if 0 < code <= sys.maxunicode else "\ufffd" for code in codes)

    def is_hyphen(self, at: int) -> bool:
        """Whether a character is the hyphen that breaks a word at the end of a line."""
        return bool(library().FPDFText_IsHyphen(self._text, at) == 1)

    def is_unmapped(self, at: int) -> bool:
        """Whether the font does not say which letter a character is."""
        return bool(library().FPDFText_HasUnicodeMapError(self._text, at) == 1)

    def is_invisible(self, at: int) -> bool:
        """Whether a character is written so that it does not show."""
        raw = library()
        written = raw.FPDFText_GetTextObject(self._text, at)
        return bool(written and raw.FPDFTextObj_GetTextRenderMode(written) == _INVISIBLE)

    def box(self, at: int) -> Box | None:
        """Give the box of one character; None where it has none."""
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        found = library().FPDFText_GetCharBox(self._text, at, left, right, bottom, top)
        if not found:
            return None
        return self._shown(left.value, top.value, right.value, bottom.value)

    def boxes_of(self, start: int, count: int) -> list[Box]:
        """Give the boxes of several characters: one for each part that was drawn at a time."""
        raw = library()
        parts = raw.FPDFText_CountRects(self._text, start, count)
        left, top, right, bottom = (ctypes.c_double() for _ in range(4))
        return [
            self._shown(left.value, top.value, right.value, bottom.value)
            for part in range(min(parts, _MAX_OBJECTS))
            if raw.FPDFText_GetRect(self._text, part, left, top, right, bottom)
        ]

    def room(self, at: int) -> Box | None:
        """Give the box of one character, as wide and high as its font says; None: it has none."""
        place = library().FS_RECTF()
        if not library().FPDFText_GetLooseCharBox(self._text, at, place):
            return None
        return self._shown(place.left, place.top, place.right, place.bottom)

    def is_gap(self, at: int) -> bool:
        """Whether a character was not drawn: a space that only a gap shows, or a line end."""
        return bool(library().FPDFText_IsGenerated(self._text, at) == 1)

    def _shown(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Turn a box in the page's own space into one on the page as it is shown."""
        west, north, east, south = self._edges
        x, y = sorted((left, right)), sorted((bottom, top))
        match self.turn:
            case 0:
                box = (x[0] - west, north - y[1], x[1] - west, north - y[0])
            case 1:
                box = (y[0] - south, x[0] - west, y[1] - south, x[1] - west)
            case 2:
                box = (east - x[1], y[0] - south, east - x[0], y[1] - south)
            case _:
                box = (north - y[1], east - x[1], north - y[0], east - x[0])
        return (round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2))

    def objects(self) -> int:
        """How many things are drawn on the page."""
        count: int = library().FPDFPage_CountObjects(self._page)
        return max(0, count)

    def picture_share(self) -> float:
        """How much of the page its largest picture covers, from 0 to 1."""
        raw = library()
        largest = 0.0
        edges = [ctypes.c_float() for _ in range(4)]
        for at in range(min(self.objects(), _MAX_OBJECTS)):
            drawn = raw.FPDFPage_GetObject(self._page, at)
            if raw.FPDFPageObj_GetType(drawn) not in {_IMAGE, _FORM_OBJECT}:
                continue
            if raw.FPDFPageObj_GetBounds(drawn, *edges) and self._is_picture(drawn):
                left, bottom, right, top = (edge.value for edge in edges)
                largest = max(largest, (right - left) * (top - bottom))
        west, north, east, south = self._edges
        area = (east - west) * (north - south)
        return min(1.0, largest / area) if area > 0 else 0.0

    def _is_picture(self, drawn: object) -> bool:
        """Whether it is a picture, or a group whose first thing is one."""
        raw = library()
        if raw.FPDFPageObj_GetType(drawn) == _IMAGE:
            return True
        within = raw.FPDFFormObj_CountObjects(drawn)
        return bool(
            within > 0 and raw.FPDFPageObj_GetType(raw.FPDFFormObj_GetObject(drawn, 0)) == _IMAGE
        )

    def annotations(self, most: int) -> Iterator[Annotation]:
        """Give what was put on the page, `most` at most."""
        raw = library()
        for at in range(min(most, raw.FPDFPage_GetAnnotCount(self._page))):
            handle = raw.FPDFPage_GetAnnot(self._page, at)
            if handle:
                yield self._annotation(handle)
                raw.FPDFPage_CloseAnnot(handle)

    def _annotation(self, handle: object) -> Annotation:
        raw = library()

        def said(key: bytes) -> str:
            return wide_string(lambda *to: raw.FPDFAnnot_GetStringValue(handle, key, *to))

        place = raw.FS_RECTF()
        raw.FPDFAnnot_GetRect(handle, place)
        link = raw.FPDFAnnot_GetLink(handle)
        action = raw.FPDFLink_GetAction(link) if link else None
        return Annotation(
            subtype=raw.FPDFAnnot_GetSubtype(handle),
            contents=said(b"Contents"),
            author=said(b"T"),
            date=said(b"M"),
            value=said(b"V"),
            box=self._shown(place.left, place.top, place.right, place.bottom),
            hidden=bool(raw.FPDFAnnot_GetFlags(handle) & _NOT_SHOWN),
            action=raw.FPDFAction_GetType(action) if action else 0,
            address=self._address(action) if action else "",
        )

    def _address(self, action: object) -> str:
        """Where an action would lead: a web address, or the path of a file."""
        raw = library()
        return narrow_string(
            lambda *to: raw.FPDFAction_GetURIPath(self._document, action, *to)
        ) or narrow_string(lambda *to: raw.FPDFAction_GetFilePath(action, *to))

    def raster(self, *, dpi: float) -> Raster:
        """Make a picture of the page, annotations included, on white.

        Raises:
            PageTooLargeError: it would have too many pixels.
        """
        raw = library()
        width = max(1, round(self.width * dpi / _POINTS_AN_INCH))
        height = max(1, round(self.height * dpi / _POINTS_AN_INCH))
        if width * height > MAX_RASTER_PIXELS:
            raise PageTooLargeError(width=width, height=height)
        pixels = ctypes.create_string_buffer(width * height * 3)
        bitmap = raw.FPDFBitmap_CreateEx(width, height, _BGR, pixels, width * 3)
        try:
            raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
            raw.FPDF_RenderPageBitmap(
                bitmap, self._page, 0, 0, width, height, 0, _RENDER_ANNOTATIONS
            )
        finally:
            raw.FPDFBitmap_Destroy(bitmap)
        return Raster(width=width, height=height, pixels=pixels.raw)


def around(boxes: list[Box]) -> Box | None:
    """Give the box around some; None for none."""
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))
