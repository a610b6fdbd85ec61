"""Days and months by name, in English, Russian and Kazakh: "5 January 2022", "қаңтардың басы".

Kazakh is read in Cyrillic, in Latin letters, and as it is typed on a Russian keyboard. The
beginning of a month is its first ten days, the middle the next ten, the end what is left:
conventions, so these are about. A year that is not written is the one in which the day lies
nearest to the span of the case; what was so inferred is marked.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from qantar.model.date_settings import Fault, UnreadableError, quoted
from qantar.model.text import fold

Span = tuple[date, date]
"""First and last day, both included."""

# Folded, as all text is before it is compared: қ is к, ә is а, marks over Latin letters are off.
_MONTHS: Final = (
    "jan(?:uary)?|янв(?:ар[ьяеюи])?|кантар|qantar",
    "feb(?:ruary)?|фев(?:рал[ьяеюи])?|акпан|aqpan",
    "mar(?:ch)?|мар(?:т[ауе]?)?|наурыз|nau?w?ryz",
    "apr(?:il)?|апр(?:ел[ьяеюи])?|сауир|sa[uw]ir",
    "may|ма[йяюе]|мамыр|mamyr",
    "june?|июн[ьяеюи]?|маусым|ma[uwy]sym",
    "july?|июл[ьяеюи]?|шилде|sh?ilde",
    "aug(?:ust)?|авг(?:уст[ауе]?)?|тамыз|tamyz",
    "sept?(?:ember)?|сент?(?:ябр[ьяеюи])?|кыркуйек|qyrk[uy][iy]ek",
    "oct(?:ober)?|окт(?:ябр[ьяеюи])?|казан|qazan",
    "nov(?:ember)?|ноя(?:б(?:р[ьяеюи])?)?|караша|qarash?a",
    "dec(?:ember)?|дек(?:абр[ьяеюи])?|желтоксан|jeltoqsan",
)
_CASES: Final = r"(?:-?(?:[днт][ыи]н|[днт][ае]н|[дт][ае]|[гк][ае]|[dnt][yi]n|[dnt][ae]n|[dt][ae]))?"
_DASH: Final = r"\s*[-–—]\s*"
_ORDINAL: Final = r"(?:st|nd|rd|th|-?(?:го|ое|е|ши|шы|и|ы|и?н(?:ши|де)))?"
_YEAR_WORD: Final = r"(?:\s*(?:года|году|год|г|жылгы|жылдын|жылы|жыл|ж|jylgy|jyly|jyl|j)\.?)?"
_PARTS: Final = (
    r"early|beginning|start|начал[оеау]|бас\w*|bas\w*",
    r"mid|middle|середин[аеуы]|орта\w*|orta\w*",
    r"late|end|кон(?:ец|це|ца|цу)|аяг\w*|сон\w*|aiag\w*|ayag\w*|son\w*",
)
_ABOUT_IT: Final = r"(?:\s+(?:шамасында|шамасы|жуык))?"
_FIRST_DAYS: Final = (1, 11, 21)


class Named(NamedTuple):
    """Days that a text names: `whole` months, `about` by convention, year `inferred` or not."""

    first: date
    last: date
    is_month: bool = False
    about: bool = False
    inferred: bool = False


def read_named(text: str, span: Span | None) -> Named | None:
    """Read a text that names a month; None where it names none.

    Args:
        text: without space around it, digits 0 to 9.
        span: the days that the case is about; None where nobody said.

    Raises:
        UnreadableError: no calendar has it, or it has no year and none can be inferred.
    """
    if not any(char.isalpha() for char in text):
        return None
    folded = fold(text)
    for form in _forms():
        found = form.fullmatch(folded)
        if found is not None:
            return _named({k: v for k, v in found.groupdict().items() if v}, text, span)
    return None


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    months = "|".join(rf"(?P<m{n}>{words})" for n, words in enumerate(_MONTHS, start=1))
    month = rf"(?:{months})\.?{_CASES}"
    month_too = re.sub(r"<m(\d+)>", r"<n\1>", month)
    year, year_too = (rf"(?P<{name}>\d{{4}}){_YEAR_WORD}" for name in ("year", "year_too"))
    day = rf"(?P<day>\d{{1,2}})(?:{_DASH}(?P<until>\d{{1,2}}))?{_ORDINAL}"
    lone, lone_too = (rf"(?P<{name}>\d{{1,2}}){_ORDINAL}" for name in ("day", "until"))
    part = "|".join(rf"(?P<p{n}>{words})" for n, words in enumerate(_PARTS))
    behind = rf"(?:,?\s+{year})?"
    before = rf"(?:{year},?\s+)?"
    forms = (
        rf"{day}[\s.-]*(?:of\s+)?{month}{behind}",
        rf"{month}\s+(?:the\s+)?{day}{behind}",
        rf"{year},?\s+{day}[\s.-]*{month}",
        rf"{year},?\s+{month}\s+{day}",
        rf"{lone}[\s.-]*{month}{behind}{_DASH}{lone_too}[\s.-]*{month_too}(?:,?\s+{year_too})?",
        rf"(?:the\s+)?(?:{part})[\s-]+(?:of\s+)?{month}{behind}",
        rf"{before}{month}\s+(?:{part})",
        rf"{month}{behind}",
        rf"{year},?\s+{month}",
    )
    return tuple(re.compile(rf"(?:(?:on|in|во?)\s+)?(?:the\s+)?{one}{_ABOUT_IT}") for one in forms)


def _named(found: dict[str, str], text: str, span: Span | None) -> Named:
    month = _month(found, "m")
    month_too = _month(found, "n") or month
    year_said = found.get("year") or found.get("year_too")
    about = any(f"p{n}" in found for n in range(len(_PARTS)))
    day = int(found["day"]) if "day" in found else None
    year = int(year_said) if year_said else _near(month, day or 1, span, text)
    until_year = int(found.get("year_too") or year)
    first = _date(year, month, _first_of_part(found) if day is None else day, text)
    if day is not None:
        last = _date(until_year, month_too, int(found.get("until", day)), text)
        if "year_too" in found and "year" not in found and last < first:
            first = _date(year - 1, month, day, text)  # 30 December – 2 January 2022
    else:
        last = _date(year, month, _last_of_part(found, first), text)
    if last < first:
        raise UnreadableError(Fault.IMPOSSIBLE, f"{quoted(text)} ends before it begins")
    is_month = day is None and not about
    near = text.casefold().endswith(("шамасында", "шамасы", "жуық", "жуык"))
    return Named(first, last, is_month, about or near, not year_said)


def _month(found: dict[str, str], prefix: str) -> int:
    return next((n for n in range(1, len(_MONTHS) + 1) if f"{prefix}{n}" in found), 0)


def _first_of_part(found: dict[str, str]) -> int:
    return next((day for n, day in enumerate(_FIRST_DAYS) if f"p{n}" in found), 1)


def _last_of_part(found: dict[str, str], first: date) -> int:
    for n, (_, after) in enumerate(pairwise(_FIRST_DAYS)):
        if f"p{n}" in found:
            return after - 1
    return monthrange(first.year, first.month)[1]


def _near(month: int, day: int, span: Span | None, text: str) -> int:
    """The year in which that day lies in the span, or nearest to it."""
    if span is None:
        message = f"{quoted(text)} has no year, and the case has no span to infer it from"
        raise UnreadableError(Fault.UNPARSED, message)
    apart: dict[int, int] = {}
    for year in range(span[0].year - 1, span[1].year + 2):
        if 1 <= year < date.max.year and day <= monthrange(year, month)[1]:
            one = date(year, month, day)
            apart[year] = max((span[0] - one).days, (one - span[1]).days, 0)
    nearest = [year for year, days in apart.items() if days == min(apart.values())]
    if len(nearest) != 1:
        fault = Fault.AMBIGUOUS if nearest else Fault.IMPOSSIBLE
        message = f"{quoted(text)} has no year, and the span of the case leaves several or none"
        raise UnreadableError(fault, message)
    return nearest[0]


def _date(year: int, month: int, day: int, text: str) -> date:
    if not 1 <= year < date.max.year or not 1 <= day <= monthrange(year, month)[1]:
        raise UnreadableError(Fault.IMPOSSIBLE, f"{quoted(text)} is a day that no calendar has")
    return date(year, month, day)
