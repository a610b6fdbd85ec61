"""Recovery shares: a secret split so that any few of its holders bring it back together.

Each share is 33 words of SLIP-39, for paper. Fewer than the threshold say nothing
of the secret. Source: SLIP-0039 (Shamir's secret sharing for mnemonic codes), one
group, no passphrase of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import shamir_mnemonic
from shamir_mnemonic.share import Share as _Slip39

from qantar.archive.derive import KEY_BYTES
from qantar.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One share, its words checked.

    `set` is the same number in all shares of one secret, `index` tells them apart,
    and `threshold` of them make the secret. `words` are the share itself.
    """

    set: int
    index: int
    threshold: int
    words: str = field(repr=False)


def split_secret(secret: bytes, *, threshold: int, shares: int) -> list[str]:
    """Split a secret of 32 bytes into shares of 33 words each, any `threshold` of which make it."""
    (words,) = shamir_mnemonic.generate_mnemonics(
        group_threshold=1, groups=[(threshold, shares)], master_secret=secret, iteration_exponent=0
    )
    return list(words)


def read_share(untrusted_words: str) -> Share:
    """Read one share; capitals, line breaks and numbers before the words do not matter.

    Raises:
        UsageError: a word is not of the list, or the check words do not fit. It does
            not quote the words: they are a secret.
    """
    words = " ".join(one for one in untrusted_words.lower().split() if not one.isdigit())
    try:
        read = _Slip39.from_mnemonic(words)
    except shamir_mnemonic.MnemonicError:
        # Without its cause: that quotes what was typed.
        raise _mistyped() from None
    if read.group_count != 1 or len(read.value) != KEY_BYTES:
        message = "this is a share of something else: Qantar did not make it."
        raise UsageError(message, next="Look for the paper that names this case.")
    return Share(
        set=read.identifier, index=read.index, threshold=read.member_threshold, words=words
    )


def still_needed(shares: Sequence[Share]) -> int:
    """Say how many more shares are needed, given at least one; repeats do not count."""
    return shares[0].threshold - len({share.index for share in shares})


def join_shares(shares: Sequence[Share]) -> bytes:
    """Put the secret together again from enough of its shares; more than enough is no fault.

    Raises:
        UsageError: they are of different secrets, or too few.
    """
    if not shares or len({(share.set, share.threshold) for share in shares}) > 1:
        message = "these shares do not belong together: they are of different sets."
        raise UsageError(message, next="Use shares that were made at the same time.")
    missing = still_needed(shares)
    if missing > 0:
        message = f"{missing} more of these shares are needed."
        raise UsageError(message, next=f"Give {shares[0].threshold} different ones.")
    distinct = {share.index: share.words for share in shares}
    try:
        secret: bytes = shamir_mnemonic.combine_mnemonics(
            list(distinct.values())[: shares[0].threshold]
        )
    except shamir_mnemonic.MnemonicError:
        raise _mistyped() from None
    return secret


def _mistyped() -> UsageError:
    message = "this share is mistyped or incomplete: its check words do not fit."
    return UsageError(message, next="Compare each of its 33 words with the paper.")
