"""When probes say that an address or an application was kept from people: the rule `ooni/1`.

Pure. A probe tries to reach something from within a network and compares with what a
machine elsewhere reaches. One failure is often the probe's own; so two that follow one
another are asked for, unless the block was recognised by its own page.

Source: OONI's specifications ts-017 (web), ts-018 (WhatsApp), ts-019 (Facebook Messenger),
ts-020 (Telegram), ts-029 (Signal), and the summaries that its measurement list gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

RULE: Final = "ooni/1"
LONGEST_GAP: Final = 24 * 3600  # seconds
_ENOUGH: Final = 2
_TRUE, _FALSE = "true", "false"


class Verdict(StrEnum):
    """What one measurement says of whether something can be reached."""

    BLOCKED = "blocked"
    CONFIRMED = "confirmed"
    REACHED = "reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One measurement that says something: when (seconds since 1970), what, how, in which row."""

    at: int
    verdict: Verdict
    how: str
    row: int
    mobile: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A row of measurements that say blocked, at least one; `end` is the first after that does not.

    `before` is the measurement before it, `end` None where none followed within a day.
    """

    probes: tuple[Probe, ...]
    before: Probe | None
    end: Probe | None

    @property
    def is_enough(self) -> bool:
        """Whether a claim follows: two measurements, or one whose block was recognised."""
        confirmed = any(one.verdict is Verdict.CONFIRMED for one in self.probes)
        return confirmed or len(self.probes) >= _ENOUGH


def blocks(probes: Iterable[Probe]) -> tuple[Block, ...]:
    """Find the runs of measurements of one thing in one network that say blocked."""
    found: list[Block] = []
    run: list[Probe] = []
    before: Probe | None = None
    last: Probe | None = None
    for one in sorted(probes, key=lambda probe: (probe.at, probe.row)):
        near = last is not None and one.at - last.at <= LONGEST_GAP
        if run and (not near or one.verdict is Verdict.REACHED):
            found.append(Block(probes=tuple(run), before=before, end=one if near else None))
            run = []
        if one.verdict is not Verdict.REACHED:
            if not run:
                before = last if near else None
            run.append(one)
        last = one
    if run:
        found.append(Block(probes=tuple(run), before=before, end=None))
    return tuple(found)


def verdict_of(test: str, values: Mapping[str, str]) -> tuple[Verdict, str] | None:
    """Read what one measurement says, and how; None where it says nothing of this.

    Args:
        test: its name, as `web_connectivity`.
        values: its values by full name, as `test_keys/blocking`.
    """
    if "anomaly" in values:
        return _of_list(values)
    read = _TESTS.get(test)
    return read(values) if read else None


def _of_list(values: Mapping[str, str]) -> tuple[Verdict, str] | None:
    """Read a line of the list, which sums a measurement up."""
    if values.get("failure") == _TRUE:
        return None
    if values.get("confirmed") == _TRUE:
        return Verdict.CONFIRMED, "recognised by its own page"
    if values["anomaly"] in {_TRUE, _FALSE}:
        anomaly = values["anomaly"] == _TRUE
        return (Verdict.BLOCKED, "anomaly") if anomaly else (Verdict.REACHED, "")
    return None


def _of_web(values: Mapping[str, str]) -> tuple[Verdict, str] | None:
    blocking = values.get("test_keys/blocking", "")
    if blocking in _WAYS:
        return Verdict.BLOCKED, blocking
    # Not blocked and not reached: it was out of order for everybody.
    if blocking == _FALSE and values.get("test_keys/accessible", _TRUE) == _TRUE:
        return Verdict.REACHED, ""
    return None


_WAYS: Final = frozenset({"dns", "tcp_ip", "http-failure", "http-diff"})


def _of_signs(
    values: Mapping[str, str], signs: Mapping[str, tuple[str, str]]
) -> tuple[Verdict, str] | None:
    """Read signs, each blocked or reached by a word of its own; one that is blocked decides."""
    said = {name: values.get(f"test_keys/{name}", "") for name in signs}
    blocked = [name for name, (bad, _) in signs.items() if said[name] == bad]
    if blocked:
        return Verdict.BLOCKED, ", ".join(blocked)
    if all(said[name] == good for name, (_, good) in signs.items()):
        return Verdict.REACHED, ""
    return None


def _signs(**signs: tuple[str, str]) -> Callable[[Mapping[str, str]], tuple[Verdict, str] | None]:
    return lambda values: _of_signs(values, signs)


_BAD = (_TRUE, _FALSE)
_STATUS = ("blocked", "ok")
_TESTS: Final = {
    "web_connectivity": _of_web,
    "telegram": _signs(
        telegram_tcp_blocking=_BAD, telegram_http_blocking=_BAD, telegram_web_status=_STATUS
    ),
    "whatsapp": _signs(
        whatsapp_endpoints_status=_STATUS,
        registration_server_status=_STATUS,
        whatsapp_web_status=_STATUS,
    ),
    "facebook_messenger": _signs(facebook_dns_blocking=_BAD, facebook_tcp_blocking=_BAD),
    "signal": _signs(signal_backend_status=_STATUS),
}
