"""What `build` and `status` say of countings, in lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qantar.record.counts import CountTold
from qantar.workbench.counted import NOT_INSTALLED
from qantar.workbench.made_with import INSTALL_COUNTING


def count_lines(counts: Iterable[CountTold]) -> Iterator[str]:
    """Say what each counting came to: an interval, or why there is none."""
    for one in counts:
        yield f"counting {one.id}: {_words(one)}"


def lacks_counting(counts: Iterable[CountTold]) -> bool:
    """Whether something was not counted for want of a part of Qantar."""
    return any(one.problem == NOT_INSTALLED for one in counts)


INSTALL = (
    f"warning: countings were not carried out: {NOT_INSTALLED}. "
    f"Install it: {INSTALL_COUNTING}, then build."
)


def _words(one: CountTold) -> str:
    if one.problem is not None:
        return f"not carried out: {one.problem}"
    named = f"{one.observed:,} named"
    if one.low is None or one.high is None or one.level is None:
        return f"{named}; not estimable ({one.refused or 'no method gave a usable answer'})"
    return f"{named}; {one.low:,.0f} to {one.high:,.0f} in all ({one.level:.0%})"
