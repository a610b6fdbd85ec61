"""Which originals that are here do not hold what entries say of them, so that a bundle mends them.

Only those that a bundle brings are looked at, each once: to hash every original at
each merge would take as long as `qantar verify`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qantar.archive import ring
from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals, from_the_disk
from qantar.archive.journal import read
from qantar.archive.originals import object_name, original_path
from qantar.archive.sealing import UnsoundObjectError, hashes_at
from qantar.errors import JournalBrokenError
from qantar.workbench.objects import stored_in


@dataclass(slots=True)
class Damaged:
    """Tells of an object that is here with its key whether it is damaged; remembers it."""

    case: Case
    _known: dict[str, bool] = field(default_factory=dict)
    _stated: dict[str, tuple[str, set[int]]] | None = None

    def __call__(self, name: str) -> bool:
        """Whether the object of this hex name hashes to something else at each size stated of it.

        One that no entry names is not said to be damaged.

        Raises:
            DiskError: the disk refuses.
        """
        if name not in self._known:
            self._known[name] = self._looked_at(name)
        return self._known[name]

    def _looked_at(self, name: str) -> bool:
        if self._stated is None:
            self._stated = dict(self._all_stated())
        secret = ring.keys(self.case).get(bytes.fromhex(name))
        if name not in self._stated or secret is None:
            return False
        sha256, sizes = self._stated[name]
        path = original_path(self.case, name)
        with disk_refusals("reading an original", path), path.open("rb") as file:
            from_the_disk(file)
            try:
                return sha256 not in hashes_at(file, secret, sizes=sizes).values()
            except UnsoundObjectError:
                return True

    def _all_stated(self) -> dict[str, tuple[str, set[int]]]:
        """Give what entries say is stored, by the name that a member of the case gives it."""
        found: dict[str, tuple[str, set[int]]] = {}
        try:
            for entry in read(self.case):
                stored = stored_in(entry.body)
                if stored is not None:
                    name = object_name(self.case, stored.sha256)
                    found.setdefault(name, (stored.sha256, set()))[1].add(stored.size)
        except JournalBrokenError:
            return {}  # told by whoever needs the journal
        return found
