"""A row of a table of statements becomes a claim; with a measure it answers a question."""

from __future__ import annotations

from dataclasses import replace

from qantar.model.claim import Claim, FigureDetail
from qantar.model.finding import Severity
from qantar.model.place import Where
from qantar.model.quantity import Quantity
from qantar.model.text import name_key
from qantar.model.when import When
from qantar.reading.cells import Cells
from qantar.reading.common import basic_claim, has_unread_stance
from qantar.reading.numbers import amount, read_number
from qantar.reading.spans import begun
from qantar.reading.wording import quoted

OTHER = "other"
SPEAKS_ABOUT = frozenset({"denies", "doubts", "withdraws", "asks"})


def statement_claims(cells: Cells, claim_id: str) -> tuple[Claim, ...]:
    """Read the row as one claim; none when it has no statement."""
    statement = cells.text("statement")
    if not statement:
        return ()
    where, when = cells.places("about_place"), cells.when("when")
    detail = _figure(cells, where, when)
    kind = cells.word("kind", "claim-kind") or ("figure" if detail else "assertion")
    claim = basic_claim(cells, claim_id=claim_id, kind=kind, statement=statement)
    return (
        replace(
            claim, when=when, where=where, quantity=quantity(cells, claim.stance), detail=detail
        ),
    )


def _figure(cells: Cells, where: tuple[Where, ...], when: When | None) -> FigureDetail | None:
    measure = cells.word("measure", "measure")
    key = cells.optional("figure_key")
    if measure is None and key is None:
        return None
    population = cells.word("population", "population")
    period = _period(cells)
    if not cells.layout.has("figure_key"):
        places = sorted(place_name(cells, one) for one in where)
        time = period or when
        key = figure_key(measure or OTHER, population, *places, time.edtf if time else None)
    return FigureDetail(
        measure=measure or OTHER,
        population=population,
        figure_key=key,
        as_of=cells.when("as_of"),
        period=period,
    )


def figure_key(*parts: str | None) -> str:
    """Name the question where the sheet maps no key: measure, population, places and period.

    Spellings of one place and one day make one key. Where the sheet maps a key and
    the cell is empty, the collector left the claim out of every question.
    """
    return "-".join(part.casefold().replace(" ", "-") for part in parts if part)


def _period(cells: Cells) -> When | None:
    """The days that the amount covers; open on a side that the row does not give."""
    period = cells.span("period_start", "period_end")
    if period is None or cells.sharpness("period_end") is not None:
        return period
    return begun(period)


def place_name(cells: Cells, where: Where) -> str:
    """The place under the name it is shown by, if no other place has that; else its id."""
    gazetteer = cells.context.gazetteer
    if where.place is None:
        return name_key(where.text)
    shown = gazetteer.places[where.place].name
    return shown if gazetteer.candidates(shown) == (where.place,) else where.place


def quantity(cells: Cells, stance: str) -> Quantity | None:
    """The amount as stated: the figure's text and its bounds.

    A plain number without bounds is exact, unless by its stance (`denies`, `doubts`,
    `withdraws`, `asks`) the row speaks of another's figure: then it adds no value of
    its own. Nor does a row whose stance nobody can read. A word without bounds has
    none. Bounds the wrong way round are a finding, and both are left out: the figure
    is shown and counts as no value, because nobody can tell which of the three
    numbers is wrong.
    """
    text, unit = cells.text("figure"), cells.text("unit")
    lower, upper = amount(cells.number("lower")), amount(cells.number("upper"))
    column = cells.layout.columns.get("figure")
    stated = amount(read_number(text, column)) if text and column else None
    if not text and lower is None and upper is None:
        return None
    if text and stated is None and lower is None and upper is None:
        cells.note(
            "not-a-number",
            f"{quoted(text)} is no number, and no bounds are given; kept as a word without "
            "amount. Where it means one, fill the columns of lower and upper.",
            "figure",
            severity=Severity.LOSS,
        )
    if has_unread_stance(cells):
        return Quantity(text=f"{stated:f}" if stated is not None else text, unit=unit)
    if lower is None and upper is None and stance not in SPEAKS_ABOUT:
        lower = upper = stated
    if lower is not None and upper is not None and lower > upper:
        cells.note(
            "impossible-range",
            f"the lower bound {quoted(cells.text('lower'))} is above the upper bound "
            f"{quoted(cells.text('upper'))}; both left out.",
            "lower",
            severity=Severity.LOSS,
        )
        lower = upper = None
    return Quantity(
        text=f"{stated:f}" if stated is not None else text, unit=unit, lower=lower, upper=upper
    )
