"""Which word of a name is the given name, which the surname, which the father's.

Lists write names in any order, and no table of names has them all. So the lists teach it
themselves: split columns and endings say of many words what they are, these words say it of
the same words elsewhere, and the order that a list mostly keeps says the rest. A few
rounds of that settle nearly all; how sure the split of each name is goes with it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import permutations
from typing import Final, NamedTuple

from qantar.linking.folding import tokens
from qantar.linking.name_forms import as_given
from qantar.linking.name_parts import Part, Role, father_of, initial_of, is_mark_of_father, part_of
from qantar.model.person_row import NameOrder, PersonRow

_ROUNDS: Final = 3
_SAMPLE: Final = 40_000  # names that teach; more teach no more
_IN_BRACKETS: Final = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
_DOTTED: Final = re.compile(r"([^\W\d_]{1,2})\.")
_CHILD_OF: Final = frozenset({"сын", "дочь", "syn", "doch"})
_OF_A_FATHER: Final = re.compile(r"[^\W\d_]{3,}[аяыиayi]", re.IGNORECASE)
"""A father's name behind these is inflected ("сын Петра"). In "Ли Сын Ман" it is a Korean name."""
_MOST_WORDS: Final = 5
_BY_FORM: Final = 3.0  # what an ending is worth, in natural log units
_UNSEEN: Final = 0.5
_NO_ROLE: Final = -4.0


class SplitName(NamedTuple):
    """A name by its roles; None where no word has the role.

    `sure` is how much likelier this split is than the best that exchanges given name and
    surname, in natural log units; 0 where it could be either way.
    """

    given: Part | None
    surname: Part | None
    father: Part | None
    sure: float
    rest: tuple[Part, ...] = ()


def lacks_given(names: Iterable[SplitName]) -> bool:
    """Say whether none of a row's names has a whole given name: it has an initial, or nothing."""
    given = (name.given for name in names)
    return not any(part and part.skeleton and not part.initial for part in given)


class Words(NamedTuple):
    """The words of a name as a row has them, and what its columns say that they are.

    `style` is the list; lists have habits of their own. `order` is the list's word on it.
    """

    style: str
    whole: tuple[Part, ...]
    given: tuple[Part, ...] = ()
    surname: tuple[Part, ...] = ()
    father: tuple[Part, ...] = ()
    order: NameOrder = NameOrder.ANY


def words_of(row: PersonRow) -> Words:
    """Cut the names of a row into words; one that has only other names goes by the first."""
    name = row.name
    if row.aliases and not (name or row.given or row.surname or row.patronymic):
        name = row.aliases[0]
    return _words(row.list, name, row.given, row.surname, row.patronymic, row.name_order)


@lru_cache(maxsize=200_000)
def _words(
    style: str,
    name: str | None,
    given: str | None,
    surname: str | None,
    patronymic: str | None,
    order: NameOrder,
) -> Words:
    whole = parts_in(name) if name else ()
    if name and "," in name and order is NameOrder.ANY:
        head, _, tail = name.partition(",")
        if tokens(head) and tokens(tail):
            order = NameOrder.SURNAME_FIRST
    return Words(
        style=style,
        whole=whole,
        given=parts_in(given) if given else (),
        surname=parts_in(surname) if surname else (),
        father=parts_in(patronymic) if patronymic else (),
        order=order,
    )


def parts_in(text: str, *, most: int = _MOST_WORDS) -> tuple[Part, ...]:
    """Give the words of a name as parts: initials apart, marks of fathers joined to their word.

    Args:
        text: a name, or a part of one.
        most: how many words of it; what a list writes behind is mostly no name.
    """
    plain = _IN_BRACKETS.sub(" ", text)
    initials = frozenset[str]()
    if "." in plain:
        initials = frozenset(found[1] for found in _DOTTED.finditer(plain))
        plain = _DOTTED.sub(r"\1 ", plain)
    found: list[Part] = []
    before = ""
    for word in tokens(plain):
        if before in _CHILD_OF and _OF_A_FATHER.fullmatch(word):
            found[-1] = father_of(f"{found[-1].text} {word}", word)
        elif found and not found[-1].initial and is_mark_of_father(word):
            found[-1] = part_of(found[-1].text + word)
        elif word in initials or len(word) == 1:
            found.append(initial_of(word))
        else:
            found.append(part_of(word))
        before = word.casefold()
    return tuple(found[:most])


@dataclass(slots=True)
class Lexicon:
    """How often a word is which, and in which order each list writes them."""

    given: Counter[str] = field(default_factory=Counter)
    surname: Counter[str] = field(default_factory=Counter)
    orders: dict[str, Counter[str]] = field(default_factory=dict)
    _habits: dict[tuple[str, str], float] = field(default_factory=dict)

    def leaning(self, part: Part) -> float:
        """How much likelier a word is a given name than a surname, in natural log units."""
        many, few = self.given[part.skeleton] + _UNSEEN, self.surname[part.skeleton] + _UNSEEN
        told = math.log(many / few)
        if part.form is Role.SURNAME:
            told -= _BY_FORM
        return max(-6.0, min(6.0, told))

    def habit(self, style: str, pattern: str) -> float:
        """The log of how often a list writes a pattern such as "SG" or "GFS"."""
        known = self._habits.get((style, pattern))
        if known is None:
            known = self._habits[style, pattern] = self._habit(style, pattern)
        return known

    def _habit(self, style: str, pattern: str) -> float:
        counts = self.orders.get(style)
        if counts is None:
            return 0.0
        same = sum(many for one, many in counts.items() if len(one) == len(pattern))
        return math.log((counts[pattern] + 1.0) / (same + 6.0))

    def learn(self, words: Words, split: SplitName, pattern: str) -> None:
        """Count a name that was split."""
        weight = 1.0 if split.sure > 1.0 else 0.5
        for part, counts in ((split.given, self.given), (split.surname, self.surname)):
            if part is not None and not part.initial:
                counts[part.skeleton] += weight  # type: ignore[assignment]  # counts need not be whole
        if split.father is not None and not split.father.initial:
            self.given[split.father.skeleton] += 0.3  # type: ignore[assignment]
        if pattern:
            self.orders.setdefault(words.style, Counter())[pattern] += 1
            self._habits.clear()


class Splitter:
    """Splits names; made from the names it is to split."""

    def __init__(self, listed: Iterable[Words]) -> None:
        """Learn from the names, round after round."""
        distinct = list(dict.fromkeys(listed))
        sample = distinct[:: step_among(len(distinct))]
        self._lexicon = Lexicon()
        for _ in range(_ROUNDS):
            fresh = Lexicon()
            for words in sample:
                split, pattern = _split(words, self._lexicon)
                fresh.learn(words, split, pattern)
            self._lexicon = fresh
        self._known: dict[Words, SplitName] = {}

    def leaning(self, part: Part) -> float:
        """How much likelier a word is a given name than a surname, in natural log units."""
        return self._lexicon.leaning(part)

    def split(self, words: Words) -> SplitName:
        """Split a name."""
        found = self._known.get(words)
        if found is None:
            found = self._known[words] = _with_known_names(_split(words, self._lexicon)[0])
        return found


def _with_known_names(split: SplitName) -> SplitName:
    given, father = (part and as_given(part) for part in (split.given, split.father))
    return split._replace(given=given, father=father)


def step_among(names: int) -> int:
    """Say how many distinct names are passed on to the next that teaches; of a sample that is 1."""
    return max(1, names // _SAMPLE)


def _split(words: Words, lexicon: Lexicon) -> tuple[SplitName, str]:
    if words.given or words.surname or words.father:
        return _of_columns(words, lexicon), ""
    return _of_whole(words, lexicon)


def _of_columns(words: Words, lexicon: Lexicon) -> SplitName:
    """Take the columns at their word, but for what stands in the wrong one by its form."""
    given = _first(words.given)
    surname = _first(words.surname)
    father = _first(words.father)
    rest = [*words.given[1:], *words.surname[1:], *words.father[1:], *words.whole]
    if father is None:
        # "Имя Отчество" in one column, or a patronymic that stands as a second name.
        second = next((one for one in words.given[1:] if one.form is Role.PATRONYMIC), None)
        second = second or next((one for one in words.given[1:] if one.initial), None)
        if second is None and surname is not None and surname.form is Role.PATRONYMIC:
            second, surname = surname, None
        father = second
        rest = [one for one in rest if one is not second]
    sure = 3.0
    if given and surname and not given.initial and not surname.initial:
        sure += 0.5 * (lexicon.leaning(given) - lexicon.leaning(surname))
        if sure < 0 and given.form is not Role.PATRONYMIC:
            given, surname, sure = surname, given, -sure
    return SplitName(given, surname, father, max(0.0, sure), tuple(rest))


def _of_whole(words: Words, lexicon: Lexicon) -> tuple[SplitName, str]:
    """Find the likeliest roles of the words of a whole name."""
    parts = words.whole
    if not parts:
        return SplitName(None, None, None, 0.0), ""
    fits = [_fits(part, lexicon) for part in parts]
    scored = sorted(
        ((_likelihood(words, roles, fits, lexicon), roles) for roles in _patterns(parts)),
        reverse=True,
    )
    best, roles = scored[0]
    swapped = roles.translate(_SWAP)
    other = next((score for score, one in scored if one == swapped), best - 6.0)
    by_role = {role: parts[at] for at, role in enumerate(roles)}
    rest = tuple(part for at, part in enumerate(parts) if roles[at] == "x")
    found = SplitName(
        by_role.get("G"), by_role.get("S"), by_role.get("F"), max(0.0, best - other), rest
    )
    return found, roles


_SWAP: Final = str.maketrans("GS", "SG")
_BY_COUNT: Final[Mapping[int, Sequence[str]]] = {
    1: ("G", "S"),
    2: ("SG", "GS", "GF", "FG"),
    3: ("SGF", "GFS", "GSF", "SFG", "FGS", "SGx", "GSx", "xGS"),
}


def _patterns(parts: Sequence[Part]) -> Sequence[str]:
    if len(parts) in _BY_COUNT:
        return _BY_COUNT[len(parts)]
    return _longer(len(parts))


@lru_cache(maxsize=8)
def _longer(count: int) -> tuple[str, ...]:
    """Give where given name, surname and father may stand among four words or more."""
    found = []
    for places in permutations(range(count), 3):
        roles = ["x"] * count
        for role, place in zip("SGF", places, strict=True):
            roles[place] = role
        found.append("".join(roles))
    return tuple(found)


def _likelihood(
    words: Words, roles: str, fits: Sequence[Mapping[str, float]], lexicon: Lexicon
) -> float:
    total = lexicon.habit(words.style, roles)
    for fit, role in zip(fits, roles, strict=True):
        total += fit[role]
    if words.order is not NameOrder.ANY:
        first_given = roles.find("G") < roles.find("S") if "S" in roles else True
        total += 3.0 * (first_given is (words.order is NameOrder.GIVEN_FIRST))
    return total


def _fits(part: Part, lexicon: Lexicon) -> Mapping[str, float]:
    """Give by role how well a word fits it, in natural log units; `x` is none of them."""
    if part.form is Role.PATRONYMIC:
        return {"F": 3.0, "G": -3.0, "S": -3.0, "x": _NO_ROLE}
    if part.initial:
        return {"F": 0.0, "G": 0.0, "S": -3.0, "x": _NO_ROLE}
    leaning = lexicon.leaning(part)
    father = min(0.0, 0.5 * leaning) - 1.5
    return {"F": father, "G": 0.5 * leaning, "S": -0.5 * leaning, "x": _NO_ROLE}


def _first(parts: Sequence[Part]) -> Part | None:
    return parts[0] if parts else None
