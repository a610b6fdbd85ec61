"""A witness who takes back their consent, and a neighbour who does not: a case with the words of both.

The words stand wherever words of people may stand: in a sheet and its notes, in tables
and files and their names, in reasons of decisions, in the record, and in a
publication that was kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from random import Random

from qantar.archive import ring
from qantar.archive.case import Case
from qantar.archive.journal import append
from qantar.archive.kept import keep, kept_path
from qantar.archive.lock import writing
from qantar.archive.originals import original_path
from qantar.model.decision import Verdict
from qantar.workbench import entries
from qantar.workbench.add import add
from qantar.workbench.decide import decide
from qantar.workbench.erase import erase, plan_pending, plan_to_erase
from qantar.workbench.stores import folded_of
from qantar.workbench.team_entries import EraseReason
from tests.faults.examiner import Disk, commitments, sealed_bodies, sealed_ring_parts
from tests.faults.sealed import NOW, SOFTWARE, new_case, rebuild, reopen

GOES, STAYS = "Жоғалатынсөз", "Қалатынсөз"
WORDS = 12
_SHEET = """
[sources.{source}]
name = "{name}"
kind = "witness"
"""
_ACCESSION = """
[[accession]]
path = "{path}"
source = "{source}"
consent = "given"
note = "{note}"
"""
_TABLE = """holds = "statements"

[accession.columns]
id = "id"
statement = "statement"
"""


def words(stem: str) -> list[str]:
    """Give words that nobody would write."""
    return [f"{stem}{number:02d}zhq" for number in range(WORDS)]


@dataclass(slots=True)
class Scene:
    """A sealed case in `folder/case`, with what is to go and what is to stay in it.

    `material` is where it was taken in from. `targets` name what is to go; `keys` are
    the keys that must be destroyed, `sealed` what must not be found in the folder either.
    """

    folder: Path
    material: Path
    random: Random
    disk: Disk = field(init=False)
    targets: list[str] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    sealed: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the case, with a record and a kept publication, and note what must go."""
        self.folder.mkdir(parents=True)
        self.disk = Disk(self.folder / "case", self.folder / "disk")
        new_case(self.folder / "case")
        for stem, source in ((STAYS, "neighbour"), (GOES, "witness")):
            self._take_in(stem, source)
            rebuild(self.case)
            self.disk.look()
        self._decide()
        self._publish()
        rebuild(self.case)
        self.disk.look()
        self._note_what_goes()

    @property
    def case(self) -> Case:
        """The case, opened anew."""
        return reopen(self.folder / "case")

    def erase(self) -> None:
        """Erase the targets."""
        case = self.case
        with writing(case):
            plan = plan_to_erase(case, self.targets)
            why = EraseReason.CONSENT_WITHDRAWN
            erase(case, plan, reason=why, now=NOW, software=SOFTWARE)

    def finish(self) -> None:
        """Do what the next command does after an interruption."""
        case = self.case
        with writing(case):
            plan = plan_pending(case)
            if plan:
                erase(case, plan, reason=None, now=NOW, software=SOFTWARE)
        if not folded_of(self.case).erasures:
            self.erase()

    def _take_in(self, stem: str, source: str) -> None:
        """Take in a sheet, a table and files of one person."""
        said, folder = words(stem), self.material / source
        folder.mkdir(parents=True)
        sheet = _SHEET.format(source=source, name=said[0])
        (folder / f"{said[1]}.csv").write_text(f"id,statement\n{source}-1,{said[2]}\n")
        sheet += _ACCESSION.format(path=f"{said[1]}.csv", source=source, note=said[3]) + _TABLE
        for number, encoding in enumerate(("utf-8", "utf-16", "utf-8")):
            path = folder / f"{said[4 + number]}.txt"
            size = self.random.choice((1, 300, 9_000))
            path.write_bytes((said[7 + number] + "\n").encode(encoding) * size)
            sheet += _ACCESSION.format(path=path.name, source=source, note=said[3])
        (folder / "sheet.toml").write_text(sheet)
        add(
            self.case,
            paths=(),
            sheet_path=folder / "sheet.toml",
            now=NOW,
            acknowledge=lambda _: None,
        )

    def _decide(self) -> None:
        for stem, claim in ((STAYS, "neighbour-1"), (GOES, "witness-1")):
            reason = words(stem)[10]
            made = decide(
                self.case, verdict=Verdict.WITHDRAW, targets=[claim], reason=reason, now=NOW
            )
            again = words(stem)[11]
            decide(self.case, verdict=Verdict.UNDO, targets=[made[0].id], reason=again, now=NOW)

    def _publish(self) -> None:
        """Keep a publication with the words in it."""
        case = self.case
        kept = keep(case, BytesIO("\n".join(words(GOES)).encode()), known=())
        assert kept is not None
        kind, body = entries.release(
            kept.sha256, policy="none", as_of=None, object=kept.object, size=kept.size
        )
        append(case, kind=kind, body=body, at=NOW)

    def _note_what_goes(self) -> None:
        case = self.case
        folded = folded_of(case)
        gone = [one for one in folded.accessions if one.accession.source == "witness"]
        self.targets = [self.random.choice((one.id, one.original[:16])) for one in gone]
        self.targets.append(folded.sheets[-1])
        plan = plan_to_erase(case, self.targets)
        segments = sorted(case.journal.glob("*.qj"))
        keys = ring.keys(case)
        names = [*commitments(segments, plan.new.entries), *map(bytes.fromhex, plan.new.objects)]
        self.keys = [keys[name] for name in names if name in keys]
        assert len(self.keys) == len(plan.new.entries) + len(plan.new.objects)
        (generation,) = case.ring.glob("*.ring")
        self.sealed = [*sealed_ring_parts(generation), *sealed_bodies(segments, plan.new.entries)]
        for name in plan.new.objects:
            for path in (original_path(case, name), kept_path(case, name)):
                if path.exists():
                    data = path.read_bytes()
                    self.sealed.append(data[len(data) // 2 :][:64])
