"""A page that was drawn, with the place of every word, for reading it by sight.

`python -m tests.readers.sight_samples FONT` draws it anew with a font that has Kazakh letters.
The town and its notice are invented.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parent / "drawn"
PAGE, PLACES = FOLDER / "notice.png", FOLDER / "notice.places.json"
LINES = (
    "Notice of the town council (invented)",
    "The bakery is closed until Monday",
    "Объявление городского совета",
    "Хлебный магазин закрыт до понедельника",
    "Саяққент қаласының хабарландыруы",
    "Дүйсенбіге дейін нан дүкені жабық болады",
)
WIDTH, HEIGHT, SIZE, LEFT, TOP, STEP = 1000, 520, 36, 60, 50, 72

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Drawn:
    """A word that was drawn, and the box of its ink."""

    text: str
    box: Box


def page() -> Image.Image:
    """The page, in greys."""
    with Image.open(PAGE) as image:
        return image.convert("L")


def places() -> list[Drawn]:
    """Its words in order, with the boxes of their ink in pixels."""
    found = json.loads(PLACES.read_text(encoding="utf-8"))
    return [Drawn(one["text"], tuple(one["box"])) for one in found]


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    """An image as a file of this format."""
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def draw(font: str) -> None:
    """Draw the page word by word, and write where each stands."""
    face = ImageFont.truetype(font, SIZE)
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    canvas = ImageDraw.Draw(image)
    words = []
    for row, line in enumerate(LINES):
        x = float(LEFT)
        for word in line.split():
            at = (x, TOP + row * STEP)
            canvas.text(at, word, font=face, fill=0)
            words.append({"text": word, "box": list(canvas.textbbox(at, word, font=face))})
            x += canvas.textlength(f"{word} ", font=face)
    FOLDER.mkdir(exist_ok=True)
    image.quantize(8).save(PAGE, optimize=True)
    lines = ",\n ".join(json.dumps(one, ensure_ascii=False) for one in words)
    PLACES.write_text(f"[\n {lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    draw(sys.argv[1])
