"""The first look at a WhatsApp export: its style, and how its dates are to be read.

The whole file is looked at before any of it is read, for one date alone does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from qantar.model.date_order import DateOrder
from qantar.readers.whatsapp_dates import DateTrial, Decided
from qantar.readers.whatsapp_header import Style, may_begin, style_of

_MOSTLY: Final = 20
"""Messages begin behind a CR LF where not one in so many begins behind a bare LF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What holds for a whole file.

    `strict_ends` says that messages begin only behind a CR LF, as an iPhone writes them,
    while lines within a message end in a bare LF. `others` counts lines that look like the
    beginning of a message in another style; `first` is the line of the first message.
    """

    style: Style
    pattern: re.Pattern[str]
    dates: Decided
    strict_ends: bool
    others: int
    first: int


def survey(lines: Iterable[str], declared: DateOrder | None) -> Survey | None:
    """Look at all lines; None where no line begins a message."""
    style: Style | None = None
    pattern = trial = None
    others = first = behind_crlf = behind_lf = 0
    last_end = "\r\n"
    for number, line in enumerate(lines, start=1):
        before, last_end = last_end, line[-2:]
        if not may_begin(line):
            continue
        if pattern is None or trial is None:
            style = style_of(line)
            if style is None:
                continue
            pattern, first = style.pattern, number
            trial = _trial(style)
        found = pattern.match(line)
        if found is None:
            others += style_of(line) is not None
            continue
        if before == "\r\n":
            behind_crlf += 1
        else:
            behind_lf += 1
        trial.see(found)
    if style is None or pattern is None or trial is None:
        return None
    return Survey(
        style=style,
        pattern=pattern,
        dates=trial.decide(declared),
        strict_ends=style.iphone and 0 < behind_lf * _MOSTLY < behind_crlf,
        others=others,
        first=first,
    )


def _trial(style: Style) -> DateTrial:
    return DateTrial(
        year_first=style.year_first, short_year=style.short_year, half_days=bool(style.half)
    )
