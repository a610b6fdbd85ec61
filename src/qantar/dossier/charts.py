"""Charts as SVG files: labelled, legible in print and without colour, beside their table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import altair as alt
import vl_convert

from qantar.model.when import When, local_end, local_start
from qantar.weighing.fates import Fate, Point
from qantar.weighing.figures import Figure

# Okabe and Ito (2008): told apart by colour-blind readers; shapes repeat the difference.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#7F7F7F")
SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)
_COUNTED = re.compile(r'(?<=["#])(?:clip|gradient_)(\d+)(?=[")])')
Row = dict[str, Any]
Spec = dict[str, Any]
Chart = alt.LayerChart | alt.Chart | alt.VConcatChart
MOST_VOICES = len(COLOURS) - 1
FONT = "DejaVu Sans, Liberation Sans, Arial, Helvetica, sans-serif"
# Beyond this many points a chart says no more than its outline, and its file grows without end.
MOST_POINTS = 1500
FEWEST_POINTS = 2
# A lower bound beyond this many times the highest stated value goes to the rim.
OFF_SCALE = 1.25
RIM = 1.15


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartText:
    """The words of a figure's chart, from the catalogue."""

    said: str
    amount: str
    voice: str
    others: str
    standing: str
    superseded: str
    withdrawn: str
    relayed: str
    legend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A figure's chart; `off_scale` says that a bound too high for the axis stands on its rim."""

    svg: str
    off_scale: bool


def figure_chart(figure: Figure, texts: ChartText) -> Drawn | None:
    """Plot value over time said, one mark an utterance; None when there are fewer than two to plot.

    A bound has an arrow's head towards its open side; a value that was taken back
    is crossed out; relayed values and those without a voice are hollow. A lower
    bound far above every stated value would flatten them all: it stands on the
    upper rim with its value written beside it.
    """
    rows = _thinned([row for point in figure.points for row in _rows(point, texts)])
    if len(rows) < FEWEST_POINTS:
        return None
    voices = _shown_voices(rows, texts.others)
    for row in rows:
        if row["voice"] not in voices:
            row["voice"] = texts.others
    off_scale = _put_on_the_rim(rows)
    return Drawn(svg=svg(_figure_spec(rows, voices, texts)), off_scale=off_scale)


def _put_on_the_rim(rows: list[Row]) -> bool:
    """Move lower bounds far above all stated values to the rim; whether there was any."""
    top = max((row["high"] for row in rows if row["bound"] != "lower"), default=None)
    if top is None:
        return False
    beyond = [r for r in rows if r["bound"] == "lower" and r["low"] > top * OFF_SCALE]
    for row in beyond:
        row["label"] = f"≥ {row['low']:,.0f}"
        row["value"] = row["low"] = row["high"] = top * RIM
    return bool(beyond)


def _rows(point: Point, texts: ChartText) -> Iterable[Row]:
    quantity = point.quantity
    shown = point.utterance.shown
    when = shown.said or point.as_of
    if quantity is None or not quantity.is_stated or when is None:
        return
    moment = day_of(when)
    if moment is None:
        return
    low, high = quantity.lower, quantity.upper
    value = low if low is not None else high
    yield {
        "said": moment,
        "value": _plot_number(value),
        "low": _plot_number(low if low is not None else high),
        "high": _plot_number(high if high is not None else low),
        "bound": "lower" if high is None else "upper" if low is None else "none",
        "label": "",
        "voice": point.utterance.voice or texts.others,
        "fate": _fate_words(point.fate, texts),
        "id": shown.id,
    }


def day_of(when: When) -> str | None:
    """The last local day of a window, as ISO text: a partial date counts at its end."""
    end = local_end(when)
    moment = end - timedelta(seconds=1) if end else local_start(when)
    return moment.date().isoformat() if moment else None


def _plot_number(value: Decimal | None) -> float:
    return float(value or 0)


def _fate_words(fate: Fate, texts: ChartText) -> str:
    if fate is Fate.CURRENT:
        return texts.standing
    if fate is Fate.WITHDRAWN:
        return texts.withdrawn
    return texts.superseded if fate in {Fate.SUPERSEDED, Fate.REVISED} else texts.relayed


def _thinned(rows: list[Row]) -> list[Row]:
    """One mark for the same value by the same voice on the same day, its last; then a limit."""
    alike = ("said", "low", "high", "bound", "voice")
    unique = list({tuple(row[name] for name in alike): row for row in rows}.values())
    return unique[:: max(1, -(-len(unique) // MOST_POINTS))]


def _shown_voices(rows: list[Row], others: str) -> list[str]:
    """The voices that get a colour of their own: those heard most."""
    counts: dict[str, int] = {}
    for row in rows:
        if row["voice"] != others:
            counts[row["voice"]] = counts.get(row["voice"], 0) + 1
    ranked = sorted(counts, key=lambda voice: (-counts[voice], voice))
    return ranked[:MOST_VOICES]


def _figure_spec(rows: list[Row], voices: list[str], texts: ChartText) -> Spec:
    """The chart in Vega-Lite itself: forty of these are made, and building them costs too."""
    named = [*voices, texts.others] if any(r["voice"] == texts.others for r in rows) else voices
    place = {
        "x": {
            "field": "said",
            "type": "temporal",
            "title": texts.said,
            "axis": _DAY_AXIS,
            # Days, not instants: in local time the machine's own zone would move them.
            "scale": {"type": "utc"},
        },
        "y": {
            "field": "value",
            "type": "quantitative",
            "title": texts.amount,
            "scale": {"zero": True},
            "axis": {"format": ",~f"},
        },
    }
    colour = {
        "field": "voice",
        "type": "nominal",
        "title": texts.voice,
        "scale": {"domain": named, "range": list(COLOURS[: len(named)])},
        "legend": {"symbolLimit": 0, "labelLimit": 320},
    }
    shape = {
        "field": "voice",
        "type": "nominal",
        "scale": {"domain": named, "range": list(SHAPES[: len(named)])},
        "legend": None,
    }
    mark = {**place, "color": colour, "shape": shape}
    low = {**place["y"], "field": "low"}
    span = {"x": place["x"], "y": low, "y2": {"field": "high"}, "color": colour}
    hollow = [texts.withdrawn, texts.relayed]
    layers = [
        _layer({"type": "rule", "strokeWidth": 2}, span),
        _layer(_point(filled=True), mark, {"field": "fate", "equal": texts.standing}),
        _layer(_point(filled=True, faint=True), mark, {"field": "fate", "equal": texts.superseded}),
        _layer(_point(filled=False), mark, {"field": "fate", "oneOf": hollow}),
        _layer(_text("✕", 15), place, {"field": "fate", "equal": texts.withdrawn}),
    ]
    beside = {**_text("", 11), "align": "left", "dx": 9}
    del beside["text"]
    named_values = {**place, "text": {"field": "label", "type": "nominal"}}
    layers.append(_layer(beside, named_values, {"not": {"field": "label", "equal": ""}}))
    for bound, sign, shift in (("lower", "▲", -11), ("upper", "▼", 11)):
        arrow = {**_text(sign, 9), "dy": shift}
        layers.append(_layer(arrow, {**place, "color": colour}, {"field": "bound", "equal": bound}))
    return {"data": {"values": rows}, "width": 820, "height": 360, "layer": layers}


_DAY_AXIS = {"format": "%Y-%m-%d", "labelAngle": -30, "labelOverlap": "greedy"}


def _layer(mark: Spec, encoding: Spec, only: Spec | None = None) -> Spec:
    layer: Spec = {"mark": mark, "encoding": encoding}
    return {**layer, "transform": [{"filter": only}]} if only else layer


def _point(*, filled: bool, faint: bool = False) -> Spec:
    look: Spec = {"type": "point", "size": 90, "strokeWidth": 1.6, "filled": filled}
    return {**look, "opacity": 0.4} if faint else {**look, "opacity": 1}


def _text(sign: str, size: int) -> Spec:
    return {"type": "text", "text": sign, "fontSize": size, "fontWeight": "bold", "color": "#000"}


CONFIG: Spec = {
    # Nobody reads labels inside a picture; the table beside it is what is read aloud.
    "aria": False,
    "font": FONT,
    "background": "#ffffff",
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 13,
        "gridColor": "#e3e3e3",
        "titleColor": "#222",
        "labelColor": "#222",
    },
    "legend": {
        "labelFontSize": 12,
        "titleFontSize": 13,
        "orient": "bottom",
        "columns": 2,
        "labelColor": "#222",
    },
    "view": {"stroke": "#888"},
}


def svg(chart: Chart | Spec) -> str:
    """Render a chart, built with Altair or written in Vega-Lite, with what all charts share."""
    spec = dict(chart) if isinstance(chart, dict) else chart.to_dict()
    spec["config"] = {**spec.get("config", {}), **CONFIG}
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    return _renumbered(str(vl_convert.vegalite_to_svg(spec, vl_version=version)))


def _renumbered(drawn: str) -> str:
    """Number clips and gradients from 0 in each file: the renderer counts on from file to file."""
    names = dict.fromkeys(_COUNTED.findall(drawn))
    numbers = {name: str(at) for at, name in enumerate(names)}
    return _COUNTED.sub(lambda found: f"{found[0][: -len(found[1])]}{numbers[found[1]]}", drawn)
