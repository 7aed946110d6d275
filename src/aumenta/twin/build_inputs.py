# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a build depends on, found without importing anything heavy: side of a cell, packages, fetched files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aumenta.errors import AumentaError, Problem
from aumenta.settings import get_settings
from aumenta.store.manifest import FetchedFile
from aumenta.store.packs import Pack
from aumenta.store.yaml_files import read_yaml

RESOLUTIONS = (100, 250, 500, 1000)
#: Name of `aumenta.territory.plane.EUROPE`, which is not asked: that module loads numpy.
USUAL_PLANE = "EPSG:3035"


def resolution_of(given: int | None, territory: dict[str, Any]) -> int:
    """Side of a cell: the argument's, else the environment's, else the pack's, else the default of the setting."""
    settings = get_settings()
    grid = territory.get("grid")
    side = given if given is not None else settings.grid_resolution
    if given is None and "grid_resolution" not in settings.model_fields_set and isinstance(grid, dict):
        own = grid.get("resolution", side)
        side = own if own in RESOLUTIONS else side  # another figure is told of by the pack's own check
    if side not in RESOLUTIONS:
        expected = ", ".join(str(r) for r in RESOLUTIONS)
        raise AumentaError(
            "The build cannot start.", [Problem("no such side of a cell", found=str(side), expected=expected)]
        )
    return side


def settings_of(side: int, fetched: bool, territory: dict[str, Any]) -> dict[str, Any]:
    """What the manifest keeps of a build: side of a cell, whether fetched sources count, a plane of the pack's own."""
    settings: dict[str, Any] = {"grid_resolution": side, "fetched": fetched}
    grid = territory.get("grid")
    crs = grid.get("crs") if isinstance(grid, dict) else None
    # Anything else than a text is told of by the pack's own check.
    return settings | ({"plane": crs} if isinstance(crs, str) and crs != USUAL_PLANE else {})


def cache_of_pack(pack: Pack, fetched: bool) -> Path | None:
    """Folder of the fetched sources that the build takes in; None when it takes none."""
    if not fetched or pack.territory is None:
        return None
    from aumenta.territory.fetching.cache import cache_of  # noqa: PLC0415

    return cache_of(pack.about.id)


def fetched_files(pack: Pack, cache: Path | None) -> list[FetchedFile]:
    """Fetched files that the build reads, compared with the account of the cache."""
    if cache is None or pack.territory is None:
        return []
    from aumenta.territory.fetching.cache import cached_sources  # noqa: PLC0415

    return [file for one in cached_sources(pack.territory, cache) for file in one.inputs]


def territory_yaml(pack: Pack) -> dict[str, Any]:
    """The territory's YAML as it stands, before its schema is checked."""
    if pack.territory is None or not (pack.territory / "territory.yaml").is_file():
        return {}
    data, _ = read_yaml(pack.territory / "territory.yaml")
    return data if isinstance(data, dict) else {}


def packages_of(data: dict[str, Any]) -> dict[str, list[str]]:
    """Data files of installed packages that the territory reads."""
    found: dict[str, list[str]] = {}
    years = data.get("population_years")
    for key in ("geometry", "population"):
        part = data.get(key)
        if not isinstance(part, dict) or not isinstance(part.get("package"), str):
            continue
        names = (
            [f"data/{part.get('year')}_italy_geo_municipalities.feather"]
            if key == "geometry"
            else [f"data/{year}_italy_pop.feather" for year in (years if isinstance(years, list) else [])]
        )
        found.setdefault(part["package"], []).extend(names)
    return found
