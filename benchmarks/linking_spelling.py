"""English and Russian spellings of names: how well a name is told from its neighbours.

    python -m benchmarks.linking_spelling FOLDER [FILE]

FOLDER holds `wd_en_russian_16.tsv` (CC0 1.0, mined from Wikidata; Merhav & Ash 2018), which the
model was not trained on; FILE names another table of the same form in it. Positives are 5,000
of its pairs; negatives put each left beside the right of another name that begins with the
same two letters and is about as long, the nearest of 30 by Jaro-Winkler. Some positives are
wrong in the data (two names of one person), so no scorer reaches 1. The peer is Jaro-Winkler
on a plain romanisation. Both are shown for all names, and for those in a-z alone.
"""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import JaroWinkler

from qantar.linking.spelling import SpellingModel
from qantar.linking.spelling_pairs import Pair, one_and_two, read_table
from qantar.linking.transliterate import scheme

SAMPLE = 5_000
SEED = 20
BAR_F1, BAR_AUC, BAR_SPEED = 0.93, 0.96, 100_000
SPEED_PAIRS = 200_000
ABOUT_EIGHT = range(6, 11)

Floats = npt.NDArray[np.float64]
Scorer = Callable[[Sequence[str], Sequence[str]], Floats]


def best_f1(same: Floats, different: Floats) -> float:
    """Give the best F1 of any threshold; equal scores fall on one side together."""
    thresholds = np.unique(same)
    found = len(same) - np.searchsorted(np.sort(same), thresholds)
    wrong = len(different) - np.searchsorted(np.sort(different), thresholds)
    return float((2 * found / (found + wrong + len(same))).max())


def area(same: Floats, different: Floats) -> float:
    """Give the chance that a pair of one name scores above a pair of two; ties count half."""
    ranked = np.sort(different)
    below = np.searchsorted(ranked, same, "left") + np.searchsorted(ranked, same, "right")
    return float(below.sum() / 2 / len(same) / len(different))


def romanised(token: str) -> str:
    """Give a token in plain Latin letters."""
    latin = scheme("icao_9303").write(token)
    return "".join(x for x in unicodedata.normalize("NFKD", latin) if x.isascii() and x.isalpha())


def by_jaro_winkler(left: Sequence[str], right: Sequence[str]) -> Floats:
    """Score by Jaro-Winkler on the romanised tokens."""
    return np.array(
        [
            JaroWinkler.similarity(romanised(a), romanised(b))
            for a, b in zip(left, right, strict=True)
        ]
    )


def columns(pairs: Sequence[Pair]) -> tuple[list[str], list[str]]:
    """Give the left and the right tokens of pairs."""
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def tokens_per_second(model: SpellingModel, pairs: Sequence[Pair]) -> float:
    """Give pairs scored in a second of processor time, in one call on one core."""
    few = [pair for pair in pairs if len(pair[0]) in ABOUT_EIGHT]
    left, right = columns((few * (SPEED_PAIRS // len(few) + 1))[:SPEED_PAIRS])
    Random(SEED).shuffle(right)  # noqa: S311  # repeatable
    started = time.process_time()
    model.score_many(left, right)
    return SPEED_PAIRS / (time.process_time() - started)


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1])
    name = sys.argv[2] if sys.argv[2:] else "wd_en_russian_16.tsv"
    pairs = read_table((folder / name).read_text("utf-8"))
    model = SpellingModel.shipped()
    scorers: dict[str, Scorer] = {
        "Jaro-Winkler, romanised": by_jaro_winkler,
        "qantar, bits": model.score_many,
        "qantar, similarity": model.similarity_many,
    }
    print("| names | scorer | same / different | best F1 | AUC |")
    print("| --- | --- | --- | --- | --- |")
    for label, some in (
        ("all", pairs),
        ("a-z", [p for p in pairs if p[0].isascii() and p[0].isalpha()]),
    ):
        same, different = one_and_two(some, Random(SEED), SAMPLE)  # noqa: S311  # repeatable
        for scorer, score in scorers.items():
            right, wrong = score(*columns(same)), score(*columns(different))
            print(
                f"| {label} | {scorer} | {len(same):,} / {len(different):,} "
                f"| {best_f1(right, wrong):.3f} | {area(right, wrong):.3f} |"
            )
    print(f"\nBars: best F1 {BAR_F1}, AUC {BAR_AUC} on all names, {BAR_SPEED:,} pairs a second.")
    print(f"Speed: {tokens_per_second(model, pairs):,.0f} pairs of 6 to 10 letters a second.")


if __name__ == "__main__":
    main()
