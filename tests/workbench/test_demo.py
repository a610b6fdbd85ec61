"""The demo on a small example of its own; the shipped one is run in `tests/cli`."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.journal import read
from qantar.archive.unlock import open_case
from qantar.errors import OutputExistsError
from qantar.workbench.demo import DemoReport, Tour, demo, demos, example_folder, tours
from qantar.workbench.fold import fold

from .conftest import NOW


def tour(example: Path, folder: Path) -> Tour:
    return Tour(example=example, title="Sayaqkent", case=folder / "out-case", out=folder / "out")


def run_demo(example: Path, folder: Path, *, replace: bool = False) -> DemoReport:
    said: list[str] = []
    return demo(
        tour(example, folder),
        replace=replace,
        now=NOW,
        software="test",
        progress=said.append,
    )


def accessions(folder: Path) -> int:
    return len(fold(read(open_case(folder / "out-case"))).accessions)


def test_the_shipped_example_is_found_with_its_sheet() -> None:
    assert (example_folder() / "claims.csv").is_file()


@pytest.mark.parametrize(
    ("out", "case", "found"),
    [
        ("january-2022-dossier", None, ("{}-dossier", "{}-dossier-case")),
        ("tour", None, ("tour-{}", "tour-{}-case")),
        ("tour", "kept", ("tour-{}", "kept-{}")),
    ],
)
def test_the_other_dossiers_lie_beside_the_first(
    out: str, case: str | None, found: tuple[str, str]
) -> None:
    first, *others = tours(Path("x") / out, Path("y") / case if case else None)
    assert (first.out, first.example.name) == (Path("x") / out, "january-2022")
    assert [one.example.name for one in others] == ["kosovo-1999", "saryozen"]
    for one in others:
        said = tuple(name.format(one.example.name) for name in found)
        assert (one.out.name, one.case.name) == said
        assert one.out.parent == first.out.parent
        assert one.case.parent == first.case.parent


def test_nothing_is_begun_where_one_dossier_may_not_be_written(
    sayaqkent: Path, tmp_path: Path
) -> None:
    (tmp_path / "b" / "out").mkdir(parents=True)
    (tmp_path / "b" / "out" / "diary.txt").write_text("mine")
    asked = [tour(sayaqkent, tmp_path / name) for name in "ab"]
    with pytest.raises(OutputExistsError):
        demos(asked, replace=True, now=NOW, software="test", progress=lambda _: None)
    assert not (tmp_path / "a").exists()


def test_a_second_run_takes_nothing_in_again(sayaqkent: Path, tmp_path: Path) -> None:
    first = run_demo(sayaqkent, tmp_path)
    again = run_demo(sayaqkent, tmp_path, replace=True)
    assert (first.taken_in, again.taken_in) == (True, False)
    assert accessions(tmp_path) == 5
    assert again.build.record_digest == first.build.record_digest
    assert not again.build.changed
    assert again.start_page == tmp_path / "out" / "index.html"


def test_a_changed_example_is_taken_in_anew(sayaqkent: Path, tmp_path: Path) -> None:
    run_demo(sayaqkent, tmp_path)
    claims = sayaqkent / "lists" / "claims.csv"
    claims.write_text(claims.read_text() + "c5,A fifth statement,,,,,2030-01-10,,,\n")
    again = run_demo(sayaqkent, tmp_path, replace=True)
    assert again.taken_in
    assert accessions(tmp_path) == 10
    assert again.build.claims["assertion"] == 2


def test_an_earlier_dossier_is_kept_unless_told_otherwise(sayaqkent: Path, tmp_path: Path) -> None:
    run_demo(sayaqkent, tmp_path)
    with pytest.raises(OutputExistsError, match="--replace"):
        run_demo(sayaqkent, tmp_path)


def test_a_folder_of_someone_else_is_left_alone(sayaqkent: Path, tmp_path: Path) -> None:
    (tmp_path / "out-case").mkdir()
    (tmp_path / "out-case" / "diary.txt").write_text("mine")
    with pytest.raises(OutputExistsError, match="--case"):
        run_demo(sayaqkent, tmp_path)
    assert (tmp_path / "out-case" / "diary.txt").read_text() == "mine"


def test_a_case_of_someone_else_is_left_alone(sayaqkent: Path, tmp_path: Path, case: Case) -> None:
    case.root.rename(tmp_path / "out-case")
    with pytest.raises(OutputExistsError, match="did not make"):
        run_demo(sayaqkent, tmp_path)
    assert accessions(tmp_path) == 0


def test_examples_made_side_by_side_are_those_made_one_after_another(
    sayaqkent: Path, tmp_path: Path
) -> None:
    one_by_one = demos(
        [tour(sayaqkent, tmp_path / name) for name in "abe"],
        replace=False,
        now=NOW,
        software="test",
        progress=print,
    )
    with ProcessPoolExecutor(1, get_context("spawn")) as beside:
        side_by_side = demos(
            [tour(sayaqkent, tmp_path / name) for name in "cdf"],
            replace=False,
            now=NOW,
            software="test",
            progress=print,
            beside=beside,
        )
    assert [made.case.parent.name for made in side_by_side] == ["c", "d", "f"]
    digests = {made.build.record_digest for made in (*one_by_one, *side_by_side)}
    assert len(digests) == 1


def test_what_stops_an_example_beside_stops_the_demo(sayaqkent: Path, tmp_path: Path) -> None:
    first, second = (tour(sayaqkent, tmp_path / name) for name in "ab")
    second.case.mkdir(parents=True)
    (second.case / "diary.txt").write_text("mine")
    with (
        ProcessPoolExecutor(1, get_context("spawn")) as beside,
        pytest.raises(OutputExistsError, match="did not make") as raised,
    ):
        demos(
            [first, second],
            replace=False,
            now=NOW,
            software="test",
            progress=print,
            beside=beside,
        )
    assert raised.value.where == str(second.case)
