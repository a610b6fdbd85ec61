"""What is left on the disk of what was erased: `python -m tests.faults.erased [ROUNDS [IMAGE]]`.

A witness takes back their consent. Their words stand in files, names of files, notes,
a sheet, reasons of decisions, the record, a publication that was kept. All of it is
erased, and then searched for, thrice:

* in the case folder, for the destroyed keys themselves, for the sealed keys and the
  key of the old ring, for sealed bodies, and for the words in every spelling;
* in every file that was ever in the folder as it lies on the disk now, by somebody
  who knows the passphrase and opens all that opens (`examiner.py`);
* where the disk kept a copy of the old keys, as a snapshot or a flash disk may:
  with the passphrase, which opens them, and without, which does not.

Each round has other files and targets; every other one is killed at a random instant and
finished by the next command. With IMAGE (root only) one more round is done on an ext4
file system of its own, whose raw bytes are searched after it was unmounted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qantar.workbench.stores import folded_of
from tests.faults.canaries import folder_contents, search
from tests.faults.chance import chance
from tests.faults.consent import GOES, STAYS, Scene, words
from tests.faults.examiner import Examiner
from tests.faults.scratch import scratch_folder
from tests.faults.steps import Step
from tests.faults.supervise import Verdict, supervise

_STEPS = 440  # of an erasure, about; who is killed later than that has ended
_IMAGE_BYTES = 32 << 20
KILLED = ", killed on the way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What was found: keys, sealed parts and words that are to go; words that are to stay."""

    keys: int
    sealed: int
    goes: int
    stays: int


def in_folder(scene: Scene) -> Left:
    """Search the case folder as it lies there."""
    pieces = list(folder_contents(scene.folder / "case"))
    return _found(scene, pieces)


def by_examiner(scene: Scene, files: Sequence[Path], *, passphrase: bool = True) -> Left:
    """Search all that opens, with the passphrase or without."""
    found = Examiner.of(scene.case, files) if passphrase else Examiner()
    if not passphrase:
        found.examine(files)
    return _found(
        scene, [*found.opened, *found.keys, *found.masters, *(path.read_bytes() for path in files)]
    )


def _found(scene: Scene, pieces: Iterable[bytes]) -> Left:
    listed = list(pieces)
    whole = b"\0".join(listed)
    return Left(
        keys=sum(key in whole or key.hex().encode() in whole for key in scene.keys),
        sealed=sum(part in whole for part in scene.sealed),
        goes=len(search(listed, words(GOES)).found),
        stays=len(search(listed, words(STAYS)).found),
    )


def killed(scene: Scene, before: int) -> bool:
    """Erase in a child that is killed before so many of its steps; whether that was on the way."""
    left = iter(range(before))

    def judge(_: Step) -> Verdict:
        return Verdict(kill=next(left, None) is None)

    supervise(lambda _: scene.erase(), scene.folder, judge)
    return any(not one.answered for one in folded_of(scene.case).erasures)


def one_round(folder: Path, number: int) -> Iterator[tuple[str, Left]]:
    """Make a scene, look, erase, look again; gives what each look found."""
    random = chance(number)
    scene = Scene(folder / "scene", folder / "material", random)
    yield "before: in the folder", in_folder(scene)
    yield "before: with the passphrase", by_examiner(scene, scene.disk.files())
    snapshot = Path(shutil.copytree(scene.folder / "case", folder / "snapshot"))
    if number % 2:
        on_the_way = killed(scene, random.randrange(_STEPS))
        scene.disk.look()
        scene.finish()
    else:
        on_the_way = False
        scene.erase()
    scene.disk.look()
    how = KILLED if on_the_way else ""
    yield f"after: in the folder{how}", in_folder(scene)
    yield f"after: on the disk, with the passphrase{how}", by_examiner(scene, scene.disk.files())
    kept = [path for path in snapshot.rglob("*") if path.is_file()]
    yield "a snapshot from before: with the passphrase", by_examiner(scene, kept)
    yield "a snapshot from before: without", by_examiner(scene, kept, passphrase=False)


def on_an_image(folder: Path) -> Iterator[tuple[str, Left]]:
    """Do a round on a file system of its own, and search its raw bytes."""
    image, mounted = folder / "image", folder / "mounted"
    mounted.mkdir()
    with image.open("wb") as file:
        file.truncate(_IMAGE_BYTES)
    _system("mkfs.ext4", "-q", str(image))
    _system("mount", "-o", "loop", str(image), str(mounted))
    try:
        scene = Scene(mounted / "scene", folder / "material", chance(1))
        # Second names would keep the bytes from being given back to the file system.
        shutil.rmtree(scene.disk.seen)
        os.sync()
        yield "before: raw ext4", _found(scene, [image.read_bytes()])
        scene.erase()
    finally:
        _system("umount", str(mounted))
    yield "after: raw ext4", _found(scene, [image.read_bytes()])


def _system(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603  # our own words


def _looks(rounds: int, *, image: bool) -> Iterator[tuple[str, Left]]:
    for number in range(rounds):
        with scratch_folder() as folder:
            yield from one_round(folder, number)
    if image:
        with scratch_folder() as folder:
            yield from on_an_image(folder)


def main(arguments: Sequence[str]) -> int:
    """Print what was found, added up over all rounds; gives the exit code."""
    rounds, *more = arguments or ["20"]
    total: dict[str, list[Left]] = {}
    for look, left in _looks(int(rounds), image=bool(more)):
        total.setdefault(look, []).append(left)
    print("| look | rounds | keys | sealed parts | words that go | words that stay |")
    print("|---|---|---|---|---|---|")
    for look, listed in sorted(total.items()):
        sums = (sum(getattr(one, name) for one in listed) for name in Left.__slots__)
        print(f"| {look} | {len(listed)} | {' | '.join(f'{one:,}' for one in sums)} |")
    after = [one for look, listed in total.items() if look.startswith("after") for one in listed]
    return int(any(one.keys or one.sealed or one.goes for one in after))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
