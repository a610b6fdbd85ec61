"""Making the grey raster that is read by sight: of a still picture, of a page of a PDF.

It is made where the stranger's file is decoded, confined. What is larger than a page at
600 dots an inch is made smaller, what is so small that letters have few points is made
larger; places are told in the page's own measures all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qantar.readers.caps import MAX_PIXELS
from qantar.readers.picture import LEAST_DPI, MAX_SHOWN_PIXELS, MOST_DPI, Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL import Image as Images

    from qantar.readers.pdfium_page import Page

try:
    from PIL import Image, ImageOps

    INSTALLED = True
except ImportError:
    INSTALLED = False

MAX_FRAMES: Final = 500
_PDF_DPI: Final = 300
_POINTS_AN_INCH: Final = 72
_LEAST_SIDE: Final = 16  # pixels; no letter that can be read is smaller than half of it
_SMALL, _TINY = 1500, 750  # pixels on the longer side
_PAGE_INCHES: Final = 11.7  # the longer side of A4, where nothing tells the size


class TooMuchToSeeError(Exception):
    """A reading may decode no more to be read by sight; names the page from which on."""


def stills(image: Images.Image, may_show: Callable[[float], bool]) -> Iterator[Picture]:
    """Show a picture upright on white; of a TIFF, each page of it.

    Args:
        image: the picture, not yet decoded.
        may_show: says whether so many points may still be decoded.

    Raises:
        TooMuchToSeeError: they may not.
        ValueError: a page is too large to decode; or whatever else a decoder raises.
    """
    frames = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    for number in range(1, min(frames, MAX_FRAMES) + 1):
        if frames > 1:
            image.seek(number - 1)
        if image.width * image.height > MAX_PIXELS:
            message = f"page {number} has {image.width:,} × {image.height:,} points, above the cap"
            raise ValueError(message)
        if not may_show(image.width * image.height):
            raise TooMuchToSeeError(number)
        if shown := _still(image, number):
            yield shown


def _still(image: Images.Image, number: int) -> Picture | None:
    upright = ImageOps.exif_transpose(image)
    width, height = upright.size
    if min(width, height) < _LEAST_SIDE:
        return None
    grey = _on_white(upright)
    factor = _factor(width, height)
    if factor != 1:
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        grey = grey.resize(size, Image.Resampling.LANCZOS)
    said = image.info.get("dpi", (0, 0))[0]
    inch = float(said) if LEAST_DPI <= said <= MOST_DPI else max(width, height) / _PAGE_INCHES
    return Picture(
        page=number,
        width=grey.width,
        height=grey.height,
        wide=float(width),
        high=float(height),
        dpi=_within(inch * factor),
        pixels=grey.tobytes(),
    )


def of_eight_bits(image: Images.Image) -> Images.Image:
    """Give greys of 16 bits as greys of 8; Pillow by itself makes nearly all of them white."""
    if image.mode.startswith("I;16"):
        return image.convert("F").point(lambda value: value / 256).convert("L")
    return image


def _on_white(image: Images.Image) -> Images.Image:
    """Give a picture in greys; what can be seen through shows white paper."""
    if image.mode in ("I", "F"):  # 16 bits a point, or more
        return image.convert("F").point(lambda value: value / 256).convert("L")
    image = of_eight_bits(image)
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(paper, seen).convert("L")
    return image.convert("L")


def _factor(width: int, height: int) -> float:
    pixels, longest = width * height, max(width, height)
    if pixels > MAX_SHOWN_PIXELS:
        return float((MAX_SHOWN_PIXELS * 0.999 / pixels) ** 0.5)
    return 3 if longest < _TINY else 2 if longest < _SMALL else 1


def _within(dpi: float) -> int:
    return max(LEAST_DPI, min(MOST_DPI, round(dpi)))


def page_of(page: Page, number: int, may_show: Callable[[float], bool]) -> Picture | None:
    """Show a page of a PDF as it looks, in points; None if it has no size, or may not be shown."""
    inches = page.width * page.height / _POINTS_AN_INCH**2
    if not INSTALLED or inches <= 0:
        return None
    dpi = min(_PDF_DPI, (MAX_SHOWN_PIXELS * 0.998 / inches) ** 0.5)
    if not may_show(inches * dpi**2):
        return None
    raster = page.raster(dpi=dpi)
    size = (raster.width, raster.height)
    grey = Image.frombuffer("RGB", size, raster.pixels, "raw", "BGR", 0, 1).convert("L")
    return Picture(
        page=number,
        width=raster.width,
        height=raster.height,
        wide=page.width,
        high=page.height,
        dpi=_within(dpi),
        pixels=grey.tobytes(),
    )
