"""A time-stamp authority for tests: a root of its own, and `openssl ts` to sign with; offline."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_SETTINGS = """\
[req]
distinguished_name = name
prompt = no
[name]
CN = Test Root
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[alone]
serial = serial
crypto_device = builtin
signer_cert = signer.pem
signer_key = signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[chain]
serial = serial
crypto_device = builtin
signer_cert = signer.pem
signer_key = signer.key
certs = root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_DAYS = ("-days", "3650")


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority in a folder; `root` is the certificate that those who trust it have."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    @classmethod
    def founded(cls, folder: Path) -> Authority:
        """Make keys and certificates."""
        folder.mkdir(exist_ok=True)
        made = cls(folder)
        (folder / "settings").write_text(_SETTINGS, encoding="utf-8")
        (folder / "serial").write_text("01\n", encoding="utf-8")
        made._openssl(
            "req", "-x509", *_KEY, "-keyout", "root.key", "-out", "root.pem", *_DAYS,
            "-config", "settings", "-extensions", "root", "-subj", "/CN=Test Root",
        )  # fmt: skip
        made._openssl(
            "req", *_KEY, "-keyout", "signer.key", "-out", "signer.csr",
            "-config", "settings", "-subj", "/CN=Test Authority",
        )  # fmt: skip
        made._openssl(
            "x509", "-req", "-in", "signer.csr", "-CA", "root.pem", "-CAkey", "root.key",
            "-CAcreateserial", *_DAYS, "-extfile", "settings", "-extensions", "signer",
            "-out", "signer.pem",
        )  # fmt: skip
        return made

    def answer(self, request: bytes, *, with_chain: bool = False) -> bytes:
        """Stamp what a request asks for, now."""
        (self.folder / "request").write_bytes(request)
        section = "chain" if with_chain else "alone"
        self._openssl(
            "ts", "-reply", "-config", "settings", "-section", section,
            "-queryfile", "request", "-out", "answer",
        )  # fmt: skip
        return (self.folder / "answer").read_bytes()

    def refusal(self) -> bytes:
        """Answer a request by a hash that this authority does not take."""
        self._openssl("ts", "-query", "-data", "settings", "-sha512", "-out", "other")
        self._openssl(
            "ts", "-reply", "-config", "settings", "-section", "alone",
            "-queryfile", "other", "-out", "refusal",
        )  # fmt: skip
        return (self.folder / "refusal").read_bytes()

    def _openssl(self, *arguments: str) -> None:
        command = ["openssl", *arguments]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)  # noqa: S603
