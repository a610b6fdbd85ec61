"""One message of a WhatsApp export: what was said, and what the program says beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from qantar.model.segment import Media, MediaKind, Reaction
from qantar.readers.chat_writer import kind_of_file
from qantar.readers.whatsapp_words import (
    LOCATION,
    MARKS,
    OPTION,
    POLL,
    SPACES,
    SYSTEM,
    attached_file,
    is_deleted,
    is_half_quoted,
    left_out,
    named_file,
    plain,
    titled_document,
    without_edit_mark,
)

_MARK: Final = "\u200e"
# A colon within a word, as in an address or a time of day, is part of the name.
_NAME_END: Final = re.compile(f":[\n{SPACES}{MARKS}]")
_LONGEST_NAME: Final = 500
_MAY_END_A_MARK: Final = frozenset((">", *MARKS, *SPACES))
_LONGEST_NOTE: Final = 200
"""No placeholder of the program is longer; what is, is looked at only where it must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a message says, its marks taken out of the text and put where they belong."""

    text: str
    is_system: bool = False
    edited: bool = False
    deleted: bool = False
    media: tuple[Media, ...] = ()
    reactions: tuple[Reaction, ...] = ()


def speaker_and_text(rest: str) -> tuple[str | None, str]:
    """Cut the name off what stands behind date and time; None where the program speaks."""
    found = _NAME_END.search(rest, 0, _LONGEST_NAME)
    at = found.start() if found else len(rest) - 1
    if found is None and not (rest.endswith(":") and at < _LONGEST_NAME):
        return None, rest
    speaker = _speaker(rest[:at])
    return (None, rest) if speaker is None else (speaker, rest[at + 1 :].removeprefix(" "))


@lru_cache(maxsize=4096)
def _speaker(name: str) -> str | None:
    """A name without the marks around it; None where it is none."""
    if "\n" in name or is_half_quoted(name):
        return None
    return name.strip(MARKS + SPACES) or None


def read_message(text: str, *, iphone: bool, members: frozenset[str] | None) -> Said:
    """Take what the program added out of a message.

    Args:
        text: all that stands behind the name, in as many lines as it has.
        iphone: whether the file is one of an iPhone.
        members: names of the files beside it; None where they are not known.
    """
    edited = False
    if text[-1:] in _MAY_END_A_MARK and (before := without_edit_mark(text)) is not None:
        text, edited = before, True
    if len(text) <= _LONGEST_NOTE and is_deleted(text):
        return Said(text="", deleted=True, edited=edited)
    if text.startswith(_MARK) and (system := _system(text)):
        return system
    text, media = _media(text, members, iphone=iphone)
    if media:
        return Said(text=text, media=(media,), edited=edited)
    if POLL.match(text):
        return _poll(text, edited=edited)
    return Said(text=text, edited=edited)


def _system(text: str) -> Said | None:
    """A line of the program, which an iPhone writes behind a mark of writing direction."""
    if "\n" in text or len(text) > 2 * _LONGEST_NOTE or left_out(text, iphone=True):
        return None
    if not SYSTEM.search(plain(text)):
        return None
    if attached_file(text) or LOCATION.fullmatch(text.strip(MARKS + SPACES)):
        return None
    return Said(text=text.strip(MARKS), is_system=True)


def _media(text: str, members: frozenset[str] | None, *, iphone: bool) -> tuple[str, Media | None]:
    """What is left of a text without the file that it names, and that file."""
    line, _, below = text.partition("\n")
    if len(line) <= 2 * _LONGEST_NOTE:
        if (name := named_file(line)) is not None:
            return below, _file(name, members)
        kind = left_out(line, iphone=iphone)
        if kind is not None:
            return below, Media(kind=kind, present=False)
    if ">" in text and (found := attached_file(text)):
        before, name = found
        titled = titled_document(before)
        return before if titled is None else "", _file(name, members)
    if "•" in line and not below and (titled := titled_document(line)):
        kind = left_out(titled[1], iphone=iphone)
        if kind is not None:
            return "", Media(kind=kind, name=titled[0], present=False)
    if "maps.google.com" in line and not below:
        place = LOCATION.fullmatch(line.strip(MARKS + SPACES))
        if place:
            return "", Media(kind=MediaKind.LOCATION, name=place["where"])
    return text, None


def _file(name: str, members: frozenset[str] | None) -> Media:
    kind = kind_of_file(name)
    head = name.upper()
    if head.startswith("PTT-"):
        kind = MediaKind.VOICE
    elif head.startswith("AUD-"):
        kind = MediaKind.AUDIO
    elif head.startswith("VID-") or "-GIF-" in head:
        kind = MediaKind.VIDEO
    return Media(kind=kind, name=name, present=None if members is None else name in members)


def _poll(text: str, *, edited: bool) -> Said:
    """A poll: its question and answers as text, and how many chose each."""
    _, *lines = text.split("\n")
    said: list[str] = []
    votes: list[Reaction] = []
    for line in lines:
        option = OPTION.fullmatch(line)
        if option:
            answer = option["answer"].strip(MARKS)
            votes.append(Reaction(sign=answer, count=int(option["votes"] or 0)))
        said.append(option["answer"].strip(MARKS) if option else line.strip(MARKS))
    media = Media(kind=MediaKind.POLL, name=said[0] if said else None)
    return Said(text="\n".join(said), media=(media,), reactions=tuple(votes), edited=edited)
