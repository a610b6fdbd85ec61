"""The outages of one region as a chart: a row for each measurer, a bar for each window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from qantar.dossier.charts import COLOURS, Spec, svg
from qantar.dossier.site import visible
from qantar.dossier.timeline_chart import SILENT
from qantar.weighing.outages import Window

WIDTH, NAMES, ROW = 640, 210, 19
MOST_ROWS = 60
MOST_BARS = 800
RESTORED = "restored"
STATES = ("down", "degraded", RESTORED)
# Vermilion, orange and green of the shared palette; thickness and shape repeat the difference.
_LOOKS = {"down": (COLOURS[1], 12), "degraded": (COLOURS[4], 6), RESTORED: (COLOURS[2], 0)}
# How much of the width a window without a stated end takes before it has faded away.
_FADE = 0.07
_ROW_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageChartText:
    """The words of the chart, from the catalogue. `networks` and `states` go by vocabulary word."""

    time: str
    unnamed: str
    networks: dict[str, str]
    states: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageChart:
    """The picture; how many windows it shows, leaves out for want of room, or cannot show.

    `outside` counts the windows that begin outside the axis.
    """

    picture: str
    shown: int
    left_out: int
    outside: int


@dataclass(frozen=True, slots=True)
class _Bar:
    """A window on the chart: local clock times, `end` None where none is stated."""

    network: str
    measurer: str
    state: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Axis:
    """The time that the charts of all regions share, so that they can be laid side by side."""

    start: datetime
    end: datetime

    @property
    def fade(self) -> timedelta:
        """How long a window without a stated end is drawn."""
        return (self.end - self.start) * _FADE


def shared_axis(windows: Iterable[Window]) -> Axis | None:
    """From the day of the first start to the day after the last end; None without any start."""
    edges = [edge for window in windows for edge in (window.start, window.end) if edge]
    if not edges:
        return None
    day = timedelta(days=1)
    return Axis(min(edges) - day / 2, max(edges) + day)


def outage_chart(
    windows: Sequence[Window], axis: Axis, zone: ZoneInfo, texts: OutageChartText
) -> OutageChart | None:
    """Draw the windows that have a source and a start within the axis; None if there are none.

    Windows that say the same are drawn once. Where there are more rows or bars than a
    chart can hold, the measurers with most windows and the longest windows stay.
    """
    told = [w for w in windows if w.claim.is_sourced and w.start and is_drawn(w)]
    bars = [bar for window in told if (bar := _bar(window, axis, zone, texts))]
    if not bars:
        return None
    unique = sorted(set(bars), key=lambda b: (b.end is not None, _length(b)), reverse=True)
    rows = _fullest(_rows(unique[:MOST_BARS], axis.fade))
    kept = {bar for row in rows for bar in row}
    shown = sum(bar in kept for bar in bars)
    return OutageChart(
        picture=svg(_spec(rows, axis, zone, texts)),
        shown=shown,
        left_out=len(bars) - shown,
        outside=len(told) - len(bars),
    )


def is_drawn(window: Window) -> bool:
    """Whether the window says how a network was, in a state that charts know."""
    return window.detail.state in STATES


def _bar(window: Window, axis: Axis, zone: ZoneInfo, texts: OutageChartText) -> _Bar | None:
    if window.start is None or not axis.start <= window.start <= axis.end:
        return None
    claim = window.claim
    return _Bar(
        network=window.detail.network,
        measurer=visible(claim.voice or claim.said_by or texts.unnamed),
        state=window.detail.state,
        start=window.start.astimezone(zone),
        end=window.end.astimezone(zone) if window.end else None,
    )


def _length(bar: _Bar) -> timedelta:
    return bar.end - bar.start if bar.end else timedelta()


def _rows(bars: Iterable[_Bar], fade: timedelta) -> list[list[_Bar]]:
    """Put each bar in its measurer's row; bars of one measurer that overlap get rows of their own.

    Rows stand by network and then by first start.
    """
    rows: dict[tuple[str, str], list[list[_Bar]]] = {}
    for bar in sorted(bars, key=lambda b: (b.start, b.state)):
        own = rows.setdefault((bar.network, bar.measurer), [])
        free = next((row for row in own if _leaves_room(row[-1], bar, fade)), None)
        if free is None:
            own.append([bar])
        else:
            free.append(bar)
    listed = [row for own in rows.values() for row in own]
    return sorted(listed, key=lambda row: (row[0].network, row[0].start, row[0].measurer))


def _fullest(rows: list[list[_Bar]]) -> list[list[_Bar]]:
    """The rows with most bars, as many as a chart can hold, in the order they had."""
    kept = sorted(range(len(rows)), key=lambda at: (-len(rows[at]), at))[:MOST_ROWS]
    return [rows[at] for at in sorted(kept)]


def _leaves_room(earlier: _Bar, later: _Bar, fade: timedelta) -> bool:
    """Whether both can stand in one row; the mark of a restoration may lie on a fading bar."""
    if RESTORED in (earlier.state, later.state):
        return earlier.start < later.start
    return (earlier.end or earlier.start + fade) <= later.start


def _spec(rows: list[list[_Bar]], axis: Axis, zone: ZoneInfo, texts: OutageChartText) -> Spec:
    networks = list(dict.fromkeys(row[0].network for row in rows))
    panels = []
    for network in networks:
        own = [row for row in rows if row[0].network == network]
        last = network == networks[-1]
        panels.append(_panel(own, axis, zone, texts, network=network, last=last))
    return {
        "vconcat": panels,
        "spacing": 12,
        "resolve": {"scale": {"x": "shared"}},
        "config": SILENT,
    }


def _panel(
    rows: list[list[_Bar]],
    axis: Axis,
    zone: ZoneInfo,
    texts: OutageChartText,
    *,
    network: str,
    last: bool,
) -> Spec:
    data = [
        _datum(bar, f"{number:0{_ROW_DIGITS}}{bar.measurer}", axis, zone, texts)
        for number, row in enumerate(rows)
        for bar in row
    ]
    layers: list[Spec] = []
    place = _place(axis, zone, texts, last=last)
    for state in ("down", "degraded"):
        colour, thick = _LOOKS[state]
        layers.append(_layer({"type": "bar", "color": colour, "height": thick}, place, state))
        layers.append(_layer(_fading(colour, thick), place, state, open_end=True))
    open_ends = [{"filter": {"field": "open", "equal": True}}]
    arrow = {"type": "text", "text": "→", "fontSize": 13, "color": "#333", "align": "right"}
    ends = {**place, "x": {**place["x"], "field": "to"}}
    ends.pop("x2")
    layers.append({**_layer(arrow, ends), "transform": open_ends})
    layers.append(_layer(_POINT, {k: v for k, v in place.items() if k != "x2"}, RESTORED))
    layers.append(_legend(texts))
    return {
        "title": {"text": texts.networks.get(network, network), **_HEADING},
        "width": WIDTH,
        "height": {"step": ROW},
        "data": {"values": data},
        "layer": layers,
    }


def _datum(bar: _Bar, row: str, axis: Axis, zone: ZoneInfo, texts: OutageChartText) -> Spec:
    fade = min(bar.start + axis.fade, axis.end.astimezone(zone))
    end = bar.end or (bar.start if bar.state == RESTORED else fade)
    return {
        "row": row,
        "from": _clock(bar.start),
        "to": _clock(end),
        "state": texts.states.get(bar.state, bar.state),
        "is": bar.state,
        "open": bar.end is None and bar.state != RESTORED,
    }


def _clock(moment: datetime) -> str:
    """Local clock time, marked as UTC: read and written as UTC, it shows the same everywhere."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def _place(axis: Axis, zone: ZoneInfo, texts: OutageChartText, *, last: bool) -> Spec:
    domain = [_clock(axis.start.astimezone(zone)), _clock(axis.end.astimezone(zone))]
    x = {
        "field": "from",
        "type": "temporal",
        "scale": {"type": "utc", "domain": domain, "nice": False},
        "title": texts.time if last else None,
        "axis": {**_TIME_AXIS, "labels": last, "ticks": last},
    }
    # The number before each name keeps the order, and keeps rows of one measurer apart.
    names = {"labelExpr": f"slice(datum.label, {_ROW_DIGITS})", "labelLimit": NAMES, "title": None}
    # The same room for names in every chart, so that the charts of the page line up.
    names |= {"minExtent": NAMES + 8, "maxExtent": NAMES + 8}
    y = {"field": "row", "type": "ordinal", "sort": "ascending", "axis": {**names, "grid": True}}
    return {"x": x, "x2": {"field": "to"}, "y": y}


def _layer(mark: Spec, place: Spec, state: str = "", *, open_end: bool = False) -> Spec:
    layer: Spec = {"mark": mark, "encoding": place}
    if not state:
        return layer
    tests = [{"field": "is", "equal": state}, {"field": "open", "equal": open_end}]
    return {**layer, "transform": [{"filter": {"and": tests}}]}


def _fading(colour: str, thick: int) -> Spec:
    stops = [{"offset": 0, "color": colour}, {"offset": 1, "color": "#ffffff"}]
    run = {"x1": 0, "y1": 0, "x2": 1, "y2": 0, "gradient": "linear", "stops": stops}
    return {"type": "bar", "color": run, "height": thick}


def _legend(texts: OutageChartText) -> Spec:
    """Marks that cannot be seen, of which only the legend shows."""
    words = [texts.states.get(state, state) for state in STATES]
    colours = [_LOOKS[state][0] for state in STATES]
    return {
        "mark": {"type": "point", "size": 0, "filled": True, "opacity": 1},
        "encoding": {
            "color": {
                "field": "state",
                "type": "nominal",
                "title": None,
                "scale": {"domain": words, "range": colours},
                "legend": {"symbolSize": 120, "orient": "bottom", "columns": len(STATES)},
            },
            "shape": {
                "field": "state",
                "type": "nominal",
                "scale": {"domain": words, "range": ["square", _THIN, "triangle-up"]},
            },
        },
    }


# A thin bar, as a path around the middle of a square of side 2.
_THIN = "M-1,-0.4L1,-0.4L1,0.4L-1,0.4Z"
_POINT: Spec = {
    "type": "point",
    "shape": "triangle-up",
    "filled": True,
    "size": 110,
    "opacity": 1,
    "color": _LOOKS[RESTORED][0],
}
_TIME_AXIS: Spec = {
    "format": "%Y-%m-%d",
    "labelAngle": -30,
    "labelOverlap": "greedy",
    "grid": True,
    "tickCount": "day",
}
_HEADING: Spec = {"anchor": "start", "frame": "group", "fontSize": 13, "fontWeight": "normal"}
