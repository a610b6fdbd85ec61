"""Copies of a picture are found across a case."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from qantar.archive.case import Case
from qantar.workbench.add import add
from qantar.workbench.build import derive
from qantar.workbench.stores import folded_of
from tests.readers.golden import SAMPLES


def test_a_copy_in_another_file_is_told_with_the_name_of_the_first(
    case: Case, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QANTAR_TESSERACT", "")  # what they say does not matter here
    image = Image.open(SAMPLES / "photo" / "square.png").convert("RGB")
    other = Image.effect_mandelbrot((480, 320), (-2, -1, 1, 1), 100).convert("RGB")
    for name, one in (
        ("1-first.png", image),
        ("2-smaller.jpg", image.resize((240, 160))),
        ("3-mirrored.webp", ImageOps.mirror(image)),
        ("4-other.png", other),
        # Of one colour: all such look alike, and are no copies of each other.
        ("5-black.png", Image.new("RGB", (300, 200))),
        ("6-black.jpg", Image.new("RGB", (480, 320))),
    ):
        one.save(tmp_path / name)
    paths = sorted(path for path in tmp_path.iterdir() if path.suffix)
    add(case, paths=paths, sheet_path=None, now=now, acknowledge=lambda _: None)
    findings = [
        one
        for one in derive(case, folded_of(case)).contents.findings
        if one.code == "duplicate-media"
    ]
    assert [one.file for one in findings] == ["2-smaller.jpg", "3-mirrored.webp"]
    assert all("1-first.png" in one.text or "2-smaller.jpg" in one.text for one in findings)
    assert "mirror image" in findings[1].text
