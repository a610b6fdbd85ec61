"""Small sealed cases: the same format and the same code, with a passphrase that is quick to try."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.archive.slots import SALT_BYTES, NewSlot, ScryptCost, passphrase_way
from qantar.archive.unlock import open_case
from qantar.workbench.add import add
from qantar.workbench.build import build
from qantar.workbench.create import create

CHEAP = ScryptCost(n=2**10)
PASSPHRASE = "seven of the clock at the square"  # noqa: S105  # of cases made to be attacked
SOFTWARE = "qantar 0 (attacked)"
NOW = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


def way(passphrase: str = PASSPHRASE) -> NewSlot:
    """Make a way in by a passphrase, at a cost that a test can pay a thousand times."""
    return passphrase_way(passphrase, salt=secrets.token_bytes(SALT_BYTES), cost=CHEAP)


def new_case(root: Path) -> Case:
    """Make a sealed case."""
    return create(root, title="Sayaqkent", now=NOW, ways=[way()])


def reopen(root: Path, passphrase: str = PASSPHRASE) -> Case:
    """Open a sealed case anew, as the next command would."""
    return open_case(root, secret=lambda: passphrase)


def take_in_material(case: Case) -> None:
    """Take in all the invented material of Sayaqkent, with its sheet."""
    sheet = Path(__file__).parents[1] / "material" / "sayaqkent" / "sheet.toml"
    add(case, paths=(), sheet_path=sheet, now=NOW, acknowledge=lambda _: None)


def rebuild(case: Case) -> str:
    """Derive the record anew; gives its digest."""
    with writing(case):
        return build(case, software=SOFTWARE).record_digest


def built_case(root: Path) -> Case:
    """Make a sealed case with all that material, built."""
    case = new_case(root)
    take_in_material(case)
    rebuild(case)
    return case
