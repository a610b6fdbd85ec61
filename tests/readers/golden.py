"""Golden files of readers: a sample, and beside it what is read of it.

Samples are in `tests/readers/samples/`, one folder for each reader; beside `name.ext`
stands `name.ext.expected.json`, and, where a sheet would say something, `name.ext.job.json`.
`python -m tests.readers.golden PATH…` writes what is read now: look at it before you
commit it, line by line, for it states what is right.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import msgspec

from qantar.readers.job import Job
from tests.readers.reading import answered, documents

SAMPLES = Path(__file__).parent / "samples"


def samples(reader: str) -> list[Path]:
    """Give the samples of a reader."""
    return sorted(
        path
        for path in (SAMPLES / reader).rglob("*")
        if path.is_file() and not path.name.endswith((".expected.json", ".job.json"))
    )


def expected(sample: Path) -> list[dict[str, object]]:
    """What is right for a sample."""
    found: list[dict[str, object]] = json.loads(
        beside(sample, "expected").read_text(encoding="utf-8")
    )
    return found


def read_now(sample: Path) -> list[dict[str, object]]:
    """What is read of a sample now, as its golden file would have it."""
    read = [one.to_json() for one in documents(answered(sample.read_bytes(), job_of(sample)))]
    plain: list[dict[str, object]] = json.loads(json.dumps(read))
    return plain


def job_of(sample: Path) -> Job:
    """What is asked of the reader of a sample: its name, and what a sheet would say."""
    settings = beside(sample, "job")
    asked = json.loads(settings.read_text(encoding="utf-8")) if settings.exists() else {}
    return msgspec.convert({"name": sample.name, **asked}, Job)


def beside(sample: Path, what: str) -> Path:
    return sample.with_name(f"{sample.name}.{what}.json")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name).resolve()
        written = json.dumps(read_now(path), ensure_ascii=False, indent=1)
        beside(path, "expected").write_text(written + "\n", encoding="utf-8")
        sys.stdout.write(f"{path.name}: {len(written):,} characters; look at them\n")
