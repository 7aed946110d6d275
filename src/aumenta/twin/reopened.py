# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The ground of a build read again, with the pack it was made of, for who computes beyond the build (scenarios)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aumenta.errors import Problem, TwinError
from aumenta.store.build_files import read_geo
from aumenta.store.fingerprint import fingerprint
from aumenta.store.pack_place import recall_pack
from aumenta.twin.build_inputs import cache_of_pack, fetched_files, packages_of, territory_yaml
from aumenta.twin.ground import Ground, load_parts

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin


def ground_of(twin: Twin) -> Ground:
    """Ground of an opened twin, from its files and its pack.

    Raises `PackError` when the pack is gone and `TwinError` when pack or software are no longer those of the build:
    what was computed then could not be compared with it.
    """
    manifest = twin.manifest
    pack = recall_pack(twin.root, manifest.pack.id)
    cache = cache_of_pack(pack, bool(manifest.settings["fetched"]))
    now = fingerprint(
        pack.root, packages_of(territory_yaml(pack)), manifest.settings, fetched_files(pack, cache)
    )
    if now.hash != manifest.inputs_hash:
        changed = "the software" if now.software != manifest.software else "the pack or what was fetched"
        problem = Problem(
            f"{changed} changed since the build", str(pack.root), expected="aumenta build, then again"
        )
        raise TwinError("The twin is older than what it is made of; build it again.", [problem])
    territory, plan = load_parts(pack)
    if cache is not None and territory is not None:
        from aumenta.territory.fetching.overlay import with_fetched  # noqa: PLC0415 - only where sources were fetched

        territory = with_fetched(territory, cache).pack
    assert territory is not None  # a twin is of a pack with a territory
    places, cells, opportunities = (
        read_geo(twin.folder / f"{name}.parquet") for name in ("places", "cells", "opportunities")
    )
    side = int(manifest.settings["grid_resolution"])
    return Ground(
        plan, territory, places, cells, opportunities, side, list(manifest.notes), dict(manifest.figures)
    )
