"""`docs/formats.md` is enough: its own scripts open and check a case, and notice damage."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.authority import Authority

from qantar.archive.age_keys import new_secret, recipient_of, spell
from qantar.archive.case import Case
from qantar.archive.journal import append, begin, drop_bodies, heads, lanes, read
from qantar.archive.note import Checkpoint, origin, sign
from qantar.archive.originals import StoredOriginal, original_path, put
from qantar.archive.own_device import new_device
from qantar.archive.slots import NewSlot, ScryptCost, device_way, passphrase_way
from qantar.archive.unlock import open_case
from qantar.model.canonical import JSON
from qantar.model.device import Role
from qantar.workbench.bundle import bundle
from qantar.workbench.create import create, create_waiting
from qantar.workbench.devices import invite
from qantar.workbench.merge import merge
from qantar.workbench.witness import request, take_in

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


class Made(NamedTuple):
    """A case that was filled once: its folder, an identity that opens it, what is stored in it."""

    root: Path
    secret: bytes
    stored: list[StoredOriginal]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Fill a case of two devices: originals, entries small and large, one without its body."""
    root, secret = tmp_path_factory.mktemp("formats") / "case", new_secret()
    ways = [_passphrase(), device_way(recipient_of(secret), label="stick")]
    case = create(root, title="Қаңтар", now=AT, ways=ways)
    stored = [put(case, BytesIO(data)) for data in FILES]
    for one in stored:
        body: dict[str, JSON] = {"original": one.sha256, "object": one.object, "size": one.size}
        append(case, kind="accession", body={**body, "at": "Саяқкент"}, at=AT)
    gone = append(case, kind="note", body={"text": "gone"}, at=AT)
    for letter in "abcde":
        append(case, kind="note", body={"text": letter * 1_000_000}, at=AT)
    append(case, kind="note", body={}, at=AT)
    append(_other(case), kind="note", body={"two": [1, None], "one": {"é": "ё"}["é"]}, at=AT)
    append(case, kind="note", body={"seen": True}, at=AT)
    drop_bodies(case, {gone.id})
    return Made(root, secret, stored)


@pytest.fixture
def stored(made: Made) -> list[StoredOriginal]:
    """Give the originals in the case."""
    return made.stored


@pytest.fixture
def sealed(made: Made, tmp_path: Path) -> Case:
    """Give a copy of the case, opened."""
    root = shutil.copytree(made.root, tmp_path / "case")
    return open_case(root, secret=lambda: PASSPHRASE)


@pytest.fixture
def second(tmp_path: Path) -> Case:
    """Give a second device that waits to join."""
    return create_waiting(tmp_path / "second", ways=[_passphrase()])


@pytest.fixture
def by_hand(tmp_path: Path, sealed: Case) -> ByHand:
    """Give the scripts beside a case with something in it."""
    folder = tmp_path / "scripts"
    folder.mkdir()
    return ByHand(folder, sealed)


def _passphrase() -> NewSlot:
    cost = ScryptCost(n=2**10)  # what it costs to guess is not what is tested here
    return passphrase_way(PASSPHRASE, salt=secrets.token_bytes(16), cost=cost)


def _other(case: Case) -> Case:
    """Give the case as another device has it, with a journal of its own beside the first."""
    other = replace(case, own=new_device(Role.MEMBER, secrets.token_bytes), cache={})
    invite(case, other.signer.public.line(case.id), name="other", now=AT)
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
    by_hand: ByHand, made: Made, tmp_path: Path
) -> None:
    assert by_hand.case.local_key is not None
    identity = tmp_path / "identity.txt"
    identity.write_text(spell(made.secret), encoding="utf-8")
    ran = by_hand.command("tail -n +2", SLOT="slot-2.age", IDENTITY=str(identity))
    assert (ran.stdout, ran.stderr) == (by_hand.case.local_key.hex(), "")


def test_an_original_is_checked_with_age_and_sha256sum(
    by_hand: ByHand, stored: list[StoredOriginal]
) -> None:
    for one, data in zip(stored, FILES, strict=True):
        ran = by_hand.command("head -c", NAME=one.object, LENGTH=str(one.size))
        assert (ran.stdout.split()[:1], ran.stderr) == ([hashlib.sha256(data).hexdigest()], "")


def test_an_altered_original_does_not_open(by_hand: ByHand, stored: list[StoredOriginal]) -> None:
    path = original_path(by_hand.case, stored[0].object)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    ran = by_hand.command("head -c", NAME=stored[0].object, LENGTH=str(stored[0].size))
    assert "age: error" in ran.stderr


def test_the_chain_is_checked_without_a_key(by_hand: ByHand) -> None:
    ran = by_hand.run("chain.py", by_hand.case.root)
    assert (ran.returncode, ran.stderr) == (0, "")
    listed = [line.split(" ", 1) for line in ran.stdout.splitlines()]
    assert sorted(name for name, _ in listed) == sorted(entry.id for entry in read(by_hand.case))
    assert json.loads(listed[0][1])["kind"] in {"case.init", "note"}


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


def _change(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: _flip(folder / "0001.qj", 40), "this is not its end"),
        (lambda folder: _flip(folder / "0001.qj", 500), "entry 1 has another body"),
        (lambda folder: _flip(folder / "head", 10), "head is another device's"),
        (lambda folder: _change(folder / "head", b"\n14\n", b"\n13\n"), "head is not signed"),
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
    path.write_bytes(note.to_bytes().replace(b"\n14\n", b"\n13\n", 1))
    assert len(by_hand.run("checkpoint.py", path, public).stdout.splitlines()) == 1


def test_a_time_stamp_is_checked_with_openssl(by_hand: ByHand, tmp_path: Path) -> None:
    case, authority = by_hand.case, Authority.founded(tmp_path / "authority")
    asked, given = tmp_path / "asked.tsq", tmp_path / "given.tsr"
    request(case, asked)
    given.write_bytes(authority.answer(asked.read_bytes(), with_chain=True))
    take_in(case, given, now=AT)
    (stamped,) = case.witness.glob("*/*.tsr")
    names = {"NOTE": str(stamped.with_suffix(".note")), "ROOT": str(authority.root)}
    assert "Verification: OK" in by_hand.command("openssl ts", **names).stdout
    _no_file_is_unnamed(case.root)
    _change(stamped.with_suffix(".note"), b"\n14\n", b"\n13\n")
    other = by_hand.command("openssl ts", **names)
    assert other.returncode != 0
    assert "message imprint mismatch" in other.stderr


@pytest.fixture
def bundle_file(by_hand: ByHand, second: Case, tmp_path: Path) -> Path:
    """Give a bundle of the whole case for a second device that was let in."""
    invite(by_hand.case, second.signer.public.line(None), name="second", now=AT)
    (path,) = bundle(by_hand.case, tmp_path / "stick", to=["second"]).paths
    return path


def test_a_bundle_is_opened_by_the_device_that_it_is_for(
    by_hand: ByHand, second: Case, bundle_file: Path, stored: list[StoredOriginal]
) -> None:
    case, by_hand.case = by_hand.case, second
    ran = by_hand.command("bundle.py", BUNDLE=str(bundle_file))
    assert (ran.returncode, ran.stderr) == (0, "")
    said = ran.stdout.splitlines()
    manifest, _ = json.JSONDecoder().raw_decode(said[0].removeprefix("manifest: "))
    assert (manifest["case"], manifest["from"]) == (case.id, case.device)
    assert "the case key is in it" in said[0]
    assert said[-1] == f"whole, and signed by {case.device}"
    frames = sum(int(line.split()[1]) for line in said if line.startswith("frames: "))
    assert frames == len([*read(case)])
    for one in stored:
        assert any(line.startswith(f"object: {one.object}, ") for line in said)


def test_a_bundle_tells_damage_and_strangers(
    by_hand: ByHand, second: Case, bundle_file: Path
) -> None:
    """Its maker cannot open it either: it is sealed for the second device alone."""
    ran = by_hand.run("bundle.py", by_hand.case.root, bundle_file)
    assert "no bundle for this device" in ran.stderr
    _flip(bundle_file, -1)
    ran = by_hand.run("bundle.py", second.root, bundle_file)
    assert "no bundle for this device" in ran.stderr


def test_the_chain_of_a_copied_device_is_followed_on_both_branches(
    by_hand: ByHand, second: Case, bundle_file: Path, tmp_path: Path
) -> None:
    case = by_hand.case
    merge(second, [bundle_file], now=AT)
    shutil.copytree(case.root, tmp_path / "copy")
    for root in (case.root, tmp_path / "copy"):
        one = open_case(root, secret=lambda: PASSPHRASE)
        append(one, kind="note", body={"in": root.name}, at=AT)
        bundle(one, tmp_path / f"{root.name}.bundle", to=["second"])
        opened = open_case(second.root, secret=lambda: PASSPHRASE)
        assert merge(opened, [tmp_path / f"{root.name}.bundle"], now=AT).adopted
    assert len([*second.journals.glob("*.*")]) == 1
    by_hand.case = opened
    ran = by_hand.run("chain.py", second.root)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(ran.stdout.splitlines()) == len([*read(opened)])
    _no_file_is_unnamed(second.root)


def test_the_page_names_every_file_of_a_case(by_hand: ByHand) -> None:
    _no_file_is_unnamed(by_hand.case.root)


def _no_file_is_unnamed(root: Path) -> None:
    listed = PAGE.split("\n## The folder\n")[1].split("```")[1]
    for path in root.rglob("*"):
        name = str(path.relative_to(root))
        if path.is_dir() or name.endswith((".2", ".3")):
            continue
        name = re.sub(r"originals/.*", "originals/ab/<name>", name)
        name = re.sub(r"(?<=journal/)\w{32}(\.\w{64})?", "<lane>", name)
        name = re.sub(r"(?<=witness/)\w{32}/.*", "<device>/", name)
        name = name.replace("0002.qj", "0001.qj").replace("slot-2", "slot-1")
        assert name.removeprefix("keys/ring/0001.ring") in listed, name
