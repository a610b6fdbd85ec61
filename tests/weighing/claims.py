"""Invented claims for the tests of weighing: short to write, complete to read."""

from __future__ import annotations

from decimal import Decimal

from qantar.model.claim import Claim, EventDetail, FigureDetail, Passage
from qantar.model.date_order import DateOrder
from qantar.model.dates import read_when, window
from qantar.model.place import Where
from qantar.model.quantity import Quantity
from qantar.model.when import When

ZONE = "Asia/Almaty"
PASSAGE = Passage(original="0" * 64, accession="a1", file="claims.csv", row=1, at_row=2)


def day(text: str) -> When:
    """Read a date in the case's zone."""
    read = read_when(text, zone=ZONE, order=DateOrder.ISO)
    assert isinstance(read, When)
    return read


def said(
    name: str,
    voice: str | None,
    amount: int | tuple[int | None, int | None] | None,
    when: str | None,
    *,
    stance: str = "asserts",
    basis: str = "official",
    repeats: str | None = None,
    targets: tuple[str, ...] = (),
    as_of: str | None = None,
    key: str | None = "killed-all-sayaqkent",
    evidence: str = "found_page",
) -> Claim:
    """One claim about a figure; `amount` is a number, bounds, or None for none stated."""
    lower, upper = amount if isinstance(amount, tuple) else (amount, amount)
    stated = amount is not None
    return Claim(
        id=name,
        kind="figure",
        statement=f"{name} says {amount}",
        passage=PASSAGE,
        source="s",
        said_by=voice,
        voice=voice,
        basis=basis,
        stance=stance,
        published=day(when) if when else None,
        repeats=repeats,
        targets=targets,
        evidence=evidence,
        quantity=Quantity(
            text="",
            lower=Decimal(lower) if stated and lower is not None else None,
            upper=Decimal(upper) if stated and upper is not None else None,
        ),
        detail=FigureDetail(
            measure="killed",
            population="all",
            figure_key=key,
            as_of=day(as_of or when or "2022-01-10"),
        ),
    )


def happened(
    name: str,
    statement: str,
    start: str,
    *,
    end: str = "",
    precision: str = "day",
    place: str = "sayaqkent",
    kind: str = "rally",
    family: str = "assembly",
    actors: str = "",
    repeats: str | None = None,
    published: str | None = "2022-01-08",
) -> Claim:
    """One report of an event."""
    when = window(start, end, precision=precision, zone=ZONE)
    assert isinstance(when, When)
    return Claim(
        id=name,
        kind="event",
        statement=statement,
        passage=PASSAGE,
        source="s",
        said_by="Paper",
        voice="Paper",
        published=day(published) if published else None,
        when=when,
        where=(Where(text=place, place=place),),
        repeats=repeats,
        evidence="found_page",
        detail=EventDetail(event_kind=kind, family=family, actors=actors),
    )
