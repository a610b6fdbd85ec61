"""The README cannot drift: its commands are run, its example is shipped, its sizes are measured."""

from __future__ import annotations

import html
import re
import shlex
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from qantar.cli.main import run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "examples" / "sayaqkent"


def blocks(language: str) -> list[str]:
    """The code blocks in this language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


WHOLE, EARLIER, CORRECTED = (block for block in blocks("sh") if block.startswith("qantar"))


def carry_out(block: str) -> None:
    """Run the commands of a block. Nobody is here to be asked, so `publish` is told yes."""
    for line in block.strip().splitlines():
        program, *arguments = shlex.split(line)
        assert program == "qantar"
        assert run([*arguments, *(["--yes"] if arguments[0] == "publish" else [])]) == 0, line


def killed(dossier: str) -> str:
    """What a reader sees on the dossier's one page about the killed."""
    (page,) = Path(dossier).glob("figures/killed-*.html")
    main = page.read_text(encoding="utf-8").partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.fixture
def beside_the_material(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the README's two files where its commands look for them."""
    material = tmp_path / "examples" / "sayaqkent"
    material.mkdir(parents=True)
    (material / "said.csv").write_text(blocks("csv")[0], encoding="utf-8")
    (material / "sheet.toml").write_text(blocks("toml")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return material


def test_the_two_commands_stand_there_exactly() -> None:
    assert blocks("sh")[0] == "make demo\nmake test\n"


def test_the_worked_sheet_is_the_one_in_the_examples() -> None:
    assert blocks("csv") == [(EXAMPLE / "said.csv").read_text(encoding="utf-8")]
    assert blocks("toml") == [(EXAMPLE / "sheet.toml").read_text(encoding="utf-8")]


@pytest.mark.usefixtures("beside_the_material")
def test_five_minutes_with_your_own_material_end_as_they_say(
    capsys: pytest.CaptureFixture[str],
) -> None:
    carry_out(WHOLE)
    assert "5 rows in, 5 read, 0 unreadable" in capsys.readouterr().out
    assert Path("winter-dossier/index.html").is_file()
    seen = killed("winter-dossier")
    assert "contested · 5 claims, 2 independent voices" in seen
    assert "5 (Town hospital) – 4 (Town akimat)" in seen
    assert "revised: the same voice replaced it" in seen
    assert "nobody knows who spoke: counts as no voice" in seen


@pytest.mark.usefixtures("beside_the_material")
def test_a_day_that_was_earlier_knows_nothing_of_what_came_later() -> None:
    carry_out(WHOLE)
    carry_out(EARLIER)
    seen = killed("known-on-the-8th")
    assert "2 – Town akimat" in seen
    assert "5 – Town hospital" in seen
    assert "Four people" not in seen


def test_a_corrected_table_takes_the_place_of_the_one_set_aside(
    beside_the_material: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    carry_out(WHOLE)
    table = beside_the_material / "said.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("Five dead", "Six dead"), "utf-8")
    capsys.readouterr()
    carry_out(CORRECTED)
    said = capsys.readouterr().out
    assert "5 rows in, 5 read, 0 unreadable" in said
    assert "duplicate-id" not in said


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
    sources = (path for path in (ROOT / "src" / "qantar").rglob("*") if path.is_file())
    libraries, own = installed_bytes(base), sum(path.stat().st_size for path in sources)
    measured = [libraries + own, installed_bytes([*base, *extra]) - libraries]
    said = [int(number) for number in re.findall(r"(\d+) MB", README)]
    assert said == [pytest.approx(size / 1e6, rel=0.15) for size in measured]
