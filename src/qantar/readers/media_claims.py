"""What a film or sound recording says of itself, gathered as claims under names that stay the same.

Containers have many words for one thing. What is known goes under `container.…`; what is
not, under `container.tag.…` by its own word; and what could tell a device or a person
apart, under `protected.…`.

Source: Apple, "QuickTime Metadata Keys"; ISO 6709:2008, annex H, for places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from qantar.model.protected import PREFIX
from qantar.model.read_document import MetaValue
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.protected_names import is_protected_name

MAX_FACTS: Final = 500
_LONGEST: Final = 1000
_LONGEST_NAME: Final = 100
_KNOWN: Final = {
    "title": "title", "©nam": "title", "tit2": "title", "inam": "title", "titl": "title",
    "artist": "artist", "©art": "artist", "tpe1": "artist", "iart": "artist", "auth": "artist",
    "album": "album", "©alb": "album", "talb": "album", "iprd": "album",
    "comment": "comment", "©cmt": "comment", "icmt": "comment", "comm": "comment",
    "description": "description", "desc": "description", "©des": "description",
    "dscp": "description", "©inf": "description", "synopsis": "description",
    "copyright": "copyright", "©cpy": "copyright", "tcop": "copyright", "icop": "copyright",
    "cprt": "copyright",
    "make": "make", "©mak": "make", "manu": "make", "com.android.manufacturer": "make",
    "model": "model", "©mod": "model", "modl": "model", "com.android.model": "model",
    "software": "software", "©swr": "software", "isft": "software", "com.android.version": "system",
    "encoder": "encoder", "©too": "encoder", "tsse": "encoder", "writing_app": "encoder",
    "genre": "genre", "©gen": "genre", "tcon": "genre", "ignr": "genre",
    "language": "language", "tlan": "language",
}  # fmt: skip
_TIMES: Final = {
    "creationdate": "container.datetime", "creation_time": "container.datetime",
    "date": "container.date", "©day": "container.date", "year": "container.date",
    "tdrc": "container.date", "tyer": "container.date", "icrd": "container.date",
    "yrrc": "container.date", "tdat": "container.day", "tden": "container.encoded",
    "tdtg": "container.tagged", "date_recorded": "container.datetime", "idit": "container.datetime",
    "date_encoded": "container.encoded", "date_tagged": "container.tagged",
    "creation_date": "container.datetime",
}  # fmt: skip
_PLACES: Final = frozenset({"location.iso6709", "©xyz", "location", "location-eng"})
_QUICKTIME: Final = "com.apple.quicktime."
_MOMENT: Final = re.compile(
    r"(\d{4})[-:](\d\d)[-:](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?"
    r"\s?(Z|[+-]\d\d:?\d\d)?"
)
_DAY: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_PLACE: Final = re.compile(
    r"([+-]\d{2,6}(?:\.\d{1,12})?)([+-]\d{3,7}(?:\.\d{1,12})?)([+-]\d{1,6}(?:\.\d{1,6})?)?"
)
_EARLIEST, _LATEST = 1980, 2100


@dataclass(slots=True)
class Claims:
    """The facts of one recording; what is odd about them goes into the log."""

    log: FindingLog
    facts: dict[str, MetaValue] = field(default_factory=dict)
    _clocks: list[str] = field(default_factory=list)
    _left_out: int = 0

    def keep(self, name: str, value: MetaValue) -> None:
        """Keep a fact; a second one of the same name that differs is kept beside the first."""
        for number in range(1, 10):
            full = name if number == 1 else f"{name}.{number}"
            if full not in self.facts:
                if len(self.facts) < MAX_FACTS:
                    self.facts[full] = value
                else:
                    self._left_out += 1
                return
            if self.facts[full] == value:
                return
        self._left_out += 1

    def say(self, name: str, untrusted_text: str) -> None:
        """Keep a text, without its filling."""
        text = untrusted_text.replace("\0", " ").strip()[:_LONGEST]
        if text:
            self.keep(name, text)

    def tag(self, untrusted_name: str, untrusted_text: str) -> None:
        """Keep a tag under the name that its word means."""
        word = untrusted_name.strip().lower().removeprefix(_QUICKTIME)[:_LONGEST_NAME]
        if word in _PLACES and _PLACE.match(untrusted_text.strip()):
            self.place(untrusted_text)
        elif word in _TIMES:
            self.moment(_TIMES[word], untrusted_text)
        elif word in _KNOWN:
            self.say(f"container.{_KNOWN[word]}", untrusted_text)
        elif is_protected_name(untrusted_name):
            self.say(f"{PREFIX}container.{word}", untrusted_text)
        elif word:
            self.say(f"container.tag.{word}", untrusted_text)

    def moment(self, name: str, untrusted_text: str) -> None:
        """Keep a time: as an instant or a clock time where it is one, else as it was written."""
        text = untrusted_text.replace("\0", "").strip()[:_LONGEST_NAME]
        found = _MOMENT.match(text)
        if found is None:
            if _DAY.fullmatch(text):
                self._clocks.append(name)
            self.say(name, text)
            return
        try:
            self.keep(name, _iso(found))
        except ValueError:
            self.log.loss("impossible-date", f"{name} is {shown(text)}, which is no time.")
            return
        self._clocks.append(name)

    def seconds_since(self, name: str, year: int, seconds: float) -> None:
        """Keep an instant that is counted from the beginning of a year, in UTC; 0 is none."""
        if not seconds:
            return
        try:
            moment = datetime(year, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        except OverflowError:
            moment = None
        if moment is None or not _EARLIEST <= moment.year <= _LATEST:
            said = f"{moment:%Y-%m-%d}" if moment else f"{seconds:,.0f} seconds after {year}"
            text = f"{name} would be {said}, when nothing was recorded so. It was left out."
            self.log.loss("impossible-date", text)
            return
        self.keep(name, moment.isoformat(timespec="seconds"))
        self._clocks.append(name)

    def place(self, untrusted_text: str) -> None:
        """Keep a place as ISO 6709 spells one."""
        found = _PLACE.match(untrusted_text.strip())
        lat = _degrees(found[1], 90) if found else None
        lon = _degrees(found[2], 180) if found else None
        self.point(lat, lon)
        if found and found[3] and lat is not None and lon is not None:
            self.keep("container.altitude", float(found[3]))

    def point(self, lat: float | None, lon: float | None) -> None:
        """Keep a place on Earth; None for what is none."""
        if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:  # noqa: PLR2004  # degrees
            text = "The place that the recording claims is none on Earth. It was left out."
            self.log.loss("impossible-place", text)
            return
        self.keep("container.location", {"lat": round(lat, 7), "lon": round(lon, 7)})

    def finish(self) -> dict[str, MetaValue]:
        """Settle which time is the recording's, say what clocks are worth, and give all facts."""
        if "container.created" in self.facts:
            self.facts.setdefault("container.datetime", self.facts["container.created"])
        if self._clocks:
            names = ", ".join(dict.fromkeys(self._clocks))
            self.log.note(
                "metadata-date-guessed",
                f"{names}: what the clock of a device or of a program said. It can be wrong, or "
                "have been written later.",
            )
        if self._left_out:
            text = f"The recording says more of itself than is kept: {self._left_out:,} left out."
            self.log.loss("too-many", text)
        return self.facts


def _iso(found: re.Match[str]) -> str:
    """Spell a time as found, in the zone as found; `strptime` would load a module."""
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # checks it only
    zone = (found[7] or "").replace("Z", "+00:00")
    if len(zone) == 5:  # noqa: PLR2004  # as in +0600
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{moment.isoformat()}{zone}"


def _degrees(text: str, most: int) -> float | None:
    """Read degrees, degrees and minutes, or degrees, minutes and seconds, by the digits given."""
    whole, point, part = text[1:].partition(".")
    fraction = float(f"0{point}{part}") if part else 0.0
    at = 2 if most == 90 else 3  # noqa: PLR2004  # a latitude
    degrees = float(whole[:at])
    rest = whole[at:]
    if not rest:
        found = degrees + fraction
    elif len(rest) == 2:  # noqa: PLR2004  # minutes
        found = degrees + (float(rest) + fraction) / 60
    elif len(rest) == 4:  # noqa: PLR2004  # and seconds
        found = degrees + float(rest[:2]) / 60 + (float(rest[2:]) + fraction) / 3600
    else:
        return None
    if found > most:
        return None
    return -found if text[0] == "-" else found
