"""Copies of a film are found across a case: re-encoded, scaled, mirrored, cut, or one still of it."""

from __future__ import annotations

import subprocess
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.model.finding import Finding
from qantar.readers import film_frames
from qantar.workbench.add import add
from qantar.workbench.build import derive
from qantar.workbench.stores import folded_of
from tests.readers.tool_programs import needs

MOVING = "testsrc2=size=320x240:rate=5:duration=6"
OTHER = "testsrc=size=160x120:rate=5:duration=5"
BLANK = "color=black:size=64x64:rate=5:duration=3"


def make(path: Path, source: str, *how: str, start: str | None = None) -> Path:
    """Let FFmpeg make a film, or a still, of a pattern of its own."""
    command = ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-f", "lavfi", "-i", source]
    at = ["-ss", start] if start else []
    subprocess.run([*command, *at, *how, str(path)], check=True, timeout=60)  # noqa: S603
    return path


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs("ffmpeg")
    folder = tmp_path_factory.mktemp("films")
    make(folder / "1-first.mp4", MOVING, "-c:v", "mpeg4", "-q:v", "3")
    make(
        folder / "2-small.webm",
        MOVING,
        "-vf",
        "scale=160:120",
        "-c:v",
        "libvpx",
        "-deadline",
        "realtime",
        "-b:v",
        "90k",
    )
    make(folder / "3-mirrored.avi", MOVING, "-vf", "hflip", "-c:v", "mpeg4", "-q:v", "6")
    make(folder / "4-cut.mov", MOVING, "-c:v", "mpeg4", "-q:v", "4", "-t", "3", start="2")
    make(folder / "5-other.mkv", OTHER, "-c:v", "mpeg4", "-t", "5")
    make(folder / "6-still.png", MOVING, "-frames:v", "1", start="4")
    make(folder / "7-blank.mp4", BLANK, "-c:v", "mpeg4")
    return folder


def findings(case: Case, paths: list[Path], now: datetime, code: str) -> list[Finding]:
    add(case, paths=paths, sheet_path=None, now=now, acknowledge=lambda _: None)
    contents = derive(case, folded_of(case)).contents
    return [one for one in contents.findings if one.code == code]


def test_copies_are_told_and_what_is_another_film_is_not(
    case: Case, films: Path, now: datetime
) -> None:
    found = findings(case, sorted(films.iterdir()), now, "duplicate-media")
    told = {str(one.file): one for one in found}
    assert set(told) == {"2-small.webm", "3-mirrored.avi", "4-cut.mov", "6-still.png"}
    assert '"1-first.mp4": 6 of the 6 seconds' in told["2-small.webm"].text
    assert "the mirror image of" in told["3-mirrored.avi"].text
    assert "3 of the 3 seconds of the shorter one, from 0:00:02 there" in told["4-cut.mov"].text
    assert "at 0:00:04" in told["6-still.png"].text
    where = told["2-small.webm"].where
    assert where is not None
    assert where.time_ms == (0, 1000)


def test_a_film_that_shows_nothing_is_said_to_and_matches_nothing(
    case: Case, films: Path, now: datetime
) -> None:
    (found,) = findings(case, [films / "7-blank.mp4"], now, "frames-missing")
    assert "3 seconds of the film show too little" in found.text


def test_without_ffmpeg_the_film_is_kept_and_what_to_install_is_said(
    case: Case, films: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QANTAR_FFMPEG", "/nowhere/ffmpeg")
    film_frames.forget_program()
    try:
        (found,) = findings(case, [films / "1-first.mp4"], now, "frames-missing")
        assert "apt-get install ffmpeg" in found.text
    finally:
        monkeypatch.delenv("QANTAR_FFMPEG")
        film_frames.forget_program()
    contents = derive(case, folded_of(case)).contents
    assert not [one for one in contents.findings if one.code == "frames-missing"]


def test_a_playlist_that_is_called_a_film_opens_nothing(
    case: Case, tmp_path: Path, films: Path, now: datetime
) -> None:
    """FFmpeg by itself would read the file that it names."""
    (tmp_path / "list.mp4").write_text(
        f"ffconcat version 1.0\nfile '{films / '1-first.mp4'}'\n", encoding="utf-8"
    )
    add(case, paths=[tmp_path / "list.mp4"], sheet_path=None, now=now, acknowledge=lambda _: None)
    contents = derive(case, folded_of(case)).contents
    assert all(
        "frames.seconds" not in end.meta for one in contents.texts for _, end in one.documents
    )


def test_a_broken_film_gives_what_can_be_seen_and_a_finding(
    case: Case, tmp_path: Path, films: Path, now: datetime
) -> None:
    data = bytearray((films / "3-mirrored.avi").read_bytes())
    data[len(data) // 2 :] = b""
    (tmp_path / "cut.avi").write_bytes(data)
    add(case, paths=[tmp_path / "cut.avi"], sheet_path=None, now=now, acknowledge=lambda _: None)
    contents = derive(case, folded_of(case)).contents
    (text,) = contents.texts
    seconds = text.documents[0][1].meta["frames.seconds"]
    assert isinstance(seconds, int)
    assert 2 <= seconds < 6
    assert "truncated" in {one.code for one in contents.findings}


def test_films_in_an_archive_are_looked_at_each_for_itself(
    case: Case, films: Path, tmp_path: Path, now: datetime
) -> None:
    """As in the export of a chat: a copy in it is found, and is not taken for its neighbour."""
    with zipfile.ZipFile(tmp_path / "chat.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("2-small.webm", "5-other.mkv", "6-still.png"):
            archive.write(films / name, f"media/{name}")
    paths = [films / "1-first.mp4", tmp_path / "chat.zip"]
    found = findings(case, paths, now, "duplicate-media")
    assert len(found) == 2
    film, still = sorted(found, key=lambda one: one.text)
    assert (film.file, still.file) == ("chat.zip", "chat.zip")
    assert '"1-first.mp4": 6 of the 6 seconds' in film.text
    assert "at 0:00:04" in still.text
    contents = derive(case, folded_of(case)).contents
    ends = [end.meta for one in contents.texts for _, end in one.documents]
    assert [meta["frames.seconds"] for meta in ends if "frames.seconds" in meta] == [6, 6, 5]
