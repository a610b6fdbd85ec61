"""What opens a case, from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from qantar.archive.age_keys import spell
from qantar.archive.case import Case, look_at
from qantar.archive.slots import ScryptCost, passphrase_way, slot_paths
from qantar.archive.unlock import open_case
from qantar.errors import InputRefusedError
from qantar.workbench.create import create
from tests.cli.conftest import Run
from tests.cli.terminal import at_terminal

WORDS = "пять слов наугад из книги"
HOLD = """
import sys
from pathlib import Path
from qantar.archive.case import look_at
from qantar.archive.lock import writing
with writing(look_at(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""
NOW = datetime(2030, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A case under a passphrase that is cheap to try."""
    way = passphrase_way(WORDS, salt=os.urandom(16), cost=ScryptCost(n=2), label="office")
    return create(tmp_path / "sealed", title="Winter", now=NOW, ways=[way]).root


@pytest.fixture
def words(tmp_path: Path) -> Path:
    return _file(tmp_path, "words.txt", WORDS + "\n")


@pytest.fixture
def new_words(tmp_path: Path) -> Path:
    return _file(tmp_path, "new.txt", "five other words from elsewhere\n")


def _file(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def _open(path: Path, given: str) -> Case:
    return open_case(path, secret=lambda: given)


def test_init_seals_under_a_passphrase_and_says_that_nobody_can_help(
    tmp_path: Path, qantar: Run, new_words: Path
) -> None:
    path = tmp_path / "case"
    ran = qantar("init", path, "--title", "Winter", "--passphrase-file", new_words, "--json")
    assert ran.code == 0
    made = ran.only("case")
    opened = _open(path, "five other words from elsewhere")
    assert (made["id"], made["open"], made["role"]) == (opened.id, False, "member")
    assert made["line"] == opened.signer.public.line(opened.id)
    shown = qantar("keys", "list", path, "--json").only("slot")
    assert (shown["way"], shown["scrypt"]) == ("passphrase", {"n": 2**18, "r": 8, "p": 1})


def test_init_tells_what_to_do_against_a_lost_passphrase(
    tmp_path: Path, qantar: Run, new_words: Path
) -> None:
    ran = qantar("init", tmp_path / "case", "--passphrase-file", new_words)
    assert ran.code == 0
    assert "nobody can help" in ran.err
    assert f"qantar keys shares {tmp_path / 'case'}" in ran.err


def test_a_new_passphrase_is_asked_for_twice_and_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "case"
    typed = ["short", WORDS, "something else", WORDS, WORDS]
    session = at_terminal(tmp_path, ["init", path], typed)
    assert session.code == 0, session.screen
    assert "at least 8 characters" in session.screen
    assert "not the same" in session.screen
    assert "five or six words" in session.screen
    for word in typed:
        assert word not in session.screen + session.out
    assert _open(path, WORDS).id in session.out


def test_a_passphrase_is_asked_for_three_times(tmp_path: Path, sealed: Path) -> None:
    session = at_terminal(
        tmp_path, ["keys", "shares", sealed, "--threshold", 2, "--of", 2], ["a", "b", WORDS]
    )
    assert session.code == 0, session.screen
    assert session.screen.count("this does not open the case") == 2
    assert WORDS not in session.screen + session.out


def test_three_wrong_ones_are_exit_30_and_tell_nothing(tmp_path: Path, sealed: Path) -> None:
    asked = ["keys", "change", sealed]
    session = at_terminal(tmp_path, asked, ["wrong one", "wrong two", "wrong three", WORDS])
    assert session.code == 30
    assert session.screen.count("Passphrase of") == 3
    for hidden in ("wrong", "office", "Winter", look_at(sealed).id):
        assert hidden not in session.screen.replace(str(sealed), "") + session.out


def test_without_a_terminal_it_says_to_give_a_file(sealed: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    for arguments, option in (
        (["status", sealed], "--passphrase-file"),
        (["keys", "recover", sealed, "--drill"], "--share-file"),
        (["init", new], "--passphrase-file"),
    ):
        ran = subprocess.run(  # noqa: S603  # our own interpreter, our own words
            [sys.executable, "-m", "qantar", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
            check=False,
        )
        assert ran.returncode == 30
        assert f"with {option}." in ran.stderr
    assert not new.exists()


def test_a_wrong_passphrase_file_is_exit_30_and_tried_once(
    sealed: Path, new_words: Path, qantar: Run
) -> None:
    before = {path: path.read_bytes() for path in sealed.rglob("*") if path.is_file()}
    ran = qantar("keys", "change", sealed, "--passphrase-file", new_words, "--json")
    assert ran.code == 30
    assert ran.only("error")["code"] == "wrong-passphrase"
    for hidden in ("office", "Winter", "other words"):
        assert hidden not in ran.out + ran.err
    assert {path: path.read_bytes() for path in sealed.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (b"", 10, "empty"),
        (b"\nsecond line\n", 10, "empty"),
        (b"\xff\xfe\x00", 10, "UTF-8"),
        (b"x" * 1025, 10, "at most 1,024"),
        (b"x" * 100_000, 10, "at most 1,024"),
        (None, 12, "no such"),
    ],
)
def test_a_passphrase_file_that_is_none_is_named_and_not_quoted(
    tmp_path: Path, sealed: Path, qantar: Run, content: bytes | None, code: int, reason: str
) -> None:
    path = tmp_path / "none.txt"
    if content is not None:
        path.write_bytes(content)
    ran = qantar("keys", "change", sealed, "--passphrase-file", path)
    assert ran.code == code
    assert reason in ran.err
    assert str(path) in ran.err
    assert "xxx" not in ran.err
    assert "second" not in ran.err


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nanother line\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_the_first_line_is_the_passphrase_however_it_ends(
    tmp_path: Path, sealed: Path, qantar: Run, ending: str, start: str
) -> None:
    path = _file(tmp_path, "file.txt", start + WORDS + ending)
    assert (
        qantar(
            "keys", "shares", sealed, "--threshold", 2, "--of", 2, "--passphrase-file", path
        ).code
        == 0
    )


def test_spaces_and_number_signs_belong_to_the_passphrase(tmp_path: Path, qantar: Run) -> None:
    said = " # of things: 5 "
    way = passphrase_way(said, salt=os.urandom(16), cost=ScryptCost(n=2))
    path = create(tmp_path / "sealed", title=None, now=NOW, ways=[way]).root
    given = _file(tmp_path, "words.txt", said + "\n")
    assert (
        qantar("keys", "shares", path, "--threshold", 2, "--of", 2, "--passphrase-file", given).code
        == 0
    )


def test_a_file_of_age_keygen_opens_what_was_added_for_it(
    tmp_path: Path, sealed: Path, words: Path, qantar: Run
) -> None:
    made = pyrage.x25519.Identity.generate()
    added = qantar(
        "keys", "add", sealed, "--device", made.to_public(), "--label", "stick",
        "--passphrase-file", words, "--json",
    )  # fmt: skip
    assert added.only("added") == {"number": 2}
    key = _file(
        tmp_path, "key.txt", f"# created: today\n# public key: {made.to_public()}\n{made}\n"
    )
    ran = qantar("keys", "remove", sealed, 1, "--yes", "--passphrase-file", key, "--json")
    assert ran.only("removed") == {"number": 1}
    assert qantar("keys", "change", sealed, "--passphrase-file", words).code == 30
    assert [line["slot"]["label"] for line in qantar("keys", "list", sealed, "--json").lines] == [
        "stick"
    ]


def test_an_open_case_asks_for_nothing_and_reads_no_file(case: Path, qantar: Run) -> None:
    ran = qantar(
        "keys", "shares", case, "--threshold", 2, "--of", 3, "--passphrase-file", "/absent"
    )
    assert ran.code == 0


def test_a_passphrase_added_to_an_open_case_does_not_close_it_and_says_so(
    case: Path, new_words: Path, qantar: Run
) -> None:
    ran = qantar("keys", "add", case, "--passphrase", "--new-passphrase-file", new_words)
    assert ran.code == 0
    assert "still open" in ran.err
    assert qantar("keys", "remove", case, 1, "--yes").code == 0
    assert not _open(case, "five other words from elsewhere").open


@pytest.mark.parametrize("new", ["", "short", "x" * 7, "x" * 2000, spell(bytes(range(32)))])
def test_a_weak_new_passphrase_is_refused_with_advice(
    tmp_path: Path, sealed: Path, words: Path, qantar: Run, new: str
) -> None:
    path = _file(tmp_path, "weak.txt", new)
    for command in (
        ["init", tmp_path / "other", "--passphrase-file", path],
        [
            "keys",
            "add",
            sealed,
            "--passphrase",
            "--new-passphrase-file",
            path,
            "--passphrase-file",
            words,
        ],
        ["keys", "change", sealed, "--new-passphrase-file", path, "--passphrase-file", words],
    ):
        ran = qantar(*command)
        assert ran.code == InputRefusedError.exit_code
        assert not new or new not in ran.err
    assert not (tmp_path / "other").exists()
    assert len(qantar("keys", "list", sealed, "--json").lines) == 1


def test_change_replaces_the_passphrase_and_keeps_the_label(
    sealed: Path, words: Path, new_words: Path, qantar: Run
) -> None:
    ran = qantar(
        "keys", "change", sealed, "--passphrase-file", words, "--new-passphrase-file", new_words
    )
    assert ran.code == 0
    assert "slot 1 is gone" in ran.err
    assert qantar("keys", "change", sealed, "--passphrase-file", words).code == 30
    assert qantar("keys", "list", sealed).out == "2  passphrase  office\n"
    assert _open(sealed, "five other words from elsewhere").slot == 2


def test_remove_shows_its_plan_and_asks(
    tmp_path: Path, sealed: Path, words: Path, new_words: Path, qantar: Run
) -> None:
    add = ["keys", "add", sealed, "--passphrase", "--new-passphrase-file", new_words]
    assert qantar(*add, "--passphrase-file", words).code == 0
    asked = ["keys", "remove", sealed, 2, "--passphrase-file", words]
    unasked = subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-m", "qantar", *map(str, asked)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert unasked.returncode == 2
    assert "--yes" in unasked.stderr
    session = at_terminal(tmp_path, asked, ["n"])
    assert session.code == 130
    assert "Nothing was removed." in session.screen
    assert "remove  2  passphrase" in session.screen
    assert "keep    1  passphrase  office" in session.screen
    assert len(qantar("keys", "list", sealed, "--json").lines) == 2
    assert at_terminal(tmp_path, asked, ["y"]).code == 0
    assert len(qantar("keys", "list", sealed, "--json").lines) == 1


def test_the_last_way_in_is_not_removed(sealed: Path, words: Path, qantar: Run) -> None:
    ran = qantar("keys", "remove", sealed, 1, "--yes", "--passphrase-file", words)
    assert ran.code == 2
    assert "last way" in ran.err


def test_shares_are_blocks_for_paper_and_each_block_is_a_share_file(
    tmp_path: Path, sealed: Path, words: Path, new_words: Path, qantar: Run
) -> None:
    ran = qantar("keys", "shares", sealed, "--threshold", 2, "--of", 3, "--passphrase-file", words)
    assert ran.code == 0
    assert "--drill" in ran.err
    blocks = ran.out.strip().split("\n\n")
    assert len(blocks) == 3
    assert f"Share 3 of 3 for case {look_at(sealed).id[:8]}, slot 2" in blocks[2]
    assert "Any 2 of these 3" in blocks[0]
    one, other = (_file(tmp_path, f"share{at}", blocks[at]) for at in (0, 2))
    recover = ["keys", "recover", sealed, "--share-file", other, "--share-file", one]
    before = {path: path.read_bytes() for path in sealed.rglob("*") if path.is_file()}
    drilled = qantar(*recover, "--drill")
    assert (drilled.code, "Nothing was changed" in drilled.out) == (0, True)
    assert {path: path.read_bytes() for path in sealed.rglob("*") if path.is_file()} == before
    assert qantar(*recover, "--new-passphrase-file", new_words, "--json").only("recovered") == {
        "drill": False,
        "number": 3,
    }
    assert _open(sealed, "five other words from elsewhere").slot == 3


def test_a_drill_mends_nothing_and_takes_no_new_passphrase(
    sealed: Path, words: Path, new_words: Path, qantar: Run
) -> None:
    ran = qantar("keys", "recover", sealed, "--drill", "--new-passphrase-file", new_words)
    assert ran.code == 2


def test_too_few_and_mistyped_shares_are_told_without_their_words(
    tmp_path: Path, sealed: Path, words: Path, qantar: Run
) -> None:
    made = qantar(
        "keys", "shares", sealed, "--threshold", 3, "--of", 3, "--passphrase-file", words, "--json"
    ).only("shares")["shares"]
    files = [_file(tmp_path, f"share{at}", text) for at, text in enumerate(made)]
    few = qantar("keys", "recover", sealed, "--drill", "--share-file", files[0], "--json")
    assert (few.code, few.only("error")["message"]) == (2, "2 more of these shares are needed.")
    written = made[0].split()
    typo = _file(tmp_path, "typo", " ".join([*written[:9], "zzz", *written[10:]]))
    told = qantar("keys", "recover", sealed, "--drill", "--share-file", typo)
    assert told.code == 2
    # Said word for word, whatever the share holds ("check" and "each" are words of shares too).
    said = f"error: {typo}: this share is mistyped or incomplete: its check words do not fit. "
    said += "Compare each of its 33 words with the paper."
    assert told.err.split() == said.split()


def test_shares_are_asked_for_until_they_are_enough(
    tmp_path: Path, sealed: Path, words: Path, qantar: Run
) -> None:
    made = qantar(
        "keys", "shares", sealed, "--threshold", 2, "--of", 3, "--passphrase-file", words, "--json"
    ).only("shares")["shares"]
    typed = [
        made[1] + " acid",
        made[1],
        made[1],
        made[0],
        "a new one of words",
        "a new one of words",
    ]
    session = at_terminal(tmp_path, ["keys", "recover", sealed], typed)
    assert session.code == 0, session.screen
    for said in ("mistyped", "1 more needed", "given already"):
        assert said in session.screen
    assert "a new one of words" not in session.screen
    assert _open(sealed, "a new one of words").slot == 3


def test_shares_of_another_case_do_not_open_this_one(
    tmp_path: Path, sealed: Path, case: Path, qantar: Run
) -> None:
    made = qantar("keys", "shares", case, "--threshold", 2, "--of", 2, "--json").only("shares")
    files = [_file(tmp_path, f"share{at}", text) for at, text in enumerate(made["shares"])]
    given = [part for path in files for part in ("--share-file", path)]
    assert qantar("keys", "recover", sealed, "--drill", *given).code == 30


def test_a_mended_copy_is_named_and_a_slot_that_is_lost_too(
    sealed: Path, words: Path, new_words: Path, qantar: Run
) -> None:
    add = ["keys", "add", sealed, "--passphrase", "--new-passphrase-file", new_words]
    assert qantar(*add, "--passphrase-file", words).code == 0
    sound = slot_paths(sealed / "keys", 1)[1].read_bytes()
    slot_paths(sealed / "keys", 1)[1].write_bytes(b"damaged")
    for path in slot_paths(sealed / "keys", 2):
        path.write_bytes(b"damaged")
    listed = qantar("keys", "list", sealed).out
    assert "damaged: slot-1.age.2" in listed
    assert "2  damaged in all copies" in listed
    ran = qantar("status", sealed, "--passphrase-file", words)
    assert "a damaged copy of slot-1.age was mended" in ran.err
    assert "slot 2 is damaged in all its copies" in ran.err
    assert slot_paths(sealed / "keys", 1)[1].read_bytes() == sound


def test_a_copy_that_cannot_be_mended_keeps_nobody_out(sealed: Path, words: Path) -> None:
    slot_paths(sealed / "keys", 1)[1].unlink()
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"
    ran = subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [
            *(sys.executable, "-c", f"{full}\nfrom qantar.cli.main import main; main()"),
            *("status", str(sealed), "--passphrase-file", str(words)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0
    assert "1 damaged copy not mended" in ran.stderr
    assert not slot_paths(sealed / "keys", 1)[1].exists()


def test_nothing_is_mended_while_another_process_writes(
    sealed: Path, words: Path, qantar: Run
) -> None:
    slot_paths(sealed / "keys", 1)[1].unlink()
    with subprocess.Popen(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-c", HOLD, str(sealed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert qantar("status", sealed, "--passphrase-file", words).code == 0
        assert not slot_paths(sealed / "keys", 1)[1].exists()
    assert "was mended" in qantar("status", sealed, "--passphrase-file", words).err


def test_status_says_what_opens_the_case(sealed: Path, words: Path, qantar: Run) -> None:
    shares = ["keys", "shares", sealed, "--threshold", 2, "--of", 3]
    assert qantar(*shares, "--passphrase-file", words).code == 0
    ran = qantar("status", sealed, "--passphrase-file", words)
    assert "opens with: passphrase, 2-of-3 shares" in ran.out
    shown = qantar("status", sealed, "--passphrase-file", words, "--json").lines[0]
    assert shown["opens_with"] == ["passphrase", "2-of-3 shares"]


def test_every_command_on_a_case_takes_the_passphrase_from_a_file(
    sealed: Path, words: Path, sayaqkent: Path, tmp_path: Path, qantar: Run
) -> None:
    key = ["--passphrase-file", words]
    assert qantar("add", sealed, "--sheet", sayaqkent / "sheet.toml", *key).code == 0
    assert qantar("build", sealed, *key).code == 0
    assert qantar("status", sealed, *key).code == 0
    assert qantar("search", sealed, "strike", *key).code == 0
    assert qantar("decide", sealed, "withdraw", "a1", "--reason", "x", *key).code == 0
    assert qantar("publish", sealed, tmp_path / "out", "--yes", *key).code == 0


def test_a_waiting_device_prints_its_line(tmp_path: Path, new_words: Path, qantar: Run) -> None:
    ran = qantar("init", tmp_path / "w", "--join", "--passphrase-file", new_words)
    assert ran.code == 0
    opened = _open(tmp_path / "w", "five other words from elsewhere")
    assert ran.out == opened.signer.public.line(None) + "\n"
    assert "qantar devices invite" in ran.err


def test_a_collector_prints_its_line_with_the_case(tmp_path: Path, case: Path, qantar: Run) -> None:
    home = open_case(case)
    line = home.signer.public.line(home.id)
    ran = qantar("init", tmp_path / "c", "--collector", "--for", line, "--open")
    assert ran.code == 0
    assert ran.out.startswith(f"qantar1:{home.id}:collector:")
    refused = qantar(
        "init", tmp_path / "d", "--open", "--collector", "--for", home.signer.public.line(None)
    )
    assert refused.code == 33
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        ["--open", "--passphrase-file", "x"],
        ["--join", "--collector", "--for", "x"],
        ["--collector"],
        ["--for", "x"],
        ["--join", "--title", "x"],
    ],
)
def test_what_does_not_fit_together_is_wrong_usage(
    tmp_path: Path, qantar: Run, wrong: list[str]
) -> None:
    assert qantar("init", tmp_path / "case", *wrong).code == 2
    assert not (tmp_path / "case").exists()


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("Dropbox", "Dropbox"),
        ("OneDrive - Office", "OneDrive"),
        ("Google Drive", "Google Drive"),
        ("Mobile Documents", "iCloud"),
        ("nextcloud", "Nextcloud"),
    ],
)
def test_a_folder_that_is_copied_elsewhere_is_warned_of(
    tmp_path: Path, qantar: Run, folder: str, name: str
) -> None:
    ran = qantar("init", tmp_path / folder / "case", "--open")
    assert ran.code == 0
    assert f"{name} copies to other machines" in ran.err
    assert "warning" not in qantar("init", tmp_path / "drive" / "case", "--open").err


@pytest.mark.parametrize(
    "wrong",
    [
        ["add"],
        ["add", "--passphrase", "--device", "age1"],
        ["add", "--device", "age1nobody"],
        ["remove", "0"],
        ["remove", "9", "--yes"],
        ["shares", "--threshold", "1", "--of", "1"],
        ["shares", "--threshold", "2", "--of", "17"],
    ],
)
def test_wrong_usage_of_keys_is_exit_2(case: Path, qantar: Run, wrong: list[str]) -> None:
    assert qantar("keys", wrong[0], case, *wrong[1:]).code == 2
    assert len(qantar("keys", "list", case, "--json").lines) == 1


def test_a_passphrase_that_opens_the_case_already_is_no_new_one(
    sealed: Path, words: Path, qantar: Run
) -> None:
    """Two slots of one passphrase: taking one away would keep nobody out."""
    given = ["--passphrase-file", words, "--new-passphrase-file", words]
    for command in (["change", sealed], ["add", sealed, "--passphrase"]):
        ran = qantar("keys", *command, *given)
        assert (ran.code, "slot 1" in ran.err) == (2, True)
    assert qantar("keys", "list", sealed).out.count("\n") == 1


def test_a_case_without_a_way_in_says_so(sealed: Path, qantar: Run) -> None:
    for path in (sealed / "keys").glob("slot-*"):
        path.unlink()
    ran = qantar("keys", "list", sealed)
    assert (ran.out, "no way into the case is left" in ran.err) == ("", True)
