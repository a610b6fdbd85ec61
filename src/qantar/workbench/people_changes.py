"""What `status` says of lists and persons: how many, and what the last build changed."""

from __future__ import annotations

from collections.abc import Iterator

from qantar.record.facts import Facts
from qantar.record.persons import PeopleCount, PeopleTold


def people_json(facts: Facts | None) -> dict[str, object]:
    """Lists and persons as `qantar status --json` prints them; None where nothing was linked."""
    now, before = (facts.people, facts.people_before) if facts else (None, None)
    return {
        "persons": now and now.count.to_json(),
        "lists": now and now.to_json()["lists"],
        "people_before": before and before.to_json(),
        "people_changed": changed_words(facts),
    }


def people_lines(facts: Facts | None) -> Iterator[str]:
    """Say it in lines."""
    if facts is None or facts.people is None:
        return
    now = facts.people
    lists = ", ".join(f"{one.rows:,} {_rows(one.rows)} {one.name}" for one in now.lists)
    yield f"persons: {count_words(now.count)}; lists: {lists}"
    if said := changed_words(facts):
        yield f"  what changed with the last build that changed it: {said}"


def count_words(count: PeopleCount) -> str:
    """Say how many persons, with the interval where there is one."""
    if count.low == count.high:
        return f"{count.point:,}"
    return f"{count.point:,} ({count.level:.0%}: {count.low:,}\u2013{count.high:,})"


def changed_words(facts: Facts | None) -> str | None:
    """Say what became of lists and persons with the last build that changed them, if one did."""
    if facts is None or facts.people is None or facts.people_before is None:
        return None
    now, before = facts.people, facts.people_before
    lists = ", ".join(_lists_changed(now, before))
    said = [f"lists: {lists}"] if lists else []
    if now.count.point != before.count.point:
        said.append(f"persons {now.count.point:,}, before {before.count.point:,}")
    elif now.count != before.count:
        said.append(f"persons {count_words(now.count)}, before {count_words(before.count)}")
    return "; ".join(said) or None


def _lists_changed(now: PeopleTold, before: PeopleTold) -> Iterator[str]:
    earlier = {(one.source, one.name): one.rows for one in before.lists}
    for one in now.lists:
        rows = earlier.pop((one.source, one.name), None)
        if rows is None:
            yield f"{one.name} is new with {one.rows:,} {_rows(one.rows)}"
        elif one.rows > rows:
            yield f"{one.name} has {one.rows - rows:,} new {_rows(one.rows - rows)}"
        elif one.rows < rows:
            yield f"{one.name} has {rows - one.rows:,} {_rows(rows - one.rows)} less"
    yield from (f"{name} is gone" for _, name in earlier)


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"
