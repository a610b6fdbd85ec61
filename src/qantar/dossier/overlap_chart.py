"""How lists overlap, as an UpSet plot: a row for each set of lists, dots for the lists in it.

The lists are columns and the sets are rows, so that the chart is narrow enough for a
telephone; the bar beside each row says how many persons are on exactly these lists.

Source: Lex and others (2014), UpSet, for the plot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qantar.dossier.charts import COLOURS, Spec, svg
from qantar.dossier.people import Overlap, ShownPeople
from qantar.dossier.site import visible

MOST_ROWS = 24
MOST_LISTS = 10
FEWEST_LISTS = 2
_COLUMN, _ROW, _BARS = 24, 20, 190
_NAME = 105
_PALE, _DARK = "#c9c9c9", "#222222"
_ROW_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapChart:
    """The picture, and how many sets of lists it has no room for."""

    picture: str
    left_out: int


def overlap_chart(people: ShownPeople, persons: str) -> OverlapChart | None:
    """Draw the overlaps that most persons have; None where there is nothing to compare.

    Args:
        people: the lists and how they overlap.
        persons: the title of the axis of the bars.
    """
    told = [one for one in people.overlaps if one.persons]
    lists = _drawn_lists(people)
    if len(lists) < FEWEST_LISTS or not told:
        return None
    fitting = [one for one in told if all(at in lists for at, on in enumerate(one.on) if on)]
    shown = fitting[:MOST_ROWS]
    if not shown:
        return None
    picture = svg(_spec(people, shown, lists, persons))
    return OverlapChart(picture=picture, left_out=len(told) - len(shown))


def _drawn_lists(people: ShownPeople) -> list[int]:
    """The lists that name most persons, as many as there is room for, in their order."""
    ranked = sorted(range(len(people.lists)), key=lambda at: (-(people.lists[at].persons or 0), at))
    return sorted(ranked[:MOST_LISTS])


def _spec(
    people: ShownPeople, shown: Sequence[Overlap], lists: Sequence[int], persons: str
) -> Spec:
    names = [f"{at:0{_ROW_DIGITS}}{visible(people.lists[at].name)}" for at in lists]
    return {
        "hconcat": [_dots(shown, lists, names), _bars(shown, persons)],
        "spacing": 6,
        "resolve": {"scale": {"y": "shared"}},
    }


def _row(at: int) -> str:
    return f"{at:0{_ROW_DIGITS}}"


def _dots(shown: Sequence[Overlap], lists: Sequence[int], names: Sequence[str]) -> Spec:
    dots = [
        {"row": _row(at), "list": name, "on": one.on[place]}
        for at, one in enumerate(shown)
        for place, name in zip(lists, names, strict=True)
    ]
    lines = []
    for at, one in enumerate(shown):
        on = [name for place, name in zip(lists, names, strict=True) if one.on[place]]
        lines.append({"row": _row(at), "from": on[0], "to": on[-1]})
    # The number before each name keeps the order, and keeps lists of one name apart.
    labels = {
        "labelExpr": f"slice(datum.label, {_ROW_DIGITS})",
        "labelAngle": -55,
        "labelAlign": "left",
        "labelLimit": _NAME,
        "orient": "top",
        "title": None,
        "domain": False,
        "ticks": False,
    }
    x = {"type": "nominal", "sort": None, "scale": {"domain": list(names)}, "axis": labels}
    y = {"field": "row", "type": "ordinal", "axis": None}
    colour = {
        "field": "on",
        "type": "nominal",
        "scale": {"domain": [True, False], "range": [_DARK, _PALE]},
        "legend": None,
    }
    between = {"x": {**x, "field": "from"}, "x2": {"field": "to"}, "y": y}
    return {
        "width": {"step": _COLUMN},
        "height": {"step": _ROW},
        "view": {"stroke": None},
        "layer": [
            {
                "data": {"values": lines},
                "mark": {"type": "rule", "strokeWidth": 2.5, "color": _DARK},
                "encoding": between,
            },
            {
                "data": {"values": dots},
                "mark": {"type": "point", "filled": True, "size": 95, "opacity": 1},
                "encoding": {"x": {**x, "field": "list"}, "y": y, "color": colour},
            },
        ],
    }


def _bars(shown: Sequence[Overlap], persons: str) -> Spec:
    data = [
        {
            "row": _row(at),
            "persons": one.persons,
            "low": one.persons if one.low is None else one.low,
            "high": one.persons if one.high is None else one.high,
            "label": f"{one.persons:,}",
        }
        for at, one in enumerate(shown)
    ]
    top = max(one["high"] for one in data if isinstance(one["high"], int))
    x = {
        "field": "persons",
        "type": "quantitative",
        "title": persons,
        "scale": {"domain": [0, top * 1.22]},
        "axis": {"tickMinStep": 1, "tickCount": 4, "format": ",~f"},
    }
    y = {"field": "row", "type": "ordinal", "axis": None}
    bar = {"type": "bar", "color": COLOURS[0], "height": 11}
    span = {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}
    label = {"type": "text", "align": "left", "dx": 5, "fontSize": 11, "color": "#000"}
    beside = {"x": {**x, "field": "high"}, "y": y, "text": {"field": "label", "type": "nominal"}}
    return {
        "width": _BARS,
        "height": {"step": _ROW},
        "data": {"values": data},
        "layer": [
            {"mark": bar, "encoding": {"x": x, "y": y}},
            {"mark": {"type": "rule", "strokeWidth": 2, "color": _DARK}, "encoding": span},
            {"mark": label, "encoding": beside},
        ],
    }
