"""What a decision can name, as the record shows it and as the journal will call it."""

from __future__ import annotations

from pathlib import Path

from qantar.record.facts import KnownClaim, read_facts, read_known
from qantar.record.load import write_record

from .material import CLAIMS, CONTENTS, KEY


def test_every_id_leads_to_what_never_changes_of_its_name(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    write_record(path, KEY, CONTENTS, software="test", state="5" * 64)
    known = read_known(path, KEY)
    assert known.accessions == {"a1": "e1" * 32, "a2": "e2" * 32}
    assert known.claims == {
        claim.id: KnownClaim(claim.kind, "e1" * 32, f"own-{claim.id}") for claim in CLAIMS
    }
    assert known.events == {e.id: tuple(c.id for c in e.claims) for e in CONTENTS.events}
    assert known.figures == {figure.key for figure in CONTENTS.figures}


def test_the_record_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    digest = write_record(path, KEY, CONTENTS, software="test", state="5" * 64)
    facts = read_facts(path, KEY)
    assert (facts.digest, facts.software, facts.state) == (digest, "test", "5" * 64)
    assert sum(facts.claims.values()) == len(CLAIMS)
    assert [(one.code, one.count) for one in facts.findings] == [
        ("no-consent", 1),
        ("unknown-word", 1),
    ]
