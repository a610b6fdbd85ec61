"""Linked on Spark as anywhere: the same persons by the same numbers, whatever the parts.

All people here are invented.
"""

from __future__ import annotations

import gc
import os
import random
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from benchmarks.linking.generator import generate
from hypothesis import given
from hypothesis import strategies as st

from qantar.errors import (
    DecisionRefusedError,
    InputRefusedError,
    MissingExtraError,
    MissingPathError,
    OutputExistsError,
)
from qantar.linking import sieve
from qantar.linking.clusters import labels_of, persons_of
from qantar.linking.link import Linker, link
from qantar.linking.result import Linked, ListRules, Origin, PairDecision, RowKey, Verdict
from qantar.linking.scoring import ties_of, twice_in
from qantar.model.person_row import DaySpan, NameOrder, PersonRow, Sex
from qantar.workbench.link_lists import read_lists
from qantar.workbench.link_result import told_reasons
from qantar.workbench.spark_frames import require_spark
from qantar.workbench.spark_knots import Bound, Division, labelled
from qantar.workbench.spark_link import SparkJob, link_on_spark
from qantar.workbench.spark_pairs import PairColumns
from qantar.workbench.spark_rows import person_rows, table_of, write_rows
from qantar.workbench.spark_scale import Scale
from qantar.workbench.spark_session import has_java, spark_here

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Where its disk is encrypted, Spark hands rows to Java by sockets, which it leaves to be collected.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

ROOT = Path(__file__).parents[2]
REQUIRED = "QANTAR_REQUIRE_TOOLS"
SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    # Of so few rows Java would spend its time on making plans fast.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    # Each broadcast is a job of its own; a fifth of the time goes into them.
    "spark.sql.autoBroadcastJoinThreshold": "-1",
}
"""Settings for a few hundred rows."""


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Spark may write between stages."""
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="module")
def session(scratch: Path) -> Iterator[SparkSession]:
    """One session for all: it takes longer to begin than most of its work."""
    if not has_java():
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{REQUIRED}=1, but there is no Java", pytrace=False)
        pytest.skip("there is no Java here: apt-get install openjdk-17-jre-headless")
    with spark_here(cores=2, memory="1g", scratch=scratch, more=SMALL) as found:
        yield found
        gc.collect()
    assert list(scratch.iterdir()) == [], "Spark left something behind"


@st.composite
def people(draw: st.DrawFn) -> PersonRow:
    """Any row that a list may have, but for what became of people."""
    text = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
    names = ("id", "name", "given", "surname", "patronymic", "place", "phone", "address", "email")
    day = st.dates()
    days = st.none() | st.tuples(day, day).map(lambda two: DaySpan.of(min(two), max(two)))
    texts: dict[str, Any] = {name: draw(text) for name in names}
    return PersonRow(
        list=draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1)),
        row=draw(st.integers(1, 2**40)),
        aliases=tuple(
            draw(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1)))
        ),
        name_order=draw(st.sampled_from(NameOrder)),
        sex=draw(st.none() | st.sampled_from(Sex)),
        birth=draw(days),
        event=draw(days),
        **texts,
    )


def rules_of(rows: Sequence[PersonRow]) -> dict[str, ListRules]:
    """The lists of rows in their order."""
    return {row.list: ListRules() for row in rows}


def persons_in(out: Path) -> dict[RowKey, int]:
    """Which row is which person, as the result has it."""
    told = pq.read_table(out / "persons.parquet").to_pylist()
    assert len(told) == len({(one["list"], one["row"]) for one in told})
    return {(one["list"], one["row"]): one["person"] for one in told}


def numbers_of(linked: Linked) -> Mapping[RowKey, int]:
    """The same of a run in memory."""
    return {
        row.key: person for row, person in zip(linked.rows, linked.person.tolist(), strict=True)
    }


def pairs_in(out: Path) -> dict[tuple[RowKey, RowKey], tuple[object, ...]]:
    """What is told of each pair."""
    told = pq.read_table(out / "pairs.parquet").to_pylist()
    assert [
        (one["left_list"], one["right_list"]) for one in told if one["probability"] is None
    ] == []
    return {
        ((one["left_list"], one["left_row"]), (one["right_list"], one["right_row"])): (
            one["probability"],
            one["linked"],
            one["state"],
            one["reasons"],
        )
        for one in told
    }


def pairs_of(linked: Linked) -> dict[tuple[RowKey, RowKey], tuple[object, ...]]:
    """The same of a run in memory."""
    pairs, rows, person = linked.pairs, linked.rows, linked.person
    return {
        (rows[a].key, rows[b].key): (
            pytest.approx(pairs.probability[at], abs=2e-6),
            int(person[a] == person[b]),
            "proposed" if pairs.verdict[at] is None else pairs.verdict[at],
            told_reasons(linked.reasons(at)),
        )
        for at, (a, b) in enumerate(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
    }


def test_the_rows_of_lists_are_the_same_persons_whatever_order_and_parts_they_come_in(
    session: SparkSession, tmp_path: Path
) -> None:
    rows = [*generate(people=250, lists=4, seed=5).rows, *brothers()]
    rows = [
        replace(row, aliases=("Айдос",)) if at % 40 == 0 else row for at, row in enumerate(rows)
    ]
    mixed = random.Random(1).sample(rows, len(rows))  # noqa: S311  # an order, no secret
    write_rows(tmp_path / "rows.parquet", mixed)
    given = session.read.parquet(str(tmp_path / "rows.parquet")).repartition(3, "name")
    job = SparkJob(rows=given, out=tmp_path / "out", lists=rules_of(rows))
    report = link_on_spark(session, replace(job, at_once=20_000))
    linked = link(rows)
    assert are_two(linked)
    assert persons_in(tmp_path / "out") == numbers_of(linked)
    assert pairs_in(tmp_path / "out") == pairs_of(linked)
    assert (report.persons, report.pairs) == (linked.persons.point, len(linked.pairs))
    with pytest.raises(OutputExistsError):
        link_on_spark(session, job)


def awkward(name: str) -> list[PersonRow]:
    """Rows of a list that say next to nothing, or all the same."""
    said: list[dict[str, Any]] = [{}, {"name": "А"}, {"name": "?"}, {"surname": "Б", "given": "В"}]
    said += [{"name": "Саяков Айдар", "place": f"Саяқкент {at % 7}"} for at in range(500)]
    return [PersonRow(list=name, row=at, **one) for at, one in enumerate(said, start=1)]


def brothers() -> list[PersonRow]:
    """Two brothers of one birthday a family, each on a list, and on a third one an initial."""
    names = ("Айдар", "Айбек", "А.")
    families = ("Лепестков", "Ручьёв", "Тополев", "Гвоздиков", "Снегирёв", "Озерский")
    return [
        PersonRow(
            list=f"brothers {number}",
            row=at,
            name=f"{family} {name} Маратович",
            birth=DaySpan(726000 + 577 * at, 726000 + 577 * at),
        )
        for number, name in enumerate(names)
        for at, family in enumerate(families, start=1)
    ]


def are_two(linked: Linked) -> bool:
    """Whether all brothers are two, and each initial one of them."""
    person = linked.person[-len(brothers()) :].reshape(3, -1)
    first, second, short = person
    return bool((first != second).all() and ((short == first) | (short == second)).all())


def decided(linked: Linked) -> list[PairDecision]:
    """What somebody said of pairs: of some that are doubtful, of one that no rule finds."""
    pairs, rows = linked.pairs, linked.rows
    doubt = np.argsort(np.abs(pairs.probability - 0.5), kind="stable")[:24].tolist()
    said = [
        PairDecision(
            rows[int(pairs.left[at])].key,
            rows[int(pairs.right[at])].key,
            (Verdict.SAME, Verdict.NOT_SAME, Verdict.NOT_SAME, Verdict.UNSURE)[number % 4],
            (None, Origin.AUDIT, Origin.TARGETED)[number % 3],
        )
        for number, at in enumerate(doubt)
    ]
    alone = PairDecision(rows[0].key, rows[-1].key, Verdict.SAME)
    # Three that contradict one another.
    a, b, c = (row.key for row in rows[:3])
    circle = [(a, b, Verdict.SAME), (b, c, Verdict.SAME), (a, c, Verdict.NOT_SAME)]
    return [*said, alone, *(PairDecision(*one) for one in circle)]


def test_decisions_bind_and_teach_and_numbers_stay_as_they_do_in_memory(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that, in either run, most candidates are dropped at first sight, as in a million rows.
    monkeypatch.setattr(sieve, "ALWAYS_KEPT", 0)
    monkeypatch.setattr(sieve, "KEPT_FOR_EACH_ROW", 0)
    rows = [*generate(people=400, lists=3, seed=8).rows, *awkward("awkward"), *brothers()]
    rules = rules_of(rows) | {rows[0].list: ListRules(one_row_a_person=True)}
    linker = Linker.of(rows, lists=rules)
    assert linker.scores.dropped is not None
    before = linker.linked()
    assert are_two(before)
    # The earlier run knew fewer rows, and numbers that are used up.
    previous = {key: 7 * person for key, person in numbers_of(before).items() if key[1] % 3}
    earlier = {
        "list": [key[0] for key in previous],
        "row": [key[1] for key in previous],
        "person": list(previous.values()),
    }
    (tmp_path / "before").mkdir()
    pq.write_table(pa.table(earlier), tmp_path / "before" / "persons.parquet")
    decisions = decided(before)
    linked = linker.linked(decisions, previous=previous)
    write_rows(tmp_path / "rows.parquet", rows)
    job = SparkJob(rows=tmp_path / "rows.parquet", out=tmp_path / "out", lists=rules)
    job = replace(job, decisions=decisions, previous=tmp_path / "before")
    report = link_on_spark(session, job)
    assert persons_in(tmp_path / "out") == numbers_of(linked)
    assert pairs_in(tmp_path / "out") == pairs_of(linked)
    assert report.contradictions == linked.contradictions
    assert linked.contradictions
    assert report.nameless == sum(one.code == "no-name" for one in linked.findings)
    crowds = {
        one.row: one.text.split(" others")[0].split()[-1]
        for one in linked.findings
        if one.code == "not-compared"
    }
    told = pq.read_table(tmp_path / "out" / "not-compared.parquet").to_pylist()
    assert {(one["list"], one["row"]): f"{one['others']:,}" for one in told} == crowds
    assert report.not_compared == sum(one["others"] + 1 for one in told) > 0


def test_the_example_of_the_documentation_gives_what_qantar_link_gives(
    session: SparkSession,  # the example finds it there
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(ROOT / "examples" / "saryozen", tmp_path / "lists")
    monkeypatch.chdir(tmp_path)
    [example] = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs/linking.md").read_text(), re.DOTALL
    )
    exec(example, {})  # noqa: S102  # our own page
    rows = read_lists(tmp_path / "lists" / "sheet.toml").rows
    linked = link(sorted(rows, key=lambda row: row.key))
    assert persons_in(tmp_path / "persons-on-spark") == numbers_of(linked)
    assert capsys.readouterr().out == f"{linked.persons.point:,} persons\n"


def test_knots_that_spark_labels_are_divided_as_those_that_the_driver_labels(
    session: SparkSession,
) -> None:
    linker = Linker.of(generate(people=250, lists=3, seed=6).rows)
    found, list_of = linker.scores.found, linker.table.list_of
    lists, short = (list_of[found.left], list_of[found.right]), linker.table.short
    columns = PairColumns(tuple(found.levels))
    told = columns.written(found, *lists, short[found.left] | short[found.right])
    pairs = pa.table(told, columns.names)
    pairs = pairs.append_column("first", pa.array(np.zeros(len(found))))
    # Two who are one though nothing ties them, and each second pair that is likely is two.
    likely = np.flatnonzero(linker.scores.odds > 2)[::2].tolist()
    apart = frozenset((int(found.left[at]), int(found.right[at])) for at in likely)
    together = ((0, len(linker.table) - 1),)
    division = Division(
        kept=session.createDataFrame(pairs),
        dropped=None,
        count=len(found),
        columns=columns,
        scale=Scale(linker.scores.weights, 3),
        twice=twice_in(3),
        bound=Bound(together, apart, dict(enumerate(list_of.tolist()))),
        on_driver=0,
    )
    told = division.persons().toArrow()
    got = np.arange(len(linker.table))
    got[told["place"].to_numpy()] = told["person"].to_numpy()
    odds = linker.scores.odds
    ties = ties_of(linker.table, found, odds, together=together, apart=apart)
    np.testing.assert_array_equal(got, persons_of(ties))
    assert not np.array_equal(got, linker.undecided)


def test_rows_that_pairs_connect_have_the_label_of_the_first(session: SparkSession) -> None:
    chance = np.random.default_rng(2)
    left, right = chance.integers(0, 300, (2, 220))
    line = np.arange(1000, 1040)  # one long chain, beside what chance makes
    left, right = np.concatenate((left, line[1:])), np.concatenate((right, line[:-1]))
    edges = {"left": np.minimum(left, right), "right": np.maximum(left, right)}
    told = labelled(session.createDataFrame(pa.table(edges))).toArrow()
    got = dict(zip(told["place"].to_pylist(), told["label"].to_pylist(), strict=True))
    assert len(got) == told.num_rows
    expected = labels_of(2000, left, right)
    rows = set(left[left != right].tolist()) | set(right[left != right].tolist())
    assert got == {row: int(expected[row]) for row in rows}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"list": ["a", "a"], "row": [1, 1]}, "a 1 is there twice"),
        ({"list": ["a", ""], "row": [1, 2]}, "has no list"),
        ({"list": ["a"], "row": [0]}, "no number from 1"),
        ({"list": ["a"], "row": [1], "sex": ["x"]}, "sex"),
        ({"list": ["a"]}, '"row"'),
        ({"list": ["a"], "row": ["1"]}, '"row" holds string'),
        ({"list": ["a"], "row": [1], "name": [2]}, '"name" holds bigint'),
        ({"list": ["a"], "row": [1], "birth_first": [date(1990, 1, 1)]}, "without a last one"),
        ({"list": ["a"], "row": [1], "Name": ["Айдос"]}, 'Call it "name"'),
        (
            {
                "list": ["a"],
                "row": [1],
                "event_first": pa.array([-800_000], pa.date32()),
                "event_last": pa.array([0], pa.date32()),
            },
            "a 1 has a day outside the years",
        ),
    ],
)
def test_rows_that_cannot_be_are_refused_before_anything_is_done(
    session: SparkSession, tmp_path: Path, rows: dict[str, list[object] | pa.Array], words: str
) -> None:
    given = session.createDataFrame(pa.table(rows))
    with pytest.raises(InputRefusedError, match=words):
        link_on_spark(session, SparkJob(rows=given, out=tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_what_is_not_there_or_is_no_parquet_is_refused_before_anything_is_done(
    session: SparkSession, tmp_path: Path
) -> None:
    torn, rows, other = tmp_path / "torn.parquet", tmp_path / "rows.parquet", tmp_path / "other"
    torn.write_text("list,row\na,1\n")
    write_rows(rows, [PersonRow(list="a", row=1)])
    other.mkdir()
    pq.write_table(pa.table({"list": ["a"], "row": [1]}), other / "persons.parquet")
    job = SparkJob(rows=rows, out=tmp_path / "out")
    with pytest.raises(MissingPathError, match="nothing is there"):
        link_on_spark(session, replace(job, rows=tmp_path / "none.parquet"))
    with pytest.raises(InputRefusedError, match="read as Parquet"):
        link_on_spark(session, replace(job, rows=torn))
    with pytest.raises(MissingPathError, match="nothing is there"):
        link_on_spark(session, replace(job, previous=tmp_path / "none"))
    with pytest.raises(InputRefusedError, match='no column "person"'):
        link_on_spark(session, replace(job, previous=other))
    assert not (tmp_path / "out").exists()


def test_only_their_owner_may_read_rows_that_are_written_and_nothing_is_written_over(
    tmp_path: Path,
) -> None:
    rows = tmp_path / "rows.parquet"
    mask = os.umask(0o022)
    try:
        write_rows(rows, [PersonRow(list="a", row=1)])
    finally:
        os.umask(mask)
    assert rows.stat().st_mode & 0o777 == 0o600
    with pytest.raises(OutputExistsError):
        write_rows(rows, [])
    assert len(pq.read_table(rows)) == 1


def test_what_spark_writes_between_stages_is_encrypted_and_nobody_else_may_look(
    session: SparkSession, scratch: Path, tmp_path: Path
) -> None:
    """Left to itself, Spark puts names in the clear below /tmp, where everybody may read."""
    from pyspark import StorageLevel  # noqa: PLC0415  # an extra

    name = "Ойдан Шығарылған"
    rows = session.createDataFrame(pa.table({"name": [f"{name} {at}" for at in range(200)]}))
    kept = rows.repartition(2).persist(StorageLevel.DISK_ONLY)
    kept.write.parquet(str(tmp_path / "out"))
    (folder,) = scratch.iterdir()
    between = [path for path in folder.rglob("*") if path.is_file()]
    blocks = [path for path in between if path.name.startswith(("rdd_", "shuffle_"))]
    assert len(blocks) > len([path for path in blocks if path.name.startswith("shuffle_")]) > 0
    assert not [path for path in between if name.encode() in path.read_bytes()]
    written = [*folder.rglob("*"), folder, tmp_path / "out", *(tmp_path / "out").iterdir()]
    assert not [path for path in written if path.stat().st_mode & 0o077]
    clear = [path for path in (tmp_path / "out").glob("*.parquet") if path.stat().st_size]
    assert any(name.encode() in path.read_bytes() for path in clear)  # the search does find
    kept.unpersist(blocking=True)


def test_nobody_else_on_the_machine_is_given_the_rows_that_spark_keeps(
    session: SparkSession,
) -> None:
    """Left to itself, Spark gives kept rows to whoever asks at the port, and its keys with them."""
    from py4j.protocol import Py4JJavaError  # noqa: PLC0415  # an extra

    context = session.sparkContext
    java, gateway = context._jvm, context._gateway  # Java is asked as a stranger would
    assert java is not None
    assert gateway is not None
    kept = session.createDataFrame(pa.table({"name": ["Ойдан Шығарылған"]}))
    kept = kept.localCheckpoint(eager=True)
    blocks = [f"rdd_{one}_0" for one in context._jsc.getPersistentRDDs()]
    (where,) = context._jsc.sc().getExecutorMemoryStatus().keySet().mkString(",").split(",")
    host, port = where.rsplit(":", 1)
    network = java.org.apache.spark.network
    plain = network.util.TransportConf("shuffle", network.util.MapConfigProvider.EMPTY)
    stranger = network.TransportContext(plain, network.server.NoOpRpcHandler())
    client = stranger.createClientFactory().createClient(host, int(port))
    asked = gateway.new_array(java.java.lang.String, len(blocks))
    for at, block in enumerate(blocks):
        asked[at] = block
    question = network.shuffle.protocol.OpenBlocks("app", "driver", asked).toByteBuffer()
    try:
        with pytest.raises(Py4JJavaError, match="SaslMessage"):
            client.sendRpcSync(question, 8000)
    finally:
        client.close()
        stranger.close()
    assert kept.count() == 1


def test_a_decision_about_a_row_that_is_not_there_links_nothing(
    session: SparkSession, tmp_path: Path
) -> None:
    given = session.createDataFrame(pa.table({"list": ["a", "a"], "row": [1, 2]}))
    wrong = PairDecision(("a", 1), ("b", 1), Verdict.SAME)
    with pytest.raises(DecisionRefusedError, match="row 1 of 'b'"):
        link_on_spark(session, SparkJob(rows=given, out=tmp_path / "out", decisions=[wrong]))
    assert not (tmp_path / "out").exists()


@given(people())
def test_a_row_comes_back_from_parquet_as_it_was(row: PersonRow) -> None:
    assert person_rows(table_of([row])) == [row]


def test_without_spark_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'qantar\[linking,spark\]'"):
        require_spark()


def test_without_java_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(MissingExtraError, match="openjdk-17"), spark_here():
        pass
