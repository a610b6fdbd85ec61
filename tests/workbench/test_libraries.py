"""With and without the extra for readers the same files give another record, and that is said."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.cli.main import run
from qantar.model.accession import Accession, Holds
from qantar.readers import libraries
from qantar.readers.confined import Readers
from qantar.readers.nursery import REGISTRY
from qantar.workbench import lending
from qantar.workbench.add import add
from qantar.workbench.build import BuildReport, build
from qantar.workbench.documents import reading_key
from qantar.workbench.status import status
from tests.readers.pdf_samples import document, written

PICTURE = Path(__file__).parents[1] / "readers" / "samples" / "photo" / "square.jpg"
# By what each is imported as.
MODULES = ("pypdfium2", "PIL", "pdqhash", "pi_heif", "brotli")
GONE = ("pypdfium2", "pillow", "pdqhash", "pi-heif", "brotli")


@dataclass
class Machine:
    """Switches the libraries of readers on and off, for this process and for its readers."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    started: list[Readers]

    def lacks(self, names: tuple[str, ...]) -> None:
        """Start readers that cannot import what `names` stands for."""
        real = libraries._version
        libraries.versions.cache_clear()
        self.monkeypatch.setattr(
            libraries, "_version", lambda name: None if name in names else real(name)
        )
        path = (str(self.folder),) if names else ()
        readers = Readers(registry=REGISTRY, path=path)
        self.started.append(readers)
        self.monkeypatch.setitem(lending._started, (os.getpid(), REGISTRY), readers)

    def has_all(self) -> None:
        self.monkeypatch.undo()
        self.lacks(())


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    folder = tmp_path / "not-installed"
    folder.mkdir()
    for name in MODULES:
        (folder / f"{name}.py").write_text("raise ImportError\n")
    machine = Machine(folder, monkeypatch, [])
    yield machine
    monkeypatch.undo()
    libraries.versions.cache_clear()
    for readers in machine.started:
        readers.__exit__(None, None, None)


@pytest.fixture
def documents(case: Case, tmp_path: Path, now: datetime) -> Case:
    (tmp_path / "a.pdf").write_bytes(document(written("Sayakkent, invented.")))
    (tmp_path / "b.jpg").write_bytes(PICTURE.read_bytes())
    (tmp_path / "c.txt").write_text("Said.\n\nAnd no more.\n")
    paths = tuple(tmp_path / name for name in ("a.pdf", "b.jpg", "c.txt"))
    add(case, paths=paths, sheet_path=None, now=now, acknowledge=lambda _: None)
    return case


def built(case: Case) -> BuildReport:
    with writing(case):
        return build(case, software="test")


def test_what_a_library_was_missing_for_is_said_and_read_once_it_is_there(
    documents: Case, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.lacks(GONE)
    without = built(documents)
    assert {one.name for one in without.missing} == set(GONE)
    assert without.unread == 2
    assert without.findings["unsupported"] == 2
    assert not status(documents).has_other_libraries
    assert run(["build", str(documents.root)]) == 0
    said = capsys.readouterr().err
    assert "pypdfium2 (PDF)" in said
    assert "2 times something was not read" in said
    assert 'pip install "qantar[readers]"' in said

    machine.has_all()
    assert status(documents).has_other_libraries
    assert run(["status", str(documents.root)]) == 0
    assert "made with other libraries" in capsys.readouterr().out
    with_all = built(documents)
    assert (with_all.missing, with_all.unread) == ((), 0)
    assert "unsupported" not in with_all.findings
    assert with_all.record_digest != without.record_digest
    assert not status(documents).has_other_libraries

    machine.lacks(GONE)
    again = built(documents)
    assert again.record_digest == without.record_digest
    assert again.changed


def test_another_version_of_a_library_is_another_reading(
    documents: Case, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has_all()
    built(documents)
    libraries.versions.cache_clear()
    monkeypatch.setattr(libraries, "_version", lambda _: "99.0")
    assert status(documents).has_other_libraries
    assert status(documents).facts is not None
    again = built(documents)
    assert not again.changed  # the library itself is the same here, and says the same
    assert not status(documents).has_other_libraries


def test_tables_need_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of a million rows is not read anew because a library for pictures came."""
    table = Accession(path="t.csv", holds=Holds.EVENTS)
    chat = Accession(path="t.csv")

    def keys() -> tuple[str, str]:
        return reading_key("0" * 64, 9, table), reading_key("0" * 64, 9, chat)

    libraries.versions.cache_clear()
    before = keys()
    libraries.versions.cache_clear()
    monkeypatch.setattr(libraries, "_version", lambda _: None)
    after = keys()
    libraries.versions.cache_clear()
    assert after[0] == before[0]
    assert after[1] != before[1]
