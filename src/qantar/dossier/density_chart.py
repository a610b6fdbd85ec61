"""How likely each number is, by one estimator and by another: curves over one another.

The axis is logarithmic, because what is doubtful is how many times more there were than were named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qantar.dossier.charts import COLOURS, Row, Spec, svg
from qantar.model.counted import Density

_WIDTH, _HEIGHT = 640, 240
_DASHES = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (12, 4), (4, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityText:
    """The words of the chart, from the catalogue."""

    persons: str
    method: str
    named: str


def density_chart(
    densities: Sequence[Density], names: Mapping[str, str], observed: int, texts: DensityText
) -> str | None:
    """Draw the curves, each as high as the others; None where there is none.

    Args:
        densities: at most as many as there are colours.
        names: the reader's name of each method.
        observed: persons on at least one list: a line that nothing can lie left of.
        texts: the words.
    """
    shown = [one for one in densities if one.heights and max(one.heights) > 0]
    if not shown:
        return None
    rows = [row for one in shown for row in _rows(one, names)]
    return svg(_spec(rows, [names[one.method] for one in shown], observed, texts))


def _rows(one: Density, names: Mapping[str, str]) -> list[Row]:
    """The curve on the logarithmic axis, where equal areas are equal chances."""
    heights = [point * height for point, height in zip(one.points, one.heights, strict=True)]
    top = max(heights)
    return [
        {"persons": point, "height": round(height / top, 4), "method": names[one.method]}
        for point, height in zip(one.points, heights, strict=True)
    ]


def _spec(rows: list[Row], methods: list[str], observed: int, texts: DensityText) -> Spec:
    low = min([observed, *(row["persons"] for row in rows)])
    x = {
        "field": "persons",
        "type": "quantitative",
        "title": texts.persons,
        "scale": {"type": "log", "domain": [low, max(row["persons"] for row in rows)]},
        "axis": {"format": ",~f", "labelOverlap": "greedy", "tickCount": 6},
    }
    y = {
        "field": "height",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, 1.05]},
    }
    colour = {
        "field": "method",
        "type": "nominal",
        "title": texts.method,
        "scale": {"domain": methods, "range": list(COLOURS[: len(methods)])},
        "legend": {"symbolLimit": 0, "labelLimit": 320},
    }
    dash = {
        "field": "method",
        "type": "nominal",
        "scale": {"domain": methods, "range": [list(one) for one in _DASHES[: len(methods)]]},
        "legend": None,
    }
    named = [{"persons": observed, "label": f"{texts.named} {observed:,}"}]
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "layer": [
            {
                "data": {"values": rows},
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash},
            },
            {
                "data": {"values": named},
                "mark": {"type": "rule", "strokeDash": [3, 3], "color": "#222"},
                "encoding": {"x": x},
            },
            {
                "data": {"values": named},
                "mark": {
                    "type": "text",
                    "align": "left",
                    "baseline": "top",
                    "dx": 5,
                    "fontSize": 11,
                    "color": "#222",
                    "y": 4,
                },
                "encoding": {"x": x, "text": {"field": "label", "type": "nominal"}},
            },
        ],
    }
