"""Countings as data: estimates in a row each, all of an answer as JSON, and the wide table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from qantar.dossier.counts import ShownCounting, ShownPart
from qantar.dossier.pages.counts import (
    PAGE,
    caution_words_of,
    counting_anchor,
    known_parts,
    lacking_parts,
    stratum_words,
)
from qantar.dossier.site import Site
from qantar.model.counted import Counted
from qantar.model.estimate import Estimate

Row = dict[str, Any]
COUNT_COLUMNS: Final = (
    "id", "counting", "part", "method", "observed", "estimate", "low", "high", "level", "quoted",
    "usable", "refused", "warnings", "rounded", "run", "source", "locator", "url", "page",
)  # fmt: skip


def count_rows(site: Site) -> Iterator[Row]:
    """Every estimate of every part; a part without any has one row, with its reason."""
    for one in site.edition.counts.countings:
        for number, words, part in _each(site, one):
            for method, said in _answers(part):
                yield {
                    "id": "/".join((one.counting.id, *([number] if number else []), method)),
                    "counting": one.counting.id,
                    "part": words or None,
                    "method": method,
                    "observed": part.observed,
                    **said,
                    "refused": _refused(part.counted),
                    "warnings": _warnings(part.counted),
                    "rounded": part.is_rounded,
                    "run": one.run,
                    "source": list(one.sources),
                    "locator": _locator(site, one),
                    "url": _url(site, one),
                    "page": f"{PAGE}#{counting_anchor(one)}",
                }


def _each(site: Site, one: ShownCounting) -> Iterator[tuple[str, str, ShownPart]]:
    """Give the whole, its parts, and the sum of some of them where the whole is refused.

    Each with what stands for it in an id, and in words.
    """
    yield "", "", one.whole
    for number, part in enumerate(one.parts, 1):
        yield str(number), stratum_words(site, part.stratum), part
    if one.partial is not None:
        known = "; ".join(stratum_words(site, part.stratum) for part in known_parts(one))
        words = site.text("only what can be estimated: %(parts)s", parts=known)
        yield "partial", words, _partial(one, one.partial)


def _partial(one: ShownCounting, sum_: Counted) -> ShownPart:
    """The sum of some parts; where the whole is rounded, as a part without its persons."""
    is_rounded = one.whole.is_rounded
    observed = None if is_rounded else sum_.observed
    return ShownPart(observed=observed, overlaps=None, counted=sum_, is_rounded=is_rounded)


def _answers(part: ShownPart) -> Iterator[tuple[str, Row]]:
    """What is quoted first, then each estimator; of a refusal one row without numbers."""
    counted = part.counted
    said = counted.headline if counted else None
    if counted is None or said is None:
        yield "none", _numbers(None)
    else:
        yield (
            "quoted",
            {
                "estimate": said.estimate,
                "low": said.low,
                "high": said.high,
                "level": said.level,
                "quoted": True,
                "usable": True,
            },
        )
    for one in counted.estimates if counted else ():
        yield (
            one.method,
            _numbers(one, is_refused=counted is not None and counted.refused is not None),
        )


def _numbers(one: Estimate | None, *, is_refused: bool = False) -> Row:
    """Give the numbers of an estimator, none where they or the whole part are not to be used."""
    is_usable = one is not None and one.is_usable and not is_refused
    return {
        "estimate": one.estimate if one and is_usable else None,
        "low": one.low if one and is_usable else None,
        "high": one.high if one and is_usable else None,
        "level": one.level if one else None,
        "quoted": False,
        "usable": is_usable,
    }


def _refused(counted: Counted | None) -> str | None:
    return counted.refused.code if counted and counted.refused else None


def _warnings(counted: Counted | None) -> list[str]:
    return list(dict.fromkeys(one.code for one in counted.cautions)) if counted else []


def _locator(site: Site, one: ShownCounting) -> Row:
    first = next(file for file in site.edition.accessions if file.id == one.accessions[0])
    return {
        "file": first.accession.path,
        "sheet": None,
        "row": None,
        "line": None,
        "original": first.original,
    }


def _url(site: Site, one: ShownCounting) -> str | None:
    first = next(file for file in site.edition.accessions if file.id == one.accessions[0])
    return first.accession.acquired.from_ if first.accession.acquired else None


def answer_json(site: Site, one: ShownCounting) -> Row:
    """All that a counting came to, as `qantar count --json` prints it, under what was asked."""
    asked = one.counting
    return {
        "counting": asked.id,
        "population": asked.population,
        "where": asked.where,
        "when": asked.when,
        "lists": list(one.lists),
        "status": list(asked.status),
        "copied": [list(pair) for pair in asked.copied],
        "run": one.run,
        "draws": one.draws,
        "problem": one.problem,
        "whole": _part_json(site, one, one.whole) | {"partial": _partial_json(site, one)},
        "parts": [
            {"stratum": _words(part.stratum)}
            | {"words": stratum_words(site, part.stratum)}
            | _part_json(site, one, part)
            for part in one.parts
        ],
        "comparisons": [
            {
                "more": _words(each.more),
                "fewer": _words(each.fewer),
                "probability": each.probability,
            }
            for each in one.comparisons
        ],
    }


def _words(stratum: tuple[tuple[str, str], ...]) -> Row:
    """A stratum by its columns; what nobody says is None."""
    return {name: value or None for name, value in stratum}


def _partial_json(site: Site, one: ShownCounting) -> Row | None:
    """The sum of the parts that have an estimate, with which are in it and which are not."""
    if one.partial is None:
        return None
    return {
        "parts": [stratum_words(site, part.stratum) for part in known_parts(one)],
        "left_out": [stratum_words(site, part.stratum) for part in lacking_parts(one)],
        **_part_json(site, one, _partial(one, one.partial), has_patterns=not one.whole.is_rounded),
    }


def _part_json(
    site: Site, one: ShownCounting, part: ShownPart, *, has_patterns: bool = False
) -> Row:
    """One table's answer; what is held back is None, never a number that was put in its place."""
    from qantar.counting.as_json import counted_json  # noqa: PLC0415  # light, and of an extra

    said: Row = dict(counted_json(part.counted)) if part.counted else {}
    if part.counted and part.is_rounded:
        # Their own words have numbers, and are held back: without any, one estimator's warning
        # would be read as that of the whole answer.
        said["warnings"] = [
            {"code": each.code, "text": caution_words_of(site, each)}
            for each in part.counted.cautions
        ]
    patterns = None
    if part.overlaps is not None:
        patterns = [[[int(on) for on in cell.on], cell.persons] for cell in part.overlaps]
    return {
        **said,
        "lists": list(one.lists),
        "observed": part.observed,
        "patterns": said.get("patterns") if has_patterns else patterns,
        "rounded": part.is_rounded,
    }


def wide_columns(one: ShownCounting) -> tuple[str, ...]:
    """The header of the wide table."""
    strata = one.counting.strata if _shows_parts(one) else ()
    return (
        *(f"in_{name}" for name in one.lists),
        *(f"by_{name}" for name in strata),
        "count",
        "run",
    )


def wide_rows(one: ShownCounting) -> Iterator[Row]:
    """One row for each set of lists of each part; of the whole, where parts are held back."""
    for part in one.parts if _shows_parts(one) else (one.whole,):
        for cell in part.overlaps or ():
            if cell.persons:
                yield {
                    **{f"in_{name}": int(on) for name, on in zip(one.lists, cell.on, strict=True)},
                    **{f"by_{name}": value for name, value in part.stratum},
                    "count": cell.persons,
                    "run": one.run,
                }


def _shows_parts(one: ShownCounting) -> bool:
    return bool(one.parts) and all(part.overlaps is not None for part in one.parts)
