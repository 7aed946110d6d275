# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Levers that a twin knows, and the kinds of opportunities they may add: those of the pack that it was built of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aumenta.scenario.levers import LEVERS, Lever, load_levers
from aumenta.store.pack_place import recall_pack
from aumenta.store.yaml_files import validate
from aumenta.territory.model import Kind, KindsFile

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin


def levers_of(twin: Twin) -> dict[str, Lever]:
    """The levers of a twin by action, read once, in the order of the plan; those of another territory are left out.

    Raises `PackError` when the pack is no longer where it was, `ScenarioError` when a lever cannot be read.
    """
    return twin.once("levers", lambda: _read(twin))


def _read(twin: Twin) -> dict[str, Lever]:
    levers = load_levers(recall_pack(twin.root, twin.manifest.pack.id).root / LEVERS)
    whole = set(map(str, twin.places(level="metropolis")["id"]))
    return {action: one for action, one in levers.items() if one.territory in whole}


def kinds_of(twin: Twin) -> list[Kind]:
    """The kinds of opportunities of a twin's pack, also those that the territory has none of yet.

    Raises `PackError` when the pack is no longer where it was; a pack without a territory has none.
    """
    return twin.once("kinds of the pack", lambda: _kinds(twin))


def _kinds(twin: Twin) -> list[Kind]:
    folder = recall_pack(twin.root, twin.manifest.pack.id).territory
    return list(validate(KindsFile, folder / "kinds.yaml").kinds) if folder else []
