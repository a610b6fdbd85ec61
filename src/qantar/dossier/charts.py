"""Charts as SVG files: labelled, legible in print and without colour, beside their table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import altair as alt
import vl_convert

from qantar.model.when import When, local_start
from qantar.weighing.figures import Fate, Figure, Point

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
MOST_VOICES = len(COLOURS) - 1
FONT = "DejaVu Sans, Liberation Sans, Arial, Helvetica, sans-serif"
# Beyond this many points a chart says no more than its outline, and its file grows without end.
MOST_POINTS = 1500
FEWEST_POINTS = 2


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


def figure_chart(figure: Figure, texts: ChartText) -> str | None:
    """Plot value over time said, one mark an utterance; None when there are fewer than two to plot.

    A bound is a line with an arrow's head at its known end; a value that was taken
    back is crossed out; relayed values and those without a voice are hollow.
    """
    rows = [row for point in figure.points for row in _rows(point, texts)]
    if len(rows) < FEWEST_POINTS:
        return None
    rows = _thinned(rows)
    voices = _shown_voices(rows, texts.others)
    for row in rows:
        if row["voice"] not in voices:
            row["voice"] = texts.others
    return svg(_figure_spec(rows, voices, texts))


def _rows(point: Point, texts: ChartText) -> Iterable[dict[str, Any]]:
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
        "voice": point.utterance.voice or texts.others,
        "fate": _fate_words(point.fate, texts),
        "id": shown.id,
    }


def day_of(when: When) -> str | None:
    """The local day on which a window starts, as ISO text."""
    moment = local_start(when)
    return moment.date().isoformat() if moment else None


def _plot_number(value: Decimal | None) -> float:
    return float(value or 0)


def _fate_words(fate: Fate, texts: ChartText) -> str:
    if fate is Fate.CURRENT:
        return texts.standing
    if fate is Fate.WITHDRAWN:
        return texts.withdrawn
    return texts.superseded if fate in {Fate.SUPERSEDED, Fate.REVISED} else texts.relayed


def _thinned(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One mark for the same value by the same voice on the same day; then at most `MOST_POINTS`."""
    unique = list(
        {
            (r["said"], r["low"], r["high"], r["bound"], r["voice"], r["fate"]): r for r in rows
        }.values()
    )
    step = -(-len(unique) // MOST_POINTS)
    return unique[::step]


def _shown_voices(rows: list[dict[str, Any]], others: str) -> list[str]:
    """The voices that get a colour of their own: those heard most."""
    counts: dict[str, int] = {}
    for row in rows:
        if row["voice"] != others:
            counts[row["voice"]] = counts.get(row["voice"], 0) + 1
    ranked = sorted(counts, key=lambda voice: (-counts[voice], voice))
    return ranked[:MOST_VOICES]


def _figure_spec(rows: list[dict[str, Any]], voices: list[str], texts: ChartText) -> alt.LayerChart:
    named = [*voices, texts.others] if any(r["voice"] == texts.others for r in rows) else voices
    order = [texts.standing, texts.superseded, texts.withdrawn, texts.relayed]
    base = alt.Chart(alt.Data(values=rows))
    x = alt.X(
        "said:T",
        title=texts.said,
        axis=alt.Axis(format="%Y-%m-%d", labelAngle=-30, labelOverlap="greedy"),
    )
    y = alt.Y(
        "value:Q", title=texts.amount, scale=alt.Scale(zero=True), axis=alt.Axis(format=",~f")
    )
    colour = alt.Color(
        "voice:N",
        title=texts.voice,
        scale=alt.Scale(domain=named, range=list(COLOURS[: len(named)])),
        legend=alt.Legend(symbolLimit=0, labelLimit=320),
    )
    shape = alt.Shape(
        "voice:N", scale=alt.Scale(domain=named, range=list(SHAPES[: len(named)])), legend=None
    )
    ranges = base.mark_rule(strokeWidth=2).encode(
        x=x, y=alt.Y("low:Q", title=texts.amount), y2="high:Q", color=colour
    )
    marks = base.mark_point(
        size=90, strokeWidth=1.6, filled=True, strokeOpacity=1, stroke=None
    ).encode(x=x, y=y, color=colour, shape=shape)
    layers: list[alt.Chart] = [ranges]
    for fate, opacity in zip(order, (1.0, 0.4), strict=False):
        layers.append(
            marks.transform_filter(alt.datum.fate == fate).encode(opacity=alt.value(opacity))
        )
    hollow = base.mark_point(size=90, strokeWidth=1.6, filled=False).encode(
        x=x, y=y, color=colour, shape=shape
    )
    layers.append(
        hollow.transform_filter(alt.FieldOneOfPredicate("fate", [texts.withdrawn, texts.relayed]))
    )
    crossed = base.mark_text(text="✕", fontSize=15, fontWeight="bold").encode(
        x=x, y=y, color=alt.value("#000000")
    )
    layers.append(crossed.transform_filter(alt.datum.fate == texts.withdrawn))
    for bound, sign, dy in (("lower", "▲", -11), ("upper", "▼", 11)):
        arrow = base.mark_text(text=sign, fontSize=9, dy=dy).encode(x=x, y=y, color=colour)
        layers.append(arrow.transform_filter(alt.datum.bound == bound))
    return alt.layer(*layers).properties(width=640, height=340)


def svg(chart: alt.LayerChart | alt.Chart | alt.VConcatChart) -> str:
    """Render a chart with the configuration all charts share."""
    spec = (
        chart.configure(font=FONT, background="#ffffff")
        .configure_axis(
            labelFontSize=12,
            titleFontSize=13,
            gridColor="#e3e3e3",
            titleColor="#222",
            labelColor="#222",
        )
        .configure_legend(
            labelFontSize=12, titleFontSize=13, orient="bottom", columns=2, labelColor="#222"
        )
        .configure_view(stroke="#888")
        .to_dict()
    )
    return str(
        vl_convert.vegalite_to_svg(
            spec, vl_version=".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
        )
    )
