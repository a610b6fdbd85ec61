"""Charts of figures: the same on every machine, with every mark they promise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qantar.dossier.charts import ChartText, figure_chart
from qantar.weighing.figures import figures
from tests.weighing.claims import said

DRAW = """
import sys
sys.path.insert(0, sys.argv[1])
from qantar.dossier.charts import ChartText, figure_chart
from qantar.weighing.figures import figures
from tests.weighing.claims import said
texts = ChartText(**{name: name for name in ChartText.__dataclass_fields__})
(figure,) = figures(
    [
        said("A1", "Ministry", 164, "2022-01-05"),
        said("A2", "Ministry", None, "2022-01-06", stance="denies", targets=("A1",)),
        said("A3", "Observers", (200, None), "2022-01-09"),
        said("A4", "Paper", 227, "2022-01-21", basis="reported"),
    ],
    is_cumulative=lambda _: True,
)
print(figure_chart(figure, texts).svg)
"""


def drawn(zone: str) -> str:
    """The chart as a process in that time zone draws it."""
    root = str(Path(__file__).parents[2])
    return subprocess.run(  # noqa: S603  # our own code under another zone
        [sys.executable, "-c", DRAW, root],
        env={"TZ": zone, "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.fixture(scope="module")
def chart() -> str:
    return drawn("UTC")


def test_the_machines_own_zone_moves_nothing(chart: str) -> None:
    assert drawn("America/New_York") == chart


def test_a_value_taken_back_is_crossed_and_a_bound_has_its_arrow(chart: str) -> None:
    assert chart.count("✕") == 1
    assert chart.count("▲") == 1
    assert "2022-01-05" in chart


def test_every_voice_is_named(chart: str) -> None:
    for voice in ("Ministry", "Observers", "Paper"):
        assert voice in chart


def test_a_bound_far_above_every_value_stands_on_the_rim_with_its_value() -> None:
    texts = ChartText(**dict.fromkeys(ChartText.__dataclass_fields__, "x"))
    claims = [
        said("A1", "Ministry", 164, "2022-01-05"),
        said("A2", "Activist", (1000, None), "2022-01"),
        said("A3", "Prosecutors", 225, "2022-01-15"),
    ]
    (figure,) = figures(claims, is_cumulative=lambda _: True)
    drawn_chart = figure_chart(figure, texts)
    assert drawn_chart is not None
    assert drawn_chart.off_scale
    assert "≥ 1,000" in drawn_chart.svg
    assert ">400<" not in drawn_chart.svg
