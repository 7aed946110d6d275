# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Copying the front-end files: all or nothing, without what the pages' policy refuses."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def vendor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor", REPOSITORY / "tools" / "vendor.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def modules(vendor: ModuleType, tmp_path: Path) -> Path:
    """A `node_modules` with a small file for every one that is copied."""
    for name in vendor.FILES:
        path = tmp_path / "node_modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"/* {name} */\n", encoding="utf-8")
    return tmp_path / "node_modules"


def test_every_file_is_copied_with_its_licence(vendor: ModuleType, modules: Path, tmp_path: Path) -> None:
    assert vendor.copy_all(modules, tmp_path / "vendor") == []
    copied = {p.relative_to(tmp_path / "vendor").as_posix() for p in (tmp_path / "vendor").rglob("*.*")}
    assert set(vendor.FILES.values()) - copied <= {n for n in vendor.FILES.values() if n.endswith("LICENSE")}
    packages = {target.split("/")[0] for target in vendor.FILES.values()}
    for package in packages:
        assert list((tmp_path / "vendor" / package).glob("LICENSE*")), package


def test_an_absent_file_leaves_the_old_ones(vendor: ModuleType, modules: Path, tmp_path: Path) -> None:
    vendor.copy_all(modules, tmp_path / "vendor")
    gone = "maplibre-gl/dist/maplibre-gl.css"
    (modules / gone).unlink()
    assert vendor.copy_all(modules, tmp_path / "vendor") == [gone]
    assert (tmp_path / "vendor" / vendor.FILES[gone]).is_file()


def test_fonts_in_addresses_and_source_maps_are_cut(
    vendor: ModuleType, modules: Path, tmp_path: Path
) -> None:
    style = next(name for name in vendor.FILES if name.endswith(".min.css"))
    (modules / style).write_text(
        "a{color:red}@font-face{font-family:I;src:url(data:application/font-woff;base64,d09)}b{c:d}\n"
        "/*# sourceMappingURL=x.css.map */",
        encoding="utf-8",
    )
    vendor.copy_all(modules, tmp_path / "vendor")
    assert (tmp_path / "vendor" / vendor.FILES[style]).read_text(encoding="utf-8") == "a{color:red}b{c:d}\n"
