# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The ground of a twin: plan, places, cells, opportunities, from a pack; and the View that measures read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.plan.model import Plan
from aumenta.plan.pack import load_plan
from aumenta.readings.inputs import (
    CellArrays,
    Column,
    Counts,
    Figures,
    Population,
    members_of_bands,
    members_of_places,
)
from aumenta.readings.tor import Sites
from aumenta.store.packs import Pack
from aumenta.store.view import Loader, View
from aumenta.territory.cells import assign_cells, build_cells
from aumenta.territory.opportunities import build_opportunities
from aumenta.territory.pack import TerritoryPack, load_territory
from aumenta.territory.places import build_places
from aumenta.territory.population import population_by_age
from aumenta.values.text import Text

Tell = Callable[[str], None]
#: Kinds of opportunities whose weight is hospital beds.
BED_KINDS = ("hospital", "nursing_hospital")


@dataclass(frozen=True)
class Ground:
    """What the first stage makes."""

    plan: Plan | None
    territory: TerritoryPack
    places: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    opportunities: gpd.GeoDataFrame
    resolution: int
    notes: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)


def build_ground(
    pack: Pack, territory: TerritoryPack, plan: Plan | None, resolution: int, tell: Tell
) -> Ground:
    """Make places, cells and opportunities. Raises `PackError` or `TableError` with every fault of the pack."""
    tell("places")
    places = build_places(territory)
    made = build_cells(territory, places, resolution, tell)
    tell("opportunities")
    opportunities = assign_cells(build_opportunities(territory, places), made.cells)
    gap = made.deviations["difference"].abs()
    figures = {
        "places": float(len(places)),
        "cells": float(len(made.cells)),
        "cells_inhabited": float(made.cells["inhabited"].sum()),
        "opportunities": float(len(opportunities)),
        "residents": float(made.cells["pop"].sum()),
        "kilometres": float(len(made.deviations)),
        "kilometre_deviation_sum": round(float(gap.sum()), 3),
        "kilometre_deviation_largest": round(float(gap.max()), 3) if len(gap) else 0.0,
    }
    return Ground(plan, territory, places, made.cells, opportunities, resolution, list(made.notes), figures)


def load_parts(pack: Pack) -> tuple[TerritoryPack | None, Plan | None]:
    """The territory and the plan of a pack, those it has."""
    territory = load_territory(pack.territory) if pack.territory else None
    return territory, load_plan(pack.plan) if pack.plan else None


def view_of(ground: Ground) -> View:
    """The inputs of measures, each made when first asked for."""
    pack = ground.territory
    loaders: dict[str, Loader] = {
        "places": lambda: ground.places,
        "members": lambda: members_of_places(ground.places),
        "members_of_bands": lambda: members_of_bands(ground.places),
        "areas": lambda: areas_of(ground.places, pack),
        "population": lambda: _population(pack),
        "cells": lambda: cell_arrays(ground.cells, ground.resolution, pack),
        "opportunities": lambda: ground.opportunities,
        "parameters": lambda: dict(pack.about.parameters),
        "transit_complete": lambda: pack.about.network is not None and pack.about.network.complete,
        "bands": lambda: bands_of(ground.places),
        "kinds_to_bring": lambda: kinds_to_bring(pack, ground.opportunities),
    }
    for name in pack.tables:
        loaders[f"table:{name}"] = lambda name=name: figures_of(pack, name)  # type: ignore[misc]
    for kind in sorted(ground.opportunities.loc[ground.opportunities.geometry.notna(), "kind"].unique()):
        loaders[f"points:{kind}"] = lambda kind=kind: sites_of(ground, kind)  # type: ignore[misc]
    if ground.opportunities["kind"].isin(BED_KINDS).any():
        loaders["beds"] = lambda: counts_of(ground.opportunities, pack, BED_KINDS)
    return View(loaders)


def figures_of(pack: TerritoryPack, name: str) -> Figures:
    """A table of the pack with what each column is."""
    columns = {
        column.id: Column(column.source, column.date, column.status, column.blank)
        for column in pack.tables[name].columns
    }
    complete = any(layer.complete and name in layer.tables for layer in pack.layers)
    return Figures(name, pack.table(name), columns, complete)


def counts_of(opportunities: pd.DataFrame, pack: TerritoryPack, kinds: Sequence[str]) -> Counts:
    """Opportunities of some kinds; complete when the layers that bring them all say so."""
    own = opportunities[opportunities["kind"].isin(kinds)]
    present = set(own["kind"])
    layers = [layer for layer in pack.layers if present & set(layer.kinds)]
    told = present <= {kind for layer in layers for kind in layer.kinds}
    columns = ["kind", "municipality", "weight", "source", "status"]
    return Counts(own[columns].reset_index(drop=True), told and all(layer.complete for layer in layers))


def bands_of(places: pd.DataFrame) -> dict[str, str]:
    """Altitude band of every municipality."""
    towns = places[(places["level"] == "municipality") & places["band"].notna()]
    return dict(zip(towns["id"].astype(str), towns["band"].astype(str), strict=True))


def sites_of(ground: Ground, kind: str) -> Sites:
    """Opportunities of a kind that have a point, with metres of the grid's plane and the number of their cell."""
    own = ground.opportunities
    own = own[(own["kind"] == kind) & own.geometry.notna()]
    points = own.geometry.representative_point()
    plane = ground.territory.about.grid.plane
    x, y = plane.to_metres(points.x.to_numpy(), points.y.to_numpy())
    columns = ["id", "name", "municipality", "weight", "source"]
    rows = pd.DataFrame(own[columns]).reset_index(drop=True).assign(x=x, y=y)
    rows["cell"] = pd.Index(ground.cells["cell"]).get_indexer(pd.Index(own["cell"]))
    layers = [one for one in ground.territory.layers if kind in one.kinds]
    return Sites(rows, bool(layers) and all(one.complete for one in layers))


#: What to bring for a kind that is known by municipality only, where its layer names no file.
_POINTS = Text(it="un elenco con le coordinate", en="a list with coordinates")


def kinds_to_bring(pack: TerritoryPack, opportunities: gpd.GeoDataFrame) -> dict[str, Text]:
    """For each kind of opportunities without any point: why, and the file to bring."""
    found: dict[str, Text] = {}
    for layer in pack.layers:
        if layer.status == "missing" and layer.reason and layer.bring:
            words = Text(
                it=f"{layer.reason.it} Da portare: {layer.bring.it}.",
                en=f"{layer.reason.en} To bring: {layer.bring.en}.",
            )
            found |= {kind: words for kind in layer.kinds}
    placed = set(opportunities.loc[opportunities.geometry.notna(), "kind"])
    for kind in pack.kinds.kinds:
        if kind.id in set(opportunities["kind"]) - placed:
            file = next((one.bring for one in pack.layers if kind.id in one.kinds and one.bring), _POINTS)
            found[kind.id] = Text(
                it=f"{kind.plural.it}: si sa in quali comuni sono, non dove. Da portare: {file.it}.",
                en=f"{kind.plural.en}: known by municipality, not where. To bring: {file.en}.",
            )
    return found


def areas_of(places: pd.DataFrame, pack: TerritoryPack) -> Figures:
    """Area of every municipality, with its source: the places table's or the polygons'."""
    towns = places[places["level"] == "municipality"]
    rows = pd.DataFrame({"municipality": towns["id"].to_numpy(), "area_km2": towns["area_km2"].to_numpy()})
    if pack.about.area == "geometry":
        return Figures("areas", rows, {"area_km2": Column(pack.about.geometry.source)})
    about = pack.tables["places"].column("area_km2")
    return Figures("areas", rows, {"area_km2": Column(about.source, about.date, about.status, about.blank)})


def _population(pack: TerritoryPack) -> Population:
    about = pack.about
    years = (
        [about.population_year]
        if about.previous_year is None
        else [about.previous_year, about.population_year]
    )
    frames = [population_by_age(pack, year).assign(year=year) for year in years]
    sources = {year: pack.population_source(year) for year in years}
    return Population(pd.concat(frames, ignore_index=True), about.population.source, sources=sources)


def cell_arrays(cells: pd.DataFrame, resolution: int, pack: TerritoryPack) -> CellArrays:
    """The columns of cells that measures read; age groups only where they are told."""
    shown = {"full", "pop", "employed", "jobs", "degurba", "height_m", "inhabited"}
    names = [c for c in cells.columns if c in shown or (c.startswith("pop_") and cells[c].notna().any())]
    about = pack.about
    sources = [pack.population_source(about.population_year)]
    people = about.grid.people
    if people in pack.tables:
        sources += sorted({c.source for c in pack.tables[people].columns if c.source} - set(sources))
    return CellArrays(
        cells["cell"].to_numpy(dtype=object),
        cells["municipality"].to_numpy(dtype=object),
        resolution,
        {name: _plain(cells[name]) for name in names},
        f"{about.population_year}-01-01",
        tuple(sources),
    )


def _plain(column: pd.Series) -> NDArray[np.generic]:
    """A column as an array of numpy; whole numbers of which some are missing become floats with NaN."""
    if isinstance(column.dtype, pd.api.extensions.ExtensionDtype):
        return column.to_numpy(np.float64, na_value=np.nan)
    return np.asarray(column)
