"""Words around a time: about, by, since, before, after, in English, Russian and Kazakh.

"By" and "since" hold the day that is named: where a word such as "до" leaves open
whether it does, the wider window is the one that is certainly right. "Before" and
"after" leave it out. "About" moves no edge, since nobody said by how much.
"""

from __future__ import annotations

import re

from qantar.model.date_reader import named_extent, read_plain, span
from qantar.model.date_settings import Fault, Settings, UnreadableError, quoted
from qantar.model.day_parts import split_part
from qantar.model.edtf import EdtfError, parse_edtf
from qantar.model.extent import Extent
from qantar.model.when import Bound, Precision, Qualifier
from qantar.model.when_edtf import QUALIFIERS, doubted

_ABOUT = (
    r"(?:(?:about|around|circa|approximately|около|примерно|приблизительно|шамамен)\s+"
    r"|(?:ca?\.|≈|~)\s*)"
)
# Each with the side that it bounds, and whether what is named belongs to the window.
_BEFORE_DATE: dict[str, tuple[Bound, bool]] = {
    r"(?:no later than|by|until|till|не позднее|не позже|до|к)\s+|≤\s*": (Bound.BY, True),
    r"before\s+": (Bound.BY, False),
    r"(?:no earlier than|since|from|не ранее|не раньше|начиная с|с)\s+|≥\s*": (Bound.SINCE, True),
    r"(?:after|после)\s+": (Bound.SINCE, False),
}
_AFTER_DATE: dict[str, tuple[Bound, bool]] = {
    r"(?:-?[ғгқк][ае])? дейін": (Bound.BY, True),
    r"(?:-?[днт][ае]н)? (?:бастап|бері)": (Bound.SINCE, True),
    r"(?:-?[днт][ае]н)? кейін": (Bound.SINCE, False),
}
_LEADS = [
    (re.compile(rf"(?P<about>{_ABOUT})?(?:{words})(?P<too>{_ABOUT})?", re.IGNORECASE), *sense)
    for words, sense in _BEFORE_DATE.items()
]
_TAILS = [
    (re.compile(rf"(?P<about>{_ABOUT})?(?P<date>.+?){words}", re.IGNORECASE), *sense)
    for words, sense in _AFTER_DATE.items()
]
_LEADING_ABOUT = re.compile(_ABOUT, re.IGNORECASE)
_FROM_TO = re.compile(
    r"(?:from|between|с|между)\s+(?P<start>.+?)\s+(?:to|until|till|and|по|до|и)\s+(?P<end>.+)",
    re.IGNORECASE,
)
_DOUBTED = ("?", "~", "%")


def read_worded(text: str, settings: Settings) -> Extent:
    """Read a time with the words around it.

    Args:
        text: without space around it, digits 0 to 9.
        settings: what decides between readings.

    Raises:
        UnreadableError: it is no time, or bounded twice.
        UndeclaredError: it has several readings.
    """
    if text[:1].isdigit() and text[-1:].isdigit():
        return read_plain(text, settings)
    between = _FROM_TO.fullmatch(text)
    if between:
        named = named_extent(f"{between['start']} – {between['end']}", settings)
        if named is not None:
            return named
        return span(between["start"], between["end"], text, settings)
    rest, about, bound, holds = _without_words(text)
    found = _marked(rest, settings)
    if about:
        found = doubted(found, Qualifier.ABOUT)
    return found if bound is Bound.NONE else _bounded(found, bound, text, holds=holds)


def _without_words(text: str) -> tuple[str, bool, Bound, bool]:
    """Take the words off, each once: what is left, whether about, which bound, whether it holds."""
    for lead, bound, holds in _LEADS:
        found = lead.match(text)
        if found:
            return text[found.end() :], bool(found["about"] or found["too"]), bound, holds
    for tail, bound, holds in _TAILS:
        found = tail.fullmatch(text)
        # "түстен кейін" is "after noon": the afternoon, and no bound.
        if found and split_part(text) is None:
            return found["date"], bool(found["about"]), bound, holds
    found = _LEADING_ABOUT.match(text)
    return text[found.end() if found else 0 :], bool(found), Bound.NONE, True


def _marked(text: str, settings: Settings) -> Extent:
    """Read a time that may end in one of EDTF's marks of doubt, where EDTF would have none too."""
    if not text.endswith(_DOUBTED) or _is_edtf(text):
        return read_plain(text, settings)
    found = read_plain(text[:-1].rstrip(), settings)
    return doubted(found, QUALIFIERS[text[-1]])


def _is_edtf(text: str) -> bool:
    try:
        parse_edtf(text)
    except EdtfError:
        return False
    return True


def _bounded(found: Extent, bound: Bound, text: str, *, holds: bool) -> Extent:
    """Leave one side open; the other is the far edge of what is named where that is held."""
    if found.earliest is None or found.latest is None:
        raise UnreadableError(Fault.UNPARSED, f"{quoted(text)} bounds a time that is open already")
    return Extent(
        earliest=None if bound is Bound.BY else found.earliest if holds else found.latest,
        latest=None if bound is Bound.SINCE else found.latest if holds else found.earliest,
        precision=Precision.INTERVAL,
        qualifier=found.qualifier,
        bound=bound,
        year_from=found.year_from,
    )
