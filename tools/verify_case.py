"""Check a sealed case without Qantar: written from its format alone, to disagree if it can.

Needs PyNaCl and pyrage; reads only; goes on after a fault. Exits with the gravest of 21 (altered,
missing or truncated journal), 22 (fewer entries than a witness saw), 20 (altered or missing
original), else 0: lesser damage and forks are findings. 30: wrong passphrase, 32: damaged keys, 10:
no case. Not looked at: what is derived, who signed a time stamp. It says nothing of what happened.
"""

import argparse
import base64
import hashlib
import json
import re
import time
import unicodedata
from hmac import digest as mac
from pathlib import Path
from types import SimpleNamespace as Bag
from typing import Any

import nacl.bindings as sodium
import pyrage as age

EXITS = {"journal": 21, "history": 21, "witness": 22, "original": 20}
NEXT = "Put back a sound copy or merge a bundle; Qantar mends copies of keys and unfinished ends."
FOUND = "{check}: {object}: found {found}; expected {expected}. {next}"
SEEN = "witnessed up to entry {entry} of {device} by {who}"
NO_SLOT = "what --passphrase-file FILE holds opens no slot of this case, or no slot is sound\n"
FIELDS = {"at", "body", "case", "device", "kind", "prev", "refs", "sealed", "seq", "v"}
LANE = re.compile(r"[0-9a-f]{32}(\.[0-9a-f]{64})?")
NOTE = re.compile(  # in its one spelling
    r"(?a)(?P<text>(?P<log>[^\s+]+)\n(?P<size>0|[1-9]\d*)\n(?P<root>[\w+/]{42}[AEIMQUYcgkosw048]=)\n)\n"
    r"(?P<signed>(?:— (?u:\S+) (?:[\w+/]{4})+(?:[\w+/]{2}[AEIMQUYcgkosw048]=|[\w+/][AQgw]==)?\n)*)"
)
SPELL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
UNSEEN = {n: ascii(chr(n))[1:-1] for n in range(1 << 16) if not chr(n).isprintable()}
SHA, TAG = hashlib.sha256, b"qantar/v1/%b\0".__mod__  # every hash and key is for one purpose
OPEN, VERIFY = sodium.crypto_aead_chacha20poly1305_ietf_decrypt, sodium.crypto_sign_open
Body = dict[str, Any]
# One blank line between functions, so that the whole stays under 400 lines.
# fmt: off

def _derive(key: bytes, purpose: bytes) -> bytes:  # HKDF-SHA256 without salt
    return mac(mac(bytes(32), key, "sha256"), TAG(purpose) + b"\1", "sha256")

def _try(work: Any, *given: object) -> Any:  # None: it does not open
    try:
        return work(*given)
    except Exception:  # noqa: BLE001  # whatever a stranger's bytes set off
        return None

def _parse(data: bytes) -> Body:  # an object in canonical JSON; {} for anything else
    value = _try(json.loads, data.decode(errors="replace"))
    spelt = _try(lambda: SPELL(value).encode())
    return value if isinstance(value, dict) and spelt == data else {}

def _read(path: Path, most: int = 1 << 20) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(most)

def _segments(folder: Path) -> list[Path]:  # other files beside them are nobody's concern
    found = (path for path in folder.glob("*.qj") if re.fullmatch(r"\d{4,}\.qj", path.name))
    return sorted(found, key=lambda path: (len(path.name), path.name))

def _identity(secret: bytes) -> age.x25519.Identity:  # by its spelling in Bech32 (BIP 173)
    number, prefix, state = int.from_bytes(secret, "big") << 4, "age-secret-key-", 1
    values = [number >> 5 * at & 31 for at in reversed(range(52))]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    for value in [*spread, *values, *[0] * 6]:
        top, state = state >> 25, (state & 0x1FFFFFF) << 5 ^ value
        for bit, mask in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= mask if top >> bit & 1 else 0
    values += [(state ^ 1) >> 5 * at & 31 for at in reversed(range(6))]
    letters = map("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".__getitem__, values)
    return age.x25519.Identity.from_str("AGE-SECRET-KEY-1" + "".join(letters))

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

def _cut(data: bytes) -> Any:  # as far as the lengths make sense
    start = 0
    while True:
        parts = []
        for most in (32_000, 2 << 20):
            size = int.from_bytes(data[start : start + 4], "big")
            if size > most or (start := start + 4 + size) + 96 > len(data):
                return
            parts.append(data[start - size : start])
        name, sign, start = data[start : start + 32], data[start + 32 : start + 96], start + 96
        header, own = _parse(parts[0]), SHA(TAG(b"entry") + parts[0]).digest() == name
        own &= header.keys() == FIELDS and [type(header[k]) for k in ("refs", "seq")] == [list, int]
        yield Bag(end=start, header=header if own else {}, body=parts[1], id=name, sign=sign)

def _holds(frame: Bag, key: str) -> bool:  # signed, and with its own body or none
    said = frame.sign + TAG(b"entry-sig") + frame.id
    sealed = not frame.body or SHA(frame.body).hexdigest() == frame.header.get("sealed")
    return bool(frame.header and sealed and (not key or _try(VERIFY, said, bytes.fromhex(key))))

def _contents(frame: Bag, key: bytes) -> Body | None:  # None: not what its header commits to
    keys, leaves = mac(key, TAG(b"body") + b"\1", "sha512"), []
    plain = _try(OPEN, frame.body, TAG(b"body"), bytes(12), keys[:32]) or bytes(4)
    end = 4 + int.from_bytes(plain[:4], "big")
    for name, value in sorted((body := _parse(plain[4:end])).items()):
        about, salts = TAG(b"salt") + name.encode(), keys[32:]
        salt = hashlib.blake2b(about, key=salts, digest_size=32).digest()
        named = len(name).to_bytes(2, "big") + name.encode() + SPELL(value).encode()
        leaves.append(SHA(TAG(b"field") + salt + named).digest())
    fits = _tree(leaves, TAG(b"node"), TAG(b"empty")).hex() == frame.header["body"]
    return body if fits and len(plain) == _padded(end, 256) and not any(plain[end:]) else None

def _note(path: Path, most: int = 1 << 14) -> re.Match[str] | Body:
    found = NOTE.fullmatch(_try(_read(path, most).decode) or "")
    return found or dict.fromkeys(("text", "log", "root", "signed"), "") | {"size": 0}

def _signed(note: Any, name: str, key: str, kind: int) -> list[int]:  # times
    hint, times = SHA(name.encode() + b"\n" + bytes([kind]) + bytes.fromhex(key)).digest()[:4], []
    for _, signer, spelt in (line.split(" ") for line in note["signed"].split("\n")[:-1]):
        blob = _try(base64.b64decode, spelt + "==") or b""
        at = int.from_bytes(blob[4:12], "big") if kind > 1 else 0
        text = (f"cosignature/v1\ntime {at}\n" if kind > 1 else "") + note["text"]
        by = key and signer == name and blob[:4] == hint and at < 1 << 37
        times += [at] if by and _try(VERIFY, blob[-64:] + text.encode(), bytes.fromhex(key)) else []
    return times

def _slot(data: bytes) -> Body:  # {} if it is not sound
    line, _, wrapped = data.partition(b"\n")
    said = (slot := _parse(line)).pop("check", "")
    fits = said == SHA(TAG(b"slot") + SPELL(slot).encode() + wrapped).hexdigest()
    return slot | {"wrapped": wrapped} if fits else {}

def _local_key(slot: Body, given: str) -> Any:
    if slot["way"] == "passphrase":
        cost, text = {name: slot[name] for name in "nrp"}, unicodedata.normalize("NFC", given)
        cost |= {"salt": bytes.fromhex(slot["salt"]), "maxmem": 2**31 - 1, "dklen": 32}
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
        self.findings: dict[tuple[str, str], tuple[str, str]] = {}
        self.lanes, self.ring, self.signers = list[Bag](), dict[str, bytes](), dict[str, str]()
        self.gone, self.stored, self.admitted = set[str](), dict[Any, Any](), dict[str, Any]()
        self.witnessed, self.stamped = dict[tuple[str, int], set[str]](), dict[str, str]()
        self.about = self._describe(b"") or stop(10, "no case, or CASE is damaged in all copies\n")

    def _add(self, check: str, where: str, found: str, expected: str = "a sound one") -> Any:
        self.findings.setdefault((check, where), (found, expected))

    def _copies(self, name: str) -> list[bytes]:  # each different one once
        spare = name if "/" in name else f"keys/{name}"
        found = dict.fromkeys(_read(self.root / n) for n in (name, f"{spare}.2", f"{spare}.3"))
        if len(found) > 1:
            self._add("keys", name, "copies that differ", "three that are alike")
        return list(found)

    def _describe(self, local: bytes) -> Any:  # with a local key, only what that vouches for
        key = _derive(local, b"case-check")
        for data in self._copies("CASE"):
            said = (about := _parse(data.removesuffix(b"\n"))).pop("check", "")
            vouched = not local or mac(key, SPELL(about).encode(), "sha256").hex() == said
            if about.get("format") == 1 and vouched:
                return about
        return None

    def unlock(self, given: str) -> None:  # a slot, then the keys that lie under it, and the ring
        stems = {path.name.split(".")[0] for path in (self.root / "keys").glob("slot-*.age*")}
        read = dict.fromkeys(data for stem in stems for data in self._copies(f"keys/{stem}.age"))
        slots = [slot for data in read if (slot := _slot(data)) and "way" in slot]
        keys = [(key, slot["way"]) for slot in slots if (key := _try(_local_key, slot, given))]
        fits = [key for key, way in keys if way != "open" or self._describe(key)]
        self.local = max(fits, key=lambda key: bool(self._describe(key)), default=b"")
        self.local or self.stop(30 if slots else 32, NO_SLOT)
        self.about = self._describe(self.local) or self.stop(32, "CASE is of another key\n")
        said = _parse(self._under("device", b"device"))
        said["sign"] = sodium.crypto_sign_seed_keypair(bytes.fromhex(said["sign"]))[0].hex()
        said["age"] = str(age.x25519.Identity.from_str(said["age"]).to_public())
        self.own = SHA(TAG(b"device") + SPELL(said).encode()).hexdigest()[:32]
        self.shared = self._under("case", b"case-key") if self.about["role"] == "member" else b""
        rings = sorted((self.root / "keys/ring").glob("[0-9]*.ring"), key=lambda p: int(p.stem))
        rings and self.shared and self._read_ring(rings[-1])

    def _under(self, name: str, purpose: bytes) -> bytes:
        by = [_identity(_derive(self.local, purpose))]
        found = (_try(age.decrypt, data, by) for data in self._copies(f"keys/{name}.age"))
        return next(filter(None, found), b"") or self.stop(32, f"keys/{name}.age is damaged\n")

    def _read_ring(self, path: Path) -> Any:
        by = [_identity(_derive(self.shared, b"ring/" + path.stem.encode()))]
        secret = _try(age.decrypt, _read(path.with_suffix(".age")), by)
        rows = re.findall(rb"(?s).{1,92}", path.read_bytes())
        keys = [_try(OPEN, row[44:], TAG(b"ring") + row[:32], row[32:44], secret) for row in rows]
        self.ring = {row[:32].hex(): key for row, key in zip(rows, keys, strict=True) if key}
        all(keys) or self._add("ring", f"keys/ring/{path.name}", "a rest")

    def read_lanes(self) -> None:  # branches of copied devices behind what they branched off from
        any(self.root.glob("journal/.mend*/")) and self._add("journal", "journal/.mend", "a rest")
        found = sorted(p for p in (self.root / "journal").glob("*") if LANE.fullmatch(p.name))
        begun = [p for p in found if (p / "device.pub").exists() or _segments(p)]
        cut = {p: _cut(_read(p / "0001.qj", 4 << 20)) for p in begun}
        first: dict[Path, Body] = {p: next((f.header for f in cut[p]), {}) for p in begun}
        for folder in sorted(begun, key=lambda p: ("." in p.name, first[p].get("seq", 1))):
            name, device = folder.name, folder.name[:32]
            public = _parse(_read(folder / "device.pub").removesuffix(b"\n"))
            if SHA(TAG(b"device") + SPELL(public).encode()).hexdigest()[:32] != device:
                self._add("journal", f"journal/{name}/device.pub", "none of this device")
                public = {"sign": "", "role": ""}
            lane = Bag(name=name, device=device, key=public["sign"], ids=[], frames=[])
            self.lanes.append(lane)
            lane.role, self.signers[device] = public["role"], lane.key
            log, note = f"qantar/{self.about['case']}/{device}", _note(folder / "head", 512)
            signed = note["log"] == log and lane.key and _signed(note, log, lane.key, 1)
            head = int(note["size"]), _try(base64.b64decode, note["root"])
            lane.size, lane.root = head if signed else (0, b"")
            if "." in name:
                self._add("fork", f"journal/{name}", "a second past of one device", "one")
                seq, prev = first[folder].get("seq", 1) - 1, first[folder].get("prev")
                known = (other.ids[:seq] for other in self.lanes if other.device == device)
                lane.ids = next((ids for ids in known if ids and ids[-1].hex() == prev), [])
            self._scan(lane, _segments(folder))
            signed or not lane.frames or self._add("head", f"journal/{name}/head", "no sound one")
        alive = {lane.device for lane in self.lanes if lane.root or lane.frames}
        if self.about["case"] and (self.own not in alive if self.own else not alive):
            self._add("journal", "journal", "none of this device")

    def _scan(self, lane: Bag, paths: list[Path]) -> None:
        size, lane.seq = lane.size, len(lane.ids)
        for number, path in enumerate(paths, 1):
            data, where = _read(path, (4 << 20) + 1), f"journal/{lane.name}"
            if path.name != f"{number:04d}.qj" or len(data) > 4 << 20:
                self._add("journal", f"{where}/{path.name}", "another segment", f"{number:04d}.qj")
            rows = [*_cut(data)]
            if (rows[-1].end if rows else 0) < len(data):
                rows.append(Bag(end=len(data), header={}, body=b"", id=b"", sign=b""))
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
        if size > len(lane.ids) or (size and _log_root(lane.ids[:size]) != lane.root):
            self._add("journal", f"journal/{lane.name}/head", "other entries than acknowledged")

    def check_entries(self) -> int | None:  # noqa: C901  # with the originals; gives how many
        known = {(x.device, f.header["seq"], f.id.hex()) for x in self.lanes for f in x.frames}
        unread, members, lacking = [], [self.about["founder"]], set[str]()
        for lane, frame in ((x, frame) for x in self.lanes for frame in x.frames):
            where = f"journal/{lane.name} entry {frame.header['seq']}"
            if gone := {*map(tuple, frame.header["refs"])} - known:
                self._add("journal", where, "a ref to what is not here")
                lacking |= {ref[0] for ref in gone}
            key = self.ring.get(frame.header["body"]) if frame.body else None
            if (body := _contents(frame, key) if key else None) is None:
                unread.append((where, lane.role == "collector" and frame.body, frame.id.hex(), key))
            _try(self._learn, lane.device, frame.header["kind"], body, where)
        if not self.shared:
            return None
        for where in (w for w, out, name, key in unread if key or not (out or name in self.gone)):
            self._add("journal", where, "a body that does not open, or is gone")
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
        if kind == "erase":
            self.gone.update(body["entries"], body["objects"])
        elif kind == "device.admit":
            name = SHA(TAG(b"device") + SPELL(body["device"]).encode()).hexdigest()[:32]
            sign = bytes.fromhex(body["device"]["sign"]).hex()
            self.admitted.setdefault(device, []).append((name, sign))
        elif kind == "witness.time":
            self.stamped[body["answer"]] = device
        else:
            by, what = _derive(self.shared, b"original-name"), bytes.fromhex(body["original"])
            own, stated = mac(by, what, "sha256").hex(), bytes.fromhex(body["object"]).hex()
            size = body["size"] + 0
            known = self.stored.setdefault(what.hex(), Bag(own=own, names={own}, sizes={}))
            known.sizes.setdefault(size, []).append(where)
            known.names.add(stated)

    def hear(self, path: Path) -> None:  # hold what was seen, or kept, against the journal
        own, note = path.is_relative_to(self.root), _note(path)
        name = path.relative_to(self.root).as_posix() if own else path.name
        log, device, size = note["log"], note["log"][-32:], int(note["size"])
        same, key = [x.ids for x in self.lanes if x.device == device], self.signers.get(device, "")
        if log[:-32] != f"qantar/{self.about['case']}/" or not _signed(note, log, key, 1):
            self._add("note", name, "a damaged one, or of no device of this case")
            return
        roots = {_log_root(ids[:size]) for ids in same if len(ids) >= size}
        by, loose = set() if own else {f"whoever kept {name}"}, own and self.own not in ("", device)
        answer, said = _read(path.with_suffix(".tsr")), SHA(note["text"].encode()).digest()
        if self.stamped.get(SHA(answer).hexdigest()) in self.signers and said in answer:
            by.add("a time stamp (signature not checked)")
        elif path.with_suffix(".tsr").is_file():
            found = "it witnesses nothing" if self.shared else "time stamps were not looked at"
            self._add("note", Path(name).with_suffix(".tsr").as_posix(), found)
        for other in self.signers.keys() - {device}:
            for at in _signed(note, log[:-32] + other, self.signers[other], 4):
                by.add(f"device {other} at {time.strftime('%Y-%m-%dT%H:%MZ', time.gmtime(at))}")
                loose = loose and other != self.own
        if size and not roots:  # what third devices saw need not have come here: loose
            self._add("behind" if loose else "witness", name, "fewer entries", f"{size} entries")
        elif size and base64.b64decode(note["root"]) not in roots:
            self._add("fork" if "/forks/" in name else ("history", "split")[loose], name, "others")
        elif by and size:
            self.witnessed.setdefault((device, size), set()).update(by)

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
    originals = check.check_entries()
    for given in (check.root / "witness", *map(Path.resolve, chosen.witness)):
        for path in [given] if given.is_file() else sorted(given.rglob("*.note")):
            check.hear(path)
    for (kind, where), (found, good) in sorted(check.findings.items()):
        one = {"check": kind, "object": where, "expected": good, "found": found, "next": NEXT}
        print(json.dumps(one) if chosen.json else FOUND.format_map(one).translate(UNSEEN))
    code = max((EXITS.get(k, 0) for k, _ in check.findings), key=(0, 20, 22, 21).index, default=0)
    by, most = check.witnessed, dict(sorted(check.witnessed))
    seen: Any = [{"device": d, "entry": n, "by": sorted(by[d, n])} for d, n in most.items()]
    done: Body = {"originals": originals, "devices": len({lane.device for lane in check.lanes})}
    done |= {"entries": sum(len(lane.frames) for lane in check.lanes), "witnesses": seen}
    done |= {"witnessed": sum(most.values()), "ok": not code}
    words = f"originals: {originals or 0}, entries: {done['entries']}, devices: {done['devices']}; "
    told = (SEEN.format(**one, who=", ".join(one["by"])) for one in seen)
    words = (words + ("; ".join(told) or "unwitnessed")).translate(UNSEEN)
    print(json.dumps({"verified": done}) if chosen.json else words)
    return code

if __name__ == "__main__":
    raise SystemExit(main(None))
