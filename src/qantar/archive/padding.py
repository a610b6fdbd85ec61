"""Padding, so that a size says little: Padmé.

Source: Nikitin et al. (2019), Reducing Metadata Leakage from Encrypted Files and
Communication with PURBs, section 4.
"""

from __future__ import annotations


def padme(size: int, *, least: int) -> int:
    """Give the padded size, in bytes, of something of `size` bytes: at most 12 % more.

    Sizes under `least` are all the same. Above, only as many leading bits of the
    size stay as its order of magnitude takes: a file shares its padded size with
    every other file of nearly its size.
    """
    if size <= least:
        return least
    exponent = size.bit_length() - 1
    kept = exponent.bit_length()
    mask = (1 << max(exponent - kept, 0)) - 1
    return (size + mask) & ~mask
