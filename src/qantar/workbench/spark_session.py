"""A session of Spark on this machine alone, for as long as it is needed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qantar.errors import MissingExtraError
from qantar.workbench.spark_frames import require_spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_HERE: Final = "127.0.0.1"


def has_java() -> bool:
    """Whether Java is where Spark looks for it."""
    home = os.environ.get("JAVA_HOME")
    return (Path(home) / "bin" / "java").is_file() if home else shutil.which("java") is not None


@contextmanager
def spark_here(
    *, cores: int = 2, memory: str = "4g", more: Mapping[str, str] | None = None
) -> Iterator[SparkSession]:
    """Give a session that runs on this machine, and listens on its loopback address only.

    A session that is there already is given as it is, and stays.

    Args:
        cores: how many it uses.
        memory: of Java, as Spark writes it; Python needs its own beside.
        more: further settings of Spark, or others than these.

    Raises:
        MissingExtraError: Spark or Java is not there.
    """
    require_spark()
    if not has_java():
        message = "Spark needs Java, and there is none here."
        hint = (
            "Install Java 17 or newer (apt-get install openjdk-17-jre-headless), or set JAVA_HOME."
        )
        raise MissingExtraError(message, next=hint)
    from pyspark.sql import SparkSession  # noqa: PLC0415

    there = SparkSession.getActiveSession()
    if there is not None:
        yield there
        return
    settings: dict[str, bool | float | int | str | None] = {
        "spark.master": f"local[{cores}]",
        "spark.driver.memory": memory,
        "spark.driver.host": _HERE,
        "spark.driver.bindAddress": _HERE,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": str(2 * cores),
        **(more or {}),
    }
    with _told(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP=_HERE):
        session = SparkSession.builder.config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def _told(**settings: str) -> Iterator[None]:
    """Set what Spark reads as it begins: the Python of its workers, and where it listens."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, one in before.items():
            if one is None:
                del os.environ[name]
            else:
                os.environ[name] = one
