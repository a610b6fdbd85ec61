"""Counts: how many there were, those on no list included, or why that cannot be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from qantar.dossier.counts import ShownCounting, ShownPart
from qantar.dossier.density_chart import DensityText, density_chart
from qantar.dossier.links import anchor
from qantar.dossier.overlap_chart import OverlapChart, overlap_chart
from qantar.dossier.people import ShownList, ShownPeople
from qantar.dossier.site import Site
from qantar.model.counted import Counted
from qantar.model.counting_asked import Stratum
from qantar.model.declared import DeclaredSource
from qantar.model.estimate import Caution
from qantar.record.contents import AccessionRecord
from qantar.weighing.status_counts import LEAST

PAGE: Final = "counts.html"
MOST_PARTS: Final = 60
"""Parts that are shown one by one; the data has all."""
MOST_OVERLAPS: Final = 64
_SPEAK: Final = frozenset((Stratum.PERIOD, Stratum.PLACE, Stratum.REGION))
"""Strata whose values say by themselves what they are of."""
_TOLD: Final = 5
"""Names of parts in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOnPage:
    """A part with the words of its stratum."""

    shown: ShownPart
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareOnPage:
    """That more were in one part than in another, with its probability in per cent."""

    more: str
    fewer: str
    per_cent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingOnPage:
    """One counting with its charts and where it is from."""

    shown: ShownCounting
    anchor: str
    title: str
    overlaps: OverlapChart | None
    overlap_path: str
    lacking: str
    lacking_named: int | None
    density_path: str | None
    parts: tuple[PartOnPage, ...]
    more_parts: int
    compared: tuple[CompareOnPage, ...]
    sources: tuple[DeclaredSource, ...]
    files: tuple[AccessionRecord, ...]
    table: str
    answer: str


def write_counts(site: Site) -> None:
    """Write the page and its charts; nothing where the case asks for no counting."""
    counts = site.edition.counts
    if not (counts.countings or counts.left_out):
        return
    site.page(
        PAGE,
        "counts.html",
        title=site.text("Counts"),
        counted=[_on_page(site, one) for one in counts.countings],
        left_out=counts.left_out,
        methods=method_names(site),
        codes=caution_words(site),
        told=lambda said: caution_words_of(site, said),
        least=LEAST,
        most_overlaps=MOST_OVERLAPS,
    )


def counting_anchor(one: ShownCounting) -> str:
    """The anchor of a counting."""
    return f"counting-{anchor(one.counting.id)}"


def table_path(one: ShownCounting) -> str:
    """Where the wide table of a counting stands in the dossier."""
    return f"data/counts/{one.counting.id}.csv"


def answer_path(one: ShownCounting) -> str:
    """Where all that a counting came to stands in the dossier."""
    return f"data/counts/{one.counting.id}.json"


def method_names(site: Site) -> Mapping[str, str]:
    """What readers call the estimators."""
    return {
        "latent_class": site.text("latent classes"),
        "decomposable_graphs": site.text("average over graphs"),
        "loglinear": site.text("log-linear model"),
        "independent": site.text("independent lists"),
        "chao": site.text("Chao's lower bound"),
        "chapman": site.text("Chapman, two lists"),
    }


def caution_words(site: Site) -> Mapping[str, str]:
    """What each code of a warning or refusal means, for where its own words are held back."""
    return {
        "few-lists": site.text("fewer than three lists can be used"),
        "no-overlap": site.text("lists share nobody"),
        "tiny-overlap": site.text("few persons are on more than one list"),
        "contained-list": site.text("one list lies within the others"),
        "copied-list": site.text("lists copy one another, or name almost the same persons"),
        "empty-list": site.text("a list names nobody here"),
        "sparse-list": site.text("a list names fewer than five persons"),
        "heterogeneity": site.text("lists overlap more than by chance"),
        "disagreement": site.text("the estimators disagree"),
        "not-converged": site.text("an estimator's chains did not agree"),
        "prior-sensitive": site.text("other reasonable assumptions move the estimate far"),
        "grid-end": site.text("a grid cuts the posterior off"),
        "large-expansion": site.text("the estimate is more than ten times what was named"),
        "not-estimable": site.text("no estimator gave an answer that may be quoted"),
        "stratum-refused": site.text("a part of the whole cannot be estimated"),
        "repeated-pattern": site.text("rows of the table repeat one another"),
        "uncountable-cell": site.text("persons were given as on no list, and left out"),
        "dependence-assumed": site.text(
            "it holds only if lists depend on each other as one model assumes, or not at all"
        ),
    }


def caution_words_of(site: Site, said: Caution) -> str:
    """What a warning means in a few words, those of its code where it is of no one kind.

    What one estimator noticed is said of that one: the code by itself means the whole answer.
    """
    name, _, what = said.kind.partition(": ")
    if said.code == "heterogeneity" and said.kind in ("persons", "lists"):
        return (
            site.text("lists overlap more than by chance, as where some persons are harder to find")
            if said.kind == "persons"
            else site.text(
                "lists overlap more than by chance, as where some share sources or lead to one "
                "another"
            )
        )
    if said.code == "disagreement" and said.kind.startswith("without"):
        return site.text("without one of the lists the estimate is quite another")
    if said.kind == "draws":
        return site.text("in some draws of linking alone, persons are in further parts")
    method = method_names(site).get(name)
    if method is None:
        return caution_words(site).get(said.code, said.code)
    return _words_of_method(site, said.code, method, what)


def _words_of_method(site: Site, code: str, method: str, what: str) -> str:
    by_what = {
        "refused": site.text("%(method)s: gives no number", method=method),
        "draws": site.text("%(method)s: gives no number in some draws of linking", method=method),
        "a better model": site.text(
            "%(method)s: models that fit better give no number", method=method
        ),
        "redrawn": site.text("%(method)s: slightly other counts give no number", method=method),
        "point": site.text("%(method)s: says what was assumed beforehand", method=method),
        "ends": site.text(
            "%(method)s: an end of the interval is what was assumed beforehand", method=method
        ),
    }
    by_code = {
        "not-converged": site.text("%(method)s: its chains did not agree", method=method),
        "dependence-assumed": site.text(
            "%(method)s: how lists depend on each other is assumed, and not tested", method=method
        ),
    }
    other = f"{method}: {caution_words(site).get(code, code)}"
    return by_what.get(what) or by_code.get(code, other)


def stratum_words(site: Site, stratum: tuple[tuple[str, str], ...]) -> str:
    """Name a stratum for readers: words of vocabularies by their labels.

    A value that says by itself what it is of stands alone, as a place does; another has the name
    of its column, or it would be "0, f".
    """
    return ", ".join(_value(site, name, value) for name, value in stratum)


def _value(site: Site, name: str, value: str) -> str:
    if not value:
        return site.text("%(what)s not stated", what=_stratum_name(site, name))
    if name == Stratum.STATUS:
        return site.edition.label("person-status", value)
    if name == Stratum.SEX:
        words = {"female": site.text("women and girls"), "male": site.text("men and boys")}
        return words.get(value) or f"{_stratum_name(site, name)} {value}"
    return value if name in _SPEAK else f"{name} {value}"


def _stratum_name(site: Site, name: str) -> str:
    return {
        "period": site.text("period"),
        "place": site.text("place"),
        "region": site.text("region"),
        "status": site.text("what became of them"),
        "sex": site.text("sex"),
    }.get(name, name)


def _on_page(site: Site, one: ShownCounting) -> CountingOnPage:
    name = anchor(one.counting.id)
    overlap_path, density_path = f"charts/counts/{name}.svg", f"charts/counts/{name}-likely.svg"
    drawn = _overlap_chart(site, one)
    if drawn is not None:
        site.write(overlap_path, drawn.picture)
    curves = _density_chart(site, one.whole)
    if curves is not None:
        site.write(density_path, curves)
    sources = {source.id: source for source in site.edition.sources}
    files = {file.id: file for file in site.edition.accessions}
    return CountingOnPage(
        shown=one,
        anchor=counting_anchor(one),
        title=counting_title(one),
        overlaps=drawn,
        overlap_path=overlap_path,
        lacking=_some([stratum_words(site, part.stratum) for part in lacking_parts(one)]),
        lacking_named=_named(lacking_parts(one)),
        density_path=density_path if curves else None,
        parts=tuple(
            PartOnPage(shown=part, words=stratum_words(site, part.stratum))
            for part in one.parts[:MOST_PARTS]
        ),
        more_parts=max(0, len(one.parts) - MOST_PARTS),
        compared=tuple(_compared(site, one)),
        sources=tuple(sources[source] for source in one.sources if source in sources),
        files=tuple(files[file] for file in one.accessions),
        table=table_path(one),
        answer=answer_path(one),
    )


def known_parts(one: ShownCounting) -> tuple[ShownPart, ...]:
    """The parts that have an estimate, which the sum of parts is of."""
    return tuple(part for part in one.parts if part.counted and part.counted.headline)


def lacking_parts(one: ShownCounting) -> tuple[ShownPart, ...]:
    """The parts that have none."""
    known = known_parts(one)
    return tuple(part for part in one.parts if part not in known)


def _named(parts: Sequence[ShownPart]) -> int | None:
    """How many persons parts name; None where it is not shown of one of them."""
    shown = [part.observed for part in parts if part.observed is not None]
    return sum(shown) if len(shown) == len(parts) else None


def _some(names: Sequence[str]) -> str:
    more = len(names) - _TOLD
    return "; ".join(names[:_TOLD]) + (f" … (+ {more:,})" if more > 0 else "")


def counting_title(one: ShownCounting) -> str:
    """Who is counted, where and when, in words."""
    asked = one.counting
    words = " ".join(part for part in (asked.population, asked.where, asked.when) if part)
    return words[:1].upper() + words[1:]


def _overlap_chart(site: Site, one: ShownCounting) -> OverlapChart | None:
    if one.whole.overlaps is None:
        return None
    sizes = one.sizes or (0,) * len(one.lists)
    lists = tuple(
        ShownList(name=name, source="", editions=(), persons=persons)
        for name, persons in zip(one.lists, sizes, strict=True)
    )
    people = ShownPeople(lists=lists, overlaps=one.whole.overlaps)
    return overlap_chart(people, site.text("Persons on exactly these lists"))


def _density_chart(site: Site, part: ShownPart) -> str | None:
    if part.counted is None or part.observed is None:
        return None
    texts = DensityText(
        persons=site.text("Persons, those on no list included (logarithmic axis)"),
        method=site.text("Estimator"),
        named=site.text("named:"),
    )
    usable = {one.method for one in part.counted.estimates if one.is_usable}
    shown = [one for one in part.counted.densities if one.method in usable]
    return density_chart(shown, _names(site, part.counted), part.observed, texts)


def _names(site: Site, counted: Counted) -> Mapping[str, str]:
    names = method_names(site)
    return {one.method: names.get(one.method, one.method) for one in counted.densities}


def _compared(site: Site, one: ShownCounting) -> Iterator[CompareOnPage]:
    for each in one.comparisons:
        yield CompareOnPage(
            more=stratum_words(site, each.more),
            fewer=stratum_words(site, each.fewer),
            per_cent=_per_cent(each.probability, is_least=one.is_held_back),
        )


def _per_cent(probability: float, *, is_least: bool) -> str:
    if probability >= _SURE:
        return "> 99"
    return f"{'≥ ' if is_least else ''}{100 * probability:.0f}"


_SURE: Final = 0.995


def without_densities(counted: Counted) -> Counted:
    """The answer without its curves, which are made for the eye."""
    return replace(counted, densities=())
