"""OONI's measurements become claims that something was kept from people, by the rule `ooni/1`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple

from qantar.model.claim import Claim, OutageDetail
from qantar.model.dates import window
from qantar.model.document import Row
from qantar.model.read_document import MetaValue
from qantar.model.segment import Segment
from qantar.model.when import Precision, When
from qantar.reading.ooni_rule import RULE, Block, Probe, blocks, verdict_of
from qantar.reading.series import Around, edge_precision, instant_shown, instant_spelt
from qantar.reading.wording import quoted

INSTRUMENT: Final = "OONI"
_APPLICATIONS: Final = {
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "facebook_messenger": "Facebook Messenger",
    "signal": "Signal",
}
_NETWORK_TYPE: Final = "annotations/network_type"


class Tested(NamedTuple):
    """What was tested, an address or application, by which test, in which country and network."""

    test: str
    subject: str
    country: str
    network: str

    @property
    def words(self) -> str:
        """Where from, as a statement says it."""
        return " in ".join(part for part in (self.network, self.country) if part)


@dataclass(slots=True)
class Probed:
    """The measurements so far, by what was tested from where; and those that say nothing of it."""

    probes: dict[Tested, list[Probe]] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    silent: dict[str, int] = field(default_factory=dict)

    def take(self, meta: Mapping[str, MetaValue], segments: Iterable[Segment], row: int) -> None:
        """Take one measurement, which becomes the row of this number."""
        test = str(meta.get("measurement.datasource", ""))
        values = {one.raw[0]: one.raw[-1] for one in segments if one.raw}
        at = str(meta.get("measurement.at", ""))
        read = verdict_of(test, values) if at else None
        if read is None:
            name = test or "no test named"
            self.silent[name] = self.silent.get(name, 0) + 1
            return
        verdict, how = read
        subject = _APPLICATIONS.get(test) or str(meta.get("measurement.input", "")) or test
        entity = str(meta.get("measurement.entity", ""))
        network = str(meta.get("measurement.network", ""))
        tested = Tested(test, subject, entity.removeprefix("country/"), network)
        self.probes.setdefault(tested, []).append(
            Probe(
                at=int(datetime.fromisoformat(at).timestamp()),
                verdict=verdict,
                how=how,
                row=row,
                mobile=values.get(_NETWORK_TYPE) == "mobile",
            )
        )
        told = f"{test} {subject}" if subject != test else test
        shown = "\t".join(part for part in (told, tested.words, verdict.value, how) if part)
        values_shown = (INSTRUMENT, at, shown)
        self.rows[row] = Row(number=row, line=None, at_row=row, values=values_shown)

    def found(self) -> Iterator[tuple[Tested, Block]]:
        """Give what was blocked, in order of the first measurement."""
        listed = [(tested, one) for tested, some in self.probes.items() for one in blocks(some)]
        yield from sorted(listed, key=lambda pair: (pair[1].probes[0].at, pair[0]))


def block_claims(probed: Probed, around: Around) -> Iterator[tuple[Claim, tuple[Row, ...]]]:
    """Give a claim for each block for which there is enough, with the rows it stands on."""
    enough = (pair for pair in probed.found() if pair[1].is_enough)
    for number, (tested, block) in enumerate(enough, start=1):
        yield _claim(number, tested, block, around), _rows(block, probed)


def silences(probed: Probed) -> Iterator[str]:
    """Say what no claim was made of, and why."""
    for test, count in sorted(probed.silent.items()):
        yield (
            f"{count:,} of {quoted(test)} (OONI): this does not say whether something could be "
            "reached; no block is looked for."
        )
    for tested, block in probed.found():
        if not block.is_enough:
            yield (
                f"{quoted(tested.subject)} was found blocked in {tested.words or 'some network'} "
                f"once, at {instant_shown(block.probes[0].at)}. One measurement is too little: it "
                "is no claim."
            )


def _claim(number: int, tested: Tested, block: Block, around: Around) -> Claim:
    first, end = block.probes[0], block.end
    when = window(
        instant_spelt(first.at),
        instant_spelt(end.at) if end else "",
        precision=Precision.SECOND.value,
        zone=around.zone,
        utc=True,
    )
    said_by = f"{INSTRUMENT} {tested.test}"
    return Claim(
        id=f"{around.stem}-block-{number}",
        kind="outage",
        statement=_statement(tested, block),
        passage=replace(around.passage, row=first.row, at_row=first.row),
        source=around.source,
        said_by=said_by,
        voice=said_by,
        source_kind="instrument",
        basis="inferred",
        made_at=around.made_at,
        when=when if isinstance(when, When) else None,
        where=around.region(tested.country),
        detail=OutageDetail(
            network="mobile" if all(one.mobile for one in block.probes) else "all",
            state="blocked",
            method="probe",
            start_precision=_sharp(block.before, first),
            end_precision=_sharp(block.probes[-1], end) if end else None,
            rule=RULE,
        ),
    )


def _sharp(before: Probe | None, edge: Probe) -> str:
    """How sharp an edge is: what lies between two measurements is not known."""
    return edge_precision(edge.at - before.at) if before else Precision.DAY.value


def _statement(tested: Tested, block: Block) -> str:
    first, last, end = block.probes[0], block.probes[-1], block.end
    ways = sorted({one.how for one in block.probes})
    count = len(block.probes)
    since = f"reached at {instant_shown(block.before.at)}" if block.before else "or earlier"
    until = (
        f"and reached again at {instant_shown(end.at)}"
        if end
        else "and not measured again within a day"
    )
    where = f" in {tested.words}" if tested.words else ""
    times = "once" if count == 1 else f"{count:,} times, last at {instant_shown(last.at)},"
    return (
        f"{INSTRUMENT} found {tested.subject} blocked{where} from {instant_shown(first.at)} "
        f"({since}) {times} {until} ({'; '.join(ways)}; rule {RULE})"
    )


_MOST_ROWS: Final = 500


def _rows(block: Block, probed: Probed) -> tuple[Row, ...]:
    """The measurements of a block with one on each side; of many, the first and the last."""
    probes = [one for one in (block.before, *block.probes, block.end) if one is not None]
    half = _MOST_ROWS // 2
    shown = probes if len(probes) <= _MOST_ROWS else [*probes[:half], *probes[-half:]]
    return tuple(probed.rows[one.row] for one in shown)
