"""A collector cannot open what it sealed: not with all that is in its folder, and its passphrase."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from qantar.archive.age_keys import UnsealError, identity, read_secret, unseal
from qantar.archive.body import UnsoundBodyError, open_body
from qantar.archive.case import Case
from qantar.archive.collected import collected
from qantar.archive.derive import derive, expand
from qantar.archive.frame import frames
from qantar.archive.journal import append, lanes, read
from qantar.archive.lock import writing
from qantar.archive.originals import list_originals, original_path
from qantar.archive.segments import read_segment, segments
from qantar.archive.slots import ScryptCost, passphrase_way
from qantar.archive.unlock import open_case
from qantar.errors import SealedAwayError
from qantar.workbench.add import add
from qantar.workbench.build import build
from qantar.workbench.bundle import bundle
from qantar.workbench.create import create, create_collector
from qantar.workbench.devices import invite
from qantar.workbench.merge import merge

from .conftest import NOW

PASSPHRASE = "seven of the clock at the square"  # noqa: S105  # the attacker has it
PURPOSES = (
    "case-key", "device", "case-check", "ring", "original-name", "record", "readings",
    "watermark", "inbox-object", "body", "salt", "slot", "collected", "home",
)  # fmt: skip
SHEET = Path(__file__).parents[1] / "material" / "sayaqkent" / "sheet.toml"


@pytest.fixture
def home(tmp_path: Path) -> Case:
    return create(tmp_path / "home", title="Winter", now=NOW)


@pytest.fixture
def field(tmp_path: Path, home: Case) -> Case:
    """A collector with all the material of Sayaqkent, opened anew."""
    way = passphrase_way(PASSPHRASE, salt=secrets.token_bytes(16), cost=ScryptCost(n=2**10))
    line = home.signer.public.line(home.id)
    made = create_collector(tmp_path / "field", home=line, ways=[way])
    add(made, paths=(), sheet_path=SHEET, now=NOW, acknowledge=lambda _: None)
    return open_case(made.root, secret=lambda: PASSPHRASE)


def known_to_whoever_takes_it(case: Case) -> set[bytes]:
    """Every 32 bytes that could be a key: those of the folder, those made from them, any found."""
    assert case.local_key is not None
    own = case.signer
    found = {case.local_key, own.sign_seed, own.age_secret, PASSPHRASE.encode().ljust(32, b"\0")}
    found |= {derive(key, purpose) for key in set(found) for purpose in PURPOSES}
    found |= {expand(key, purpose, 32) for key in set(found) for purpose in ("body", "salt")}
    for path in case.root.rglob("*"):
        if path.is_file() and path.stat().st_size < 100_000:
            found |= set(spelt_in(path.read_bytes()))
    found |= {hashlib.sha256(key).digest() for key in set(found)}
    return found


def spelt_in(data: bytes) -> Iterator[bytes]:
    """Keys that stand in a file as bytes, as hex, or as an identity."""
    for at in range(0, len(data) - 31, 32):
        yield data[at : at + 32]
    for word in data.replace(b'"', b" ").replace(b":", b" ").split():
        try:
            text = word.decode("ascii")
            yield bytes.fromhex(text)[:32]
        except ValueError:
            continue
        if text.startswith("AGE-SECRET-KEY-1"):
            yield read_secret(text)


def test_no_key_that_it_has_opens_an_original_or_a_text(field: Case) -> None:
    keys = [key for key in known_to_whoever_takes_it(field) if len(key) == 32]
    assert len(keys) > 500
    identities = [identity(key) for key in keys]
    originals = list_originals(field)
    assert len(originals) == 7
    recovered = [name for name in originals if opens(original_path(field, name), identities)]
    assert recovered == []
    sealed = dict(collected(field))
    assert len(sealed) == 7 + len(list(read(field)))
    assert [name for name, one in sealed.items() if opens_key(one, keys)] == []
    assert [body for body in bodies_of(field) if any(opens_body(body, key) for key in keys)] == []


def opens(path: Path, identities: list[pyrage.x25519.Identity]) -> bool:
    try:
        pyrage.decrypt(path.read_bytes(), identities)
    except pyrage.DecryptError:
        return False
    return True


def opens_key(sealed: bytes, keys: list[bytes]) -> bool:
    try:
        unseal(keys, sealed)
    except UnsealError:
        return False
    return True


def opens_body(body: bytes, key: bytes) -> bool:
    try:
        open_body(body, key)
    except UnsoundBodyError:
        return False
    return True


def bodies_of(case: Case) -> list[bytes]:
    return [
        frame.body
        for lane in lanes(case)
        for path in segments(lane.folder)
        for frame in frames(read_segment(path).untrusted)
    ]


def test_the_same_attack_with_the_home_devices_key_opens_all_of_it(field: Case, home: Case) -> None:
    """Else the attack would prove nothing."""
    keys = [unseal([home.signer.age_secret], one) for _, one in collected(field)]
    assert all(
        opens(original_path(field, name), [identity(key) for key in keys])
        for name in list_originals(field)
    )
    assert all(any(opens_body(body, key) for key in keys) for body in bodies_of(field))


def test_its_names_do_not_tell_whether_a_known_file_is_there(field: Case) -> None:
    names = set(list_originals(field))
    for path in SHEET.parent.rglob("*"):
        if path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            assert digest not in names
            on_disk = b"".join(p.read_bytes() for p in field.root.rglob("*") if p.is_file())
            assert digest.encode() not in on_disk
            assert bytes.fromhex(digest) not in on_disk


def test_it_reads_back_headers_and_no_texts(field: Case) -> None:
    entries = list(read(field))
    assert entries
    assert all(entry.body is None for entry in entries)
    with pytest.raises(SealedAwayError):
        build(field, software="test")
    assert append(field, kind="note", body={"text": "one more"}, at=NOW).seq == len(entries) + 1


def test_its_home_reads_all_of_it(field: Case, home: Case, tmp_path: Path) -> None:
    invite(home, field.signer.public.line(field.id), name="field", now=NOW)
    report = bundle(field, tmp_path / "stick", to=[])
    merged = merge(home, report.paths, now=NOW)
    assert (merged.refused, merged.waiting) == ([], [])
    direct = create(tmp_path / "direct", title="Winter", now=NOW)
    add(direct, paths=(), sheet_path=SHEET, now=NOW, acknowledge=lambda _: None)
    facts = [json.dumps(fact, sort_keys=True) for fact in (claims(home), claims(direct))]
    assert facts[0] == facts[1]


def claims(case: Case) -> dict[str, int]:
    with writing(case):
        return dict(build(case, software="test").claims)
