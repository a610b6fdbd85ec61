"""Tests that drive a real Chromium; a package, so that its tests share `support`."""
