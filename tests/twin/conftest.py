# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""One twin of the toy metropolis for all tests that only read, and copies for those that break something."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from aumenta.store.packs import BUNDLED
from aumenta.twin import Twin


@pytest.fixture(scope="session")
def toy_folder(built_toy: Path) -> Path:
    """Folder of a whole twin of the toy metropolis; read only."""
    return built_toy


@pytest.fixture(scope="session")
def toy(toy_folder: Path) -> Twin:
    """The toy metropolis, opened."""
    from aumenta.twin import open_twin

    return open_twin(toy_folder)


@pytest.fixture
def own_folder(toy_folder: Path, tmp_path: Path) -> Path:
    """A copy of the twin that a test may break."""
    shutil.copytree(toy_folder, tmp_path / "twin")
    return tmp_path / "twin"


@pytest.fixture
def own_pack(tmp_path: Path) -> Path:
    """A copy of the toy pack that a test may change."""
    shutil.copytree(BUNDLED / "toy", tmp_path / "pack")
    return tmp_path / "pack"
