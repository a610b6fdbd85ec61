"""The days of a case as a chart: reports, publications and outages, one panel each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import altair as alt

from qantar.dossier.charts import COLOURS, svg
from qantar.dossier.days import Stretch

WIDTH, PANEL = 640, 92
SHADE = "#dcdcdc"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChartText:
    """The words of the chart, from the catalogue."""

    day: str
    events: str
    published: str
    measurers: str
    shaded: str


def day_chart(days: Sequence[Stretch], texts: DayChartText) -> str | None:
    """Draw the days one above the other in three panels; None when there is nothing to count.

    Days on which an outage is reported are shaded in every panel, so that a low bar
    beneath the shade is not taken for a quiet day.
    """
    if not any(day.events or day.published or day.measurers for day in days):
        return None
    bars = [_bar(day) for day in days]
    shades = list(_shades(days, texts.shaded))
    panels = (
        ("events", texts.events, COLOURS[0]),
        ("published", texts.published, COLOURS[2]),
        ("measurers", texts.measurers, COLOURS[1]),
    )
    drawn = [
        _panel(bars, shades, field, title, colour, last=field == panels[-1][0], day=texts.day)
        for field, title, colour in panels
    ]
    return svg(alt.vconcat(*drawn, spacing=14).resolve_scale(x="shared"))


def _bar(day: Stretch) -> dict[str, Any]:
    return {
        "from": day.first.isoformat(),
        "to": (day.last + _ONE_DAY).isoformat(),
        "events": day.events,
        "published": day.published,
        "measurers": day.measurers,
    }


def _shades(days: Iterable[Stretch], label: str) -> Iterable[dict[str, str]]:
    """One shade for each run of days with an outage; only the first run is labelled."""
    start: date | None = None
    labelled = False
    ended: date | None = None
    for day in (*days, None):
        if day is not None and day.measurers:
            start, ended = start or day.first, day.last
        elif start is not None and ended is not None:
            yield {
                "from": start.isoformat(),
                "to": (ended + _ONE_DAY).isoformat(),
                "label": "" if labelled else label,
            }
            start, labelled = None, True


def _panel(
    bars: list[dict[str, Any]],
    shades: list[dict[str, str]],
    field: str,
    title: str,
    colour: str,
    *,
    last: bool,
    day: str,
) -> alt.LayerChart:
    # The texts carry no zone: read and written as UTC they show the same day everywhere.
    x = alt.X(
        "from:T",
        scale=alt.Scale(type="utc"),
        title=day if last else None,
        axis=alt.Axis(
            format="%Y-%m-%d",
            labelAngle=-30,
            labelOverlap="greedy",
            labels=last,
            ticks=last,
            grid=False,
        ),
    )
    y = alt.Y(
        f"{field}:Q",
        title=None,
        axis=alt.Axis(format=",d", tickMinStep=1, tickCount=3),
        scale=alt.Scale(zero=True, nice=True),
    )
    layers: list[alt.Chart] = []
    if shades:
        shade = alt.Chart(alt.Data(values=shades)).encode(x=x, x2="to:T")
        layers.append(shade.mark_rect(color=SHADE))
        if field == "events":
            layers.append(
                shade.mark_text(
                    align="left", baseline="top", dx=4, dy=4, fontSize=11, color="#333"
                ).encode(text="label:N", y=alt.value(0))
            )
    counted = alt.Chart(alt.Data(values=bars))
    layers.append(counted.mark_bar(color=colour, binSpacing=1).encode(x=x, x2="to:T", y=y))
    # A heading above each panel reads better on a phone than a title on its side.
    return alt.layer(*layers).properties(
        width=WIDTH,
        height=PANEL,
        title=alt.TitleParams(title, anchor="start", fontSize=13, fontWeight="normal"),
    )
