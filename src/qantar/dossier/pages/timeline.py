"""The timeline: all that happened and all that was said, day by day, with the outages behind it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count

from babel.dates import format_date

from qantar.dossier.days import Span, Stretch, case_days, reported_outages, span_of, stretches
from qantar.dossier.pages.events import difference_words
from qantar.dossier.site import Site, visible
from qantar.dossier.timeline_chart import DayChartText, day_chart
from qantar.dossier.timeline_entries import (
    Entry,
    Era,
    Heading,
    Part,
    by_heading,
    entries,
    era_of,
    in_parts,
)
from qantar.model.claim import EventDetail, FramingDetail, OutageDetail, ResponseDetail
from qantar.model.when import Precision

ENTRIES_A_PART = 800
FIRST = "timeline.html"
CHART = "timeline.svg"
DATA = "data/timeline.js"
_CLOCK = frozenset({Precision.SECOND, Precision.MINUTE, Precision.HOUR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One part of the timeline: its address, what it covers, its entries by heading."""

    path: str
    label: str
    sections: Part

    @property
    def count(self) -> int:
        """How many entries stand on it."""
        return sum(len(section.items) for section in self.sections)


def write_timeline(site: Site) -> None:
    """Write all parts, the chart of the days and the data of the filters."""
    span = span_of(site.edition)
    counted = case_days(site.edition, span) if span else ()
    listed = list(entries(site.edition))
    choices = Choices(site, listed)
    site.write(DATA, choices.script())
    pages = _pages(site, by_heading(listed, [d.day for d in counted if d.reported_down]), span)
    headed = [s.head.day for p in pages for s in p.sections if s.head.day and not s.head.coarse]
    shared = {
        "pages": pages,
        "total": len(listed),
        "span": span,
        "outages": reported_outages(site.edition, headed),
        "choices": choices,
        "weekday": lambda day: format_date(day, "EEEE", locale=site.edition.language),
        "more": lambda entry: kind_words(site, entry),
        "clock": _CLOCK,
        "differs": difference_words(site),
    }
    days = stretches(counted)
    has_chart = write_day_chart(site, days)
    for at, page in enumerate(pages):
        first = page.path == FIRST
        title = site.text("Timeline, %(days)s", days=page.label)
        site.page(
            page.path,
            "timeline.html",
            title=site.text("Timeline") if first else title,
            page=page,
            at=at,
            days=days if first else (),
            chart=CHART if first and has_chart else None,
            **shared,
        )


def write_day_chart(site: Site, days: tuple[Stretch, ...]) -> bool:
    """Write the chart of the days; whether there was anything to draw."""
    texts = DayChartText(
        day=site.text("Day"),
        events=site.text("Reports of events dated to the day"),
        published=site.text("Claims said or published on the day"),
        measurers=site.text("Measurers reporting an outage on the day"),
    )
    chart = day_chart(days, texts)
    if chart:
        site.write(CHART, chart)
    return chart is not None


def _pages(site: Site, groups: list[tuple[Heading, list[Entry]]], span: Span | None) -> list[Page]:
    """The parts in order of time; those of the span have the first addresses."""
    eras = {
        era: in_parts([g for g in groups if era_of(g[0], span) is era], ENTRIES_A_PART)
        for era in Era
    }
    eras[Era.SPAN] = eras[Era.SPAN] or [[]]
    numbers = count(1)
    paths = {
        era: [_path(next(numbers)) for _ in eras[era]] for era in (Era.SPAN, Era.BEFORE, Era.AFTER)
    }
    pages = [
        Page(path=path, label=_label(site, era, part), sections=part)
        for era in Era
        for path, part in zip(paths[era], eras[era], strict=True)
    ]
    return _told_apart(site, pages)


def _told_apart(site: Site, pages: list[Page]) -> list[Page]:
    """Number the parts that one day fills, which would all be called by that day."""
    alike = Counter(page.label for page in pages)
    seen: Counter[str] = Counter()
    for at, page in enumerate(pages):
        if alike[page.label] > 1:
            seen[page.label] += 1
            label = site.text(
                "%(days)s, %(number)s of %(count)s",
                days=page.label,
                number=seen[page.label],
                count=alike[page.label],
            )
            pages[at] = replace(page, label=label)
    return pages


def _path(number: int) -> str:
    return FIRST if number == 1 else f"timeline-{number}.html"


def _label(site: Site, era: Era, part: Part) -> str:
    days = [section.head.day for section in part if section.head.day]
    if not days:
        return site.text("without a date")
    first, last = days[0].isoformat(), days[-1].isoformat()
    range_ = first if first == last else site.text("%(first)s to %(last)s", first=first, last=last)
    if era is Era.BEFORE:
        return site.text("before: %(days)s", days=range_)
    return site.text("after: %(days)s", days=range_) if era is Era.AFTER else range_


def kind_words(site: Site, entry: Entry) -> str:
    """What an entry is, beyond its kind: the kind of event, the state of a network and the like."""
    detail, label = entry.first.detail, site.edition.label
    if isinstance(detail, EventDetail) and entry.event:
        return label("event-kind", detail.event_kind)
    if isinstance(detail, OutageDetail):
        return f"{label('outage-state', detail.state)}, {label('network', detail.network)}"
    if isinstance(detail, ResponseDetail):
        return label("response", detail.answer)
    return detail.term if isinstance(detail, FramingDetail) else ""


class Choices:
    """What the filters offer, each with a number that stands in the entries for it."""

    def __init__(self, site: Site, listed: Iterable[Entry]) -> None:
        """Gather the kinds, places and voices of all parts; places with all they lie in."""
        self._site = site
        kinds: dict[str, None] = {}
        places: dict[str, str] = {}
        voices: dict[str, None] = {}
        for entry in listed:
            kinds[entry.kind] = None
            voices.update(dict.fromkeys(entry.voices))
            for where in entry.places:
                places.setdefault(where.place or f"?{where.text}", where.text)
        gazetteer = site.edition.gazetteer
        for place in [p for p in places if p in gazetteer.places]:
            for name in (place, *gazetteer.ancestors(place)):
                places[name] = gazetteer.places[name].name if name in gazetteer.places else name
        self.kinds = {kind: at for at, kind in enumerate(kinds)}
        self._names = dict(sorted(places.items(), key=lambda pair: (pair[1].casefold(), pair[0])))
        self.places = {place: at for at, place in enumerate(self._names)}
        self.voices = {v: at for at, v in enumerate(sorted(voices, key=str.casefold))}

    def of_places(self, entry: Entry) -> str:
        """The numbers of the entry's places, parted by spaces."""
        return " ".join(str(self.places[w.place or f"?{w.text}"]) for w in entry.places)

    def of_voices(self, entry: Entry) -> str:
        """The numbers of the entry's voices, parted by spaces."""
        return " ".join(str(self.voices[voice]) for voice in entry.voices)

    def script(self) -> str:
        """The page data: kinds [id, words], places [id, name, number of its parent], voices."""
        label = self._site.edition.label
        data = {
            "kinds": [[kind, label("claim-kind", kind)] for kind in self.kinds],
            "places": [[p, visible(name), self._parent(p)] for p, name in self._names.items()],
            "voices": [visible(voice) for voice in self.voices],
        }
        return f"window.QANTAR_TIMELINE = {json.dumps(data, separators=(',', ':'))};\n"

    def _parent(self, place: str) -> int:
        known = self._site.edition.gazetteer.places.get(place)
        return self.places.get(known.parent or "", -1) if known else -1
