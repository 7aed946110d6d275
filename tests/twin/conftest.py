# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""One twin of the toy metropolis for all tests that only read, and copies for those that break something."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aumenta.store.packs import BUNDLED
from aumenta.twin import Twin

MadeOnce = Callable[[str, Callable[[Path], object]], Path]


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


@pytest.fixture(scope="session")
def porto_alegre_pack(shared_dir: Path, made_once: MadeOnce) -> Path:
    """The pack of Porto Alegre, as the tool writes it."""
    path = Path(__file__).resolve().parents[2] / "tools" / "porto_alegre_pack.py"
    spec = importlib.util.spec_from_file_location("porto_alegre_pack", path)
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool
    spec.loader.exec_module(tool)
    cities = shared_dir / "data/cities/porto_alegre"
    return made_once("porto-alegre", lambda folder: tool.write_pack(cities, folder))


@pytest.fixture(scope="session")
def porto_alegre(porto_alegre_pack: Path, made_once: MadeOnce) -> Twin:
    """A twin of Porto Alegre in cells of half a kilometre; read only, but for runs of scenarios."""
    from aumenta.twin import build, open_twin

    return open_twin(
        made_once("porto-alegre-twin", lambda folder: build(porto_alegre_pack, into=folder, resolution=500))
    )
