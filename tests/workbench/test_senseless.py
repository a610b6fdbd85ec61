"""What a member's device writes is folded and built whatever it says: no other material suffers.

The device may be turned, broken, or newer. A body with senseless values is set aside by
the fold, or costs the accession that it is about; it never stops a command.
"""

from __future__ import annotations

import copy
import random
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from qantar.archive.case import Case
from qantar.archive.journal import append_many, read
from qantar.archive.lock import writing
from qantar.archive.unlock import open_case
from qantar.model.canonical import canonical
from qantar.model.decision import Verdict
from qantar.model.entry import Entry
from qantar.model.finding import Severity
from qantar.record.load import write_record
from qantar.workbench import entries as kinds
from qantar.workbench import team_entries as team
from qantar.workbench.add import add
from qantar.workbench.build import build, derive
from qantar.workbench.create import create
from qantar.workbench.decide import decide
from qantar.workbench.edition import edition_of
from qantar.workbench.fold import fold
from qantar.workbench.folded import Folded
from qantar.workbench.names import accession_name, claim_name, decision_id
from qantar.workbench.plan import plan_of
from qantar.workbench.publish import publish
from qantar.workbench.roster import Aside
from qantar.workbench.search import search
from qantar.workbench.status import status
from qantar.workbench.wholeness import NOT_WHOLE
from tests.model.journals import Writer

from .conftest import NOW

MUTATIONS = 400
_ANSWERED = {
    kinds.ACCESSION,
    kinds.SHEET,
    kinds.BOUNDARIES,
    kinds.COUNTING,
    kinds.DECISION,
    kinds.RELEASE,
}

SHEET = """
[case]
title = "Winter"
languages = ["ru", "en"]
zone = "Asia/Almaty"
span = "2030-01-01/2030-01-31"

[sources.s]
name = "Source"
kind = "media"
protected = false

[places.P]
name = "Sayaq"
kind = "city"
kk = "Сая"
latin = ["Sayak"]
lat = 48.5
lon = 70

[[counting]]
id = "killed"
population = "persons killed"
where = "in Sayaq"
lists = ["court", "hospital", "press"]
status = ["killed"]
strata = ["period", "sex"]
cuts = [2030-01-05]
copied = [["press", "court"]]
methods = ["chao"]

[vocabulary.event-kind.queue]
en = "queue"
family = "gathering"

[[accession]]
path = "statements.csv"
source = "s"
consent = "public"
encoding = "utf-8"
delimiter = ","
holds = "statements"
zone = "Asia/Almaty"
language = "ru"
acquired = { by = "A", on = "2030-01-20", how = "by hand", from = "B" }
[accession.columns]
id = "id"
statement = "text"
figure = { column = "n", decimal = ".", thousands = " " }
when = { column = "when", dates = "dmy", zone = "Asia/Almaty" }
about_place = { column = "where", split = ";" }
measure = { column = "what", values = { "убиты" = "killed" }, default = "killed" }
population = { constant = "people" }
said_by = "who"

[[accession]]
path = "events.csv"
source = "s"
consent = "public"
holds = "events"
[accession.columns]
id = "id"
statement = "text"
event_kind = { constant = "queue" }
start = "start"
end = "end"
place = "where"

[[accession]]
path = "places.csv"
source = "s"
consent = "public"
holds = "places"
[accession.columns]
id = "id"
name = "name"
lat = "lat"
lon = "lon"

[[accession]]
path = "outages.csv"
source = "s"
consent = "public"
holds = "outages"
[accession.columns]
statement = "text"
region = "where"
state = { constant = "down" }
start = "start"
end = "end"

[[accession]]
path = "persons.csv"
source = "s"
consent = "restricted"
holds = "persons"
[accession.columns]
name = { column = "name", as = ["given", "surname"] }
born = { column = "born", as = "date-or-age" }

[[accession]]
path = "letter.txt"
source = "s"
"""
FILES = {
    "statements.csv": "id,text,n,when,where,what,who\n"
    "c1,Двое убиты,2,05.01.2030,Sayaq;Arna,убиты,A\nc2,Трое,3,06.01.2030,Sayaq,убиты,B\n",
    "events.csv": "id,text,start,end,where\n"
    "e1,A queue,2030-01-05T10:00,2030-01-05T12:00,Sayaq\n"
    "e2,A queue,2030-01-05T11:00,,Sayaq\n",
    "places.csv": "id,name,lat,lon\nL1,Arna,48.1,70.2\n",
    "outages.csv": "text,where,start,end\nNo net,Sayaq,2030-01-05T10:00,2030-01-06T10:00\n",
    "persons.csv": "name,born\nА Б,1990\n",
    "letter.txt": "hello\n",
}
TEXTS = (
    *(
        "",
        " ",
        "x",
        "a\0b",
        "\ufeff",
        '"',
        "\n",
        ",,",
        "e\u0301",
        "\u202e",
        "д" * 300,
        "x" * 70_000,
    ),
    *(
        "Mars/Phobos",
        "../../etc/passwd",
        "Asia/almaty",
        "UTC",
        "2030-13-01",
        "0001-01-01/9999-12-31",
    ),
    *(
        "2030-01-05/2030-01-01",
        "9999-12-31/9999-12-31",
        "0001-01-01",
        "2030-W01-1",
        "rot13",
        "utf-7",
    ),
    *("hex", "idna", "utf-16", "undefined", "NaN", "sNaN", "Infinity", "-Infinity", "1E+999999999"),
    *(
        "1E-999999999",
        "91",
        "-0",
        "0.1",
        "0" * 64,
        "f" * 64,
        "a1",
        "entry:0000",
        "claim:",
        "claim:x:",
    ),
    *("d-", "undo", "join", "answers", "withdraw", "events", "persons", "places", "speakers", "id"),
    *(
        "statement",
        "restricted",
        "unknown",
        "event-kind",
        "no-such",
        "claim-fate",
        "dmy",
        "%s",
        "{0}",
    ),
    *("<script>", "'; drop table claims; --", ".*", "(", "[", "\\", "+", "5", "é", "\u00a0", "\t"),
)
NUMBERS = (-(2**53) + 1, -5, -1, 0, 1, 2, 3, 64, 2**31, 2**53 - 1)
ANY: tuple[Any, ...] = (
    None,
    True,
    False,
    7,
    -1,
    "text",
    [],
    {},
    [[]],
    [{}],
    [None],
    {"a": 1},
    [["a", "b"]],
    ["a"],
)


@dataclass(frozen=True)
class Ground:
    """A case, and all entries of its journals, with those of one more member."""

    case: Case
    entries: list[Entry]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A small case with an entry of every kind."""
    folder = tmp_path_factory.mktemp("senseless")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    layer = '{"type":"FeatureCollection","features":[]}'
    (folder / "map.geojson").write_text(layer)
    said = SHEET.replace('span = "', 'boundaries = "map.geojson"\nspan = "', 1)
    (folder / "sheet.toml").write_text(said, encoding="utf-8")
    case = create(folder / "case", title="Winter", now=NOW)
    add(case, paths=(), sheet_path=folder / "sheet.toml", now=NOW, acknowledge=lambda _: None)
    made = [one for one in read(case) if one.kind == kinds.ACCESSION]
    events = claim_name(made[1].id, "e1"), claim_name(made[1].id, "e2")
    release = {"policy": "p", "as_of": "2030-01-31", "object": "c" * 64, "size": 9}
    drafts = [
        team.device_admit("b", Writer("b").public),
        kinds.decision(Verdict.JOIN, events, "one"),
        kinds.decision(Verdict.ANSWERS, (claim_name(made[0].id, "c1"), "dead"), "it does"),
        kinds.decision(Verdict.WITHDRAW, (accession_name(made[5].id),), "no"),
        kinds.release("e" * 64, **release),  # type: ignore[arg-type]  # as a body has them
        team.erase(["d" * 64], ["a" * 64], team.EraseReason.SAFETY),
        team.device_revoke("9" * 32, None),
        ("estimate.seed", {"seed": 7}),
    ]
    with writing(case):
        written = append_many(case, drafts, at=NOW)
        undo = kinds.decision(Verdict.UNDO, (decision_id(written[3].id),), "yes")
        append_many(case, [undo, team.erase_done(written[5].id)], at=NOW)
        build(case, software="test")
    return Ground(open_case(case.root), list(read(case)))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a body, itself included."""
    yield path
    pairs: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    pairs = enumerate(value) if isinstance(value, list) else pairs
    for key, inner in pairs:
        yield from leaves(inner, (*path, key))


def mutated(entry: Entry, chance: random.Random) -> Entry:
    """The entry with one or a few places of its body changed."""
    body = plain(entry.body)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        path = chance.choice(list(leaves(body))[1:] or [()])
        holder = body
        for step in path[:-1]:
            holder = holder[step]
        if path:
            changed(holder, path[-1], chance)
    return structs.replace(entry, body=body)


def plain(value: Any) -> Any:
    """What canonical JSON gives back."""
    if isinstance(value, dict) or hasattr(value, "items"):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def changed(holder: Any, key: Any, chance: random.Random) -> None:
    """Put another value in a place: mostly of the same type."""
    value = holder[key]
    if chance.random() < 0.1:
        del holder[key]
    elif chance.random() < 0.15:
        holder[key] = copy.deepcopy(chance.choice(ANY))
    elif isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int):
        holder[key] = chance.choice(NUMBERS)
    elif isinstance(value, list) and value:
        holder[key] = chance.choice(
            ([], value * 2, value * 40, value[::-1], [chance.choice(TEXTS)])
        )
    elif isinstance(value, dict) and value:
        value[chance.choice(("more", "zone", "default", "x-y"))] = chance.choice(TEXTS)
    else:
        holder[key] = chance.choice(TEXTS)


def suffers(ground: Ground, entries: list[Entry], touched: set[str], path: Path) -> None:
    """Fold, build and lay out for publication; hold that the other accessions are read as ever."""
    folded = fold(entries, founder=ground.case.founder)
    counted = {one.entry for one in folded.accessions} | {one.id for one in folded.set_aside}
    counted |= folded.erased | folded.quoting
    assert counted >= {one.id for one in entries if one.kind == kinds.ACCESSION}
    derived = derive(ground.case, folded)
    path.unlink(missing_ok=True)
    write_record(path, bytes(32), derived.contents, software="t", state=folded.state)
    read_now = {a.entry: a.id for a in derived.contents.accessions}
    contents = derived.contents
    documents = {one.accession for one in contents.documents}
    documents |= {one.accession for one in contents.texts}
    for one in derived.contents.accessions:
        if one.in_use and one.entry not in touched:
            assert read_now[one.entry] in documents, one.accession.path
    laid_out(ground, folded)


def laid_out(ground: Ground, folded: Folded) -> None:
    chosen = plan_of(folded, None)
    edition_of(ground.case, folded, chosen, language="en", now=NOW, software="t")


def rounds(ground: Ground, seed: int, count: int, path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311  # seeded, and no secret
    for _ in range(count):
        at = chance.randrange(len(ground.entries))
        entry = ground.entries[at]
        made = mutated(entry, chance)
        canonical(made.body)  # what no journal can hold is not tried
        entries = [*ground.entries]
        entries[at] = made
        try:
            suffers(ground, entries, {entry.id}, path)
        except Exception as error:
            error.add_note(f"seed {seed}: {entry.kind} {made.body!r}"[:3000])
            raise


@pytest.mark.parametrize("seed", range(4))
def test_no_body_stops_a_build(ground: Ground, seed: int, tmp_path: Path) -> None:
    rounds(ground, seed, MUTATIONS // 4, tmp_path / "record.db")


@pytest.mark.parametrize("size", [0, 1, 150, 4096, 2**53 - 1])
@pytest.mark.parametrize("original", [None, "9" * 64])
def test_bytes_that_are_not_here_cost_their_accession_only(
    ground: Ground, size: int, original: str | None, tmp_path: Path
) -> None:
    at = next(n for n, one in enumerate(ground.entries) if one.kind == kinds.ACCESSION)
    body = plain(ground.entries[at].body)
    body |= {"size": size} | ({"original": original} if original else {})
    entries = [*ground.entries]
    entries[at] = structs.replace(entries[at], body=body)
    suffers(ground, entries, {entries[at].id}, tmp_path / "record.db")
    found = derive(ground.case, fold(entries, founder=ground.case.founder)).contents.findings
    (lost,) = [one for one in found if one.code in NOT_WHOLE]
    assert (lost.accession, lost.severity) == ("a1", Severity.LOSS)
    assert "merge a bundle" in lost.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Phobos"},
        {"delimiter": ",,"},
        {"header_row": -5},
        {"columns": [{"field": "no-such", "header": "id"}]},
        {"columns": [{"field": "id", "header": "id"}] * 2},
        {"columns": [{"field": "id", "header": "id", "as": ["no-such"]}]},
    ],
)
def test_an_accession_that_nothing_could_be_read_by_is_set_aside_and_listed(
    ground: Ground, wrong: dict[str, Any]
) -> None:
    at = next(n for n, one in enumerate(ground.entries) if one.kind == kinds.ACCESSION)
    body = plain(ground.entries[at].body)
    body["accession"] |= wrong
    entries = [*ground.entries]
    entries[at] = structs.replace(entries[at], body=body)
    (aside,) = fold(entries, founder=ground.case.founder).set_aside
    assert (aside.id, aside.reason) == (entries[at].id, Aside.UNKNOWN_FORM)


def test_the_commands_work_on_what_such_a_device_wrote(ground: Ground, tmp_path: Path) -> None:
    """As they would after a merge: `status`, `search`, `decide` and `publish`."""
    root = Path(shutil.copytree(ground.case.root, tmp_path / "case"))
    case, chance = open_case(root), random.Random(9)  # noqa: S311  # seeded, and no secret
    listed = [one for one in ground.entries if one.kind in _ANSWERED]
    drafts = [(one.kind, mutated(one, chance).body or {}) for one in listed * 4]
    with writing(case):
        append_many(case, drafts, at=NOW)
    assert search(case, "queue", limit=None).total
    found = status(case)
    assert found.set_aside[Aside.UNKNOWN_FORM]
    assert found.to_json()["accessions"]
    assert list(found.waiting())
    decide(case, verdict=Verdict.SPLIT, targets=["e1", "e2"], reason="two", now=NOW)
    with writing(case):
        build(case, software="test")
        publish(
            case,
            tmp_path / "out",
            as_of=None,
            language="en",
            replace_old=False,
            now=NOW,
            software="test",
        )
    assert (tmp_path / "out" / "index.html").is_file()
