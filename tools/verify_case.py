"""Check a sealed case without Qantar: written from its format alone, to disagree if it can.

Needs PyNaCl and pyrage; reads only; goes on after a fault. Exits with the gravest of 21 (altered,
missing or truncated journal), 22 (fewer entries than a witness saw), 20 (altered or missing
original), else 0: lesser damage and forks are findings. 30: wrong passphrase, 32: damaged keys, 10:
no case. Not looked at: what is derived, who signed a time stamp. It says nothing of what happened.
"""

import argparse
import hashlib
import json
import re
import unicodedata
from base64 import b64decode
from datetime import UTC, datetime
from hmac import digest as mac
from pathlib import Path
from types import SimpleNamespace as Bag
from typing import Any

import nacl.bindings as sodium
import pyrage as age

# fmt: off
EXITS = {"journal": 21, "history": 21, "witness": 22, "original": 20}
NEXT = "Put back a sound copy or merge a bundle; Qantar mends copies of keys and unfinished ends."
FOUND = "{check}: {object}: found {found}; expected {expected}. {next}"
LASTING = {"case.init", "device.admit", "device.revoke", "erase", "erase.done"}  # never erased
LANE, TWO_IDS = re.compile(r"[0-9a-f]{32}(\.[0-9a-f]{64})?"), re.compile("(?:[0-9a-f]{64}){2}")
SLOT, MOST_REFS, MOST_BODY = re.compile(r"(slot-[1-9][0-9]{0,3})\.age(\.[23])?"), 200, 1_081_360
SEGMENT, RING = (re.compile(rf"([0-9]{{4}}|[1-9][0-9]{{4,}})\.{end}") for end in ("qj", "ring"))
PUBLIC, CASE, HEADER = (  # each in its one spelling; an ID has 64 digits, half of one 32
    re.compile(form.replace("ID", "[0-9a-f]{64}").replace("HALF", "[0-9a-f]{32}").encode(), re.X)
    for form in (r"""{"age":"age1[02-9ac-hj-np-z]{58}","role":"(member|collector)","sign":"ID"}""",
    r"""{"case":(?:null|"HALF"),"check":"ID","format":1,"founder":(?:null|"HALF"),
    "home":(?:null|"[0-9a-z:-]+"),"role":"(?:member|collector|waiting)"}\n?""",
    r"""{"at":"\d{4}-\d\d-\d\dT\d\d:\d\dZ","body":"ID","case":"HALF","device":"HALF",
    "kind":"(?=[^"]{1,64}")[a-z][a-z0-9_-]*(?:\.[a-z][a-z0-9_-]*)*","prev":"(?:ID)?",
    "refs":\[(?:\["HALF",\d{1,16},"ID"\],?)*\],"sealed":"ID","seq":\d{1,16},"v":1}""")
)
NOTE = re.compile(  # in its one spelling; B is a digit of base64
    r"(?P<text>(?P<log>[^\s+]{1,200})\n(?P<size>0|[1-9][0-9]{0,15})\n"
    r"(?P<root>B{42}[AEIMQUYcgkosw048]=)\n)\n(?P<signed>(?:— [^\s+]{1,200} (?=B{8,160}=*\n)"
    r"(?:B{4})+(?:B{2}[AEIMQUYcgkosw048]=|B[AQgw]==)?\n){0,64})".replace("B", "[A-Za-z0-9+/]")
)
SPELL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
UNSEEN = {n: ascii(chr(n))[1:-1] for n in range(1 << 16) if not chr(n).isprintable()}
SHA, TAG = hashlib.sha256, b"qantar/v1/%b\0".__mod__  # every hash and key is for one purpose
OPEN, VERIFY = sodium.crypto_aead_chacha20poly1305_ietf_decrypt, sodium.crypto_sign_open
Body = dict[str, Any]  # below are few blank lines, so that the whole stays under 400
NOTHING = Bag(header={}, body=b"", id=b"", sign=b"")

def _derive(key: bytes, purpose: bytes) -> bytes:  # HKDF-SHA256 without salt
    return mac(mac(bytes(32), key, "sha256"), TAG(purpose) + b"\1", "sha256")
def _try(work: Any, *given: object) -> Any:  # None: it does not open
    try:
        return work(*given)
    except Exception:  # noqa: BLE001  # whatever a stranger's bytes set off
        return None
def _plain(value: Any, left: int = 16) -> bool:  # whether canonical JSON can say it
    keys, inner = ("".join(value), value.values()) if isinstance(value, dict) else ("", value)
    if isinstance(value, dict | list):
        return left > 0 and keys.isascii() and all(_plain(one, left - 1) for one in inner)
    return not isinstance(value, float) and (not isinstance(value, int) or abs(value) < 1 << 53)
def _parse(data: bytes) -> Body:  # an object in canonical JSON; {} for anything else
    value = _try(json.loads, data.decode(errors="replace")) if len(data) <= 1 << 20 else None
    spelt = _try(lambda: SPELL(value).encode())
    return value if isinstance(value, dict) and spelt == data and _plain(value) else {}
def _read(path: Path, most: int = 1 << 20) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(most)
def _numbered(folder: Path, name: re.Pattern[str]) -> list[Path]:  # the rest is nobody's concern
    found = [path for path in folder.glob("*") if name.fullmatch(path.name)]
    return sorted(found, key=lambda path: int(path.stem))
def _device(public: bytes) -> str:
    return SHA(TAG(b"device") + public).hexdigest()[:32]
def _identity(secret: bytes) -> age.x25519.Identity:  # by its spelling in Bech32 (BIP 173)
    number, state = int.from_bytes(secret, "big") << 4, 0x305C2C3D  # behind the prefix
    values = [number >> 5 * at & 31 for at in reversed(range(52))]
    for value in [*values, *[0] * 6]:
        top, state = state >> 25, (state & 0x1FFFFFF) << 5 ^ value
        for bit, mask in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= mask if top >> bit & 1 else 0
    values += [(state ^ 1) >> 5 * at & 31 for at in reversed(range(6))]
    letters = "".join("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"[value] for value in values)
    return age.x25519.Identity.from_str(f"AGE-SECRET-KEY-1{letters}")
def _padded(size: int, least: int) -> int:  # Padmé
    mask = (1 << max(0, size.bit_length() - 1 - (size.bit_length() - 1).bit_length())) - 1
    return size + mask & ~mask if size > least else least
def _tree(hashes: list[bytes], node: bytes, empty: bytes) -> bytes:  # the shape of RFC 6962
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=False)
        hashes = [SHA(node + a + b).digest() for a, b in pairs] + hashes[len(hashes) & ~1 :]
    return hashes[0] if hashes else SHA(empty).digest()
def _log_root(ids: list[bytes]) -> bytes:
    return _tree([SHA(b"\0" + name).digest() for name in ids], b"\1", b"")
def _header(data: bytes) -> Body | None:  # None, or an error, where it is none
    said: Body = json.loads(data) if HEADER.fullmatch(data) else {}
    refs = [*map(tuple, said["refs"])]
    fits = all(0 < one < 1 << 53 for one in [said["seq"], *(ref[1] for ref in refs)])
    fits &= bool(said["prev"]) == (said["seq"] > 1) and sorted(set(refs)) == refs
    return said if fits and len(refs) <= MOST_REFS and datetime.fromisoformat(said["at"]) else None
def _cut(data: bytes) -> Any:  # as far as the lengths make sense; then the rest, if there is one
    start, parts = 0, [b"", b""]
    while start < len(data):
        for part, (least, most) in enumerate(((1, 32_000), (0, MOST_BODY))):
            size = int.from_bytes(data[start : start + 4], "big")
            if not least <= size <= most or (start := start + 4 + size) + 96 > len(data):
                yield NOTHING
                return
            parts[part] = data[start - size : start]
        name, sign, start = data[start : start + 32], data[start + 32 : start + 96], start + 96
        header = SHA(TAG(b"entry") + parts[0]).digest() == name and _try(_header, parts[0])
        yield Bag(header=header or {}, body=parts[1], id=name, sign=sign)
def _holds(frame: Bag, key: str) -> bool:  # signed, and with its own body or none
    said = frame.sign + TAG(b"entry-sig") + frame.id
    sealed = not frame.body or SHA(frame.body).hexdigest() == frame.header.get("sealed")
    return bool(frame.header and sealed and (not key or _try(VERIFY, said, bytes.fromhex(key))))
def _contents(frame: Bag, key: bytes) -> Body | None:  # None: not what its header commits to
    keys, leaves = mac(key, TAG(b"body") + b"\1", "sha512"), []
    plain = _try(OPEN, frame.body, TAG(b"body"), bytes(12), keys[:32]) or bytes(4)
    end = 4 + int.from_bytes(plain[:4], "big")
    def salt(name: bytes) -> bytes:
        return hashlib.blake2b(TAG(b"salt") + name, key=keys[32:], digest_size=32).digest()
    for name, value in sorted((body := _parse(plain[4:end])).items()):
        named = len(name).to_bytes(2, "big") + name.encode() + SPELL(value).encode()
        leaves.append(SHA(TAG(b"field") + salt(name.encode()) + named).digest())
    root = _tree(leaves, TAG(b"node"), TAG(b"empty") + salt(b""))
    fits = root.hex() == frame.header["body"] and (body or plain[4:end] == b"{}")
    return body if fits and len(plain) == _padded(end, 256) and not any(plain[end:]) else None
def _note(data: bytes) -> re.Match[str] | Body:
    found = NOTE.fullmatch(_try(data.decode) or "") if len(data) <= 1 << 14 else None
    return found or dict.fromkeys(("text", "log", "root", "signed"), "") | {"size": 0}
def _signed(note: Any, name: str, key: str, kind: int) -> list[int]:  # times
    hint, times = SHA(name.encode() + b"\n" + bytes([kind]) + bytes.fromhex(key)).digest()[:4], []
    for _, signer, spelt in (line.split(" ") for line in note["signed"].split("\n")[:-1]):
        blob = b64decode(spelt)
        at = int.from_bytes(blob[4:12], "big") if kind > 1 else 0
        text = (f"cosignature/v1\ntime {at}\n" if kind > 1 else "") + note["text"]
        fits = (signer, blob[:4], len(blob)) == (name, hint, 76 if kind > 1 else 68)
        by = key and fits and at < 1 << 37
        times += [at] if by and _try(VERIFY, blob[-64:] + text.encode(), bytes.fromhex(key)) else []
    return times
def _slot(data: bytes) -> Body:  # {} if it is not sound
    line, _, wrapped = data.partition(b"\n")
    said = (slot := _parse(line)).pop("check", "")
    fits = said == SHA(TAG(b"slot") + SPELL(slot).encode() + wrapped).hexdigest() and "way" in slot
    return slot | {"wrapped": wrapped} if fits else {}
def _local_key(slot: Body, given: str) -> Any:
    if slot["way"] == "passphrase" and slot["p"] < 5:  # noqa: PLR2004
        cost, text = {name: slot[name] for name in "nrp"}, unicodedata.normalize("NFC", given)
        cost |= {"salt": bytes.fromhex(slot["salt"]), "maxmem": 2**30 + 2**25, "dklen": 32}
        by = _identity(hashlib.scrypt(text.encode(), **cost))
    else:
        by = age.x25519.Identity.from_str(slot["identity"] if slot["way"] == "open" else given)
    return age.decrypt(slot["wrapped"], [by])
def _content(path: Path, key: bytes, sizes: set[int]) -> dict[int, str]:  # those it can have
    digest, at, found = hashlib.sha256(), [0, 0], dict[int, str]()  # bytes; up to the last no zero
    def write(data: bytes) -> int:
        start, stop = at[0], at[0] + len(data)
        for end in sorted({stop, *(size for size in sizes if start <= size < stop)}):
            digest.update(data[at[0] - start : end - start])
            found[end], at[0] = digest.hexdigest(), end
        at[1] = start + len(data.rstrip(b"\0")) if any(data) else at[1]
        return len(data)
    sink, by = Bag(write=write, flush=lambda: None), [_identity(key)]
    with path.open("rb") as file:
        whole = _try(lambda: write(b"") or age.decrypt_io(file, sink, by) or [1])
    return {s: found[s] for s in sizes if whole and s >= at[1] and _padded(s, 4096) == at[0]}
class _Check:  # one look at a case; `findings` and `witnessed` grow as it goes
    def __init__(self, root: Path, stop: Any) -> None:  # `stop` ends the program
        self.root, self.stop, self.local, self.shared, self.own = root, stop, b"", b"", ""
        self.findings, self.lanes = dict[tuple[str, str], tuple[str, str]](), list[Bag]()
        self.ring, self.signers, self.gone = dict[str, bytes](), dict[str, str](), set[str]()
        self.stored, self.admitted, self.witnessed, self.stamped = (Body() for _ in range(4))
        self.about = self._describe(b"") or stop(10, "no case, or CASE is damaged in all copies\n")
    def _add(self, check: str, where: str, found: str, expected: str = "a sound one") -> Any:
        self.findings.setdefault((check, where), (found, expected))
    def _copies(self, name: str) -> list[bytes]:  # each different one once
        spare = name if "/" in name else f"keys/{name}"
        found = dict.fromkeys(_read(self.root / n) for n in (name, f"{spare}.2", f"{spare}.3"))
        len(found) > 1 and self._add("keys", name, "copies that differ", "three that are alike")
        return list(found)
    def _describe(self, local: bytes) -> Any:  # with a local key, only what that vouches for
        key = _derive(local, b"case-check")
        for data in filter(CASE.fullmatch, self._copies("CASE")):
            said = (about := json.loads(data)).pop("check")
            if not local or mac(key, SPELL(about).encode(), "sha256").hex() == said:
                return about | {"case": about["case"] or ""}
        return None
    def unlock(self, given: str) -> None:  # a slot, then the keys that lie under it, and the ring
        names = [SLOT.fullmatch(path.name) for path in (self.root / "keys").glob("slot-*")]
        read = [self._copies(f"keys/{name}.age") for name in {one[1] for one in names if one}]
        slots = [slot for one in read for slot in [*filter(None, map(_slot, one))][:1]]
        keys = [(key, slot["way"]) for slot in slots if (key := _try(_local_key, slot, given))]
        fits = [key for key, way in keys if way != "open" or self._describe(key)]
        self.local = max(fits, key=lambda key: bool(self._describe(key)), default=b"")
        self.local or self.stop(30 if slots else 32, "this opens no slot, or no slot is sound\n")
        self.about = self._describe(self.local) or self.stop(32, "CASE is of another key\n")
        said = _parse(self._under("device", b"device"))
        said["sign"] = sodium.crypto_sign_seed_keypair(bytes.fromhex(said["sign"]))[0].hex()
        said["age"] = str(age.x25519.Identity.from_str(said["age"]).to_public())
        self.own = _device(SPELL(said).encode())
        self.shared = self._under("case", b"case-key") if self.about["role"] == "member" else b""
        rings = [*filter(Path.is_file, _numbered(self.root / "keys/ring", RING))]
        rings and self.shared and self._read_ring(rings[-1])
    def _under(self, name: str, purpose: bytes) -> bytes:
        by = [_identity(_derive(self.local, purpose))]
        found = (_try(age.decrypt, data, by) for data in self._copies(f"keys/{name}.age"))
        return next(filter(None, found), b"") or self.stop(32, f"keys/{name}.age is damaged\n")
    def _read_ring(self, path: Path) -> Any:
        by = [_identity(_derive(self.shared, b"ring/" + path.stem.encode()))]
        secret = _try(age.decrypt, _read(path.with_suffix(".age")), by)
        rows = re.findall(rb"(?s).{1,92}", _read(path, -1))
        keys = [_try(OPEN, row[44:], TAG(b"ring") + row[:32], row[32:44], secret) for row in rows]
        self.ring = {row[:32].hex(): key for row, key in zip(rows, keys, strict=True) if key}
        all(keys) or self._add("ring", f"keys/ring/{path.name}", "a rest")
    def read_lanes(self) -> None:  # branches of copied devices behind what they branched off from
        half = {p.name for p in self.root.glob("journal/.mend*/") if not p.is_symlink()}
        half & {".mend", ".mended"} and self._add("journal", "journal/.mend", "a rest")
        found = sorted(p for p in (self.root / "journal").glob("*") if LANE.fullmatch(p.name))
        begun = [p for p in found if (p / "device.pub").exists() or _numbered(p, SEGMENT)]
        first = {p: next(_cut(_read(p / "0001.qj", 4 << 20)), NOTHING) for p in begun}
        for folder in sorted(begun, key=lambda p: ("." in p.name, first[p].header.get("seq", 1))):
            name, device, odd = folder.name, folder.name[:32], False
            said = _read(folder / "device.pub", 4096).removesuffix(b"\n")
            sound = PUBLIC.fullmatch(said) and _device(said) == device
            sound or self._add("journal", f"journal/{name}/device.pub", "none of this device")
            _, role, key = json.loads(said).values() if sound else ("", "", "")
            lane = Bag(name=name, device=device, key=key, role=role, ids=[], frames=[])
            self.lanes.append(lane)
            self.signers |= {device: key} if key else {}
            log, note = f"qantar/{self.about['case']}/{device}", _note(_read(folder / "head", 512))
            own = note["log"] == log and key and _signed(note, log, key, 1)
            lane.size, lane.root = (int(note["size"]), b64decode(note["root"])) if own else (0, b"")
            if "." in name:
                self._add("fork", f"journal/{name}", "a second past of one device", "one")
                start, head = first[folder].id, first[folder].header
                same = [x.ids for x in self.lanes[:-1] if x.device == device and not x.off]
                odd = head and (start.hex() != name[33:] or any(start in ids for ids in same))
                fits = (x for ids in same if len(x := ids[: head.get("seq", 1) - 1]) > 0)
                fits = (x for x in fits if (len(x) + 1, x[-1].hex()) == (head["seq"], head["prev"]))
                lane.ids = next(fits, [])
            self._scan(lane, _numbered(folder, SEGMENT))
            mark, by = f"{self.about['case']}{name}".encode(), _derive(self.shared, b"lane")
            mark = mac(by, TAG(b"lane") + mark, "sha256").hex().encode() + b"\n"
            free = self.shared and name != self.own and _read(folder / "taken") != mark
            told = {kind for kind, where in self.findings if where.startswith(f"journal/{name}")}
            lane.off = free and lane.frames and (odd or told & {"tail", "journal"})
            lane.off and {"journal"} - told and self._add("journal", f"journal/{name}", "nobody's")
            own or not lane.frames or self._add("head", f"journal/{name}/head", "no sound one")
        alive = {lane.device for lane in self.lanes if lane.root or lane.frames}
        if self.about["case"] and (self.own not in alive if self.own else not alive):
            self._add("journal", "journal", "none of this device")
    def _scan(self, lane: Bag, paths: list[Path]) -> None:
        size, lane.seq = lane.size, len(lane.ids)
        for number, path in enumerate(paths, 1):
            data, where = _read(path, (4 << 20) + 1), f"journal/{lane.name}"
            if path.name != f"{number:04d}.qj" or len(data) > 4 << 20 or not path.is_file():
                self._add("journal", f"{where}/{path.name}", "another segment", f"{number:04d}.qj")
            rows = [*_cut(data)]
            good = [_holds(frame, lane.key) for frame in rows]
            for at, frame in enumerate(rows):
                unfinished = not good[at] and path == paths[-1] and lane.seq >= size
                if unfinished and (lane.root or not any(good[at:])):
                    self._add("tail", where, "bytes that are no entry", "none")
                    break
                entry, prev = f"{where} entry {lane.seq + 1}", (lane.ids or [b""])[-1].hex()
                place = (self.about["case"], lane.device, lane.seq + 1, prev)
                if place != tuple(map(frame.header.get, ("case", "device", "seq", "prev"))):
                    self._add("journal", entry, "none that follows from the one before")
                elif not good[at]:
                    self._add("journal", entry, "a change made after it was signed")
                lane.seq = frame.header.get("seq", lane.seq + 1)
                lane.ids += [frame.id] if frame.id else []
                lane.frames += [frame] if frame.header else []
        if size > len(lane.ids) or (lane.root and _log_root(lane.ids[:size]) != lane.root):
            self._add("journal", f"journal/{lane.name}/head", "other entries than acknowledged")
    def check_entries(self) -> int | None:  # noqa: C901  # with the originals; gives how many
        known = {(x.device, f.header["seq"], f.id.hex()) for x in self.lanes for f in x.frames}
        unread, members, lacking = [], [self.about["founder"]], set[str]()
        for lane, frame in ((x, frame) for x in self.lanes for frame in x.frames):
            where = f"journal/{lane.name} entry {frame.header['seq']}"
            if gone := {*map(tuple, frame.header["refs"])} - known:
                self._add("journal", where, "a ref to what is not here")
                lacking |= {ref[0] for ref in gone}
            key = self.ring.get(frame.header["body"]) if frame.body and _holds(frame, "") else None
            body, kind = _try(_contents, frame, key) if key else None, frame.header["kind"]
            if body is None:
                name = frame.id.hex() if kind not in LASTING else None
                unread.append((where, lane.role == "collector" and frame.body, name, key))
            else:
                self._learn(lane.device, kind, body, where)
        if not self.shared:
            return None
        for where, key in [(w, k) for w, o, n, k in unread if k or not (o or n in self.gone)]:
            self._add("body" if key else "journal", where, "none that opens to what was committed")
        for member in members:
            for name, sign in self.admitted.get(member, ()):
                self.signers[name] = self.signers.get(name) or sign
                members += [] if name in members else [name]
        self.signers = {n: s for n, s in self.signers.items() if n in (*members, self.own)}
        lacking |= {where[8:40] for kind, where in self.findings if kind == "journal"}
        kind = "device" if lacking.intersection(members) else "journal"  # damage may hide who
        for lane in (x for x in self.lanes if x.frames and x.device not in members):
            self._add(kind, f"journal/{lane.name}", "a device that nothing here lets in", "one")
        wanted = {k: x for k, x in self.stored.items() if self.gone.isdisjoint(x.names)}
        for sha256, x in wanted.items():
            names = sorted(x.names, key=lambda name: (name != x.own, name))
            paths = {name: self.root / f"originals/{name[:2]}/{name}" for name in names}
            there = [name for name in names if name in self.ring and paths[name].is_file()]
            found = _content(paths[there[0]], self.ring[there[0]], {*x.sizes}) if there else {}
            where = paths[(there or names)[0]].relative_to(self.root).as_posix()
            odd = [w for size, ws in x.sizes.items() if found.get(size) != sha256 for w in ws]
            kind, bad = ("stated", odd) if sha256 in found.values() else ("original", [where])
            for where in bad:
                self._add(kind, where, "none, or another one, or of another size", sha256)
        return len(wanted)
    def _learn(self, device: str, kind: str, body: Body, where: str) -> None:  # if in a known form
        asked: Any = body.get("entries"), body.get("objects")
        if kind == "erase" and [*map(type, asked)] == [list, list]:
            self.gone.update(x for names in asked for x in names if isinstance(x, str))
        if kind == "device.admit" and PUBLIC.fullmatch(said := SPELL(body.get("device")).encode()):
            self.admitted.setdefault(device, []).append((_device(said), body["device"]["sign"]))
        if kind == "witness.time":
            self.stamped.setdefault(str(body.get("answer")), set()).add(device)
        what, name, size = map(body.get, ("original", "object", "size"))
        if TWO_IDS.fullmatch(f"{what}{name}") and type(size) is int and size >= 0:
            by, key = _derive(self.shared, b"original-name"), f"{what}"
            own = mac(by, bytes.fromhex(key), "sha256").hex()
            stored = self.stored.setdefault(key, Bag(own=own, names={own}, sizes={}))
            stored.sizes.setdefault(size, []).append(where)
            stored.names.add(name)
    def hear(self, path: Path) -> None:  # hold what was seen, or kept, against the journal
        own, note = path.is_relative_to(self.root), _note(_read(path, 1 + (1 << 14)))
        name = path.relative_to(self.root).as_posix() if own else path.name
        log, device, size = note["log"], note["log"][-32:], int(note["size"])
        same, key = [x.ids for x in self.lanes if x.device == device], self.signers.get(device, "")
        if log[:-32] != f"qantar/{self.about['case']}/" or not _signed(note, log, key, 1):
            self._add("note", name, "a damaged one, or of no device of this case")
            return
        roots = {_log_root(ids[:size]) for ids in same if len(ids) >= size}
        by, loose = set() if own else {f"whoever kept {name}"}, own and self.own not in ("", device)
        answer, said = _read(path.with_suffix(".tsr")), SHA(note["text"].encode()).digest()
        if self.stamped.get(SHA(answer).hexdigest(), set()) & {*self.signers} and said in answer:
            by.add("a time stamp (signature not checked)")
        elif path.with_suffix(".tsr").is_file():
            found = Path(name).with_suffix(".tsr").as_posix()
            self._add("note", found, "no record of it" if self.shared else "none that can be read")
        for other in self.signers.keys() - {device}:
            for at in _signed(note, log[:-32] + other, self.signers[other], 4):
                by.add(f"device {other} at {datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%MZ}")
                loose = loose and other != self.own
        if size and not roots:  # what third devices saw need not have come here: loose
            self._add("behind" if loose else "witness", name, "fewer entries", f"{size} entries")
        elif size and b64decode(note["root"]) not in roots:
            self._add("fork" if "/forks/" in name else ("history", "split")[loose], name, "others")
        elif by and size:
            self.witnessed.setdefault(device, {}).setdefault(size, set()).update(by)
def main(arguments: list[str] | None) -> int:
    """Check the case that the arguments name, say what was found; give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", type=Path)
    parser.add_argument("--passphrase-file", type=Path, default=Path("/dev/null"))
    parser.add_argument("--witness", type=Path, nargs="+", action="extend", default=[])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--locked", action="store_true")
    chosen = parser.parse_args(arguments)
    for path in (chosen.passphrase_file, *chosen.witness):
        path.exists() or parser.error(f"{path} is not there".translate(UNSEEN))
    check = _Check(chosen.case.resolve(), parser.exit)
    if not chosen.locked:
        text = _try(chosen.passphrase_file.read_text, "utf-8-sig") or ""
        check.unlock((re.findall(r"AGE-SECRET-KEY-1\w+", text) or text.splitlines() or [""])[0])
    check.read_lanes()
    done: Body = {"originals": check.check_entries()}
    done |= {"entries": sum(len(lane.frames) for lane in check.lanes)}
    done |= {"devices": len({lane.device for lane in check.lanes})}
    notes = sorted((check.root / "witness").rglob("*.note"))
    for given in map(Path.resolve, chosen.witness):
        notes += sorted(given.rglob("*.note")) if given.is_dir() else [given]
    [*map(check.hear, notes)]
    for (kind, where), (found, good) in sorted(check.findings.items()):
        one = {"check": kind, "object": where, "expected": good, "found": found, "next": NEXT}
        print(json.dumps(one) if chosen.json else FOUND.format_map(one).translate(UNSEEN))
    code = max((EXITS.get(k, 0) for k, _ in check.findings), key=(0, 20, 22, 21).index, default=0)
    heard = [(device, max(sizes), sizes) for device, sizes in sorted(check.witnessed.items())]
    seen = [{"device": name, "entry": n, "by": sorted(sizes[n])} for name, n, sizes in heard]
    done |= {"witnesses": seen, "witnessed": sum(n for _, n, _ in heard), "ok": not code}
    told = [f"witnessed up to entry {n} of {d} by {', '.join(sorted(s[n]))}" for d, n, s in heard]
    words = "originals: {originals}, entries: {entries}, devices: {devices}; ".format_map(done)
    words = (words + "; ".join(told or ["unwitnessed"])).translate(UNSEEN)
    print(json.dumps({"verified": done}) if chosen.json else words)
    return code

if __name__ == "__main__":
    raise SystemExit(main(None))
