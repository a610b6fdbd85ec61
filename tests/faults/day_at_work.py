"""Every command on a closed case, over material full of words that must never show.

The words are canaries: each is one of its kind, and stands somewhere in what people
give to Qantar: in files and their names, in the sheet, in reasons and titles, in
what is searched for, and as the passphrase.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from qantar.cli.main import run
from qantar.record.facts import read_known
from qantar.workbench.create import create, create_waiting
from qantar.workbench.stores import record_of
from tests.authority import Authority
from tests.faults.sealed import NOW, reopen, way
from tests.faults.steps import Step
from tests.faults.supervise import supervise

COUNT = 100
STEM = "Құпиясөзй"
"""What all canaries begin with; its last letter has a decomposed form."""


def canary(number: int) -> str:
    """Give a canary: one word, as nobody would write it."""
    return f"{STEM}{number:03d}zhq"


def canaries() -> list[str]:
    """Give all of them; the first is the passphrase."""
    return [canary(number) for number in range(COUNT)]


@dataclass(frozen=True, slots=True)
class Line:
    """A command line, and the exit code that it must end with."""

    words: tuple[str, ...]
    code: int = 0


def lived_in(folder: Path) -> tuple[Day, list[tuple[Line, tuple[Step, ...]]]]:
    """Live a day in `folder`, in a program of its own; gives the day and what each command did.

    Not in this one: a test runner that has drawn charts has threads that wait for each
    other, and a child forked from it would wait for ever.
    """
    with get_context("spawn").Pool(1) as apart:
        return apart.apply(_live, (folder,))


def _live(folder: Path) -> tuple[Day, list[tuple[Line, tuple[Step, ...]]]]:
    day = Day(folder)
    return day, day.live()


class Day:
    """A folder with a closed case, material to take in, and a home of its own for the commands.

    Only `watched` may be searched: beside it lie material, passphrase and what was
    published, which are readable by their nature.
    """

    THIRD = "third"
    """What the other device is called after it was shut out and let in as another."""

    def __init__(self, folder: Path) -> None:
        """Make the case and the material."""
        self.folder = folder
        self.watched, self.material = folder / "watched", folder / "material"
        self.case, self.other = self.watched / "case", self.watched / "other"
        self.passphrase, self.stick = folder / "passphrase.txt", self.watched / "stick"
        beside = ("tmp", "home", "stick")
        for path in (self.watched, self.material, *(self.watched / name for name in beside)):
            path.mkdir()
        self.passphrase.write_text(canary(0), encoding="utf-8")
        (folder / "other.txt").write_text("another " + canary(0), encoding="utf-8")
        create(self.case, title=canary(1), now=NOW, ways=[way(canary(0))])
        create_waiting(self.other, ways=[way(canary(0))])
        _write_material(self.material)

    def live(self) -> list[tuple[Line, tuple[Step, ...]]]:
        """Run all command lines, each in a child; gives what each did to the watched folder.

        Raises:
            AssertionError: one ended with an unexpected code.
        """
        lived = []
        for line in self.lines():
            ending = supervise(lambda _, line=line: self.run(line), self.watched)  # type: ignore[misc]
            assert ending.code == 0, line.words
            lived.append((line, ending.steps))
        return lived

    def given(self, lived: Iterable[tuple[Line, object]]) -> Iterator[bytes]:
        """Give what was said on command lines and in the file of the passphrase."""
        yield self.passphrase.read_bytes()
        for line, _ in lived:
            yield " ".join(line.words).encode()

    def lines(self) -> Iterator[Line]:
        """Give the command lines of the day, each when the one before has run."""
        yield self._line("init", str(self.watched / "new"), "--title", canary(2))
        yield Line(("read", str(self.material / "events.csv")))
        yield Line(
            ("link", str(self.material / "people.toml"), "--out", str(self.folder / "linked"))
        )
        patterns = str(self.material / "patterns.csv")
        yield Line(("count", patterns, "--method", "independent", "--what", canary(2)))
        yield from self._alone()
        yield from self._with_another()
        yield from self._with_authority()
        yield from self._on_keys()

    def _alone(self) -> Iterator[Line]:
        letters = [str(path) for path in sorted(self.material.glob("*.txt"))]
        yield self._on_case("add", "--sheet", str(self.material / "sheet.toml"))
        yield self._on_case("add", *letters)
        yield self._on_case("build")
        yield self._on_case("status")
        yield self._on_case("search", canary(20))
        yield self._on_case("search", canary(99), "--json")
        yield self._on_case("decide", "withdraw", "a5", "--reason", canary(3))
        yield self._on_case("decide", "accept", self._event(), "--reason", canary(4))
        yield self._on_case("add", "--sheet", str(self.material / "people.toml"))
        yield self._on_case("build")
        yield self._on_case("review", "--json")
        yield self._on_case("show", "court/1")
        yield self._on_case("show", "press/1", "--json")
        yield self._on_case("publish", str(self.folder / "dossier"), "--yes")

    def _with_another(self) -> Iterator[Line]:
        """Another device joins, both work, something is erased on both, one is shut out."""
        invited = reopen(self.other, canary(0)).signer.public.line(None)
        yield self._on(self.other, "devices show")
        yield self._on_case("devices invite", invited, "--name", canary(99))
        yield self._on_case("bundle", str(self.stick / "1"), "--for", canary(99))
        yield self._on(self.other, "merge", str(self.stick / "1"))
        yield self._on(self.other, "add", str(self.material / "sheet.toml"))
        yield self._on(self.other, "build")
        yield self._on_case("erase", "a6", "--reason", "consent-withdrawn", "--yes")
        yield self._on_case("bundle", str(self.stick / "2"), "--for", canary(99))
        yield self._on(self.other, "merge", str(self.stick / "2"))
        yield self._on(self.other, "erase", "--pending", "--yes")
        yield self._on(self.other, "bundle", str(self.stick / "3"), "--for", "founder")
        yield self._on_case("merge", str(self.stick / "3"))
        yield self._on_case("verify")
        yield self._on(self.other, "verify", "--json")
        yield self._on(self.other, "devices renew")
        yield self._on_case("devices revoke", canary(99), "--yes")
        renewed = reopen(self.other, canary(0)).signer.public.line(None)
        yield self._on_case("devices invite", renewed, "--name", self.THIRD)
        yield self._on_case("devices list")
        yield self._on_case("status")

    def _with_authority(self) -> Iterator[Line]:
        asked, answer = self.folder / "asked.tsq", self.folder / "answer.tsr"
        yield self._on_case("witness request", str(asked))
        authority = Authority.founded(self.folder / "authority")
        answer.write_bytes(authority.answer(asked.read_bytes()))
        yield self._on_case("witness add", str(answer), "--root", str(authority.root))
        yield self._on_case("witness list")

    def open(self) -> None:
        """Take the place of a command's process: its folders, and nothing said aloud."""
        places = {
            "TMPDIR": "tmp",
            "HOME": "home",
            "XDG_CACHE_HOME": "home",
            "XDG_DATA_HOME": "home",
        }
        os.environ.update({name: str(self.watched / place) for name, place in places.items()})
        tempfile.tempdir = None
        os.chdir(self.watched / "home")
        nothing = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  # until the process ends
        sys.stdout = sys.stderr = nothing

    def run(self, line: Line) -> None:
        """Run a command in this process, which is a child.

        Raises:
            AssertionError: it ended with another code.
        """
        told = sys.stderr
        self.open()
        code = run(line.words)
        sys.stderr = told
        assert code == line.code, f"{line.words} ended with {code}"

    def _on_keys(self) -> Iterator[Line]:
        other = str(self.folder / "other.txt")
        yield Line(("keys", "list", str(self.case)))
        yield self._on_case("keys add", "--passphrase", "--new-passphrase-file", other)
        yield self._on_case("keys shares", "--threshold", "2", "--of", "3")
        yield self._on_case("keys remove", "2", "--yes")
        yield self._on(self.watched / "new", "keys change", "--new-passphrase-file", other)

    def _on_case(self, command: str, *words: str) -> Line:
        return self._on(self.case, command, *words)

    def _on(self, case: Path, command: str, *words: str) -> Line:
        return self._line(*command.split(), str(case), *words)

    def _line(self, *words: str) -> Line:
        return Line((*words, "--passphrase-file", str(self.passphrase)))

    def _event(self) -> str:
        known = read_known(*record_of(reopen(self.case, canary(0))))
        return next(event for event, claims in known.events.items() if len(claims) > 1)


def _write_material(folder: Path) -> None:
    for number in range(5, 15):
        text = f"A letter about {canary(number)}.\n".encode()
        (folder / f"{canary(number + 10)}.txt").write_bytes(text * 40)
    _write_table(
        folder / "places.csv",
        [("id", "name"), *((f"L{n}", canary(n)) for n in range(25, 35))],
    )
    _write_table(
        folder / "speakers.csv",
        [("id", "name"), *((f"P{n}", canary(n)) for n in range(35, 45))],
    )
    _write_table(
        folder / "claims.csv",
        [
            ("id", "statement", "speaker"),
            *((f"c{n}", f"It was {canary(n)} who was there", canary(35)) for n in range(45, 75)),
            ("c20", f"They asked for {canary(20)}", canary(36)),
        ],
    )
    _write_table(
        folder / "events.csv",
        [
            ("id", "what", "place", "start", "speaker"),
            *(
                (f"e{n}", f"A rally {canary(n)}", canary(25), "2030-01-05", canary(37 + n % 2))
                for n in range(75, 95)
            ),
        ],
    )
    _write_table(
        folder / "patterns.csv",
        [
            (canary(25), canary(26), canary(27), "count"),
            *(
                (a, b, c, 5 + a + b + c)
                for a in (0, 1)
                for b in (0, 1)
                for c in (0, 1)
                if a + b + c
            ),
        ],
    )
    (folder / "sheet.toml").write_text(_sheet(), encoding="utf-8")
    _write_people(folder)


def _write_table(path: Path, rows: Sequence[Sequence[str | int]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _sheet() -> str:
    parts = [
        f'[case]\ntitle = "{canary(1)}"\nzone = "Asia/Almaty"\n',
        f'[sources.bureau]\nname = "{canary(95)}"\nkind = "ngo"\n',
        f'[sources.baker]\nname = "{canary(96)}"\nkind = "witness"\nprotected = true\n',
        _accession("places", 'id = "id"\nname = "name"', "bureau", "public"),
        _accession("speakers", 'id = "id"\nname = "name"', "bureau", "public"),
        _accession(
            "claims", 'id = "id"\nstatement = "statement"\nsaid_by = "speaker"', "baker", "given"
        ),
        _accession(
            "events",
            'id = "id"\nstatement = "what"\nplace = "place"\nstart = "start"\nsaid_by = "speaker"'
            '\nevent_kind = { constant = "rally" }\npublished = { constant = "2030-01-06" }',
            "bureau",
            "public",
        ),
    ]
    return "\n".join(parts)


def _accession(name: str, columns: str, source: str, consent: str) -> str:
    holds = {"claims": "statements"}.get(name, name)
    return (
        f'[[accession]]\npath = "{name}.csv"\nsource = "{source}"\nconsent = "{consent}"\n'
        f'acquired = {{ by = "{canary(97)}", on = 2030-02-01, how = "{canary(98)}" }}\n'
        f'holds = "{holds}"\n[accession.columns]\n{columns}\n'
    )


def _write_people(material: Path) -> None:
    """Write two lists of the same people, and a sheet of their own."""
    people = [(canary(number), canary(number + 1), 1980 + number) for number in range(5, 45, 2)]
    sheet = ['[case]\nspan = "2022-01-02/2022-01-31"\n']
    for name, status in (("court", canary(46)), ("press", canary(47))):
        rows = [f"{surname} {given},{born},{status}" for surname, given, born in people]
        text = "\n".join(["name,born,status", *rows])
        (material / f"{name}.csv").write_text(f"{text}\n", encoding="utf-8")
        sheet.append(
            f'[[accession]]\npath = "{name}.csv"\nholds = "persons"\nconsent = "public"\n'
            '[accession.columns]\nname = "name"\nborn = { column = "born", as = "year-or-date" }\n'
            'status = "status"\n'
        )
    (material / "people.toml").write_text("\n".join(sheet), encoding="utf-8")
