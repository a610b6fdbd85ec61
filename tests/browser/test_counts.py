"""The page Counts in a real browser: on a desktop, on a telephone, and read aloud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qantar.dossier.counts import ShownCounts
from qantar.dossier.dossier import write_dossier
from tests.dossier.counted import COUNTED, COUNTING, COUNTS, REFUSED, SENTENCE
from tests.dossier.editions import Desk

from .support import OpenPage, run_axe

DESKTOP, PHONE = 1280, 390
REFUSED_WHOLE = ShownCounts(
    countings=(replace(COUNTING, whole=replace(COUNTING.whole, counted=REFUSED), partial=COUNTED),)
)


def address(counts: ShownCounts, folder: Path) -> str:
    write_dossier(Desk().edition(counts=counts), folder)
    return (folder / "counts.html").as_uri()


@pytest.mark.parametrize("counts", [COUNTS, REFUSED_WHOLE], ids=["estimated", "refused"])
def test_it_has_no_serious_accessibility_fault_and_fits_a_telephone(
    counts: ShownCounts, tmp_path: Path, open_page: OpenPage
) -> None:
    where = address(counts, tmp_path)
    for width in (DESKTOP, PHONE):
        page = open_page(width)
        page.goto(where)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{wide} px too wide at {width}"
        assert run_axe(page) == []


def test_what_may_be_quoted_is_seen_before_anything_is_scrolled(
    tmp_path: Path, open_page: OpenPage
) -> None:
    page = open_page(PHONE, javascript=False)
    page.goto(address(COUNTS, tmp_path))
    box = page.get_by_text(SENTENCE).bounding_box()
    assert box is not None
    assert box["y"] < page.viewport_size["height"] if page.viewport_size else False


def test_the_charts_are_there_and_have_a_size(tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(DESKTOP)
    page.goto(address(COUNTS, tmp_path))
    for chart in page.locator("figure.chart img").all():
        assert int(chart.evaluate("one => one.naturalWidth")) > 100
    assert page.locator("figure.chart img").count() == 2
