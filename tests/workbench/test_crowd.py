"""A device that went on in many ways costs what it sent, and not the square of it."""

from __future__ import annotations

from pathlib import Path

from qantar.archive.bundle_format import Kind, pack_named
from qantar.archive.frame import Frame, Header, to_bytes
from qantar.archive.journal import inspect, read
from qantar.archive.unlock import open_case
from qantar.workbench.merge import merge
from tests.faults.floods import flood
from tests.faults.forging import signed

from .conftest import NOW
from .exchange import Exchange

_TRUNK, _BRANCHES = 300, 60
_READINGS = 20
"""So often may the journals be read in one merge: it is more than needed, less than for each."""


def test_branches_of_a_device_are_taken_in_without_reading_its_journals_for_each(
    tmp_path: Path,
) -> None:
    team = Exchange.begun(tmp_path)
    own = team.joined("bad").own
    assert own is not None

    def frame(seq: int, prev: str, text: int) -> Frame:
        header = Header(
            NOW, f"{text:064x}", team.home.id, own.public.id, "note", prev, (), "0" * 64, seq
        )
        return signed(header, b"", own.sign_seed)

    trunk = [frame(1, "", 0)]
    for seq in range(2, _TRUNK + 1):
        trunk.append(frame(seq, trunk[-1].id.hex(), 0))
    branches = [
        frame(_TRUNK - at % 3, trunk[-2 - at % 3].id.hex(), 1 + at) for at in range(_BRANCHES)
    ]
    sent = b"".join(map(to_bytes, (*trunk, *branches)))
    records = iter([(Kind.FRAMES, pack_named(own.public.id, sent))])
    flood(tmp_path / "stick", team.home, own, records)
    before = _bytes_read()
    merge(team.home, [tmp_path / "stick"], now=NOW)
    after = _bytes_read()
    here = sum(path.stat().st_size for path in team.home.journals.rglob("*.qj"))
    case = open_case(team.home.root)
    assert len(list(case.journals.iterdir())) == _BRANCHES + 2
    assert {one.id.hex() for one in (*trunk, *branches)} <= {entry.id for entry in read(case)}
    assert sum(state.head.size for state in inspect(case).lanes) > _TRUNK * _BRANCHES
    assert after - before < _READINGS * here


def _bytes_read() -> int:
    """Count the bytes that this process has read so far, as the kernel counts them."""
    words = Path("/proc/self/io").read_text(encoding="ascii").split()
    return int(words[words.index("rchar:") + 1])
