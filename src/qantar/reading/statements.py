"""A row of a table of statements becomes a claim; with a measure it answers a question."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from qantar.model.claim import Claim, FigureDetail
from qantar.model.finding import Severity
from qantar.model.quantity import Quantity, as_number
from qantar.model.when import When
from qantar.reading.cells import Cells, read_number
from qantar.reading.common import basic_claim


def statement_claims(cells: Cells, claim_id: str) -> tuple[Claim, ...]:
    """Read the row as one claim; none when it has no statement."""
    statement = cells.text("statement")
    if not statement:
        return ()
    detail = _figure(cells)
    kind = cells.word("kind", "claim-kind") or ("figure" if detail else "assertion")
    claim = basic_claim(cells, claim_id=claim_id, kind=kind, statement=statement)
    return (
        replace(
            claim,
            when=cells.when("when"),
            where=cells.places("about_place"),
            quantity=quantity(cells),
            detail=detail,
        ),
    )


def _figure(cells: Cells) -> FigureDetail | None:
    measure = cells.word("measure", "measure")
    key = cells.optional("figure_key")
    if measure is None and key is None:
        return None
    population = cells.word("population", "population")
    return FigureDetail(
        measure=measure or "other",
        population=population,
        figure_key=key or _composed_key(cells, measure or "other", population),
        as_of=cells.when("as_of"),
        period=_period(cells),
    )


def _composed_key(cells: Cells, measure: str, population: str | None) -> str | None:
    """Name the question where the sheet maps no key: measure, population, place and period.

    Where the column is mapped and its cell is empty, the collector left the claim
    out of every question, and so does this.
    """
    if cells.layout.has("figure_key"):
        return None
    place = cells.text("about_place")
    span = "/".join(part for part in (cells.text("period_start"), cells.text("period_end")) if part)
    parts = (measure, population, place, span or cells.text("when"))
    return "-".join(part for part in parts if part).casefold().replace(" ", "-")


def _period(cells: Cells) -> When | None:
    if not (cells.text("period_start") and cells.text("period_end")):
        return None
    return cells.span("period_start", "period_end", precision="day")


def quantity(cells: Cells) -> Quantity | None:
    """The amount as stated: the figure's text and its bounds.

    A plain number without bounds is exact. A word without bounds has no bounds.
    Bounds the wrong way round are a finding, and both are left out.
    """
    text, unit = cells.text("figure"), cells.text("unit")
    lower, upper = cells.number("lower"), cells.number("upper")
    stated = _stated_number(cells, text)
    if not text and lower is None and upper is None:
        return None
    if lower is None and upper is None and stated is not None and not _takes_no_side(cells):
        lower = upper = stated
    if lower is not None and upper is not None and lower > upper:
        cells.note(
            "impossible-range",
            f"the lower bound {lower} is above the upper bound {upper}; both left out.",
            "lower",
            severity=Severity.LOSS,
        )
        lower = upper = None
    return Quantity(
        text=str(stated) if stated is not None else text, unit=unit, lower=lower, upper=upper
    )


def _takes_no_side(cells: Cells) -> bool:
    """Whether the row speaks about another's figure and adds none of its own."""
    return cells.text("stance") in {"denies", "doubts", "withdraws"}


def _stated_number(cells: Cells, text: str) -> Decimal | None:
    column = cells.layout.columns.get("figure")
    return (as_number(text) or read_number(text, column)) if text and column else None
