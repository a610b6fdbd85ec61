"""How the record is derived and put in the place of the old one, with its watermark."""

from __future__ import annotations

import shutil
from pathlib import Path

from qantar.model.decision import Verdict
from qantar.record.read import record_digest
from qantar.workbench.current import ensure_current
from qantar.workbench.decide import decide
from qantar.workbench.stores import RecordState, folded_of, record_of, record_state
from tests.faults.recipe import Recipe, Told, must
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import NOW, SOFTWARE, built_case, rebuild, reopen
from tests.faults.supervise import Tell


def _built(root: Path) -> None:
    """A built case and a decision that its record has not seen; beside it what a build will say."""
    case = built_case(root / "case")
    decide(case, verdict=Verdict.WITHDRAW, targets=["a5"], reason="not theirs", now=NOW)
    with scratch_folder() as folder:
        copied = shutil.copytree(root / "case", folder / "case")
        (root / "expected").write_text(rebuild(reopen(copied)))


def _build(root: Path, tell: Tell) -> None:
    tell(rebuild(reopen(root / "case")))


def _judge(root: Path, told: Told) -> None:
    """A record that is vouched for says what its journal says."""
    case = reopen(root / "case")
    found = record_state(case, folded_of(case).state)
    must(found is RecordState.CURRENT or not told, f"the record is not the new one: {found}")
    if found is RecordState.CURRENT:
        expected = (root / "expected").read_text()
        must(record_digest(*record_of(case)) == expected, "a trusted record says something else")


def _go_on(root: Path) -> None:
    case = reopen(root / "case")
    if record_state(case, folded_of(case).state) is RecordState.MISSING:
        rebuild(case)
    ensure_current(case, software=SOFTWARE)
    found = record_state(case, folded_of(case).state)
    must(found is RecordState.CURRENT, f"the record is not made anew: {found}")


RECIPES = (
    Recipe(name="record", prepare=_built, work=_build, judge=_judge, go_on=_go_on, heavy=True),
)
