"""Install what is locked into this Python's environment: with uv, or with pip where it must be.

Usage: python tools/install.py ARGUMENT…

The arguments are those that `uv pip install` and `pip install` share. uv, pinned in
`requirements/install.txt`, takes a fifth of pip's time. pip is used where it has been told
whom to ask or to ask nobody (an index of one's own, a proxy, no index): uv does not read
what pip was told, and must not ask others. It is used too where uv is not installed or
fails. Both check every hash of a lock file. Ends as the last of them did.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PIP = (sys.executable, "-m", "pip")

# Settings of pip that say whom it may ask.
TELLING = {"index-url", "no-index", "proxy"}


def settings() -> set[str]:
    """Give the names of what pip was told, in its files and in the environment.

    Raises:
        subprocess.CalledProcessError: pip cannot say.
    """
    said = subprocess.run([*PIP, "config", "list"], check=True, capture_output=True, text=True)
    names = (line.partition("=")[0].rpartition(".")[2] for line in said.stdout.splitlines())
    return {name.strip() for name in names}


def commands(told: set[str], uv: Path | None, arguments: Sequence[str]) -> list[list[str]]:
    """Give what is tried, one after the other, until one works.

    Args:
        told: the names of pip's settings.
        uv: the program, None where it is not installed.
        arguments: what both take.
    """
    # Python compiles what is imported when it first is: the smaller part of what is installed.
    by_pip = [*PIP, "install", "--no-compile", "--quiet", "--disable-pip-version-check", *arguments]
    if uv is None or told & TELLING:
        return [by_pip]
    return [[str(uv), "pip", "install", "--quiet", "--python", sys.executable, *arguments], by_pip]


def installed_uv() -> Path | None:
    """Find the uv that lies beside this Python, and no other."""
    paths = (Path(sys.executable).parent / name for name in ("uv", "uv.exe"))
    return next((path for path in paths if path.is_file()), None)


def main(arguments: Sequence[str]) -> int:
    """Try one command after the other; give the exit code of the last."""
    ending = 1
    for command in commands(settings(), installed_uv(), arguments):
        ending = subprocess.run(command, check=False).returncode
        if ending == 0:
            break
        print(f"{Path(command[0]).name} ended with {ending}.", file=sys.stderr)
    return ending


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
