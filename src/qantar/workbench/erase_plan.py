"""The plan of an erasure: what goes, what stays, what it cannot reach; said before it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from msgspec import structs

from qantar.archive.erase_keys import read_beside
from qantar.archive.erasure import Remains, files_here, remains
from qantar.errors import EraseRefusedError
from qantar.model.canonical import JSON
from qantar.model.decision import Decision
from qantar.model.device import Role
from qantar.model.entry import Entry
from qantar.workbench import entries as kinds
from qantar.workbench.erase_targets import Doomed, Ground
from qantar.workbench.fold import fold
from qantar.workbench.folded import Erasure, Folded, FoldedDevice
from qantar.workbench.names import DIGITS, accession_in, decision_id, row_id, row_in

SHOWN: Final = 12

TOO_LATE: Final = (
    "Whatever left this folder stays where it is: earlier copies and backups of it, bundles on "
    "sticks, published dossiers, and whatever anyone remembers or copied by hand."
)
TRACES: Final = (
    "Keys are destroyed first, then their old files are overwritten in place, which removes them "
    "from a plain disk. Flash disks and file systems that write copies may keep traces for a "
    "while, and those open to whoever also has a way into the case."
)
HEADERS: Final = (
    "that there were entries, of which kind, when, by which device and about how long: so the "
    "journal still verifies in full. What they said does not stay"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePlan:
    """What an erasure does, in words, and by name.

    `requests` are earlier requests that it carries out here; `new` is what a request of
    its own is to name, if anything. `left` is what of all that is on this disk now.
    """

    requests: tuple[Erasure, ...]
    new: Doomed
    left: Remains
    goes: tuple[str, ...]
    counts_again: tuple[str, ...]
    stays: tuple[str, ...]
    out_of_reach: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.requests or self.new.entries or self.new.objects or self.left)

    def lines(self) -> Iterator[str]:
        """The plan in plain words."""
        yield from _section("Erased for good, and not taken in again:", self.goes)
        yield from _section("Counts again, because what undid it goes:", self.counts_again)
        yield from _section("Stays:", self.stays)
        yield from _section("Cannot be reached from here:", self.out_of_reach)

    def to_json(self) -> dict[str, object]:
        """The plan as `qantar erase --json` prints it."""
        return {
            "requests": [one.asked.request for one in self.requests],
            "entries": len(self.new.entries),
            "objects": len(self.new.objects),
            "goes": list(self.goes),
            "counts_again": list(self.counts_again),
            "stays": list(self.stays),
            "out_of_reach": list(self.out_of_reach),
        }


def plan_of(ground: Ground, new: Doomed, requests: Iterable[Erasure] = ()) -> ErasePlan:
    """Plan to erase what is `new`, and to carry out `requests`.

    Raises:
        EraseRefusedError: what stays would lose the protection of a source, or come
            back though it was set aside.
    """
    listed = tuple(requests)
    entries = {*new.entries, *(name for one in listed for name in one.asked.entries)}
    objects = {*new.objects, *(name for one in listed for name in one.asked.objects)}
    after = _without(ground, new.entries)
    _refuse_to_expose(ground, after, new.entries)
    before = {one.id for one in ground.folded.standing}
    return ErasePlan(
        requests=listed,
        new=new,
        left=remains(ground.case, entries=entries, objects=objects, team=ground.folded.team),
        goes=tuple(_goes(ground, entries, objects)),
        counts_again=tuple(_words(one) for one in after.standing if one.id not in before),
        stays=tuple(_stays(ground, after, entries)),
        out_of_reach=tuple(_out_of_reach(ground, new, listed)),
    )


def device_words(one: FoldedDevice) -> str:
    """Name a device."""
    return f"{one.name or 'the founder'} ({one.id[:8]})"


def _without(ground: Ground, gone: Iterable[str]) -> Folded:
    """Fold the case as it will be."""
    names = frozenset(gone)
    left = (structs.replace(one, body=None) if one.id in names else one for one in ground.entries)
    return fold(left, founder=ground.case.founder or None)


def _refuse_to_expose(ground: Ground, after: Folded, gone: Iterable[str]) -> None:
    """Refuse what would put somebody or something into the open that was kept out of it."""
    used = {one.accession.source: one.id for one in after.accessions}
    protected = {one.id for one in after.sources if one.protected}
    for source in ground.folded.sources:
        if source.protected and source.id in used and source.id not in protected:
            message = (
                f"only a sheet that would go says that the source {source.id} is protected, and "
                f"{used[source.id]} stays: it could be published."
            )
            hint = "First add a corrected sheet that declares the source, or erase its files too."
            raise EraseRefusedError(message, where=source.id, next=hint)
    digits = {name[:DIGITS] for name in gone}
    for name in sorted(ground.folded.judged.set_aside - after.judged.set_aside):
        if accession_in(name) not in digits:
            shown = _shown(ground.folded, name)
            message = f"a decision that would go also set {shown} aside, and it would come back."
            hint = "First set that aside by a decision of its own (`qantar decide … withdraw`)."
            raise EraseRefusedError(message, where=shown, next=hint)


def _shown(folded: Folded, name: str) -> str:
    """Name a claim, a row of a list or an accession as a person knows it."""
    made = next((a.id for a in folded.accessions if a.entry[:DIGITS] == accession_in(name)), name)
    if row := row_in(name):
        return row_id(made, row[1])
    return f"{name.rpartition(':')[2]} of {made}" if name.startswith("claim:") else made


def _goes(ground: Ground, entries: Iterable[str], objects: Iterable[str]) -> Iterator[str]:
    known, names = ground.named_here, frozenset(objects)
    place = {one.id: at for at, one in enumerate(ground.history.entries)}
    listed = sorted(set(entries), key=lambda name: (place.get(name, len(place)), name))
    accessions = {one.entry: one.id for one in ground.folded.accessions}
    other: Counter[str] = Counter()
    spoken: set[str] = set()
    for one in (known[name] for name in listed if name in known):
        if one.id in ground.stored:
            spoken.update(ground.stored[one.id].names(ground.case))
            yield _stored_words(ground, one, accessions.get(one.id))
        elif one.id in ground.decisions:
            yield _words(ground.decisions[one.id])
        elif one.body is not None:
            other[one.kind] += 1
    releases = [one for one in ground.folded.releases if one.object in names]
    for made in releases:
        yield f"the copy that was kept of the dossier of {made.at:%Y-%m-%d}"
    for kind, count in sorted(other.items()):
        yield f"{_many(count)} of the kind {kind}"
    unread = [name for name in listed if name not in known or known[name].body is None]
    beside = read_beside(ground.case, frozenset(unread))
    yield from sorted(_beside_words(name, *one) for name, one in beside.items())
    if len(unread) > len(beside):
        yield f"{_many(len(unread) - len(beside))} that cannot be read here any more"
    nameless = files_here(ground.case, names - spoken - {one.object for one in releases})
    if nameless:
        yield f"{_many(len(nameless), 'file', 'files')} stored here that no entry names"


def _many(count: int, one: str = "entry", many: str = "entries") -> str:
    return f"{count:,} {one if count == 1 else many}"


def _stored_words(ground: Ground, one: Entry, shown: str | None) -> str:
    sha256 = ground.stored[one.id].sha256[:SHOWN]
    match one.kind, one.body:
        case kinds.ACCESSION, {"accession": {"path": str(path), **_rest}}:
            return f"{shown or 'an accession that does not count'}: {path} ({sha256})"
        case kinds.SHEET, {"name": str(name)}:
            return f"the sheet {name} ({sha256}), and all that it says of the case"
        case kinds.BOUNDARIES, {"name": str(name)}:
            return f"the map layer {name} ({sha256})"
        case kinds.COUNTING, {"counting": {"id": str(name), **_rest}}:
            return f"the counting {name} that a sheet ({sha256}) asks for"
    return f"{one.kind}: a file ({sha256})"


def _beside_words(entry: str, kind: str, body: Mapping[str, JSON]) -> str:
    """Name an entry that counts for nothing yet, or no more, and can be read all the same."""
    match kind, body:
        case kinds.ACCESSION, {"accession": {"path": str(path)}}:
            said = path
        case kinds.SHEET | kinds.BOUNDARIES, {"name": str(name)}:
            said = name
        case kinds.DECISION, _:
            said = f"{decision_id(entry)}: a decision"
        case _:
            said = f"an entry of the kind {kind}"
    return f"{said}, which waits here, or was set aside, or stands in a damaged journal"


def _words(one: Decision) -> str:
    """Say which decision it is; its reason is not repeated here."""
    return f"{one.id}: the decision {one.verdict} of {one.at:%Y-%m-%d}"


def _stays(ground: Ground, after: Folded, gone: Iterable[str]) -> Iterator[str]:
    names = frozenset(gone)
    taken = [one for one in ground.folded.accessions if one.entry in names]
    for source in sorted({one.accession.source for one in taken}):
        others = [one.id for one in after.accessions if one.accession.source == source]
        others = [one for one in others if one not in {gone.id for gone in taken}]
        if others:
            yield f"other files of the source {source}: {', '.join(others)}"
    for sheet in _sheets_about(ground, names):
        body = sheet.body or {}
        sha256 = ground.stored[sheet.id].sha256[:SHOWN]
        yield (
            f"the sheet {body.get('name')} ({sha256}), which described what goes and MAY NAME THE "
            "PERSON: to erase it too, first add a corrected sheet, then erase it by this hash"
        )
    yield HEADERS


def _sheets_about(ground: Ground, gone: frozenset[str]) -> list[Entry]:
    """Give the sheets that stay and described something that goes, or declared its source."""
    taken = [one for one in ground.folded.accessions if one.entry in gone]
    sheets = [
        one
        for one in ground.entries
        if one.kind == kinds.SHEET and one.id in ground.stored and one.id not in gone
    ]
    found: dict[str, Entry] = {}
    known = ground.named_here
    for one in taken:
        own = known[one.entry]
        before = [s for s in sheets if s.device == own.device and s.seq < own.seq]
        described = [max(before, key=lambda sheet: sheet.seq)] if before else []
        declared = [s for s in sheets if _declares(s, one.accession.source)]
        found.update((sheet.id, sheet) for sheet in (*described, *declared))
    return list(found.values())


def _declares(sheet: Entry, source: str) -> bool:
    match sheet.body:
        case {"sources": list(sources)}:
            return any(isinstance(one, dict) and one.get("id") == source for one in sources)
    return False


def _out_of_reach(ground: Ground, new: Doomed, requests: Iterable[Erasure]) -> Iterator[str]:
    own, folded = ground.case.device, ground.folded
    waited = {name for one in requests for name in one.pending}
    for one in folded.devices:
        if one.id == own:
            continue
        if one.revoked:
            yield f"{device_words(one)}, which was shut out: it keeps what it has"
        elif one.public is not None and one.public.role is Role.COLLECTOR:
            yield f"{device_words(one)}, which only collects: destroy its folder to erase there"
        elif new.entries or new.objects or one.id in waited:
            yield (
                f"{device_words(one)}: it sets this aside once it merges a bundle from here, and "
                "destroys it when its people run `qantar erase CASE --pending`"
            )
    if new.releases:
        days = ", ".join(sorted({f"{one.at:%Y-%m-%d}" for one in new.releases}))
        yield f"dossiers that were published since ({days}), wherever they are"
    yield TOO_LATE
    yield TRACES


def _section(title: str, listed: Iterable[str]) -> Iterator[str]:
    lines = list(listed)
    if lines:
        yield title
        yield from (f"  {line}" for line in lines)
