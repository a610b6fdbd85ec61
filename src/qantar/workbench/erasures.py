"""Erasures: what counts as never said, and which devices have destroyed it.

A request takes effect in the record of every device that has it, at once; the
material itself each device destroys for itself, and says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from msgspec import structs

from qantar.archive.erasure import LASTING_KINDS
from qantar.errors import NewerFormatError
from qantar.model.decision import Decision, Verdict
from qantar.model.entry import Entry
from qantar.model.history import History
from qantar.workbench import team_entries as team
from qantar.workbench.folded import Erasure
from qantar.workbench.names import digits_named
from qantar.workbench.roster import Roster


@dataclass(frozen=True, slots=True)
class ErasedSet:
    """The requests that count, in order, and all that they name that may be erased.

    Who may write, and what was erased, is never unsaid: that would unsay the work of others.
    `strange` are the ids of requests in a form that this version does not know.
    """

    requests: tuple[team.EraseAsked, ...]
    entries: frozenset[str]
    objects: frozenset[str]
    strange: frozenset[str]


def erased_set(history: History, roster: Roster) -> ErasedSet:
    """Gather what counts as never said."""
    requests: list[team.EraseAsked] = []
    strange: set[str] = set()
    lasting = _may_last(history, roster)
    for entry in history.entries:
        if entry.kind != team.ERASE or entry.body is None or roster.why_aside(entry):
            continue
        try:
            requests.append(_of_what_may_go(team.erase_of(entry), lasting))
        except NewerFormatError:
            strange.add(entry.id)
    return ErasedSet(
        tuple(requests),
        frozenset(name for one in requests for name in one.entries),
        frozenset(name for one in requests for name in one.objects),
        frozenset(strange),
    )


def lasting_in(history: History, roster: Roster) -> frozenset[str]:
    """Give the entries that nobody's request erases, nor one that names their keys.

    Their kind alone does not make them so, or whoever has some material could say it again
    under such a kind, and it would stay: they are by who counts, in a form that is known.
    """
    return frozenset(
        entry.id
        for entry in history.entries
        if entry.kind in LASTING_KINDS
        and entry.body is not None
        and roster.why_aside(entry) is None
        and _has_known_form(entry)
    )


def _has_known_form(entry: Entry) -> bool:
    try:
        if entry.kind == team.ERASE:
            team.erase_of(entry)
        elif entry.kind == team.ERASE_DONE:
            team.erase_done_of(entry)
    except NewerFormatError:
        return False
    return True  # of entries about devices the roster has looked


def _may_last(history: History, roster: Roster) -> frozenset[str]:
    """Give what lasts, and what may: of an entry whose body is not here only the kind is known."""
    unread = (e.id for e in history.entries if e.kind in LASTING_KINDS and e.body is None)
    return lasting_in(history, roster).union(unread)


def _of_what_may_go(asked: team.EraseAsked, lasting: Collection[str]) -> team.EraseAsked:
    """Leave out of a request the entries that nobody can ask to erase."""
    return replace(asked, entries=tuple(n for n in asked.entries if n not in lasting))


def erasures_of(
    erased: ErasedSet, done: Iterable[tuple[str, str]], roster: Roster, history: History
) -> Iterator[Erasure]:
    """Say of each request who has carried it out, and who has not said so.

    Args:
        erased: the requests.
        done: the id of a request and the device that has carried it out.
        roster: who is asked: members, but for those that were revoked.
        history: a device that was let in after the request never had the material.
    """
    answered: dict[str, set[str]] = {}
    for request, device in done:
        answered.setdefault(request, set()).add(device)
    for asked in erased.requests:
        have = answered.get(asked.request, set())
        members = {
            one.id
            for one in roster.members.values()
            if not one.revoked and not _joined_later(one.admitted, asked.request, history)
        }
        yield Erasure(
            asked=asked, answered=tuple(sorted(have)), pending=tuple(sorted(members - have))
        )


def without_words(quoting: Decision, gone: Collection[str]) -> Decision | None:
    """Give what goes on of a decision that names something erased; None where nothing does.

    What it set aside besides stays aside: nobody chose to bring that back, and it may
    be there to protect somebody. Its reason, which may quote, is left out.

    Args:
        quoting: the decision.
        gone: the digits of entries that were erased or are left out.
    """
    left = tuple(one for one in quoting.targets if digits_named(one) not in gone)
    if not left or quoting.verdict not in (Verdict.WITHDRAW, Verdict.UNDO):
        return None
    return structs.replace(quoting, targets=left, reason="")


def _joined_later(admitted: str, request: str, history: History) -> bool:
    return bool(admitted) and history.happened_before(request, admitted)
