"""A question of review as lines for the terminal: two rows side by side, and what speaks for it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from qantar.cli.output import escaped
from qantar.model.decision import Asked

if TYPE_CHECKING:
    from qantar.linking.result import Reason
    from qantar.workbench.review_cards import Card, RowShown

_WIDTH: Final = 44
_BAR: Final = 10
_WHY: Final = {
    Asked.TARGETED: "the answer changes who is who",
    Asked.AUDIT: "drawn at random",
    Asked.BLIND: "a second opinion",
}
_FIELDS: Final = {
    "father": "father's name",
    "given": "given name",
    "event": "day of the event",
    "birth_place": "place of birth",
    "document": "document number",
    "family": "one family",
    "start": "to begin with",
}


def card_lines(shown: Card) -> Iterator[str]:
    """Word a question; of a second opinion nothing that the first one led to."""
    yield ""
    yield f"── {_WHY[shown.asked]} ".ljust(2 * _WIDTH, "─")
    for left, right in zip_longest(_side(shown.left), _side(shown.right), fillvalue=""):
        yield f"{left:<{_WIDTH}} │ {right}".rstrip()
    yield f"  by their own words one person with probability {shown.probability:.2f}:"
    yield from map(_reason, shown.reasons)
    if shown.asked is not Asked.BLIND:
        yield f"  now they count as {'one person' if shown.joined else 'two'}"
    for one in shown.near:
        cells = "; ".join(escaped(text) for _, text in one.cells)
        yield f"  same family: {_head(one)}: {cells}{_counts_with(shown, one)}"


def _reason(one: Reason) -> str:
    blocks = "█" * min(_BAR, round(abs(one.weight)))
    against, for_ = (blocks, "") if one.weight < 0 else ("", blocks)
    field = _FIELDS.get(one.field, one.field)
    return f"  {against:>{_BAR}}│{for_:<{_BAR}} {one.weight:+5.1f} bits  {field}: {one.words}"


def _counts_with(shown: Card, one: RowShown) -> str:
    with_ = [two.id for two in (shown.left, shown.right) if two.person == one.person]
    if not with_ or shown.asked is Asked.BLIND:
        return ""
    return f" (now one person with {' and '.join(with_)})"


def _head(one: RowShown) -> str:
    return f"{one.id}  {escaped(one.list)}"


def _cells(one: RowShown) -> Iterator[str]:
    for name, text in one.cells:
        yield f"  {escaped(name)}: {escaped(text)}"


def _side(one: RowShown) -> Iterator[str]:
    """Give the lines of a row; none of what was found is cut, and it decides."""
    for line in (_head(one), *_cells(one)):
        yield from wrap(line, _WIDTH, subsequent_indent="    ", drop_whitespace=False) or [""]
