from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from qantar.cli.lazy import COMMANDS
from qantar.cli.main import qantar as top
from qantar.cli.output import escaped, json_line

from .conftest import Run

ENDS = """
import click

@click.command("end")
@click.argument("how")
@click.option("--json", "as_json", is_flag=True)
def command(how, as_json):
    raise {
        "defect": ValueError("the name of a witness"),
        "stopped": KeyboardInterrupt(),
        "disk": OSError(28, "No space left on device", "/somewhere"),
    }[how]
"""


@pytest.fixture
def ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command of a stranger that ends as it is told to."""
    (tmp_path / "strangers_command.py").write_text(ENDS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(COMMANDS, "end", "strangers_command")


def test_the_version_is_told(qantar: Run) -> None:
    assert qantar("--version").out.startswith("qantar 0.")


def test_every_command_is_listed_with_what_it_does(qantar: Run) -> None:
    shown = qantar("--help").out
    for name in COMMANDS:
        (line,) = (one for one in shown.splitlines() if one.startswith(f"  {name} "))
        assert line.endswith(".")
        assert not line.endswith("...")


def _paths() -> Iterator[tuple[str, ...]]:
    """Every command that does something, with the groups above it."""
    context = click.Context(top)
    for name in COMMANDS:
        command = top.get_command(context, name)
        below = command.list_commands(context) if isinstance(command, click.Group) else ()
        yield from ((name, one) for one in below)
        if not below:
            yield (name,)


@pytest.mark.parametrize("path", list(_paths()), ids=" ".join)
def test_every_command_has_examples_and_json(qantar: Run, path: tuple[str, ...]) -> None:
    shown = qantar(*path, "--help").out
    assert "Examples:" in shown
    assert f"  qantar {' '.join(path)}" in shown
    assert "--json" in shown


@pytest.mark.parametrize("group", sorted({path[0] for path in _paths() if len(path) > 1}))
def test_every_command_of_a_group_is_listed_with_what_it_does(qantar: Run, group: str) -> None:
    shown = qantar(group, "--help").out
    for path in _paths():
        if path[0] == group:
            (line,) = (one for one in shown.splitlines() if one.startswith(f"  {path[1]} "))
            assert line.endswith(".")
            assert not line.endswith("...")


def test_without_a_command_the_help_is_shown_as_wrong_usage(qantar: Run) -> None:
    ran = qantar()
    assert (ran.code, ran.out) == (2, "")
    assert "Commands:" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ad"], "No such command"),
        (["init"], "Missing argument 'CASE'"),
        (["status", "x", "--jsn"], "No such option"),
        (["decide", "x", "perhaps", "e1", "--reason", "r"], "is not one of"),
        (["publish", "x", "y", "--as-of", "yesterday"], "is no day such as"),
    ],
)
def test_wrong_usage_ends_with_2_and_points_to_the_help(
    qantar: Run, arguments: list[str], said: str
) -> None:
    ran = qantar(*arguments, "--json")
    assert ran.code == 2
    error = ran.only("error")
    assert error["code"] == "usage"
    assert said in error["message"]
    assert "--help" in error["next"]
    assert said in ran.err


def test_an_error_has_four_keys_in_json_and_words_beside_it(qantar: Run, tmp_path: Path) -> None:
    ran = qantar("status", tmp_path / "nowhere", "--json")
    assert ran.code == 10
    error = ran.only("error")
    assert set(error) == {"code", "message", "where", "next"}
    assert error["code"] == "not-a-case"
    assert error["where"] == str(tmp_path / "nowhere")
    assert ran.err.startswith("error: ")


def test_without_json_standard_output_stays_empty_on_an_error(qantar: Run, tmp_path: Path) -> None:
    assert qantar("status", tmp_path / "nowhere").out == ""


def test_words_after_two_dashes_are_no_options(qantar: Run, tmp_path: Path) -> None:
    assert qantar("search", tmp_path, "--", "--json").out == ""


@pytest.mark.usefixtures("ends")
def test_a_defect_shows_no_traceback_and_no_material(
    qantar: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QANTAR_DEBUG", raising=False)
    ran = qantar("end", "defect", "--json")
    assert ran.code == 70
    assert ran.only("error")["code"] == "defect"
    assert "Traceback" not in ran.err
    assert "witness" not in ran.err + ran.out


@pytest.mark.usefixtures("ends")
def test_a_defect_shows_its_details_when_asked(
    qantar: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QANTAR_DEBUG", "1")
    ran = qantar("end", "defect")
    assert ran.code == 70
    assert "ValueError: the name of a witness" in ran.err


@pytest.mark.usefixtures("ends")
def test_a_person_who_stops_it_is_not_shown_an_error(qantar: Run) -> None:
    ran = qantar("end", "stopped")
    assert ran.code == 130
    assert "Traceback" not in ran.err


@pytest.mark.usefixtures("ends")
def test_what_the_system_refuses_is_told_with_its_place(qantar: Run) -> None:
    ran = qantar("end", "disk", "--json")
    assert ran.code == 40
    error = ran.only("error")
    assert (error["code"], error["where"]) == ("disk", "/somewhere")
    assert error["message"] == "No space left on device."


def test_a_reader_that_goes_away_ends_it_quietly(built: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    arguments = ["search", str(built), "bread", "--json"]
    ran = subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-m", "qantar", *arguments],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert ran.returncode == 141
    assert ran.stderr == b""


def test_results_are_utf8_whatever_the_locale(built: Path) -> None:
    ran = subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-m", "qantar", "search", str(built), "tuzkol", "--json"],
        capture_output=True,
        check=True,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )
    assert "Тұзкөл" in ran.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("untrusted", "shown"),
    [
        ("Жаңаөзен — ok", "Жаңаөзен — ok"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("\x9b31m", "\\x9b31m"),
        ("two\nlines\r", "two\\nlines\\r"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("\udcff", "\\udcff"),
        ("a\u2028b", "a\\u2028b"),
    ],
)
def test_what_would_steer_a_terminal_is_spelt_out(untrusted: str, shown: str) -> None:
    assert escaped(untrusted) == shown


def test_json_stays_json_when_text_is_made_safe() -> None:
    import json  # noqa: PLC0415  # the oracle of this test only

    value = {"text": "\x9b\x1b[2J Қант \u202e \udc80 \x7f \n"}
    line = json_line(value)
    assert json.loads(line) == value
    assert line.isprintable()
    assert "Қант" in line


def test_evidence_cannot_steer_the_terminal(case: Path, tmp_path: Path, qantar: Run) -> None:
    (tmp_path / "t.csv").write_text('what,who\n"bread \x1b[2J\x9b1m\u202e","x\ny"\n')
    (tmp_path / "s.toml").write_text(
        '[[accession]]\npath = "t.csv"\nholds = "statements"\n'
        '[accession.columns]\nstatement = "what"\nsaid_by = "who"\n'
    )
    assert qantar("add", case, "--sheet", tmp_path / "s.toml").code == 0
    assert qantar("build", case).code == 0
    ran = qantar("search", case, "bread")
    assert len(ran.out.splitlines()) == 1
    assert ran.out.rstrip("\n").isprintable()
    assert qantar("search", case, "bread", "--json").lines[1]["hit"]["said_by"] == "x\ny"
