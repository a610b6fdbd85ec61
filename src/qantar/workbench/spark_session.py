"""A session of Spark on this machine alone, for as long as it is needed.

What Spark puts on the disk between stages holds names. Here it is encrypted by a key that only the
memory has, in a folder that only its owner may enter, and gone with the session. Left to
themselves, Spark and Java write in the clear below the folder for temporary files, where
everybody on the machine may read; and they hand what lies in memory, names as well, to whoever on
the machine asks at the port of the session. Here who asks must know a secret that the session made.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qantar.errors import MissingExtraError
from qantar.workbench.environment import with_environment
from qantar.workbench.spark_frames import require_spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_HERE: Final = "127.0.0.1"
_MINE: Final = 0o077
"""What nobody but the owner may do with files that are made."""


def has_java() -> bool:
    """Whether Java is where Spark looks for it."""
    home = os.environ.get("JAVA_HOME")
    return (Path(home) / "bin" / "java").is_file() if home else shutil.which("java") is not None


@contextmanager
def spark_here(
    *,
    cores: int = 2,
    memory: str = "4g",
    scratch: Path | None = None,
    more: Mapping[str, str] | None = None,
) -> Iterator[SparkSession]:
    """Give a session that runs on this machine, and listens on its loopback address only.

    Only their owner may read the files that it writes, and nobody else on the machine is given
    what it keeps. A session that is there already is given
    as it is, and stays.

    Args:
        cores: how many it uses.
        memory: of Java, as Spark writes it; Python needs its own beside.
        scratch: a folder for what does not fit there, encrypted and for as long as the session
            is; else that for temporary files.
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
    with tempfile.TemporaryDirectory(
        prefix="qantar-spark-", dir=scratch, ignore_cleanup_errors=True
    ) as folder:
        settings = _settings(cores, memory, folder) | dict(more or {})
        with (
            with_environment(
                PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP=_HERE, SPARK_LOCAL_DIRS=folder
            ),
            _made_for_the_owner(),
        ):
            session = SparkSession.builder.config(map={**settings}).getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        try:
            yield session
        finally:
            session.stop()


def _settings(cores: int, memory: str, scratch: str) -> dict[str, str]:
    return {
        "spark.master": f"local[{cores}]",
        "spark.driver.memory": memory,
        "spark.driver.host": _HERE,
        "spark.driver.bindAddress": _HERE,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": str(2 * cores),
        "spark.local.dir": scratch,
        "spark.io.encryption.enabled": "true",
        "spark.io.encryption.keySizeBits": "256",
        "spark.authenticate": "true",
        "spark.network.crypto.enabled": "true",
        "spark.hadoop.fs.permissions.umask-mode": f"{_MINE:03o}",
    }


@contextmanager
def _made_for_the_owner() -> Iterator[None]:
    """Java takes over, as it begins, who may read the files that it makes."""
    mask = os.umask(_MINE)
    try:
        yield
    finally:
        os.umask(mask)
