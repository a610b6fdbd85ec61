"""A time-stamping authority (RFC 3161) of our own, as openssl plays one."""

from __future__ import annotations

import subprocess
from pathlib import Path

_CONFIG = """
[tsa]
default_tsa = authority
[authority]
serial = serial
signer_cert = signer.pem
signer_key = signer.key
certs = root.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
[stamping]
extendedKeyUsage = critical,timeStamping
"""
_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"


def make_authority(folder: Path) -> Path:
    """Make an authority in a new folder; `root.pem` is the certificate that its users trust."""
    folder.mkdir()
    (folder / "config").write_text(_CONFIG, encoding="utf-8")
    (folder / "serial").write_text("01\n", encoding="utf-8")
    for line in (
        f"req -x509 {_KEY} -keyout root.key -out root.pem -subj /CN=Root",
        f"req {_KEY} -keyout signer.key -out signer.csr -subj /CN=Sayaqkent",
        "x509 -req -in signer.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2"
        " -out signer.pem -extfile config -extensions stamping",
    ):
        _openssl(folder, line)
    return folder


def stamp(folder: Path, asked: str, given: str) -> None:
    """Let the authority answer a request; both are files in its folder."""
    _openssl(folder, f"ts -reply -config config -queryfile {asked} -out {given}")


def _openssl(folder: Path, line: str) -> None:
    ran = subprocess.run(  # noqa: S603  # our own words
        ["openssl", *line.split()],  # noqa: S607  # whichever is installed
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
