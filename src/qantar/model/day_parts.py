"""Parts of a day: which hours they are, and by which words they are known.

The hours are those of the vocabulary `part-of-day`: conventions, declared for all. A
night with a date has two readings, since people call the night that ends on the
5th "the night of the 5th", and the one that begins then too.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cache

from qantar.model.vocabulary import LANGUAGES, load
from qantar.model.zones import start_of
from qantar.model.zones import zone as load_zone

NIGHT = "night"
EARLY_NIGHT, LATE_NIGHT = "early", "late"
NIGHTS = {EARLY_NIGHT: (0, 6), LATE_NIGHT: (22, 30)}
"""First hour and the hour after the last, from midnight of the day that is named."""

# Forms beside the ids and labels of the vocabulary. Dawn and noon are no spans of hours
# that anybody declared, and are not read.
_FORMS = {
    "early": ("early hours of",),
    "morning": ("morning of", "in the morning", "утром", "таңертең"),
    "afternoon": ("afternoon of", "in the afternoon", "днём", "днем"),
    "evening": ("evening of", "in the evening", "вечером", "кешке", "кешінде"),
    "late": ("late on", "late evening of", "поздно вечером"),
    "night": ("night of", "at night", "ночью", "түнде"),
}
# "The night to the 5th" begins on the evening before: here nothing is ambiguous.
_NIGHT_INTO = re.compile(
    r"(?:в )?ночь на (?P<before>.+)|(?P<after>.+?)(?:-?[ғгқк][ае])? қараған (?:түні|түнде|түн)",
    re.IGNORECASE,
)


@cache
def hours_of(part: str) -> tuple[int, int] | None:
    """Give the first hour of a part of a day and the hour after its last; None for no part."""
    term = load("part-of-day").terms.get(part)
    if term is None:
        return None
    first, last = (int(str(term.flags[edge])[:2]) for edge in ("from", "until"))
    return first, last


@cache
def _words() -> dict[str, str]:
    words: dict[str, str] = {}
    for term in load("part-of-day").terms.values():
        labels = (term.label(language) for language in LANGUAGES)
        for word in (term.id, *labels, *_FORMS.get(term.id, ())):
            words[word.casefold()] = term.id
    return words


@cache
def _pattern() -> re.Pattern[str]:
    # The longest first: "late evening" ends in "evening" too.
    words = "|".join(re.escape(word) for word in sorted(_words(), key=len, reverse=True))
    return re.compile(rf"(?P<first>.+?),? (?P<after>{words})|(?P<before>{words}) (?P<last>.+)")


def split_part(text: str) -> tuple[str, str] | None:
    """Part a text such as "2022-01-04 evening" into its day and the part's id; None for no part."""
    lowered = text.casefold()
    found = _pattern().fullmatch(lowered)
    if found is None:
        return None
    word = found["after"] or found["before"]
    return found["first"] or found["last"], _words()[word]


def split_night_into(text: str) -> str | None:
    """Give the day of a text such as "в ночь на 2022-01-05", the night that leads to it."""
    found = _NIGHT_INTO.fullmatch(text)
    return (found["before"] or found["after"]) if found else None


def edges(day: date, hours: tuple[int, int], zone: str) -> tuple[datetime, datetime]:
    """Give the instants, in UTC, between which those hours of a local day lie.

    Hours are those on the clock; beyond 24 they are of the next day.

    Raises:
        OverflowError: an instant lies outside the years 1 to 9999.
    """
    midnight, tz = datetime.combine(day, time()), load_zone(zone)
    begin, end = (start_of(midnight + timedelta(hours=hour), tz) for hour in hours)
    return begin, end
