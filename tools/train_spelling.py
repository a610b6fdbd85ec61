"""Train the spelling model of linking and write its weights.

    python tools/train_spelling.py PATH_TO_TSV [--out FILE] [--hold-out N]

PATH_TO_TSV is `wd_en_russian_64.tsv`: name tokens in English and Russian spelling from Wikidata
(CC0 1.0), in Merhav & Ash (2018), Design Challenges in Named Entity Transliteration. The same
table, settings and release of numpy give the same bytes. Takes about ten minutes on one core.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from qantar.linking.spelling_pairs import read_table
from qantar.linking.spelling_training import train
from qantar.linking.spelling_units import Settings

OUT = Path(__file__).parent.parent / "src" / "qantar" / "linking" / "tables" / "spelling.json"


def main() -> None:
    """Read the table, train, write the weights."""
    parser = argparse.ArgumentParser(description="Train the spelling model of linking.")
    parser.add_argument("table", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--hold-out", type=int, default=0, help="leave out the last N pairs")
    asked = parser.parse_args()
    text = asked.table.read_text("utf-8")
    table = read_table(text)
    table = table[: len(table) - asked.hold_out]
    digest = hashlib.sha256(text.encode()).hexdigest()

    def report(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    weights = train(table, Settings(), report, source=f"sha256 {digest}, {len(table)} pairs")
    asked.out.write_text(weights, encoding="utf-8")


if __name__ == "__main__":
    main()
