"""As of a day: what counts as said, and what must not show."""

from __future__ import annotations

from datetime import date

from qantar.weighing.said import known_by

from .claims import ZONE, said


def test_a_day_counts_by_its_end_and_a_month_by_its_own() -> None:
    known = known_by(
        [
            said("A1", "Ministry", 164, "2022-01-10"),
            said("A2", "Activist", 1000, "2022-01"),
            said("A3", "Prosecutors", 225, "2022-01-15"),
            said("A4", "Prosecutors", 238, None),
        ],
        date(2022, 1, 10),
        ZONE,
    )
    assert [claim.id for claim in known.claims] == ["A1"]
    assert (known.later, known.undated) == (2, 1)


def test_a_later_withdrawal_leaves_no_mark_and_no_link() -> None:
    first = said("A1", "Ministry", 164, "2022-01-09", repeats="A0")
    later = said("A2", "Channel", None, "2022-01-12", stance="withdraws", targets=("A1",))
    known = known_by([first, later], date(2022, 1, 10), ZONE)
    (kept,) = known.claims
    assert (kept.id, kept.repeats) == ("A1", None)


def test_the_day_ends_in_the_zone_of_the_case() -> None:
    claim = said("A1", "Ministry", 164, "2022-01-10")
    assert known_by([claim], date(2022, 1, 10), "Asia/Almaty").claims
    # The Almaty day of 10 January ends at 18:00 UTC; Honolulu's 9 January ends at 10:00 UTC.
    assert not known_by([claim], date(2022, 1, 9), "Pacific/Honolulu").claims
