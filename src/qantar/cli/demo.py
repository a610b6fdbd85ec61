"""`qantar demo`: the shipped examples, built and published."""

from __future__ import annotations

import os
import signal
import sys
import webbrowser
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

import click

from qantar.archive.hardening import harden
from qantar.cli.options import SOFTWARE, json_option
from qantar.cli.output import progress, say, say_json, tell

if TYPE_CHECKING:
    from qantar.workbench.demo import DemoReport

DEFAULT_OUT = Path("january-2022-dossier")
_PROCESSORS: Final = 2
LOOK_AT = (
    "Figures: open the first one, and follow a number that was said, taken back, and repeated "
    "all the same.",
    "Timeline and Outages: what was reported while the network was down.",
    "Any sentence: one click leads to the row it stands on, and to the address where it was read.",
)


EXAMPLES = """\b
Examples:
    qantar demo
    qantar demo /tmp/tour --replace --open-browser
"""


@click.command("demo", epilog=EXAMPLES)
@click.argument(
    "out", metavar="[OUT]", required=False, default=DEFAULT_OUT, type=click.Path(path_type=Path)
)
@click.option("--replace", is_flag=True, help="Put the new dossier in the place of an earlier one.")
@click.option("--open-browser", is_flag=True, help="Open the dossier, where there is a desktop.")
@click.option(
    "--case",
    "case_path",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of the first case; OUT-case beside OUT if not given.",
)
@json_option
def command(
    out: Path, *, replace: bool, open_browser: bool, case_path: Path | None, as_json: bool
) -> None:
    """Build and publish the shipped examples: the two-minute tour.

    Writes a dossier to OUT, of January 2022 in Kazakhstan, compiled from public
    pages. OUT is ./january-2022-dossier if not given. Beside it a second dossier is
    written, of a town with lists of people, all of it invented: OUT-saryozen, or
    ./saryozen-dossier; and a third that estimates how many were killed in Kosovo in
    1999, from published counts: OUT-kosovo-1999, or ./kosovo-1999-dossier. The demo's
    cases stay beside their dossiers, so that a second run is fast and you can try the
    other commands on them.
    """
    from qantar.workbench.demo import demos, tours  # noqa: PLC0415  # loaded when it is run

    started = perf_counter()
    with _a_process_beside() as beside:
        made, counts, invented = demos(
            tours(out, case_path),
            replace=replace,
            now=datetime.now(UTC),
            software=SOFTWARE,
            progress=progress,
            beside=beside,
        )
    seconds = round(perf_counter() - started, 3)
    opened = open_browser and open_in_browser(made.start_page)
    if as_json:
        start_page = str(made.start_page)
        demo_json = {"case": str(made.case), "start_page": start_page, "opened": opened}
        others = {"invented": _json(invented), "counts": _json(counts)}
        more = {"taken_in": made.taken_in, **others, "seconds": seconds}
        say_json({"demo": demo_json | more})
        return
    say(str(made.start_page))
    say(str(invented.start_page))
    say(str(counts.start_page))
    tell(f"Done in {seconds:.1f} s. Open the first file in a browser. Three things to look at:")
    for number, line in enumerate(LOOK_AT, start=1):
        tell(f"  {number}. {line}")
    tell("The second file is of an invented town: lists of people that no dossier names.")
    tell("The third file estimates from published counts how many no list names: see Counts.")
    tell(f"The case behind the first: qantar status {click.format_filename(made.case)}")
    tell(f"The case behind the second: qantar status {click.format_filename(invented.case)}")
    tell(f"The case behind the third: qantar status {click.format_filename(counts.case)}")


def _json(made: DemoReport) -> dict[str, object]:
    """Tell of an example beside the first."""
    return {
        "case": str(made.case),
        "start_page": str(made.start_page),
        "taken_in": made.taken_in,
    }


@contextmanager
def _a_process_beside() -> Iterator[Executor | None]:
    """Give a process for every second example, where the machine has a processor left for it."""
    if (os.cpu_count() or 1) < _PROCESSORS:
        yield None
        return
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=_begin_beside) as beside:
        yield beside


def _begin_beside() -> None:
    """Give up in the process beside what this one has given up; stopped, it says nothing."""
    harden()
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def open_in_browser(page: Path) -> bool:
    """Open the page where there is a desktop; false where there is none, or no browser."""
    desktop = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    try:
        return desktop and webbrowser.open(page.as_uri())
    except (webbrowser.Error, OSError):
        return False
