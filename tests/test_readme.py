"""The README cannot drift: its commands are run, its example is shipped, its sizes are measured."""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
import shlex
import shutil
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement

from qantar.cli.main import run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "examples" / "sayaqkent"


class Carried(NamedTuple):
    """A folder, and what was printed while it was filled."""

    folder: Path
    said: str


def blocks(language: str) -> list[str]:
    """The code blocks in this language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


# The README's blocks in the order in which they stand there.
(
    WHOLE,
    EARLIER,
    CORRECTED,
    LISTS,
    SHARES,
    VERIFY,
    WAIT,
    INVITE,
    EXCHANGE,
    FIELD,
    COLLECT,
    ERASE,
) = (block for block in blocks("sh") if block.startswith("qantar"))
WORDS = Path("words.txt")
ASKS = ("publish", "erase")
OPENS_NOTHING = (["keys", "recover"],)


def carry_out(block: str, **names: str) -> None:
    """Run the commands of a block. Nobody is here to type a passphrase, or to be asked.

    Each of `names` is a word of the README that stands for something: `LINE`.
    """
    for line in block.strip().splitlines():
        program, *arguments = (names.get(word, word) for word in shlex.split(line))
        assert program == "qantar"
        yes = ["--yes"] if arguments[0] in ASKS else []
        opening = [] if arguments[:2] in OPENS_NOTHING else ["--passphrase-file", str(WORDS)]
        assert run([*arguments, *yes, *opening]) == 0, line


def killed(dossier: str) -> str:
    """What a reader sees on the dossier's one page about the killed."""
    (page,) = Path(dossier).glob("figures/killed-*.html")
    main = page.read_text(encoding="utf-8").partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def prepare(folder: Path) -> None:
    """Put the README's two files where its commands look for them, and a passphrase."""
    material = folder / "examples" / "sayaqkent"
    material.mkdir(parents=True)
    (material / "said.csv").write_text(blocks("csv")[0], encoding="utf-8")
    (material / "sheet.toml").write_text(blocks("toml")[0], encoding="utf-8")
    (folder / WORDS).write_text("lamp nest orbit spoon velvet\n", encoding="utf-8")


@pytest.fixture(scope="module")
def carried_out(tmp_path_factory: pytest.TempPathFactory) -> Carried:
    """The folder as the first commands of the README leave it, and what they print."""
    folder = tmp_path_factory.mktemp("readme")
    prepare(folder)
    said = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(said):
        carry_out(WHOLE)
    return Carried(folder, said.getvalue())


@pytest.fixture
def winter(carried_out: Carried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, in which the next commands are run."""
    folder = tmp_path / "readme"
    shutil.copytree(carried_out.folder, folder)
    monkeypatch.chdir(folder)
    return folder


def test_the_two_commands_stand_there_exactly() -> None:
    assert blocks("sh")[0] == "make demo\nmake test\n"


def test_the_worked_sheet_is_the_one_in_the_examples() -> None:
    assert blocks("csv") == [(EXAMPLE / "said.csv").read_text(encoding="utf-8")]
    assert blocks("toml") == [(EXAMPLE / "sheet.toml").read_text(encoding="utf-8")]


@pytest.mark.usefixtures("winter")
def test_five_minutes_with_your_own_material_end_as_they_say(carried_out: Carried) -> None:
    assert "5 rows in, 5 read, 0 unreadable" in carried_out.said
    assert Path("winter-dossier/index.html").is_file()
    seen = killed("winter-dossier")
    assert "contested · 5 claims, 2 independent voices" in seen
    assert "5 (Town hospital) – 4 (Town akimat)" in seen
    assert "revised: the same voice replaced it" in seen
    assert "nobody knows who spoke: counts as no voice" in seen


@pytest.mark.usefixtures("winter")
def test_a_day_that_was_earlier_knows_nothing_of_what_came_later() -> None:
    carry_out(EARLIER)
    seen = killed("known-on-the-8th")
    assert "2 – Town akimat" in seen
    assert "5 – Town hospital" in seen
    assert "Four people" not in seen


def test_a_corrected_table_takes_the_place_of_the_one_set_aside(
    winter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = winter / "examples" / "sayaqkent" / "said.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("Five dead", "Six dead"), "utf-8")
    carry_out(CORRECTED)
    said = capsys.readouterr().out
    assert "5 rows in, 5 read, 0 unreadable" in said
    assert "duplicate-id" not in said


def test_lists_of_people_are_linked_and_counted_without_a_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    link, count = (shlex.split(line)[1:] for line in LISTS.splitlines())
    assert run(link) == 0
    assert "persons (95%" in capsys.readouterr().out
    assert Path("persons/persons.csv").is_file()
    # The estimator that takes longest is left out: what it says has tests of its own.
    assert run([*count, "--method", "decomposable_graphs", "--method", "chao"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "different persons killed in Kosovo in spring 1999 are named by at least one" in said


@pytest.mark.usefixtures("winter")
def test_recovery_shares_are_made_and_tried(capsys: pytest.CaptureFixture[str]) -> None:
    make, drill = SHARES.splitlines()
    carry_out(f"{make} --json")
    words = json.loads(capsys.readouterr().out)["shares"]["shares"]
    assert len(words) == 3
    for name, share in zip("ab", words[1:], strict=True):
        Path(name).write_text(share, encoding="utf-8")
    carry_out(f"{drill} --share-file a --share-file b")
    assert "These shares open winter" in capsys.readouterr().out


@pytest.mark.usefixtures("winter")
def test_a_fresh_case_verifies_and_is_not_witnessed_yet(capsys: pytest.CaptureFixture[str]) -> None:
    carry_out(VERIFY)
    assert "unwitnessed" in capsys.readouterr().out


def test_two_teams_have_one_record_after_the_exchange(
    winter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (winter / "stick").mkdir()
    carry_out(WAIT)
    (line,) = capsys.readouterr().out.splitlines()
    carry_out(INVITE, LINE=line)
    take_in, give_back = EXCHANGE.split("\n", 1)
    carry_out(take_in)
    (winter / "note.txt").write_text("Seen by Bo", encoding="utf-8")
    carry_out("qantar add winter-of-bo note.txt")
    carry_out(give_back)
    capsys.readouterr()
    carry_out("qantar build winter --json")
    carry_out("qantar build winter-of-bo --json")
    one, other = (json.loads(out) for out in capsys.readouterr().out.splitlines())
    assert one["originals"] == other["originals"] == 3
    assert one["record_digest"] == other["record_digest"]


def test_a_collector_fills_the_case_at_home(
    winter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (winter / "stick").mkdir()
    (winter / "photos").mkdir()
    (winter / "photos" / "square.jpg").write_bytes(b"\xff\xd8 a photo")
    carry_out("qantar devices show winter")
    (home,) = capsys.readouterr().out.split()
    made, let_in = FIELD.splitlines()
    carry_out(made, LINE=home)
    (field,) = capsys.readouterr().out.split()
    carry_out(let_in, **{"LINE-OF-THE-FIELD": field})
    carry_out(COLLECT)
    capsys.readouterr()
    carry_out("qantar build winter --json")
    assert json.loads(capsys.readouterr().out)["originals"] == 3


@pytest.mark.usefixtures("winter")
def test_what_was_erased_is_not_taken_in_again() -> None:
    carry_out(ERASE)
    again = WHOLE.splitlines()[1]
    assert run([*shlex.split(again)[1:], "--passphrase-file", str(WORDS)]) == 12


def installed_bytes(requirements: list[str]) -> int:
    """The size of these distributions and of all that they need, as installed here."""
    waiting = [Requirement(text) for text in requirements]
    sizes: dict[str, int] = {}
    while waiting:
        wanted = waiting.pop()
        if wanted.name in sizes or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        found = distribution(wanted.name)
        files = [Path(str(file.locate())) for file in found.files or ()]
        sizes[wanted.name] = sum(path.stat().st_size for path in files if path.is_file())
        waiting += [Requirement(text) for text in found.requires or ()]
    return sum(sizes.values())


def test_an_install_is_about_as_large_as_it_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base, extra = project["dependencies"], project["optional-dependencies"]["dossier"]
    # Kernels that Numba has compiled here for this processor are installed nowhere.
    files = (path for path in (ROOT / "src" / "qantar").rglob("*") if path.is_file())
    sources = (path for path in files if path.suffix not in (".nbc", ".nbi"))
    libraries, own = installed_bytes(base), sum(path.stat().st_size for path in sources)
    measured = [libraries + own, installed_bytes([*base, *extra]) - libraries]
    said = [int(number) for number in re.findall(r"(\d+) MB", README)]
    assert said == [pytest.approx(size / 1e6, rel=0.15) for size in measured]
