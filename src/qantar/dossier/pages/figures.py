"""The figures: an index, and a page for each question with everything that was said to it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

from qantar.dossier.charts import ChartText, figure_chart
from qantar.dossier.edition import Edition
from qantar.dossier.site import Site
from qantar.model.claim import Claim
from qantar.model.text import slug
from qantar.weighing.fates import Fate, Point
from qantar.weighing.figures import Figure, State

_CURRENCIES = frozenset({"eur", "kzt", "rub", "usd"})
_MONTHS = frozenset(name.lower() for name in calendar.month_name[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureName:
    """How a figure is called: what is counted, and of whom, where and when."""

    measure: str
    question: str

    @property
    def text(self) -> str:
        """The whole name on one line."""
        return f"{self.measure}: {self.question}" if self.question else self.measure


def figure_name(figure: Figure, edition: Edition) -> FigureName:
    """Name a figure for readers, from its measure and the words of its key.

    A key is measure, facets, population, place and period, parted by hyphens; what
    does not fit that form is shown as its words.
    """
    measure = edition.label("measure", figure.measure)
    named = measure[:1].upper() + measure[1:]
    rest = figure.key
    if figure.measure != "other":
        rest = rest.removeprefix(figure.measure).removeprefix("-")
    return FigureName(measure=named, question=", ".join(_parts(rest, figure, edition)))


def _parts(rest: str, figure: Figure, edition: Edition) -> list[str]:
    """The words of the key after the measure: facet, population, place, period."""
    claims = [p.utterance.shown for p in figure.points] + list(figure.unsourced)
    claims += list(figure.speaking_about)
    for place in dict.fromkeys(where.text for claim in claims for where in claim.where):
        before, found, after = f"-{rest}-".partition(f"-{slug(place)}-")
        if found:
            return [*_of_whom(before.strip("-"), figure, edition), place, *_plain(after)]
    return _plain(rest)


def _of_whom(text: str, figure: Figure, edition: Edition) -> list[str]:
    population = figure.population or ""
    if population == figure.measure:
        return _plain(text)
    facet = f"{text}-".removesuffix(f"{population}-").strip("-") if population else text
    whom = edition.label("population", population) if facet != text or not facet else ""
    return [part for part in (*_plain(facet), whom) if part]


def _plain(text: str) -> list[str]:
    """Write hyphened words as words; months with a capital, dates as dates."""
    kept = text.strip("-")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", kept):
        return [kept]
    said = " ".join(_word(word) for word in kept.split("-"))
    return [said] if said else []


def _word(word: str) -> str:
    if word in _CURRENCIES:
        return word.upper()
    return word.capitalize() if word in _MONTHS else word


def write_figures(site: Site) -> None:
    """Write the index and all pages."""
    edition = site.edition
    named = [(figure, figure_name(figure, edition)) for figure in edition.figures]
    ordered = sorted(named, key=lambda pair: (-len(pair[0].points), pair[1].text))
    site.page(
        "figures/index.html",
        "figures.html",
        title=site.text("Figures"),
        figures=ordered,
        state=state_words(site),
    )
    for figure, name in named:
        _write_figure(site, figure, name)


def _write_figure(site: Site, figure: Figure, name: FigureName) -> None:
    path = site.links.figures[figure.key]
    chart = figure_chart(figure, _chart_text(site, figure))
    if chart:
        site.write(path.replace(".html", ".svg"), chart.svg)
    site.page(
        path,
        "figure.html",
        title=name.text,
        figure=figure,
        chart=path.rsplit("/", 1)[-1].replace(".html", ".svg") if chart else None,
        off_scale=chart is not None and chart.off_scale,
        state=state_words(site),
        fate=fate_words(site),
        loose=_loose_bounds(figure),
        about=_not_shown_as_marks(figure),
        undated=[p for p in figure.points if p.utterance.shown.said is None],
        related=_related(site, figure),
    )


def _loose_bounds(figure: Figure) -> list[Point]:
    """Standing bounds that fit none of the versions."""
    fitting = {point.utterance.shown.id for version in figure.versions for point in version.fits}
    return [
        point
        for point in figure.current
        if point.quantity and point.quantity.is_bound and point.utterance.shown.id not in fitting
    ]


def _not_shown_as_marks(figure: Figure) -> list[Claim]:
    """Claims about these values that name none of those shown."""
    marks = {mark.id for point in figure.points for mark in point.marks}
    return [claim for claim in figure.speaking_about if claim.id not in marks]


def _related(site: Site, figure: Figure) -> list[tuple[Figure, FigureName]]:
    """Other questions with the same measure that share a place, for a reader to compare."""
    places = {where.place for point in figure.points for where in point.utterance.shown.where}
    found = [
        other
        for other in site.edition.figures
        if other.key != figure.key
        and other.measure == figure.measure
        and places
        & {where.place for point in other.points for where in point.utterance.shown.where}
    ]
    found.sort(key=lambda other: (-len(other.points), other.key))
    return [(other, figure_name(other, site.edition)) for other in found[:12]]


def _chart_text(site: Site, figure: Figure) -> ChartText:
    unit = next((p.quantity.unit for p in figure.points if p.quantity and p.quantity.unit), "")
    return ChartText(
        said=site.text("Day on which it was said"),
        amount=unit or site.text("Amount"),
        voice=site.text("Voice"),
        others=site.text("other voices, or not known"),
        standing=site.text("stands"),
        superseded=site.text("superseded by the same voice"),
        withdrawn=site.text("taken back"),
        relayed=site.text("relayed, origin not traced"),
        legend=site.text("What became of it"),
    )


def state_words(site: Site) -> dict[State, str]:
    """What each state is called."""
    words = {state: site.edition.label("figure-state", state.value) for state in State}
    return words | {State.AGREED: site.text("agreed by independent voices")}


def fate_words(site: Site) -> dict[Fate, str]:
    """What each fate is called."""
    return {fate: site.edition.label("claim-fate", fate.value) for fate in Fate}
