"""`qantar keys shares` and `qantar keys recover`: against the day when a passphrase is lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from qantar.cli.opening import opened, opened_with
from qantar.cli.options import (
    case_argument,
    json_option,
    label_option,
    new_passphrase_option,
    passphrase_option,
)
from qantar.cli.output import say, say_json, tell
from qantar.cli.passphrases import ask_openly, from_share_file, new_passphrase
from qantar.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qantar.archive.case import Case
    from qantar.archive.shares import Share
    from qantar.workbench.keys import NewShares

_LINE_WORDS: Final = 6
_MOST_MISTAKES: Final = 10


@click.command(
    "shares",
    epilog="\b\nExamples:\n    qantar keys shares winter --threshold 2 --of 3\n"
    "    qantar keys shares winter --threshold 3 --of 5 --label office",
)
@case_argument
@click.option("--threshold", type=int, required=True, help="How many shares open the case.")
@click.option("--of", "shares", type=int, required=True, help="How many shares to make: up to 16.")
@label_option
@passphrase_option
@json_option
def shares_command(  # one for each option
    case: Path,
    *,
    threshold: int,
    shares: int,
    label: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Make recovery shares: words on paper that open CASE together.

    Prints each share once; it is kept nowhere. Write each on a sheet of its own and
    give them to people who would not be searched together. Fewer than the threshold
    tell nothing. Whoever has enough of them and the folder can open the case.

    Shares that were made before stay valid until their slot is removed.
    """
    from qantar.workbench.keys import checked_label, make_shares  # noqa: PLC0415  # loaded when it is run

    checked_label(label)
    unlocked = opened(case, passphrase_file)
    made = make_shares(unlocked, threshold=threshold, shares=shares, label=label)
    if as_json:
        made_json = {"slot": made.number, "threshold": made.threshold, "shares": list(made.words)}
        say_json({"shares": made_json})
        return
    for line in _sheets(made, unlocked):
        say(line)
    tell("These words are shown once and kept nowhere: write them down, then clear the screen.")
    tell(f"Check what was written, now and once a year: qantar keys recover {case} --drill")


@click.command(
    "recover",
    epilog="\b\nExamples:\n    qantar keys recover winter --drill\n    qantar keys recover winter\n"
    "    qantar keys recover winter --share-file ana.txt --share-file bo.txt",
)
@case_argument
@click.option("--drill", is_flag=True, help="Only check that the shares open it; change nothing.")
@click.option(
    "--share-file",
    "share_files",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Read one share from FILE; repeat for each. Asked for on the terminal if absent.",
)
@new_passphrase_option
@json_option
def recover_command(
    case: Path,
    *,
    drill: bool,
    share_files: tuple[Path, ...],
    new_passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Open CASE with recovery shares and set a new passphrase.

    Asks for one share after the other until they are enough; each is checked at
    once. The words show while they are typed: see that nobody else reads along.
    The old passphrase still opens the case until its slot is removed.

    With --drill nothing is changed: it says whether these shares open the case.
    """
    if drill and new_passphrase_file is not None:
        message = "a drill changes nothing, so it takes no new passphrase."
        raise UsageError(message, next="Leave out --drill, or --new-passphrase-file.")
    from qantar.archive.age_keys import spell  # noqa: PLC0415  # loaded when it is run
    from qantar.archive.case import look_at  # noqa: PLC0415  # loaded when it is run
    from qantar.archive.shares import join_shares  # noqa: PLC0415  # loaded when it is run

    look_at(case)  # a mistyped folder is told before anybody types 33 words
    shares = list(_from_files(share_files)) if share_files else _asked()
    unlocked = opened_with(case, spell(join_shares(shares)), mend=not drill)
    if drill:
        _say_drill(case, as_json=as_json)
    else:
        _set_passphrase(unlocked, case, new_passphrase_file, as_json=as_json)


def _set_passphrase(unlocked: Case, case: Path, path: Path | None, *, as_json: bool) -> None:
    from qantar.workbench.keys import add, passphrase_slot  # noqa: PLC0415  # loaded when it is run

    number = add(unlocked, passphrase_slot(new_passphrase(path)))
    if as_json:
        say_json({"recovered": {"drill": False, "number": number}})
    else:
        say(f"slot {number}")
    tell("The new passphrase opens the case. What was lost still does, and so do the shares:")
    tell(f"see `qantar keys list {case}`, and remove what others may have found.")


def _say_drill(case: Path, *, as_json: bool) -> None:
    if as_json:
        say_json({"recovered": {"drill": True, "number": None}})
    else:
        say(f"These shares open {case}. Nothing was changed.")


def _sheets(made: NewShares, case: Case) -> Iterator[str]:
    """Lay the shares out for paper: one block each, with what to write above the words."""
    many, which = len(made.words), case.id[:8] or case.device[:8]
    for at, words in enumerate(made.words, start=1):
        yield f"# Share {at} of {many} for case {which}, slot {made.number}"
        yield f"# Any {made.threshold} of these {many} open the case together. Keep this one apart."
        split = words.split()
        for start in range(0, len(split), _LINE_WORDS):
            line = enumerate(split[start : start + _LINE_WORDS], start=start + 1)
            yield "  " + " ".join(f"{number:>2} {word:<8}" for number, word in line).rstrip()
        yield ""


def _from_files(paths: tuple[Path, ...]) -> Iterator[Share]:
    from qantar.archive.shares import read_share  # noqa: PLC0415  # loaded when it is run

    for path in paths:
        try:
            yield read_share(from_share_file(path))
        except UsageError as error:
            raise UsageError(error.message, where=str(path), next=error.next) from None


def _asked() -> list[Share]:
    """Ask for shares until they are enough; a mistyped one is asked for again."""
    from qantar.archive.shares import still_needed  # noqa: PLC0415  # loaded when it is run

    known: list[Share] = []
    mistakes = 0
    while mistakes < _MOST_MISTAKES:
        share = _asked_once(known)
        if share is None:
            mistakes += 1
            continue
        known.append(share)
        missing = still_needed(known)
        if missing == 0:
            return known
        tell(f"This share is sound. {missing} more needed.")
    message = "these are too many mistakes for one sitting."
    raise UsageError(message, next="Nothing was changed; compare the words with the paper.")


def _asked_once(known: list[Share]) -> Share | None:
    """Ask for one more share; None, and the reason on standard error, when it is none."""
    from qantar.archive.shares import read_share  # noqa: PLC0415  # loaded when it is run

    try:
        prompt = f"Share {len(known) + 1}, all its words on one line: "
        share = read_share(ask_openly(prompt, option="--share-file"))
    except UsageError as error:
        tell(str(error))
        return None
    if known and (share.set, share.threshold) != (known[0].set, known[0].threshold):
        tell("This share is of another set than the first.")
        return None
    if share.index in {one.index for one in known}:
        tell("This share was given already.")
        return None
    return share
