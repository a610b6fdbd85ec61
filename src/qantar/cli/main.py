"""The command line: which commands there are, and how each of them may end.

Exit codes: 0 done · 1 done, with findings, under --strict · 2 wrong usage · 10-19
input refused · 20-29 integrity broken · 30-39 keys · 40-49 disk, lock, caps · 70 a
defect in Qantar · 130 stopped by the person at the keyboard · 141 whoever read the
output went away.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence

import click

from qantar import __version__
from qantar.archive.hardening import harden
from qantar.cli.lazy import LazyGroup
from qantar.cli.output import Declined, show_error, tell
from qantar.errors import DefectError, DiskError, QantarError, UsageError

STOPPED = 130
NOBODY_READS = 141
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


_EPILOG = """\b
Start with the shipped example, or with a case of your own:
    qantar demo
    qantar init winter --title "Winter in Sayaqkent"
    qantar add winter --sheet material/sheet.toml
    qantar build winter
    qantar publish winter winter-dossier

\b
Exit codes:
    0      done; findings about the material are results, not failures
    1      done, with findings, under --strict
    2      wrong usage
    10-19  input refused
    20-29  integrity broken
    30-39  keys
    40-49  disk, lock, caps
    70     a defect in Qantar; QANTAR_DEBUG=1 shows details
    130    stopped by you
    141    whoever read the output went away
"""


@click.command(cls=LazyGroup, context_settings=_SETTINGS, epilog=_EPILOG)
@click.version_option(__version__, prog_name="qantar", message="%(prog)s %(version)s")
def qantar() -> None:
    """Make one record of scattered, contradictory accounts; every statement keeps its source.

    Results go to standard output, progress and warnings to standard error. No
    command opens an internet connection. Every command has --help with examples,
    and --json for other programs.

    """


def main() -> None:
    """Run the command line of this process."""
    harden()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line; give its exit code. Nothing but an exit code leaves here."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    as_json = "--json" in options
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
    except Declined as declined:
        tell(str(declined))
        return STOPPED
    except (KeyboardInterrupt, click.Abort):
        tell("stopped; what was acknowledged is kept.")
        return STOPPED
    except BrokenPipeError:
        _close_output()
        return NOBODY_READS
    except Exception as error:  # noqa: BLE001  # the last door: nobody is shown a raw traceback
        return _end(_as_error(error), as_json=as_json)
    return code


def _invoke(arguments: Sequence[str]) -> int:
    try:
        with qantar.make_context("qantar", list(arguments)) as context:
            result = qantar.invoke(context)
    except click.exceptions.NoArgsIsHelpError as shown:
        click.echo(shown.format_message(), err=True)
        return UsageError.exit_code
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return result if isinstance(result, int) else 0


def _end(error: QantarError, *, as_json: bool) -> int:
    try:
        show_error(error, as_json=as_json)
        sys.stdout.flush()
    except BrokenPipeError:
        _close_output()
    return error.exit_code


def _as_error(error: Exception) -> QantarError:
    """Give any exception as the error that a person is told."""
    match error:
        case QantarError():
            return error
        case click.ClickException():
            return _usage(error)
        case OSError():
            return _refused(error)
        case _:
            return _defect(error)


def _usage(error: click.ClickException) -> UsageError:
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "qantar"
    return UsageError(error.format_message(), next=f"See `{path} --help`.")


def _refused(error: OSError) -> DiskError:
    """What the operating system refused where no part of Qantar expected it."""
    where = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else None
    hint = "Check that the path is right and that you may read and write there."
    return DiskError(f"{error.strerror or error}.", where=where, next=hint)


def _defect(error: Exception) -> DefectError:
    if os.environ.get("QANTAR_DEBUG") == "1":
        # Without the values of variables: keys and passphrases are among them.
        lines = traceback.TracebackException.from_exception(error, capture_locals=False).format()
        for line in "".join(lines).splitlines():
            tell(line)
    return DefectError(type(error).__name__)


def _close_output() -> None:
    """Point standard output at nothing, so that the interpreter does not stumble over it again."""
    with open(os.devnull, "w", encoding="utf-8") as nothing:  # noqa: PTH123  # a device, not a path of ours
        os.dup2(nothing.fileno(), sys.stdout.fileno())
