"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A minimal guide of one chapter with one card."""
    return Project(tmp_path / "guide")
