"""The days of a case as a chart: reports, publications and outages, one panel each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from qantar.dossier.charts import COLOURS, Spec, svg
from qantar.dossier.days import Stretch

WIDTH, PANEL = 720, 92
SHADE = "#dcdcdc"
# Words on each mark are not read out in a picture, and Vega writes times in the machine's zone.
SILENT: Spec = {"aria": False}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChartText:
    """The words of the chart, from the catalogue."""

    day: str
    events: str
    published: str
    measurers: str


@dataclass(frozen=True, slots=True)
class _Panel:
    """One of the panels; `days` is the title of the axis of days, which only the last has."""

    field: str
    title: str
    colour: str
    days: str = ""


def day_chart(days: Sequence[Stretch], texts: DayChartText) -> str | None:
    """Draw the days one above the other in three panels; None when there is nothing to count.

    Days on which an outage is reported are shaded in every panel, so that a low bar
    beneath the shade is not taken for a quiet day.
    """
    if not any(day.events or day.published or day.measurers for day in days):
        return None
    bars = [_bar(day) for day in days]
    shades = list(_shades(days))
    panels = (
        _Panel("events", texts.events, COLOURS[0]),
        _Panel("published", texts.published, COLOURS[2]),
        _Panel("measurers", texts.measurers, COLOURS[1], days=texts.day),
    )
    return svg(
        {
            "vconcat": [_drawn(panel, bars, shades) for panel in panels],
            "spacing": 14,
            "resolve": {"scale": {"x": "shared"}},
            "config": SILENT,
        }
    )


def _bar(day: Stretch) -> Spec:
    return {
        "from": day.first.isoformat(),
        "to": (day.last + _ONE_DAY).isoformat(),
        "events": day.events,
        "published": day.published,
        "measurers": day.measurers,
    }


def _shades(days: Iterable[Stretch]) -> Iterable[Spec]:
    """One shade for each run of days on which an outage is reported."""
    for reported, run in groupby(days, key=lambda day: day.measurers > 0):
        if reported:
            listed = list(run)
            yield {
                "from": listed[0].first.isoformat(),
                "to": (listed[-1].last + _ONE_DAY).isoformat(),
            }


def _drawn(panel: _Panel, bars: list[Spec], shades: list[Spec]) -> Spec:
    last = bool(panel.days)
    # The texts carry no zone: read and written as UTC they show the same day everywhere.
    x = {
        "field": "from",
        "type": "temporal",
        "scale": {"type": "utc"},
        "title": panel.days or None,
        "axis": {**_DAY_AXIS, "labels": last, "ticks": last},
    }
    y = {
        "field": panel.field,
        "type": "quantitative",
        "title": None,
        "scale": {"zero": True},
        "axis": {"format": ",d", "tickMinStep": 1, "tickCount": 3},
    }
    edges = {"x": x, "x2": {"field": "to"}}
    bar = {
        "data": {"values": bars},
        "mark": {"type": "rect", "color": panel.colour, "stroke": "#fff", "strokeWidth": 0.5},
        "encoding": {**edges, "y": y, "y2": {"datum": 0}},
    }
    shade = {
        "data": {"values": shades},
        "mark": {"type": "rect", "color": SHADE},
        "encoding": edges,
    }
    # A heading above each panel reads better on a phone than a title on its side.
    heading = {"text": panel.title, "anchor": "start", "frame": "group", **_HEADING}
    layers = [shade, bar] if shades else [bar]
    return {"width": WIDTH, "height": PANEL, "title": heading, "layer": layers}


_DAY_AXIS = {"format": "%Y-%m-%d", "labelAngle": -30, "labelOverlap": "greedy", "grid": False}
_HEADING = {"fontSize": 13, "fontWeight": "normal"}
