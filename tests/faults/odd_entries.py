"""What a device can sign that no Qantar writes: odd headers, bodies, heads and notes.

Whoever has the key of a device can sign any bytes. Each function takes a sound case and
gives the files of one in which its own device signed something with a field of another
type, another size, in capitals, beyond all numbers, missing or too many. Both verifiers
must read it the same way.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from copy import deepcopy
from random import Random
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from qantar.archive import body as sealing
from qantar.archive.derive import tag
from qantar.archive.frame import Frame
from qantar.archive.note import (
    COSIGNATURE,
    SIGNATURE,
    Checkpoint,
    Note,
    SignatureLine,
    key_id,
    origin,
    sign,
)
from qantar.archive.padding import padme
from qantar.archive.signing import Signer
from qantar.archive.tree import root as tree_root
from tests.faults import forging
from tests.faults.victims import Files, Victim, frames_of, with_frames

_HEX: Final = "0123456789abcdef" * 4
_LONGEST_BODY: Final = 1024 * 1024
ODD_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 3, 2**53 - 1, 2**53, -(2**53), 10**16, 10**30, 1.5, 1e300),
    *("", "x", "й", "\ud7ff", "a\n", _HEX, _HEX.upper(), _HEX[:63], _HEX + "0", _HEX[:32]),
    *([], {}, [[]], [1], [_HEX], {"a": {}}, "1", "٣" * 64, " " + _HEX[1:]),
)
_TIMES: Final = (
    *("noon", "2022-13-06T14:05Z", "2022-02-30T14:05Z", "2024-02-29T00:00Z", "0000-01-01T00:00Z"),
    *("0001-01-01T00:00Z", "9999-12-31T23:59Z", "2022-01-06T24:00Z", "2022-01-06T14:60Z"),
    *("2022-01-06T14:05z", "2022-01-06 14:05Z", "2022-01-06T14:05+00:00", "٢٠٢٢-01-06T14:05Z"),
)
_KINDS: Final = (
    *("Bad Kind", "a" * 64, "a" * 65, "a.b", "a..b", ".a", "a.", "a\n", "1a", "a-_0", "й", ""),
    *("erase", "device.admit", "witness.time", "case.init", "accession", "decision", "release"),
)

_LINE: Final = b"\xe2\x80\x94 %b AAAAAAAAAAA=\n"
_LINES_OF_STRANGERS: Final = (
    *(_LINE % b"a+b", _LINE % (b"x" * 200), _LINE % (b"x" * 201), _LINE % b"n\x1c", b"\n"),
    *(_LINE % b"n" * many for many in (62, 63, 64, 200)),
    *(_LINE.replace(b"AAA=", end) % b"n" for end in (b"A_A=", b"AAB=", b"AA==", b"AAAA")),
    _LINE % "й".encode(),
)


def odd_header(victim: Victim, random: Random) -> Files:
    """Sign an entry whose header has an odd field, and go on behind it."""
    frames = frames_of(victim.files, victim.lane)
    at = random.randrange(len(frames) + 1)
    said = _header(frames, min(at, len(frames) - 1), at)
    match random.randrange(8):
        case 0:
            said.pop(random.choice(sorted(said)))
        case 1:
            said["extra"] = _odd_value(random)
        case 2:
            said["at"] = random.choice(_TIMES)
        case 3:
            said["kind"] = random.choice(_KINDS)
        case 4:
            said["refs"] = _odd_refs(victim, random)
        case _:
            said[random.choice(sorted(said))] = _odd_value(random)
    header = _respelt(_spelt(said), random)
    return _signed_in(victim, victim.files, at, header, frames[min(at, len(frames) - 1)].body)


def odd_body(victim: Victim, random: Random) -> Files:
    """Sign an entry whose body says something in an odd form, and go on behind it."""
    frames = frames_of(victim.files, victim.lane)
    kind, body = random.choice(_templates(victim, random))
    for _ in range(random.choice((0, 1, 1, 1, 2))):
        _mutate(body, random)
    plain = _odd_plain(body, random) if random.random() < 0.25 else _spelt(body)
    key, at = random.randbytes(32), random.randrange(1, len(frames) + 1)
    commitment, ciphertext = _sealed(body, plain, key, random)
    header = _header(frames, at - 1, at) | {
        "kind": kind,
        "body": commitment.hex(),
        "sealed": hashlib.sha256(ciphertext).hexdigest(),
    }
    files = forging.with_key(victim, victim.files, commitment, key)
    return _signed_in(victim, files, at, _spelt(header), ciphertext)


def odd_head(victim: Victim, random: Random) -> Files:
    """Sign a head that says something odd of the own journal."""
    frames, name = frames_of(victim.files, victim.lane), origin(victim.case.id, victim.case.device)
    size = random.choice((0, 0, 1, len(frames), len(frames) + 1, 2**53, 10**16 - 1))
    root = random.choice((random.randbytes(32), hashlib.sha256(b"").digest(), bytes(32)))
    seed = victim.case.signer.sign_seed
    data = sign(Checkpoint(origin=name, size=size, root=root), seed).to_bytes()
    lines = _odd_lines(victim, random) if random.random() < 0.5 else b""
    return {**victim.files, f"{victim.lane}/head": data + lines}


def odd_note(victim: Victim, random: Random) -> Files:
    """Sign a note that is kept, of the own journal or another's, with odd lines under it."""
    notes = [path for path in victim.files if path.endswith(".note")]
    if notes and random.random() < 0.5:
        path = random.choice(notes)
        lines = _odd_lines(victim, random)
        return {**victim.files, path: victim.files[path] + lines}
    frames, case = frames_of(victim.files, victim.lane), victim.case
    size = random.choice((0, 1, len(frames), len(frames) + 3, 10**16 - 1))
    real = random.random() < 0.6 and size <= len(frames)
    root = tree_root(frame.id for frame in frames[:size]) if real else random.randbytes(32)
    checkpoint = Checkpoint(origin=origin(case.id, case.device), size=size, root=root)
    data = sign(checkpoint, case.signer.sign_seed).to_bytes() + _odd_lines(victim, random)
    folder = random.choice(("", "/forks"))
    name = f"witness/{case.device}{folder}/{size:010d}-{root.hex()[:8]}.note"
    return {**victim.files, name: data}


def _header(frames: list[Frame], model: int, at: int) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(frames[model].header)
    return said | {"seq": at + 1, "prev": frames[at - 1].id.hex() if at else ""}


def _signed_in(victim: Victim, files: Files, at: int, header: bytes, body: bytes) -> Files:
    """Put an entry in the place of the one at `at`; those behind it are signed anew."""
    seed, frames = victim.case.signer.sign_seed, frames_of(files, victim.lane)
    chained = [*frames[:at], _frame(header, body, seed)]
    for number in range(at + 1, len(frames) + 1):
        old = frames[number - 1]
        said = json.loads(old.header) | {"seq": number + 1, "prev": chained[-1].id.hex()}
        chained.append(_frame(_spelt(said), old.body, seed))
    head = forging.head_of(victim, victim.case.device, chained, seed)
    return {**with_frames(files, victim.lane, chained), f"{victim.lane}/head": head}


def _frame(header: bytes, body: bytes, seed: bytes) -> Frame:
    name = hashlib.sha256(tag("entry") + header).digest()
    return Frame(0, 0, header, body, name, Signer(seed).sign(tag("entry-sig") + name))


def _spelt(value: Any) -> bytes:
    spelt = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return spelt.encode("utf-8", "surrogatepass")


def _respelt(header: bytes, random: Random) -> bytes:
    """Give a header as it is, or, now and then, in a spelling that is not its one."""
    others = (
        header.replace(b",", b", ", 1),
        header + b"\n",
        b"",
        header.replace(b'"v":1', b'"v":1,"v":1'),
        header.replace(b'"kind"', b'"kin\\u0064"'),
        header.ljust(32_001),
    )
    return random.choice(others) if random.random() < 0.4 else header


def _odd_refs(victim: Victim, random: Random) -> list[Any]:
    others = [lane for lane in victim.lanes() if lane != victim.lane]
    device = others[0].rpartition("/")[2][:32] if others else _HEX[:32]
    ref = [device, random.choice((0, 1, 2, 2**53, 10**15, "1", True, -1)), _HEX]
    many: list[Any] = [[device, number, _HEX] for number in range(1, 202)]
    return random.choice(
        [
            [ref],
            [ref, ref],
            [[*ref, 1]],
            [ref[:2]],
            many,
            many[1:],
            many[:9][::-1],
            [{}],
            [ref[::-1]],
        ]
    )


def _templates(victim: Victim, random: Random) -> list[tuple[str, dict[str, Any]]]:
    """Give a sound body of each kind that a verifier reads, of what is in the case."""
    names = [path.rpartition("/")[2] for path in victim.originals()] or [_HEX]
    ids = [frame.id.hex() for frame in frames_of(victim.files, victim.lane)]
    answers = [data for path, data in victim.files.items() if path.endswith(".tsr")]
    answer = hashlib.sha256(random.choice(answers)).hexdigest() if answers else _HEX
    public, device = victim.case.signer.public, victim.case.device
    stored = {"original": _HEX, "object": random.choice(names), "size": random.randrange(9000)}
    stamp = {"device": device, "size": 1, "root": _HEX, "at": "2022-01-06T14:05:00+00:00"}
    asked = {"entries": [random.choice(ids)], "objects": [random.choice(names)]}
    return [
        (random.choice(("accession", "future.thing", "erase")), dict(stored)),
        (
            "sheet",
            stored | {"name": "s", "case": {}, "sources": [], "places": [], "vocabulary": []},
        ),
        ("boundaries", stored | {"name": "b"}),
        ("erase", {**asked, "reason": "safety", "by_name": []}),
        ("erase.done", {"request": random.choice(ids)}),
        ("device.admit", {"name": "b", "device": public.to_record() | {"sign": "00" * 32}}),
        ("device.revoke", {"device": device, "last": [1, random.choice(ids)]}),
        ("case.init", {"title": "t", "device": public.to_record()}),
        ("witness.time", stamp | {"authority": None, "answer": answer, "roots": []}),
        ("decision", {"verdict": "withdraw", "targets": [f"entry:{ids[0][:16]}"], "reason": "r"}),
        (
            "release",
            {"release": _HEX, "policy": "p", "as_of": "2022-01-06", "object": _HEX, "size": 3},
        ),
    ]


def _odd_value(random: Random) -> Any:
    """Give one of its own: what is put into it later is in no other."""
    return deepcopy(random.choice(ODD_VALUES))


def _mutate(value: Any, random: Random) -> None:
    """Change one thing in an object or a list, or in one of those within."""
    inner = [one for one in (value.values() if isinstance(value, dict) else value) if one]
    deeper = [one for one in inner if isinstance(one, dict | list)]
    if deeper and random.random() < 0.5:
        _mutate(random.choice(deeper), random)
    elif isinstance(value, list):
        value[random.randrange(len(value) + 1) :] = [_odd_value(random)]
    elif value and random.random() < 0.2:
        value.pop(random.choice(sorted(value)))
    elif random.random() < 0.2:
        value[random.choice(("extra", "й", "", "original", "size"))] = _odd_value(random)
    elif value:
        name = random.choice(sorted(value))
        old, capitals = value[name], random.random() < 0.3
        value[name] = old.upper() if capitals and isinstance(old, str) else _odd_value(random)


def _odd_plain(body: dict[str, Any], random: Random) -> bytes:
    """Spell a body in a way that is none; what it says may change with it."""
    match random.randrange(8):
        case 0:
            body["deep"] = json.loads("[" * 16 + "]" * 16)
        case 1:
            body["deep"] = json.loads("[" * 15 + "]" * 15)
        case 2:
            body["long"] = "x" * (
                _LONGEST_BODY - len(_spelt(body | {"long": ""})) + random.choice((0, 1))
            )
        case 3:
            body.clear()
        case 4:
            return b"[]"
        case 5:
            return _spelt(body) + b" "
        case 6:
            return b""
        case _:
            body["x" * random.choice((65_535, 65_536))] = 1
    return _spelt(body)


def _sealed(
    body: Mapping[str, Any], plain: bytes, key: bytes, random: Random
) -> tuple[bytes, bytes]:
    """Give commitment and ciphertext, as a forger would who cares for no limit."""
    cipher_key, salt_key = sealing._keys(key)
    fields = {name: _spelt(body[name]) for name in sorted(body)}
    try:
        commitment = sealing._commitment(fields, salt_key)
    except Exception:  # noqa: BLE001  # a name that no leaf has room for
        commitment = random.randbytes(32)
    said = struct.pack(">I", len(plain)) + plain
    size = padme(len(said), least=256)
    end = b"\0" * (size - len(said))
    if random.random() < 0.1:
        end = random.choice((end[1:], end + b"\0", end[1:] + b"x", b""))
    return commitment, ChaCha20Poly1305(cipher_key).encrypt(bytes(12), said + end, tag("body"))


def _odd_lines(victim: Victim, random: Random) -> bytes:
    """Give signature lines that are odd, or that do not hold."""
    case = victim.case
    name, key = origin(case.id, case.device), bytes.fromhex(case.signer.public.sign)
    kind = random.choice((SIGNATURE, COSIGNATURE))
    blob = random.choice((b"", random.randbytes(64), random.randbytes(72), random.randbytes(116)))
    line = SignatureLine(name=name, key_id=key_id(name, kind, key), signature=blob)
    note = Note(checkpoint=Checkpoint(origin=name, size=1, root=bytes(32)), signatures=(line,))
    spelt = note.to_bytes().partition(b"\n\n")[2]
    return random.choice((spelt, spelt, spelt.replace(b"=", b""), *_LINES_OF_STRANGERS))


ODD: Final = {
    "odd header": odd_header,
    "odd body": odd_body,
    "odd head": odd_head,
    "odd note": odd_note,
}
