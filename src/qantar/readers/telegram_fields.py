"""Single fields of a message in `result.json`, whatever type a hostile file gives them.

Pure. None, or nothing, stands for what is not there and for what has another type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from qantar.model.segment import Reaction

Object = Mapping[str, object]

SKIPPED: Final = re.compile(
    r"(?:(?P<name>.*) )?\((?:File|Photo|Video|Story) (?:not included\.|unavailable,|exceeds maximum"
    r" size\.) (?:Change data exporting settings to download\.|please try again later)\)",
    re.DOTALL,
)
_NAMES_IN_ACTIONS: Final = ("title", "new_title", "inviter", "information_text", "emoticon")
_FACTS_OF_ACTIONS: Final = (
    *("score", "amount", "currency", "discard_reason", "duration_seconds", "duration", "period"),
    *("schedule_date", "message_id", "game_message_id", "invoice_message_id", "distance", "to"),
    *("cost", "months", "reason_domain", "reason_app_name"),
)
_BESIDE_WHAT_IS_SAID: Final = frozenset(
    {
        *("id", "type", "date", "date_unixtime", "edited", "edited_unixtime", "from", "from_id"),
        *("author", "text", "text_entities", "reactions", "via_bot", "reply_to_message_id"),
        *("reply_to_peer_id", "forwarded_from", "forwarded_from_id", "forwarded_date"),
        *("forwarded_date_unixtime", "saved_from", "saved_from_id", "media_spoiler"),
        *("self_destruct_period_seconds", "message_thread_id", "paid_stars_amount"),
    }
)
_WHOLE_DIGITS: Final = 18
_DETAIL_CHARS: Final = 1000


def text_in(value: object) -> str | None:
    """A text that says something."""
    return value if isinstance(value, str) and value else None


def text_of(part: object, key: str = "text") -> str:
    """The text of a part, which may itself be written as a list of parts."""
    value = part.get(key) if isinstance(part, dict) else None
    if isinstance(value, list):
        return "".join(each if isinstance(each, str) else text_of(each) for each in value)
    return value if isinstance(value, str) else ""


def id_in(value: object) -> str | None:
    """An id, which old exports give as a number."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def whole_in(value: object) -> int | None:
    """A whole number, which exports also give as a text."""
    if isinstance(value, str):
        if len(value) > _WHOLE_DIGITS or not value.removeprefix("-").isdecimal():
            return None
        return int(value)
    return value if isinstance(value, int) else None


def forwarded_in(untrusted: Object) -> str:
    """Who wrote a forwarded message first: a name, else an id; an account may be gone."""
    found = text_in(untrusted["forwarded_from"]) or id_in(untrusted.get("forwarded_from_id"))
    return found or text_in(untrusted.get("saved_from")) or "unknown"


def reply_in(untrusted: Object) -> str | None:
    """The message that is answered, behind its chat where that is another."""
    number = untrusted.get("reply_to_message_id")
    if number is None:
        return None
    other = id_in(untrusted.get("reply_to_peer_id"))
    return f"{other}/{id_in(number)}" if other else id_in(number)


def reactions_in(found: object) -> tuple[Reaction, ...]:
    """What others answered with; a sign without a picture by its kind."""
    if not isinstance(found, list):
        return ()
    return tuple(_reaction(one) for one in found if isinstance(one, dict))


def _reaction(one: Object) -> Reaction:
    sign = text_in(one.get("emoji")) or text_in(one.get("document_id")) or text_in(one.get("type"))
    if sign is None or SKIPPED.fullmatch(sign):
        sign = text_in(one.get("type")) or "unknown"
    count = whole_in(one.get("count"))
    return Reaction(sign=sign, count=max(0, count) if count is not None else 1)


def with_poll(text: str, poll: Object) -> tuple[str, tuple[Reaction, ...]]:
    """A poll's question and answers as text, and how many chose each."""
    answers = poll.get("answers")
    given = [one for one in answers if isinstance(one, dict)] if isinstance(answers, list) else []
    lines = [text, text_of(poll, "question"), *(text_of(one) for one in given)]
    votes = (
        Reaction(sign=text_of(one), count=max(0, whole_in(one.get("voters")) or 0)) for one in given
    )
    return "\n".join(line for line in lines if line), tuple(votes)


def with_list(text: str, todo: Object) -> str:
    """A list of things to do as text: what it is called, and each of them on a line."""
    answers = todo.get("answers")
    given = [text_of(one) for one in answers] if isinstance(answers, list) else []
    return "\n".join(line for line in (text, text_of(todo, "title"), *given) if line)


def place_in(untrusted: Object) -> str | None:
    """A place as a name and coordinates; there is no other field for them."""
    where = untrusted.get("location_information")
    point = ""
    if isinstance(where, dict):
        pair = (where.get("latitude"), where.get("longitude"))
        if all(isinstance(one, int | float) for one in pair):
            point = f"{pair[0]},{pair[1]}"
    words = (text_in(untrusted.get("place_name")), text_in(untrusted.get("address")), point)
    return ", ".join(word for word in words if word) or None


def service_in(untrusted: Object) -> str:
    """What happened, as in `invite_members: Ainur S.`, with the words that belong to it."""
    action = text_in(untrusted.get("action")) or "service"
    details = [str(untrusted[key]) for key in _NAMES_IN_ACTIONS if untrusted.get(key) is not None]
    details += [f"{key} {untrusted[key]}" for key in _FACTS_OF_ACTIONS if key in untrusted]
    members = untrusted.get("members")
    if isinstance(members, list):
        details += [one if isinstance(one, str) else "(deleted account)" for one in members]
    said = ", ".join(details)[:_DETAIL_CHARS]
    return f"{action}: {said}" if said else action


def unknown_in(untrusted: Object) -> str | None:
    """The keys of a message that may hold what it says, where this reader knows none of them."""
    names = [str(key) for key in untrusted if key not in _BESIDE_WHAT_IS_SAID]
    return ", ".join(sorted(names))[:_DETAIL_CHARS] or None


def other_content_in(untrusted: Object) -> str | None:
    """What a message carries that is neither text nor file, in a few words."""
    if "game_title" in untrusted:
        return f"game: {text_of(untrusted, 'game_title')}"[:_DETAIL_CHARS]
    if "invoice_information" in untrusted:
        return f"invoice: {text_of(untrusted['invoice_information'], 'title')}"[:_DETAIL_CHARS]
    return None
