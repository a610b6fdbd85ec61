"""Which of these tests can run where."""

from __future__ import annotations

import pytest

from tests.faults.system_calls import SUPPORTED

sees_system_calls = pytest.mark.skipif(
    not SUPPORTED, reason="system calls are shown by Linux only, on x86-64 and arm64"
)
