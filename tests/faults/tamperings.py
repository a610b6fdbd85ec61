"""Ways to change a case behind its back, at random: by somebody without keys, and with them.

Each takes a sound case and gives the files of one that was changed. Those in `BY_ANYONE`
need write access to the folder alone; those in `BY_THE_DEVICE` sign with its own key.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from qantar.archive.body import seal_body
from qantar.archive.frame import Frame, to_bytes
from qantar.archive.ring_file import RECORD_BYTES
from tests.faults import forging
from tests.faults.victims import RECORD, Files, Victim, frames_of, with_frames

Tampering = Callable[[Victim, Random], Files]

_PAGE = 4096


def edit(victim: Victim, random: Random) -> Files:
    """Change bytes of a journal, of an original, or of what says who signs and how far."""
    path = random.choice([*victim.originals(), *_journal_files(victim) * 2])
    data = bytearray(victim.files[path])
    start = random.randrange(len(data))
    for at in range(start, min(len(data), start + random.choice((1, 1, 1, 2, 9, 200)))):
        data[at] ^= random.randrange(1, 256)
    return {**victim.files, path: bytes(data)}


def delete(victim: Victim, random: Random) -> Files:
    """Remove an entry, a body, an original, the key of one, or a whole file of a journal."""
    files = victim.files
    match random.randrange(6):
        case 0:
            return _without(files, random.choice(victim.originals()))
        case 1:
            return _without(files, random.choice(_journal_files(victim)))
        case 2:
            count = len(files[forging.ring_of(files)]) // RECORD_BYTES
            return forging.without_record(files, random.randrange(count))
    lane, frames = _some_lane(victim, random)
    at = random.randrange(len(frames))
    if random.random() < 0.3:
        frames[at] = frames[at]._replace(body=b"")
    else:
        del frames[at]
    return with_frames(files, lane, frames)


def swap(victim: Victim, random: Random) -> Files:
    """Exchange two entries, what is in them, or two originals."""
    files = victim.files
    if random.random() < 0.3:
        one, other = random.sample(victim.originals(), 2)
        return {**files, one: files[other], other: files[one]}
    lane, frames = _some_lane(victim, random)
    first, second = random.sample(range(len(frames)), 2)
    here, there = frames[first], frames[second]
    match random.choice(("frame", "body", "signature", "id", "header")):
        case "frame":
            frames[first], frames[second] = there, here
        case what:
            frames[first] = here._replace(**{what: getattr(there, what)})
            frames[second] = there._replace(**{what: getattr(here, what)})
    return with_frames(files, lane, frames)


def insert(victim: Victim, random: Random) -> Files:
    """Add an entry that was there before, that another wrote, or that no member signed."""
    files = victim.files
    lane, frames = _some_lane(victim, random)
    at = random.randrange(len(frames) + 1)
    match random.randrange(4):
        case 0:
            return forging.with_stranger(victim, random)
        case 1:
            frames.insert(at, random.choice(frames))
        case 2:
            frames.insert(at, random.choice(frames_of(files, random.choice(victim.lanes()))))
        case _:
            model = forging.headers_of(frames)[min(at, len(frames) - 1)]
            header = model._replace(seq=at + 1, prev=frames[at - 1].id.hex() if at else "")
            frames.insert(at, forging.signed(header, frames[0].body, random.randbytes(32)))
    return with_frames(files, lane, frames)


def rechain(victim: Victim, random: Random) -> Files:
    """Change an entry and hash all those behind it anew, without the key that signs them."""
    lane, frames = _some_lane(victim, random)
    at, seed = random.randrange(len(frames)), random.randbytes(32)
    headers = forging.changed(forging.headers_of(frames), at, random)
    chained = forging.chain(headers, [frame.body for frame in frames], at, seed, frames)
    if random.random() < 0.5:
        pairs = zip(chained, frames, strict=True)
        chained = [new._replace(signature=old.signature) for new, old in pairs]
    files = with_frames(victim.files, lane, chained)
    match random.randrange(3):
        case 0:
            return files
        case 1:
            return _without(files, f"{lane}/head")
    device = lane.rpartition("/")[2]
    return {**files, f"{lane}/head": forging.head_of(victim, device, chained, seed)}


def truncate(victim: Victim, random: Random) -> Files:
    """Cut the own journal short, at an entry or within one; its head is left, older, or gone."""
    lane = victim.lane
    frames = frames_of(victim.files, lane)
    left = random.randrange(1, len(frames))
    torn = to_bytes(frames[left])[: random.randrange(1, 90)] if random.random() < 0.2 else b""
    files = with_frames(victim.files, lane, frames[:left])
    files[f"{lane}/0001.qj"] += torn
    match random.randrange(3):
        case 0:
            return files
        case 1:
            return _without(files, f"{lane}/head")
    fits = [head for head in victim.heads if int(head.split(b"\n")[1]) <= left]
    # Of a journal that was cut before its first head was kept there is none that fits.
    return {**files, f"{lane}/head": fits[-1]} if fits else _without(files, f"{lane}/head")


def resign(victim: Victim, random: Random) -> Files:
    """Change the own journal and sign it anew: an entry, its body, its absence, one more."""
    files = victim.files
    frames = frames_of(files, victim.lane)
    headers, bodies = forging.headers_of(frames), [frame.body for frame in frames]
    at = random.randrange(len(frames))
    match random.randrange(4):
        case 0:
            headers = forging.changed(headers, at, random)
        case 1:
            at = max(at, 1)
            del headers[at], bodies[at]
        case 2:
            # Not behind the last one: to go on writing is nobody's tampering.
            at = min(at, len(frames) - 2)
            headers.insert(at, headers[at])
            bodies.insert(at, bodies[at])
            at += 1
        case _:
            key = random.randbytes(32)
            sealed = seal_body({"about": "another", "seed": random.randrange(10**6)}, key)
            headers[at] = headers[at]._replace(commitment=sealed.commitment.hex())
            bodies[at] = sealed.ciphertext
            files = forging.with_key(victim, files, sealed.commitment, key)
    seed = victim.case.signer.sign_seed
    return forging.with_journal(victim, files, forging.chain(headers, bodies, at, seed, frames))


def fork(victim: Victim, random: Random) -> Files:
    """Let the own device write on from an earlier entry, as a copy of its folder would.

    The other past takes the place of the own one, or stands beside it.
    """
    files, lane, seed = victim.files, victim.lane, victim.case.signer.sign_seed
    frames = frames_of(files, lane)
    at = random.randrange(1, len(frames))
    headers = forging.changed(forging.headers_of(frames), at, random)
    entries = list(zip(headers, (frame.body for frame in frames), strict=True))
    entries = entries[: random.randrange(at + 1, len(entries) + 1)]
    entries += entries[: random.randrange(3)]
    said = [header for header, _ in entries], [body for _, body in entries]
    chained = forging.chain(*said, at, seed, frames)
    if random.random() < 0.5:
        return forging.with_journal(victim, files, chained)
    branch = f"{lane}.{chained[at].id.hex()}"
    beside = {
        **files,
        f"{branch}/device.pub": files[f"{lane}/device.pub"],
        f"{branch}/head": forging.head_of(victim, victim.case.device, chained, seed),
    }
    return with_frames(beside, branch, chained[at:])


def rollback(victim: Victim, random: Random) -> Files:
    """Put an earlier record, or pages of it, in the place of the last one."""
    database, watermark = RECORD
    old, new = victim.earlier_record, victim.files
    match random.randrange(3):
        case 0:
            return {**new, **old}
        case 1:
            return {**new, database: old[database]}
    data, before = bytearray(new[database]), old[database]
    starts = range(0, min(len(data), len(before)), _PAGE)
    differ = [at for at in starts if data[at : at + _PAGE] != before[at : at + _PAGE]]
    for at in random.sample(differ, random.randrange(1, len(differ) + 1)):
        data[at : at + _PAGE] = before[at : at + _PAGE]
    mark = old[watermark] if random.random() < 0.3 else new[watermark]
    return {**new, database: bytes(data), watermark: mark}


def scramble(victim: Victim, random: Random) -> Files:
    """Put bytes of chance into any files at all: keys, notes and databases too."""
    files = dict(victim.files)
    for _ in range(random.choice((1, 1, 2, 5))):
        path = random.choice(sorted(files))
        data = bytearray(files[path])
        at = random.randrange(len(data) + 1)
        match random.randrange(5):
            case 0:
                data[at : at + 1] = random.randbytes(1)
            case 1:
                data[at : at + random.randrange(1, 60)] = random.randbytes(random.randrange(60))
            case 2:
                del data[at:]
            case 3:
                data += random.randbytes(random.randrange(1, 300))
            case _:
                data = bytearray(files[random.choice(sorted(files))])
        files[path] = bytes(data)
    return files


BY_ANYONE: dict[str, Tampering] = {
    "edit": edit,
    "delete": delete,
    "swap": swap,
    "insert": insert,
    "re-chain": rechain,
    "truncate": truncate,
}
BY_THE_DEVICE: dict[str, Tampering] = {"re-sign": resign, "fork": fork}
OF_THE_RECORD: dict[str, Tampering] = {"page rollback": rollback}
KINDS = {**BY_ANYONE, **BY_THE_DEVICE, **OF_THE_RECORD}


def _journal_files(victim: Victim) -> list[str]:
    names = ("0001.qj", "0001.qj", "head", "device.pub")
    return [f"{lane}/{name}" for lane in victim.lanes() for name in names]


def _some_lane(victim: Victim, random: Random) -> tuple[str, list[Frame]]:
    lane = random.choice([victim.lane, *victim.lanes()])
    return lane, frames_of(victim.files, lane)


def _without(files: Files, path: str) -> Files:
    return {name: data for name, data in files.items() if name != path}
