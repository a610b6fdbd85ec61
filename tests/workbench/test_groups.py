"""What shared a fate is told together; whatever comes, the report stays short."""

from __future__ import annotations

from qantar.workbench.groups import MOST_GROUPS, REST, Groups


def test_things_of_one_fate_are_counted_and_the_first_few_named() -> None:
    groups = Groups()
    for number in range(5):
        groups.add("entry", "device", "unsigned", str(number))
    groups.add("original", "", "damaged")
    one, other = groups
    assert (one.what, one.of, one.reason, one.count) == ("entry", "device", "unsigned", 5)
    assert one.which == ["0", "1", "2"]
    assert (other.count, other.which) == (1, [])


def test_ever_new_reasons_and_devices_make_no_long_report() -> None:
    """Whoever forges entries can give each a fault, and a device, of its own."""
    groups = Groups()
    for number in range(10_000):
        groups.add("entry", f"device {number}", f"number {number} cannot be")
    listed = list(groups)
    assert len(listed) == MOST_GROUPS + 1
    assert (listed[-1].reason, listed[-1].of) == (REST, "")
    assert sum(one.count for one in listed) == 10_000
