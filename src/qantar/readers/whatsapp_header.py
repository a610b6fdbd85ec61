"""How each message of a WhatsApp export begins: date, time, and one way of writing them a file.

Android writes `05/01/2022, 14:05 - Name: text`, an iPhone `[05.01.22, 14:05:33] Name: text`;
order, marks and digits are those of the telephone's language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from qantar.readers.whatsapp_words import MARKS, SPACES

_S: Final = f"[{SPACES}]"
_M: Final = f"[{MARKS}]"

# Before and after noon, as telephones write it in the languages of this reader and others.
_BEFORE_NOON: Final = (
    *("am", "a.m.", "a. m.", "a.m", "дп", "д.п.", "тд", "таңертеңгі", "vorm.", "da manhã"),
    *("ص", "ق.ظ.", "öö", "上午", "오전", "午前", "π.μ.", "fm"),
)
_AFTER_NOON: Final = (
    *("pm", "p.m.", "p. m.", "p.m", "пп", "п.п.", "тк", "түстен кейінгі", "nachm.", "da tarde"),
    *("م", "ب.ظ.", "ös", "下午", "오후", "午後", "μ.μ.", "em"),
)
_HALVES: Final = {
    **{words.replace(" ", ""): 0 for words in _BEFORE_NOON},
    **{words.replace(" ", ""): 12 for words in _AFTER_NOON},
}
_HALF: Final = "|".join(
    re.escape(words).replace(r"\ ", _S)
    for words in sorted((*_BEFORE_NOON, *_AFTER_NOON), key=len, reverse=True)
)

_DATE: Final = rf"(?P<a>\d{{1,4}})(?P<sep>{_M}?[./-]{_S}?)(?P<b>\d{{1,2}})(?P=sep)(?P<c>\d{{1,4}})"
_TIME: Final = r"(?P<hour>\d{1,2})(?P<colon>[:.])(?P<minute>\d{2})(?:(?P=colon)(?P<second>\d{2}))?"
_ANY: Final = re.compile(
    rf"{_M}*(?P<open>\[?){_DATE}(?P<era>\.|{_S}?[гж]\.|)(?P<comma>[,،]?)[{SPACES}{MARKS}]+"
    rf"(?:(?P<early>{_HALF}){_S}?)?{_TIME}(?:{_S}?(?P<late>{_HALF}))?"
    rf"(?:(?P<close>\]){_S}?|{_S}(?P<dash>[-–—]){_S}){_M}*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_STARTS: Final = frozenset("[" + MARKS)
_YEAR_DIGITS: Final = 4


def may_begin(line: str) -> bool:
    """Whether a line can begin a message at all; cheap, for lines that cannot are many."""
    first = line[:1]
    return first in _STARTS or first.isdecimal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One way of writing the beginning of a message; a file has one.

    `separator` stands between the numbers of the date; `comma` behind it; `half` is
    "early" or "late" where the half of the day is written before or behind the time.
    """

    iphone: bool
    separator: str
    year_first: bool
    short_year: bool
    era: str
    comma: str
    colon: str
    seconds: bool
    half: str
    dash: str
    ascii_digits: bool

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the beginning of a message looks like in this style.

        Its groups are `date`, `a`, `b`, `c`, `hour`, `minute`, `second`, `half`, `rest`.
        """
        digit = "[0-9]" if self.ascii_digits else r"\d"
        number, year = f"{digit}{{1,2}}", number_of_year(digit, short=self.short_year)
        first, last = (year, number) if self.year_first else (number, year)
        sep = (
            f"{_M}?" + re.escape(self.separator[0]) + (f"{_S}?" if len(self.separator) > 1 else "")
        )
        colon, era = re.escape(self.colon), re.escape(self.era).replace(r"\ ", _S)
        half = f"(?P<half>{_HALF})"
        early = f"{half}{_S}?" if self.half == "early" else ""
        late = {"late": f"{_S}?{half}", "": "(?P<half>)"}.get(self.half, "")
        second = f"{colon}(?P<second>{digit}{{2}})" if self.seconds else "(?P<second>)"
        opening, closing = (r"\[", rf"\]{_S}?") if self.iphone else ("", f"{_S}{self.dash}{_S}")
        return re.compile(
            rf"{_M}*{opening}"
            rf"(?P<date>(?P<a>{first}){sep}(?P<b>{number}){sep}(?P<c>{last})){era}{self.comma}"
            rf"[{SPACES}{MARKS}]+{early}"
            rf"(?P<hour>{number}){colon}(?P<minute>{digit}{{2}}){second}{late}"
            rf"{closing}(?P<rest>.*)",
            re.IGNORECASE | re.DOTALL,
        )


def number_of_year(digit: str, *, short: bool) -> str:
    """What the number that is the year looks like; a short one may turn out to be a day."""
    return f"{digit}{{1,2}}" if short else f"{digit}{{4}}"


def style_of(line: str) -> Style | None:
    """The style of a line that begins a message in some style; None where it begins none."""
    found = _ANY.match(line) if may_begin(line) else None
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    first, last = len(found["a"]), len(found["c"])
    year_first = first == _YEAR_DIGITS
    if (first, last) not in _LENGTHS:
        return None
    return Style(
        iphone=bool(found["open"]),
        separator=found["sep"].strip(MARKS).replace("\u00a0", " ").replace("\u202f", " "),
        year_first=year_first,
        short_year=not year_first and last != _YEAR_DIGITS,
        era=found["era"].replace("\u00a0", " ").replace("\u202f", " "),
        comma=found["comma"],
        colon=found["colon"],
        seconds=found["second"] is not None,
        half="early" if found["early"] else "late" if found["late"] else "",
        dash=found["dash"] or "",
        ascii_digits=(found["a"] + found["hour"]).isascii(),
    )


# Digits of the first and the last number of a date.
_LENGTHS: Final = frozenset({(4, 1), (4, 2), (1, 4), (2, 4), (1, 2), (2, 1), (2, 2)})


def clock(found: re.Match[str]) -> str | None:
    """The time of a message as `14:05` or `14:05:33`; None where no clock shows it."""
    return _clock(found["hour"], found["minute"], found["second"] or "", found["half"] or "")


@lru_cache(maxsize=8192)
def _clock(hours: str, minutes: str, seconds: str, half: str) -> str | None:
    hour, minute = int(hours), int(minutes)
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004  # the hours of half a day
            return None
        hour = hour % 12 + _HALVES[re.sub(_S, "", half).casefold()]
    if hour > 23 or minute > 59:  # noqa: PLR2004  # the last of a day and of an hour
        return None
    if not seconds:
        return f"{hour:02d}:{minute:02d}"
    second = int(seconds)
    return f"{hour:02d}:{minute:02d}:{second:02d}" if second < 60 else None  # noqa: PLR2004
