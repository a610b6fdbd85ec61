"""`docs/formats.md` is enough: its own scripts open and check a case, and notice damage."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from qantar.archive.age_keys import new_secret, recipient_of, spell
from qantar.archive.case import Case, create_case
from qantar.archive.journal import append, begin, drop_bodies, heads, lanes, read
from qantar.archive.note import Checkpoint, origin, sign
from qantar.archive.originals import StoredOriginal, original_path, put
from qantar.archive.own_device import new_device
from qantar.archive.slots import ScryptCost, device_way, passphrase_way
from qantar.model.canonical import JSON
from qantar.model.device import Role

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(python|sh)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SCRIPTS = {text.split("# ")[1].split(":")[0]: text for kind, text in BLOCKS if kind == "python"}
COMMANDS = [text for kind, text in BLOCKS if kind == "sh"]
AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)
PASSPHRASE = "қаңтар 2022, қар"  # noqa: S105  # of no case but these
FILES = [b"first", "екінші".encode(), b"", b"x" * 100_000]


class ByHand:
    """The page's scripts in a folder of their own, and a way to run them."""

    def __init__(self, folder: Path, case: Case) -> None:
        self.folder, self.case = folder, case
        for name, text in SCRIPTS.items():
            (folder / name).write_text(text, encoding="utf-8")

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a script; the passphrase stands on standard input."""
        return self._run([sys.executable, *map(str, arguments)])

    def command(self, start: str, **names: str) -> subprocess.CompletedProcess[str]:
        """Run the one command block of the page with this in it."""
        (text,) = (block for block in COMMANDS if start in block)
        return self._run(["/bin/bash", "-c", text], **names)

    def _run(self, command: list[str], **names: str) -> subprocess.CompletedProcess[str]:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return subprocess.run(  # noqa: S603  # our own page
            command,
            cwd=self.folder,
            env={"PATH": path, "CASE": str(self.case.root), **names},
            input=PASSPHRASE + "\n",
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def secret() -> bytes:
    """Give an age identity that is kept outside the case."""
    return new_secret()


@pytest.fixture
def sealed(tmp_path: Path, secret: bytes) -> Case:
    """Give a case behind a passphrase and an age identity."""
    cost = ScryptCost(n=2**10)  # what it costs to guess is not what is tested here
    words = passphrase_way(PASSPHRASE, salt=secrets.token_bytes(16), cost=cost)
    ways = [words, device_way(recipient_of(secret), label="stick")]
    return create_case(tmp_path / "case", ways=ways, begin=begin)


@pytest.fixture
def stored(sealed: Case) -> list[StoredOriginal]:
    """Take originals in, write small entries and two segments, erase a body; a second device too."""
    kept = [put(sealed, BytesIO(data)) for data in FILES]
    for one in kept:
        body: dict[str, JSON] = {"original": one.sha256, "object": one.object, "size": one.size}
        append(sealed, kind="accession", body={**body, "at": "Саяқкент"}, at=AT)
    gone = append(sealed, kind="note", body={"text": "gone"}, at=AT)
    for letter in "abcde":
        append(sealed, kind="note", body={"text": letter * 1_000_000}, at=AT)
    append(sealed, kind="note", body={}, at=AT)
    append(_second(sealed), kind="note", body={"two": [1, None], "one": {"é": "ё"}["é"]}, at=AT)
    append(sealed, kind="note", body={"seen": True}, at=AT)
    drop_bodies(sealed, {gone.id})
    return kept


@pytest.fixture
def by_hand(tmp_path: Path, sealed: Case, stored: list[StoredOriginal]) -> ByHand:
    """Give the scripts beside a case with something in it."""
    assert stored
    folder = tmp_path / "scripts"
    folder.mkdir()
    return ByHand(folder, sealed)


def _second(case: Case) -> Case:
    """Give the case as another device has it, with a journal of its own beside the first."""
    other = replace(case, own=new_device(Role.MEMBER, secrets.token_bytes), cache={})
    begin(other)
    return other


def test_no_script_uses_this_project() -> None:
    modules = {
        found
        for text in SCRIPTS.values()
        for found in re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE)
    }
    own = {name.removesuffix(".py") for name in SCRIPTS}
    assert modules - own - set(sys.stdlib_module_names) == {"nacl"}


def test_the_case_key_is_found_from_the_passphrase(by_hand: ByHand) -> None:
    assert by_hand.case.case_key is not None
    ran = by_hand.run("byhand.py", by_hand.case.root)
    assert (ran.stdout, ran.stderr) == (f"the case key: {by_hand.case.case_key.hex()}\n", "")


def test_a_damaged_slot_is_found_in_its_next_copy(by_hand: ByHand) -> None:
    slot = by_hand.case.keys / "slot-1.age"
    slot.write_bytes(b"{" + slot.read_bytes())
    assert "the case key" in by_hand.run("byhand.py", by_hand.case.root).stdout


def test_a_slot_for_an_identity_opens_with_age_alone(
    by_hand: ByHand, secret: bytes, tmp_path: Path
) -> None:
    assert by_hand.case.local_key is not None
    identity = tmp_path / "identity.txt"
    identity.write_text(spell(secret), encoding="utf-8")
    ran = by_hand.command("tail -n +2", SLOT="slot-2.age", IDENTITY=str(identity))
    assert (ran.stdout, ran.stderr) == (by_hand.case.local_key.hex(), "")


def test_an_original_is_checked_with_age_and_sha256sum(
    by_hand: ByHand, stored: list[StoredOriginal]
) -> None:
    for one, data in zip(stored, FILES, strict=True):
        ran = by_hand.command("sha256sum", NAME=one.object, LENGTH=str(one.size))
        assert (ran.stdout.split()[:1], ran.stderr) == ([hashlib.sha256(data).hexdigest()], "")


def test_an_altered_original_does_not_open(by_hand: ByHand, stored: list[StoredOriginal]) -> None:
    path = original_path(by_hand.case, stored[0].object)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    ran = by_hand.command("sha256sum", NAME=stored[0].object, LENGTH=str(stored[0].size))
    assert "age: error" in ran.stderr


def test_the_chain_is_checked_without_a_key(by_hand: ByHand) -> None:
    ran = by_hand.run("chain.py", by_hand.case.root)
    assert (ran.returncode, ran.stderr) == (0, "")
    listed = [line.split(" ", 1) for line in ran.stdout.splitlines()]
    assert sorted(name for name, _ in listed) == sorted(entry.id for entry in read(by_hand.case))
    assert json.loads(listed[0][1])["kind"] in {"accession", "note"}


def test_each_body_is_opened_and_held_against_its_header(by_hand: ByHand) -> None:
    ran = by_hand.run("bodies.py", by_hand.case.root)
    assert (ran.returncode, ran.stderr) == (0, "")
    printed = [line.split(" ", 3) for line in ran.stdout.splitlines()]
    found = {(device, int(seq)): said for device, seq, _, said in printed}
    assert len(found) == len(printed)
    for entry in read(by_hand.case):
        said = found[entry.device, entry.seq]
        assert said == "erased" if entry.body is None else json.loads(said) == entry.body


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: _flip(folder / "0001.qj", 40), "this is not its end"),
        (lambda folder: _flip(folder / "0001.qj", 500), "entry 1 has another body"),
        (lambda folder: _flip(folder / "head", 10), "head is another device's"),
        (lambda folder: _flip(folder / "head", -20), "head is not signed"),
        (lambda folder: (folder / "0001.qj").unlink(), "does not follow"),
    ],
)
def test_the_chain_tells_damage(by_hand: ByHand, damage: Callable[[Path], None], told: str) -> None:
    damage(by_hand.case.journal)
    ran = by_hand.run("chain.py", by_hand.case.root)
    assert ran.returncode == 1
    assert told in ran.stderr


def test_the_chain_tells_a_torn_tail_from_a_broken_journal(by_hand: ByHand) -> None:
    last = by_hand.case.journal / "0002.qj"
    whole = last.read_bytes()
    last.write_bytes(whole + b"\0\0\1")
    torn = by_hand.run("chain.py", by_hand.case.root)
    assert torn.returncode == 0
    assert "3 bytes at the end are no entry" in torn.stderr
    last.write_bytes(whole[:-5])
    assert "entries were acknowledged" in by_hand.run("chain.py", by_hand.case.root).stderr


def test_a_checkpoint_tells_who_signed_it(by_hand: ByHand) -> None:
    device = by_hand.case.device
    ran = by_hand.command("checkpoint.py", DEVICE=device)
    head = heads(by_hand.case)[device]
    assert f"{origin(by_hand.case.id, device)}: {head.size} entries" in ran.stdout
    assert f"signed by its own device, {device}" in ran.stdout
    assert "seen so" not in ran.stdout


def test_a_cosignature_tells_who_saw_it_and_when(by_hand: ByHand, tmp_path: Path) -> None:
    case, (own, other) = by_hand.case, lanes(by_hand.case)
    witness = new_device(Role.MEMBER, secrets.token_bytes)
    public = tmp_path / "device.pub"
    public.write_text(json.dumps(witness.public.to_record()), encoding="utf-8")
    head = heads(case)[own.name]
    checkpoint = Checkpoint(origin=origin(case.id, own.device), size=head.size, root=head.root)
    note = sign(checkpoint, case.signer.sign_seed)
    note = note.cosign(origin(case.id, witness.public.id), witness.sign_seed, 1_641_477_900)
    path = tmp_path / "one.note"
    path.write_bytes(note.to_bytes())
    ran = by_hand.run("checkpoint.py", path, public, own.folder / "device.pub")
    assert f"seen so by {witness.public.id}, whose clock said 1641477900" in ran.stdout
    assert "signed by its own device" in ran.stdout
    stranger = by_hand.run("checkpoint.py", path, other.folder / "device.pub")
    assert len(stranger.stdout.splitlines()) == 1
    path.write_bytes(note.to_bytes().replace(b"\n12\n", b"\n11\n", 1))
    assert len(by_hand.run("checkpoint.py", path, public).stdout.splitlines()) == 1


def test_the_page_names_every_file_of_a_case(by_hand: ByHand) -> None:
    listed = PAGE.split("\n## The folder\n")[1].split("```")[1]
    for path in by_hand.case.root.rglob("*"):
        name = str(path.relative_to(by_hand.case.root))
        if path.is_dir() or name.endswith((".2", ".3")):
            continue
        name = re.sub(r"originals/.*", "originals/ab/<name>", name)
        name = re.sub(r"(?<=journal/)\w{32}", "<lane>", name).replace("0002.qj", "0001.qj")
        name = name.replace("slot-2", "slot-1").removeprefix("keys/ring/0001.ring")
        assert name in listed, name
