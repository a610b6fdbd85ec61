"""List the licence of everything that Qantar runs on, and refuse what it may not ship.

Usage: python tools/licences.py

Walks from the dependencies in `pyproject.toml` (the base, every extra, and the build group)
through what is installed, and through the npm packages of `front/package-lock.json`. Ends with
1 when a package is refused: copyleft that would bind Qantar or its users, or no licence that
can be told. What was looked at by a person and accepted all the same stands in `REVIEWED` with
the reason.
Java programs within a package have licences of their own, of which the package says
nothing: they are named by hash, and reviewed together.
"""

import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]

# SPDX identifiers that ask for no more than the text and the names to be kept.
PERMISSIVE = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT"}
PERMISSIVE |= {"MIT-0", "MIT-CMU", "PSF-2.0", "Unlicense", "Zlib"}

# What metadata older than SPDX expressions says, as SPDX. "BSD" may have two clauses or
# three; both are permissive.
SPDX = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "zlib/libpng License": "Zlib",
}

# (package, licence exactly as found): why it is accepted. Another licence needs another look.
REVIEWED = {
    ("pyrage", "no word, but a licence file 69f28a267e4d"): (
        "MIT, as its licence file says; its bill of materials lists the Rust crates that are built "
        "in, all of them under permissive licences"
    ),
    ("py4j", "BSD-3-Clause; 1 jars 6ca13fabddfb"): "the jar is its own other half, in Java: BSD",
    ("pyspark", "Apache-2.0; 326 jars 4e0d4a9ccbc1"): (
        "Apache-2.0; the jars of others in it say in their descriptions: most of them Apache-2.0, "
        "BSD or MIT; some leave a choice (Javassist: Apache-2.0, RocksDB: Apache-2.0, JTS: EDL); "
        "those of Jakarta, Jersey and the transaction API are EPL-2.0 or CDDL, which bind these "
        "files alone, unaltered and exchangeable. Some 45 say nothing; the rules of Apache let "
        "nothing into a release that is under the GPL or LGPL without a choice"
    ),
    ("pypdfium2", "BSD-3-Clause, Apache-2.0, dependency licenses"): (
        "BSD and Apache-2.0; the files beside it name what PDFium is built with, all of it under "
        "permissive licences (FreeType's own, not the GPL; libjpeg, libpng, libtiff, zlib, ICU); "
        "the wheels for musl hold GCC's run-time library, under its exception"
    ),
    ("pi-heif", "BSD-3-Clause; GNU Lesser General Public License v3 (LGPLv3)"): (
        "BSD; beside it lie libheif and libde265 as shared libraries, which the LGPL allows to be "
        "exchanged; none of the GPL codecs of its sibling pillow-heif"
    ),
    ("axe-core", "MPL-2.0"): "checks pages in our tests, unaltered; no part of it is shipped",
    ("pathspec", "MPL-2.0"): "hatchling uses it to build, unaltered; no part of it is shipped",
    ("sqlcipher3", "no word, but a licence file fa23cf250126"): (
        "the file is the zlib licence; within: SQLCipher (BSD), SQLite (public domain) and "
        "OpenSSL 3 (Apache-2.0)"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Licensed:
    """One package and its licence.

    `stated` holds what the package says, as SPDX where that is known. `refusal`
    is empty when the package may be used; `reason` is why a person accepted it.
    """

    name: str
    version: str
    stated: str
    reason: str = ""
    refusal: str = ""


def judge(name: str, version: str, statements: list[str]) -> Licensed:
    """Accept a package whose every statement is permissive, or that was reviewed as it is.

    Args:
        name: the package.
        version: its version.
        statements: what it says of its licence, one or more; all must hold.
    """
    stated = "; ".join(statements)
    reason = REVIEWED.get((name, stated), "")
    accepted = bool(reason) or all(is_permissive(statement) for statement in statements)
    refusal = "" if accepted else "not known to be permissive, and not reviewed"
    return Licensed(name=name, version=version, stated=stated, reason=reason, refusal=refusal)


def is_permissive(expression: str) -> bool:
    """Whether an SPDX expression leaves us a choice of permissive licences only.

    Brackets are not taken apart: with them, every licence named must be permissive.
    An exception (`WITH`) only ever adds permissions.
    """
    plain = re.sub(r" WITH [\w.-]+", "", expression)
    choices = [plain] if "(" in plain else plain.split(" OR ")
    return any(
        all(part.strip("() ") in PERMISSIVE for part in re.split(r" AND | OR ", choice))
        for choice in choices
    )


def statements_of(package: Distribution) -> list[str]:
    """What an installed distribution says of its licence, as SPDX where that is known.

    An SPDX expression stands alone. Else every classifier counts, and the old
    free field unless it holds a whole licence text. Where nothing is said, the
    files are named by hash, so that a review holds for these files only. So are
    Java programs of others that are in it.
    """
    return _own_statements(package) + _of_java(package)


def _own_statements(package: Distribution) -> list[str]:
    if expression := _fields(package, "License-Expression"):
        return expression
    classifiers = [c for c in _fields(package, "Classifier") if c.startswith("License ::")]
    free = [text for text in _fields(package, "License") if "\n" not in text.strip()]
    words = [text.rsplit("::", 1)[-1].strip() for text in (*classifiers, *free)]
    known = sorted({SPDX.get(word, word) for word in words if word})
    return known or [_unstated(package)]


def _of_java(package: Distribution) -> list[str]:
    jars = sorted(file.name for file in package.files or [] if file.suffix == ".jar")
    digest = hashlib.sha256("\0".join(jars).encode()).hexdigest()
    return [f"{len(jars)} jars {digest[:12]}"] if jars else []


def _fields(package: Distribution, name: str) -> list[str]:
    return [text for text in package.metadata.get_all(name) or [] if text.strip()]


def _unstated(package: Distribution) -> str:
    names = _fields(package, "License-File")
    texts = [package.read_text(f"licenses/{n}") or package.read_text(n) or "" for n in names]
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    return f"no word, but a licence file {digest[:12]}" if any(texts) else "nothing"


def reachable(roots: Iterable[Requirement]) -> Iterator[Licensed]:
    """Judge every distribution that `roots` need on this machine, each once, in name order."""
    waiting, seen = list(roots), set[tuple[str, str]]()
    judged: dict[str, Licensed] = {}
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        news = {(name, extra) for extra in ("", *wanted.extras)} - seen
        seen |= news
        if not news:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:
            judged[name] = Licensed(name=name, version="?", stated="?", refusal="not installed")
            continue
        judged[name] = judge(name, package.version, statements_of(package))
        waiting.extend(_needs(package, [extra for _, extra in news]))
    yield from (judged[name] for name in sorted(judged))


def _needs(package: Distribution, extras: list[str]) -> Iterator[Requirement]:
    for line in package.requires or []:
        needed = Requirement(line)
        if not needed.marker or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
            yield needed


def python_roots(root: Path) -> list[Requirement]:
    """What `pyproject.toml` asks for: base, every extra, what builds it."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    project = settings["project"]
    extras = chain.from_iterable(project["optional-dependencies"].values())
    lines = (*project["dependencies"], *extras, *settings["dependency-groups"]["build"])
    return [Requirement(line) for line in lines]


def npm_packages(front: Path) -> Iterator[Licensed]:
    """Judge every package of the npm lock file by the `package.json` installed for it."""
    lock = json.loads((front / "package-lock.json").read_text(encoding="utf-8"))
    for path in filter(None, lock["packages"]):
        name = path.rpartition("node_modules/")[2]
        described = front / path / "package.json"
        if not described.is_file():
            yield Licensed(name=name, version="?", stated="?", refusal="not installed")
            continue
        said = json.loads(described.read_text(encoding="utf-8"))
        licence = said.get("license")
        stated = licence if isinstance(licence, str) else "nothing"
        yield judge(name, said["version"], [stated])


def main() -> int:
    """Print one line a package; 1 when one is refused."""
    packages = [*reachable(python_roots(ROOT)), *npm_packages(ROOT / "front")]
    for package in packages:
        verdict = f"REFUSED: {package.refusal}" if package.refusal else package.reason
        print(f"{package.name:26} {package.version:14} {package.stated:28} {verdict}".rstrip())
    return int(any(package.refusal for package in packages))


if __name__ == "__main__":
    sys.exit(main())
