"""Which files of an export's folder are about the account and its owner, by their names.

An export of Telegram Desktop lies in a folder, or in an archive of it. Contact cards, pictures of
the owner's profile and lists of the account lie beside the chats; as the sections of
`result.json` they are named and not read.

Source: Telegram Desktop, the exporters to HTML and JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_MARKS: Final = ("result.json", "messages.html", "export_results.html")
_ACCOUNT: Final = "export_results.html"
_OF_CHATS: Final = ("chats/", "css/", "js/", "images/")
_MOST_ACCOUNTS: Final = 8
"""Exports of accounts that one archive is looked through for; each costs a look at all names."""

NOT_READ: Final = (
    "This file of a Telegram export is about the account and its owner, or about somebody's "
    "contact (a card, a picture of a profile, a list). It was not read; the original keeps it. "
    "If it matters, add it by itself."
)


def private_members(untrusted_names: Iterable[str]) -> frozenset[str]:
    """Give the names, of those in a folder or an archive, of what is not read."""
    names = list(untrusted_names)
    folders = {_split(name)[0] for name in names if _split(name)[1] in _MARKS}
    accounts = sorted({_split(name)[0] for name in names if _split(name)[1] == _ACCOUNT})
    private = {name for name in names if _is_beside(name, folders)}
    for folder in accounts[:_MOST_ACCOUNTS]:
        ours = tuple(folder + one for one in _OF_CHATS)
        private.update(
            name
            for name in names
            if name.startswith(folder) and not name.startswith(ours) and not _is_page(name)
        )
    return frozenset(private)


def _is_beside(name: str, folders: set[str]) -> bool:
    """Whether it is a card or a picture of a profile that lies beside a chat or an account."""
    folder, file = _split(name)
    above, kind = _split(folder.rstrip("/"))
    if above not in folders:
        return False
    return kind == "profile_pictures" or (kind == "contacts" and file.lower().endswith(".vcf"))


def _is_page(name: str) -> bool:
    """Whether its own content tells what it is about: pages are looked at, whatever their name."""
    return name.endswith(".html")


def _split(name: str) -> tuple[str, str]:
    folder, slash, file = name.rpartition("/")
    return folder + slash, file
