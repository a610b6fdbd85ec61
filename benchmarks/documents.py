"""Whole commands over what documenters hold: sealed, read, indexed, found again.

    python -m benchmarks.documents [telegram [N]] [whatsapp [N]] [pdf [N]] [small [N]]

Each material is generated (seeded, invented). `add` and `build` are processes of their own, as
a user runs them, on a case behind a passphrase; memory is the largest resident set of the
command or of a process that it started. Then the newest 50 passages are looked for, word by
word, in one process that has opened the case, as a person does who goes on searching; and once
by the command, with all that opening a case costs. Peers, in the same run: for PDF files
`pdfplumber`, where it is installed; for small files, what as many starts of an interpreter would
take, reckoned from fifty of them.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random

from tests.readers.pdf_samples import document, written

from benchmarks.chats import SPEAKERS, WORDS, write_telegram, write_whatsapp
from benchmarks.scale import Run, run
from qantar.archive.unlock import open_case
from qantar.workbench.search import search

QANTAR = (sys.executable, "-m", "qantar")
END_TO_END_BAR = 240.0  # seconds, for a million messages
SEARCH_BAR = 0.1  # seconds, 95 of 100 searches
NEWEST = 50
PAGES = 10


def write_pdfs(folder: Path, count: int) -> None:
    """Write PDF files of ten pages of text each."""
    chance = Random(count)  # noqa: S311  # invented text
    latin = [word for word in WORDS if word.isascii()]
    for number in range(count):
        pages = [
            written(*(" ".join(chance.choices(latin, k=11)) for _ in range(40)), size=10)
            for _ in range(PAGES)
        ]
        (folder / f"{number:05}.pdf").write_bytes(document(*pages))


def write_small(folder: Path, count: int) -> None:
    """Write short texts, one a file."""
    chance = Random(count)  # noqa: S311  # invented text
    for number in range(count):
        said = " ".join(chance.choices(WORDS, k=60))
        text = f"{chance.choice(SPEAKERS)} said, number {number}:\n\n{said}\n"
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")


def telegram(folder: Path, count: int) -> None:
    """Write an export of one chat."""
    write_telegram(folder / "result.json", count)


def whatsapp(folder: Path, count: int) -> None:
    """Write an export of one chat."""
    write_whatsapp(folder / "WhatsApp Chat with Invented.txt", count)


MATERIALS: Mapping[str, tuple[Callable[[Path, int], None], int]] = {
    "telegram": (telegram, 1_000_000),
    "whatsapp": (whatsapp, 200_000),
    "pdf": (write_pdfs, 1_000),
    "small": (write_small, 10_000),
}


def searched(case: Path, key: Path, words: Sequence[str]) -> list[float]:
    """Give the seconds that each search took, the first opening of the record left out."""
    opened = open_case(case, secret=lambda: key.read_text(encoding="utf-8").strip())
    search(opened, words[0], limit=NEWEST)
    taken = []
    for word in words:
        began = time.perf_counter()
        search(opened, word, limit=NEWEST)
        taken.append(time.perf_counter() - began)
    return sorted(taken)


def line(what: str, count: int, found: Run) -> None:
    """Print one line of the table."""
    rate = f"{count / found.seconds:,.0f}/s"
    print(f"| {what} | {count:,} | {found.seconds:.1f} s | {rate} | {found.megabytes:,.0f} MB |")
    sys.stdout.flush()


def measure(name: str, count: int) -> None:
    """Print the lines of one material."""
    with tempfile.TemporaryDirectory(prefix="qantar-documents-") as scratch:
        folder, case, key = (Path(scratch) / part for part in ("material", "case", "key"))
        folder.mkdir()
        key.write_text("invented passphrase of a benchmark\n", encoding="utf-8")
        MATERIALS[name][0](folder, count)
        opens = ("--passphrase-file", str(key))
        run(*QANTAR, "init", str(case), *opens)
        files = [str(path) for path in sorted(folder.iterdir())]
        added = run(*QANTAR, "add", str(case), *opens, *files)
        line(f"{name}: add", count, added)
        built = run(*QANTAR, "build", str(case), *opens)
        line(f"{name}: build", count, built)
        both = added.seconds + built.seconds
        line(f"{name}: both", count, Run(both, max(added.megabytes, built.megabytes)))
        line(f"{name}: build again", count, run(*QANTAR, "build", str(case), *opens))
        pairs = (f"{one} {two}" for one, two in zip(WORDS, WORDS[5:], strict=False))
        words = [*dict.fromkeys((*WORDS, *pairs))]
        taken = searched(case, key, words)
        at95 = taken[int(0.95 * (len(taken) - 1))]
        middle = taken[len(taken) // 2]
        what = f"{name}: newest {NEWEST}, {len(words)} searches"
        print(f"| {what} | | median {middle:.3f} s | 95 % {at95:.3f} s | |")
        command = run(*QANTAR, "search", str(case), "street", "--limit", str(NEWEST), *opens)
        line(f"{name}: one search by the command", 1, command)
        peers(name, folder, count)
        if name == "telegram" and count >= MATERIALS[name][1]:
            held = both < END_TO_END_BAR and at95 < SEARCH_BAR
            print(f"bars: {END_TO_END_BAR:.0f} s, {SEARCH_BAR} s; {'held' if held else 'NOT held'}")


def peers(name: str, folder: Path, count: int) -> None:
    """Print what others take for the same."""
    if name == "small":
        began = time.perf_counter()
        for _ in range(50):
            subprocess.run((sys.executable, "-c", ""), check=True)
        each = (time.perf_counter() - began) / 50
        line("peer: an interpreter for each file", count, Run(each * count, 0))
    if name == "pdf" and importlib.util.find_spec("pdfplumber"):
        code = (
            "import pathlib, pdfplumber, sys\n"
            "for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):\n"
            "    with pdfplumber.open(path) as pdf:\n"
            "        [(page.extract_text(), page.close()) for page in pdf.pages]\n"
        )
        line("peer: pdfplumber, text alone", count, run(sys.executable, "-c", code, str(folder)))


def main() -> None:
    """Print the table."""
    asked = sys.argv[1:] or list(MATERIALS)
    print("| what | how many | time | rate | peak memory |\n|---|---|---|---|---|")
    for at, name in enumerate(asked):
        if name in MATERIALS:
            after = asked[at + 1 : at + 2]
            count = int(after[0]) if after and after[0].isdigit() else MATERIALS[name][1]
            measure(name, count)


if __name__ == "__main__":
    main()
