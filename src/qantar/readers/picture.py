"""A picture that a confined reader shows, so that a program can read it by sight.

A stranger's picture is decoded where nothing can be reached; what goes on to the program is
grey points and nothing else. What is said of them is checked here, like all of an answer.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

MAX_SHOWN_PIXELS: Final = 24_000_000
"""An A4 page at 300 dots an inch has 8.7 million, an A3 page 17 million."""
_Side = Annotated[int, Meta(ge=1, le=100_000)]
_Length = Annotated[float, Meta(gt=0, le=1_000_000)]
LEAST_DPI, MOST_DPI = 70, 1200


class Picture(Struct, frozen=True, kw_only=True, tag="picture"):
    """A page of the open document as grey points, one byte each, rows from the top.

    `page` counts from 1. `wide` and `high` are the page's own measures, in which places
    on it are told: points of a PDF, pixels of a picture as it is shown. `dpi` is what the
    raster has on an inch, as far as that is known.
    """

    page: Annotated[int, Meta(ge=1)]
    width: _Side
    height: _Side
    wide: _Length
    high: _Length
    dpi: Annotated[int, Meta(ge=LEAST_DPI, le=MOST_DPI)]
    pixels: bytes

    @property
    def is_sound(self) -> bool:
        """Whether there are as many points as it says, and not too many."""
        count = self.width * self.height
        return count <= MAX_SHOWN_PIXELS and len(self.pixels) == count

    def as_pgm(self) -> bytes:
        """Spell it in the plainest format there is (Netpbm's PGM): sizes, then points."""
        return b"P5 %d %d 255\n" % (self.width, self.height) + self.pixels
