"""Opening the case that a command works on, asking for what opens it where that is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qantar.cli.options import amount
from qantar.cli.output import tell
from qantar.cli.passphrases import ask, from_file
from qantar.errors import CaseLockedError, DiskError, WrongPassphraseError

if TYPE_CHECKING:
    from qantar.archive.case import Case

_TRIES: Final = 3


def opened(case_path: Path, passphrase_file: Path | None, *, mend: bool = True) -> Case:
    """Open the case in `case_path` for a command.

    Asks for nothing when the case is open to everyone. Otherwise reads
    `passphrase_file`, or without one asks on the terminal, three times at most.

    Args:
        case_path: folder of the case.
        passphrase_file: what the option --passphrase-file named.
        mend: write damaged copies of key files anew, and say so on standard error;
            without it nothing is written.

    Raises:
        WrongPassphraseError: what was given does not open the case.
        CaseKeyError: nothing was given, and there is no terminal to ask on.
        MissingPathError, InputRefusedError: the passphrase file is missing or is none.
        NotACaseError, NewerFormatError, OlderFormatError, KeysDamagedError, DiskError:
            as `archive.unlock.open_case`.
    """
    if passphrase_file is None:
        case = _asking(case_path)
    else:
        case = _open(case_path, lambda: from_file(passphrase_file))
        if case.open:
            # Whoever swaps the keys of a sealed case for open ones hopes that nobody is told.
            tell("warning: this case is open to everyone; --passphrase-file was not needed.")
    if mend:
        mend_keys(case)
    return case


def opened_with(case_path: Path, identity: str, *, mend: bool = True) -> Case:
    """Open the case in `case_path` with an age identity, as recovery shares make one.

    Raises:
        As `opened`.
    """
    case = _open(case_path, lambda: identity)
    if mend:
        mend_keys(case)
    return case


def mend_keys(case: Case) -> None:
    """Write damaged copies of key files anew, and say so; a case that cannot be written to stays.

    Under the lock: a slot that is being removed by another process would come back
    from a copy that is not removed yet.
    """
    from qantar.archive.lock import writing  # noqa: PLC0415  # loaded when it is run
    from qantar.archive.slots import read_slots  # noqa: PLC0415  # loaded when it is run
    from qantar.archive.unlock import damaged_copies, mended  # noqa: PLC0415  # loaded when it is run

    damaged = damaged_copies(case)
    if not damaged:
        return
    try:
        with writing(case):
            slots = dict(read_slots(case.keys))
            for path in mended(case, slots):
                tell(f"a damaged copy of {_named(path)} was mended: {path}")
    except CaseLockedError:
        return  # whoever is writing opened it too; the next unlock looks again
    except DiskError as error:
        tell(
            f"warning: {amount(len(damaged), 'damaged copy', 'damaged copies')} not mended: {error}"
        )
        return
    for number, found in slots.items():
        if found.value is None:
            where = case.keys / f"slot-{number}.age"
            tell(f"warning: slot {number} is damaged in all its copies and opens nothing: {where}")


def _asking(case_path: Path) -> Case:
    def secret() -> str:
        return ask(f"Passphrase of {case_path}: ")

    for _ in range(_TRIES - 1):
        try:
            return _open(case_path, secret)
        except WrongPassphraseError as error:
            tell(error.message)
    return _open(case_path, secret)


def _open(case_path: Path, secret: Callable[[], str]) -> Case:
    from qantar.archive.unlock import open_case  # noqa: PLC0415  # loaded when it is run

    return open_case(case_path, secret=secret, mend=False)


def _named(path: Path) -> str:
    """Name the file of which `path` is a copy: `slot-1.age` for `slot-1.age.2`."""
    return path.name.removesuffix(".2").removesuffix(".3")
