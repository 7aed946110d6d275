# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The toy metropolis as changes see it: its ground alone, and with its network."""

from __future__ import annotations

from pathlib import Path

import pytest

from aumenta.network.model import Network
from aumenta.scenario.catalogue import (
    CELLS,
    NETWORK,
    OPPORTUNITIES,
    PLACES,
    REGISTER,
    Catalogue,
    catalogue_of,
)
from aumenta.store.packs import open_pack
from aumenta.store.view import View
from aumenta.twin import open_twin
from aumenta.twin.ground import Ground, build_ground, figures_of, load_parts, view_of


@pytest.fixture(scope="session")
def toy_ground() -> Ground:
    """The ground of the toy metropolis."""
    pack = open_pack("toy")
    territory, plan = load_parts(pack)
    assert territory is not None
    return build_ground(pack, territory, plan, 250, lambda step: None)


@pytest.fixture(scope="session")
def toy_network(built_toy: Path) -> Network:
    """The network of the toy metropolis, memory-mapped."""
    return open_twin(built_toy).network


def view_over(ground: Ground, network: Network | None = None) -> View:
    """What changes read and replace."""
    frames = {CELLS: ground.cells, OPPORTUNITIES: ground.opportunities, PLACES: ground.places}
    frames[REGISTER] = view_of(ground)[REGISTER]
    tables = {f"table:{name}": figures_of(ground.territory, name) for name in ground.territory.tables}
    given = {**frames, **tables, **({} if network is None else {NETWORK: network})}
    return View({name: lambda value=value: value for name, value in given.items()})


def catalogue_over(ground: Ground, view: View) -> Catalogue:
    """The catalogue of a View of the toy metropolis."""
    kinds = {kind.id: kind for kind in ground.territory.kinds.kinds}
    return catalogue_of(view, kinds, ground.territory.tables, ground.territory.about.gateways)


@pytest.fixture(scope="session")
def toy_view(toy_ground: Ground) -> View:
    """The toy metropolis without a network."""
    return view_over(toy_ground)


@pytest.fixture(scope="session")
def toy_catalogue(toy_ground: Ground, toy_view: View) -> Catalogue:
    """What there is in the toy metropolis, without a network."""
    return catalogue_over(toy_ground, toy_view)


@pytest.fixture(scope="session")
def whole_view(toy_ground: Ground, toy_network: Network) -> View:
    """The toy metropolis with its network."""
    return view_over(toy_ground, toy_network)


@pytest.fixture(scope="session")
def whole_catalogue(toy_ground: Ground, whole_view: View) -> Catalogue:
    """What there is in the toy metropolis, lines and stops too."""
    return catalogue_over(toy_ground, whole_view)
