"""Both verifiers, run in this process as their command lines would be, and what they say."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from qantar.cli.main import run

Main = Callable[[Sequence[str]], int]

SHARED = frozenset(
    ("journal", "history", "witness", "original", "tail", "head", "fork", "behind", "split", "note")
) | {"device", "stated"}
"""What both look at; keys, record and kept releases are Qantar's own business."""


CRASHED = -1
"""The exit code, here, of a program that ends in a traceback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a verifier said: its exit code, what it found about what, and the last line."""

    exit: int
    found: frozenset[tuple[str, str]]
    verified: Mapping[str, Any] = field(default_factory=dict)

    @property
    def on_what_both_check(self) -> dict[str, object]:
        """What two verifiers must say alike."""
        witnesses = self.verified.get("witnesses") or ()
        return {
            **self.verified,
            "exit": self.exit,
            "found": sorted(one for one in self.found if one[0] in SHARED),
            "witnesses": [(one["device"], one["entry"]) for one in witnesses],
        }


def ours(root: Path, *, passphrase: Path, witness: Path | None, locked: bool = False) -> Outcome:
    """Run `qantar verify`."""
    return _outcome(run, ["verify", str(root), *_options(passphrase, witness, locked=locked)])


def independent(
    root: Path, *, passphrase: Path, witness: Path | None, locked: bool = False
) -> Outcome:
    """Run `tools/verify_case.py`."""
    return _outcome(_INDEPENDENT, [str(root), *_options(passphrase, witness, locked=locked)])


def _options(passphrase: Path, witness: Path | None, *, locked: bool) -> list[str]:
    given = ["--json", "--passphrase-file", str(passphrase)]
    return [
        *given,
        *(["--witness", str(witness)] if witness else []),
        *(["--locked"] if locked else []),
    ]


def _outcome(main: Main, arguments: Sequence[str]) -> Outcome:
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(io.StringIO()):
        try:
            code = main(arguments)
        except SystemExit as stopped:
            code = stopped.code if isinstance(stopped.code, int) else 1
        except Exception as error:  # noqa: BLE001  # whatever it fell over, the other one may not
            where = error.__traceback__
            while where and where.tb_next:
                where = where.tb_next
            line = where.tb_lineno if where else 0
            crash = f"{type(error).__name__}: {error} (line {line})"
            return Outcome(exit=CRASHED, found=frozenset([("journal", crash)]))
    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    found = frozenset((one["check"], one["object"]) for one in lines if "check" in one)
    verified: Mapping[str, Any] = next((x["verified"] for x in lines if "verified" in x), {})
    return Outcome(exit=code, found=found, verified=verified)


def _load() -> Main:
    path = Path(__file__).parents[2] / "tools" / "verify_case.py"
    spec = spec_from_file_location("verify_case", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    main: Main = module.main
    return main


_INDEPENDENT = _load()
