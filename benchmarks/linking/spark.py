"""The same rows in memory and on Spark: `python -m benchmarks.linking.spark [--people 38000]`.

Each in a process of its own. Time is that of the whole run, and of all processors that it used;
memory is the largest sum of the resident sets of its processes, Java's among them, looked at twice
a second. It prints whether persons, their numbers and pairs are the same. For Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.linking.generator import generate
from qantar.linking.link import link
from qantar.linking.result import ListRules
from qantar.workbench.spark_link import SparkJob, link_on_spark
from qantar.workbench.spark_rows import person_rows, write_rows
from qantar.workbench.spark_session import spark_here

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Watch:
    """Looks at this process and all that it began, for as long as it runs."""

    def __init__(self) -> None:
        """Begin to look."""
        self.most, self._began, self._on = 0, time.monotonic(), True
        self._looking = threading.Thread(target=self._look, daemon=True)
        self._looking.start()

    def end(self) -> dict[str, float]:
        """Give seconds, seconds of processors, and the most megabytes."""
        self._on = False
        cpu = sum(one for one, _ in _family(os.getpid())) / _TICK
        seconds = time.monotonic() - self._began
        return {"seconds": seconds, "cpu": cpu, "megabytes": self.most / 1e6}

    def _look(self) -> None:
        while self._on:
            self.most = max(self.most, sum(size for _, size in _family(os.getpid())))
            time.sleep(0.5)


def _family(root: int) -> Iterator[tuple[int, int]]:
    """Give of a process and its descendants the ticks, those of ended children too, and bytes."""
    parents: dict[int, tuple[int, int, int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended
        ticks = sum(int(told[at]) for at in (11, 12, 13, 14))
        parents[int(path.parent.name)] = int(told[1]), ticks, int(told[21]) * _PAGE
    for number in parents:
        above = number
        while above not in (root, 0) and above in parents:
            above = parents[above][0]
        if above == root:
            yield parents[number][1:]


def in_memory(folder: Path) -> None:
    """Link in memory, and leave what came of it."""
    rows = person_rows(pq.read_table(folder / "rows.parquet"))
    linked = link(rows)
    pairs = {"left": linked.pairs.left, "right": linked.pairs.right}
    pairs["probability"] = np.round(linked.pairs.probability, 6)
    pq.write_table(pa.table(pairs), folder / "pairs.parquet")
    pq.write_table(pa.table({"person": linked.person}), folder / "persons.parquet")


def on_spark(folder: Path, cores: int, memory: str) -> None:
    """Link on Spark, on this machine."""
    rows = pq.read_table(folder / "rows.parquet", columns=["list"])
    lists = {name: ListRules() for name in rows.column("list").unique().to_pylist()}
    with spark_here(cores=cores, memory=memory) as session:
        job = SparkJob(rows=folder / "rows.parquet", out=folder / "spark", lists=lists)
        link_on_spark(session, job)


def compared(folder: Path) -> tuple[int, int, float]:
    """Give how many rows have another number, how many pairs are on one side only, and how far off.

    The last is the greatest difference of two probabilities of one pair.
    """
    rows = pq.read_table(folder / "rows.parquet", columns=["list", "row"])
    keys = zip(rows.column("list").to_pylist(), rows.column("row").to_pylist(), strict=True)
    place = {key: at for at, key in enumerate(keys)}
    told = pq.read_table(folder / "spark" / "persons.parquet").to_pylist()
    number = np.zeros(len(place), dtype=np.int64)
    for one in told:
        number[place[one["list"], one["row"]]] = one["person"]
    person = pq.read_table(folder / "persons.parquet").column("person").to_numpy()
    pairs = {
        (place[one["left_list"], one["left_row"]], place[one["right_list"], one["right_row"]]): one
        for one in pq.read_table(folder / "spark" / "pairs.parquet").to_pylist()
    }
    here = {
        (one["left"], one["right"]): one["probability"]
        for one in pq.read_table(folder / "pairs.parquet").to_pylist()
    }
    both = here.keys() & pairs.keys()
    off = max((abs(here[one] - pairs[one]["probability"]) for one in both), default=0.0)
    return int((number != person).sum()), len(here.keys() ^ pairs.keys()), off


def _measured(folder: Path, which: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.linking.spark", "--child", which]
    command += ["--folder", str(folder), *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Print both, and whether they are the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=38_000)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--cores", default="2")
    parser.add_argument("--memory", default="4g")
    parser.add_argument("--child", choices=("memory", "spark"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        watch = Watch()
        if asked.child == "memory":
            in_memory(asked.folder)
            print(json.dumps(watch.end()))
        else:
            on_spark(asked.folder, int(asked.cores), asked.memory)
            print(json.dumps(watch.end()))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = generate(people=asked.people, lists=4, seed=asked.seed).rows
        write_rows(folder / "rows.parquet", rows)
        print(f"{len(rows):,} rows of {asked.people:,} people, seed {asked.seed}")
        for which in ("memory", "spark"):
            got = _measured(folder, which, "--cores", asked.cores, "--memory", asked.memory)
            print(
                f"{which:8} {got['seconds']:8.1f} s {got['cpu']:8.1f} s of processors "
                f"{got['megabytes']:8,.0f} MB"
            )
        others, pairs, off = compared(folder)
        print(f"{others:,} rows with another number, {pairs:,} pairs on one side, off by {off:.6f}")


if __name__ == "__main__":
    main()
