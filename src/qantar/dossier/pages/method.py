"""The method: in plain words how each number was made, and what Qantar cannot tell."""

from __future__ import annotations

from datetime import timedelta

from qantar.dossier.pages.figures import fate_words, state_words
from qantar.dossier.site import Site
from qantar.model.place import ABOVE_TOWN
from qantar.model.vocabulary import NAMES, Vocabulary, load
from qantar.weighing.same_happening import FAMILIES_BY_ACTOR, NEAR_IN_TIME, PART_OF_DAY


def write_method(site: Site) -> None:
    """Write the page. What a rule reads from code or a vocabulary, the page reads there too."""
    words = {name: _vocabulary(site, name) for name in NAMES}
    site.page(
        "method.html",
        "method.html",
        title=site.text("How each number was made"),
        words=words,
        state=state_words(site),
        fate=fate_words(site),
        near=_hours(NEAR_IN_TIME),
        sharp=_hours(PART_OF_DAY),
        large=sorted(ABOVE_TOWN),
        by_actor=_kinds(words["event-kind"], FAMILIES_BY_ACTOR),
        families=_families(words["event-kind"]),
        totals=_running_totals(words["measure"]),
    )


def _vocabulary(site: Site, name: str) -> Vocabulary:
    """The vocabulary as the case uses it, with the terms that its sheets declare."""
    return site.edition.vocabularies.get(name) or load(name)


def _running_totals(measures: Vocabulary) -> list[str]:
    return [term.id for term in measures.terms.values() if term.flags.get("cumulative")]


def _hours(span: timedelta) -> int:
    return int(span / timedelta(hours=1))


def _families(kinds: Vocabulary) -> list[list[str]]:
    """The kinds of event that may be one happening, where they are more than one."""
    groups: dict[str, list[str]] = {}
    for term in kinds.terms.values():
        groups.setdefault(term.family or term.id, []).append(term.id)
    return [group for group in groups.values() if len(group) > 1]


def _kinds(kinds: Vocabulary, families: frozenset[str]) -> list[str]:
    return [term.id for term in kinds.terms.values() if (term.family or term.id) in families]
