# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Assemble the cells of a territory: grid, people, heights, DEGURBA, jobs.

`build_cells` reads what it needs from a pack and its places; `make_cells` is the pure part that works on arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from aumenta.errors import AumentaError, PackError, Problem
from aumenta.settings import get_settings
from aumenta.territory import degurba, grid, km_files, people, weights
from aumenta.territory.heights import KmHeights, cell_heights
from aumenta.territory.jobs import Workplaces, jobs_at, spread_jobs
from aumenta.territory.pack import TerritoryPack
from aumenta.territory.people import GROUPS, KmPeople, Spread
from aumenta.territory.plane import EUROPE, Plane
from aumenta.territory.population import population_by_age, tells_ages
from aumenta.territory.rounding import Longs

Progress = Callable[[str], None]
T = TypeVar("T")

#: Column of persons employed that is looked for in the tables by municipality.
JOBS_COLUMN = "persons_employed"
#: Columns of `cells.parquet`, in this order (docs/architecture.md).
COLUMNS = (
    "cell", "gx", "gy", "municipality", "zone", "band", "pop", *GROUPS, "employed", "jobs", "degurba", "full",
    "height_m", "inhabited", "status", "geometry",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """What cells are made from; lists and arrays by municipality are in the order of `municipality`.

    `polygons` in metres of the `plane`; `residents` (municipalities, 5); `jobs` persons employed, NaN where missing;
    `workplaces` points that jobs are counted at instead; `ages` whether the residents' are known.
    """

    municipality: list[str]
    zone: list[str]
    band: list[str]
    polygons: NDArray[np.object_]
    residents: Longs
    jobs: NDArray[np.float64]
    census: KmPeople
    heights: KmHeights | None
    settlements: weights.Settlements
    plane: Plane = EUROPE
    workplaces: Workplaces | None = None
    ages: bool = True


@dataclass(frozen=True)
class CellsResult:
    """Cells of a territory, and what stands behind them.

    `deviations` by census kilometre: the columns of `people.deviations`, `degurba`, and `border` (its class could
    be higher with what lies beyond the known ground). `notes` in words.
    """

    cells: gpd.GeoDataFrame
    deviations: pd.DataFrame
    notes: list[str]


def build_cells(
    pack: TerritoryPack, places: gpd.GeoDataFrame, resolution: int = 250, progress: Progress | None = None
) -> CellsResult:
    """Cells of a pack's territory. `places` as `build_places` gives them (EPSG:4326).

    `progress` is called with the name of each step as it begins. Raises `AumentaError` when the grid would be
    larger than `AUMENTA_MAX_CELLS`, `TableError` or `PackError` when the pack's figures cannot be used.
    """
    grid.check_resolution(resolution)
    _tell(progress, "grid")
    return make_cells(read_ground(pack, places), resolution, progress)


def read_ground(pack: TerritoryPack, places: gpd.GeoDataFrame) -> Ground:
    """Gather from the pack what cells are made from; tables of the grid that a pack does not name stay empty."""
    towns = places[places["level"] == "municipality"].sort_values("id")
    ids = [str(code) for code in towns["id"]]
    spec = pack.about.grid
    ages = population_by_age(pack, pack.about.population_year)
    settled = partial(km_files.settlements, plane=spec.plane)
    worked = partial(km_files.workplaces, plane=spec.plane)
    return Ground(
        municipality=ids,
        zone=[str(code) for code in towns["zone"]],
        band=[str(code) for code in towns["band"]],
        polygons=grid.project(towns.geometry.to_numpy(), spec.plane),
        residents=people.group_residents(ages, ids),
        jobs=_jobs_table(pack, ids),
        census=_file(pack, spec.people, km_files.census) or km_files.no_people(),
        heights=_file(pack, spec.heights, km_files.km_heights),
        settlements=_file(pack, spec.settlements, settled) or km_files.no_settlements(),
        plane=spec.plane,
        workplaces=_file(pack, spec.workplaces, worked),
        ages=tells_ages(pack, pack.about.population_year),
    )


def _file(pack: TerritoryPack, name: str | None, read: Callable[[pd.DataFrame, str], T]) -> T | None:
    """One table of the grid, if the pack names it."""
    return None if name is None else read(pack.table(name), str(pack.folder / pack.tables[name].file))


def _jobs_table(pack: TerritoryPack, ids: list[str]) -> NDArray[np.float64]:
    """Persons employed by municipality, NaN where the pack's tables do not tell.

    The parameter `jobs` of the territory names the column as `table.column`; without it the first table by
    municipality with a column `persons_employed` counts.
    """
    named = pack.about.parameters.get("jobs")
    found = [n for n, t in pack.tables.items() if t.place == "municipality" and JOBS_COLUMN in t.column_ids]
    table, column = (found[0] if found else "", JOBS_COLUMN)
    if named is not None:
        table, _, column = str(named).partition(".")
        if table not in pack.tables or column not in pack.tables[table].column_ids:
            file = str(pack.folder / "territory.yaml")
            problem = Problem(
                "no such column", file, field="parameters.jobs", found=str(named), expected="table.column"
            )
            raise PackError("The territory pack names a column that it does not have.", [problem])
    if not table:
        return np.full(len(ids), np.nan)
    rows = pack.table(table).drop_duplicates("municipality").set_index("municipality")
    return rows[column].reindex(ids).to_numpy(np.float64)


def make_cells(ground: Ground, resolution: int = 250, progress: Progress | None = None) -> CellsResult:
    """Cells of a ground, sorted by `gy`, `gx`; every municipality that can be given a cell has one."""
    cells, notes = _lay_grid(ground, resolution)
    owner = cells.owner.astype(np.int64)
    km_x, km_y = grid.parents(cells.gx, cells.gy, resolution, 1000)
    cell_km = people.kilometres_of(ground.census, km_x, km_y)
    census = people.with_inside(ground.census, cell_km, (1000 / resolution) ** 2)
    census = census if ground.ages else people.without_ages(census)
    height = cell_heights(ground.heights, cells.gx, cells.gy, resolution)
    _tell(progress, "people")
    weight = _weights(ground, cells, km_x, km_y, height)
    given = people.spread(census, cell_km, owner, weight, ground.residents)
    pop = given.groups.sum(axis=1)
    _tell(progress, "degree of urbanisation")
    km, classes = _classes(ground, km_x, km_y, pop)
    klass, _ = degurba.look_up(classes, km, grid.keys(km_x, km_y))
    _tell(progress, "jobs")
    jobs, said = _jobs(ground, cells, owner, pop)
    deviations = people.deviations(census, cell_km, pop, ground.plane)
    deviations["degurba"], deviations["border"] = degurba.look_up(classes, km, census.keys)
    notes += [*_notes(ground, given, deviations, classes), *said]
    _tell(progress, "table of cells")
    inhabited = (cell_km >= 0) | (pop > 0)
    table = _table(
        ground,
        cells,
        given,
        pop,
        {"jobs": jobs, "degurba": klass, "height_m": height, "inhabited": inhabited},
    )
    return CellsResult(table, deviations, notes)


def _jobs(
    ground: Ground, cells: grid.GridCells, owner: Longs, pop: Longs
) -> tuple[NDArray[np.float64], list[str]]:
    """Jobs by cell: counted at the workplaces where they are known, else spread; and notes on them."""
    if ground.workplaces is None:
        hidden = [c for c, jobs in zip(ground.municipality, ground.jobs, strict=True) if np.isnan(jobs)]
        of = f"{len(hidden)} of {len(ground.jobs)}"
        note = f"Persons employed are missing for {of} municipalities: {', '.join(hidden)}."
        spread = spread_jobs(ground.jobs, owner, pop, cells.gx, cells.gy, cells.resolution)
        return spread, [note] if hidden else []
    counted, away = jobs_at(ground.workplaces, cells.gx, cells.gy, cells.resolution)
    return counted, [f"{away} workplaces lie away from every cell and were left out."] if away else []


def _lay_grid(ground: Ground, resolution: int) -> tuple[grid.GridCells, list[str]]:
    """Cells by municipality; one that holds no centre is given the cell it overlaps most."""
    limit = get_settings().max_cells
    about = int(shapely.area(ground.polygons).sum() / resolution**2)
    if about > limit:
        expected = f"at most {limit} (AUMENTA_MAX_CELLS), or a coarser grid"
        problem = Problem(
            "too many cells", field="grid resolution", found=f"about {about}", expected=expected
        )
        raise AumentaError("The grid cannot be made.", [problem])
    cells = grid.cells_of(ground.polygons, resolution)
    notes = []
    if cells.contested:
        notes.append(f"{cells.contested} cells lie in more than one municipality and went to the first.")
    bare = np.setdiff1d(np.arange(len(ground.municipality)), cells.owner)
    owners = dict(zip(grid.keys(cells.gx, cells.gy).tolist(), cells.owner.tolist(), strict=True))
    left = np.bincount(cells.owner, minlength=len(ground.municipality))
    for town in bare.tolist():
        key = _best_cell(ground.polygons[town], resolution, owners, left)
        if key is None:
            text = f"{ground.municipality[town]} holds no cell and none can be given"
            problem = Problem(text, field="grid resolution", found=str(resolution), expected="a finer grid")
            raise AumentaError("The grid is too coarse for a municipality.", [problem])
        if key in owners:
            left[owners[key]] -= 1
        owners[key], left[town] = town, 1
        notes.append(
            f"{ground.municipality[town]} holds no centre of a cell and was given the one it overlaps most."
        )
    return _from_owners(owners, resolution, cells.contested) if len(bare) else cells, notes


def _best_cell(
    polygon: shapely.Geometry, resolution: int, owners: dict[int, int], left: NDArray[np.int64]
) -> int | None:
    """Key of the cell that a polygon overlaps most, leaving every other municipality at least one cell."""
    gx, gy = grid.cells_touching([polygon], resolution)
    area = shapely.area(shapely.intersection(grid.squares(gx, gy, resolution), polygon))
    for at in np.lexsort((grid.keys(gx, gy), -area)).tolist():
        key = int(grid.keys(gx[at], gy[at]))
        if key not in owners or left[owners[key]] > 1:
            return key
    return None


def _from_owners(owners: dict[int, int], resolution: int, contested: int) -> grid.GridCells:
    key = np.array(sorted(owners), np.int64)
    who = np.array([owners[k] for k in key.tolist()], np.int32)
    gx, gy = grid.from_keys(key)
    return grid.GridCells(resolution, gx, gy, who, contested)


def _weights(
    ground: Ground, cells: grid.GridCells, km_x: grid.Ints, km_y: grid.Ints, height: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Weight of each cell inside its kilometre."""
    x, y = grid.centres(cells.gx, cells.gy, cells.resolution)
    census = ground.census
    around = weights.density_around(census.gx, census.gy, census.total, x, y)
    settled = weights.settlement_density(ground.settlements, cells.gx, cells.gy, cells.resolution)
    _, number = np.unique(grid.keys(km_x, km_y), return_inverse=True)
    return weights.cell_weights(around, settled, height, number)


def _classes(
    ground: Ground, km_x: grid.Ints, km_y: grid.Ints, pop: Longs
) -> tuple[NDArray[np.int64], degurba.Classes]:
    """DEGURBA of every kilometre that touches the territory: keys and classes.

    From the census of the whole kilometres, also across the border; without a census from the cells' residents.
    """
    census, cell_km = ground.census, grid.keys(km_x, km_y)
    touching = grid.keys(*grid.cells_touching(ground.polygons, 1000))
    km = np.union1d(np.union1d(touching, census.keys), cell_km)
    at = grid.locate(km, census.keys)
    residents = np.append(census.total, 0.0)[at]  # position -1 finds the added nobody
    land = np.append(census.land, 1.0)[at]
    if not len(census.total):
        residents = np.bincount(grid.locate(cell_km, km), pop, minlength=len(km)).astype(np.float64)
    gx, gy = grid.from_keys(km)
    return km, degurba.classify_kilometres(gx, gy, residents, land)


def _notes(ground: Ground, given: Spread, deviations: pd.DataFrame, classes: degurba.Classes) -> list[str]:
    """What a reader of the cells should know, in sentences."""
    notes = []
    if len(deviations):
        off = deviations["difference"].abs()
        within = (off <= 0.1 * deviations["expected"]) | (off <= 5)
        notes.append(
            f"Census kilometres: {len(deviations)} with {deviations['expected'].sum():.0f} residents inside the "
            f"territory; the cells were given {deviations['given'].sum()}; {within.mean():.1%} of the kilometres "
            f"are within 10 % (or 5 residents) of the census, mean absolute difference {off.mean():.1f}."
        )
    else:
        notes.append("There is no census by kilometre: residents and classes follow settlements and heights.")
    if not ground.ages:
        notes.append("Nobody tells the ages of residents: age groups are missing.")
    if given.employed is None:
        notes.append("No kilometre tells how many residents work: `employed` is missing.")
    if given.without_census and len(deviations):
        names = ", ".join(ground.municipality[i] for i in given.without_census)
        notes.append(f"No inhabited kilometre, residents spread by weight over all cells: {names}.")
    flagged = int((classes.border & (classes.degurba < degurba.URBAN_CENTRE)).sum())
    notes.append(
        f"Degree of urbanisation: {int((classes.degurba == 3).sum())} kilometres in urban centres, "
        f"{int((classes.degurba == 2).sum())} in urban clusters. Dense kilometres that touch ground that is not "
        f"known, and could be of a higher class with it: {flagged}."
    )
    return notes


def _table(
    ground: Ground,
    cells: grid.GridCells,
    given: Spread,
    pop: Longs,
    more: dict[str, NDArray[np.generic]],
) -> gpd.GeoDataFrame:
    """The cells with exactly the columns of `cells.parquet`."""
    lon, lat = grid.to_lonlat(*grid.centres(cells.gx, cells.gy, cells.resolution), ground.plane)
    data: dict[str, object] = {
        "cell": grid.encode(cells.gx, cells.gy, cells.resolution, ground.plane),
        "gx": cells.gx,
        "gy": cells.gy,
        "pop": pop.astype(np.int32),
        "employed": _employed(given, len(cells)),
        "full": more["degurba"] >= np.int8(degurba.URBAN_CLUSTER),
        "status": np.full(len(cells), "estimated", object),
        "geometry": shapely.points(np.round(lon, 7), np.round(lat, 7)),
        **more,
    }
    for name, codes in (("municipality", ground.municipality), ("zone", ground.zone), ("band", ground.band)):
        data[name] = np.array(codes, object)[cells.owner]
    for at, name in enumerate(GROUPS):
        data[name] = given.groups[:, at].astype(np.int32) if ground.ages else _nobody_tells(len(cells))
    return gpd.GeoDataFrame({name: data[name] for name in COLUMNS}, geometry="geometry", crs="EPSG:4326")


def _employed(given: Spread, count: int) -> object:
    """int32, or the nullable integer of pandas when nobody tells how many residents work."""
    return _nobody_tells(count) if given.employed is None else given.employed.astype(np.int32)


def _nobody_tells(count: int) -> object:
    """A column of whole numbers that are all missing."""
    return pd.array([pd.NA] * count, dtype="Int32")


def assign_cells(opportunities: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A copy of the opportunities with `cell` filled: the code of the cell that holds the point, else None.

    A point of a municipality of the territory whose cell is not in the grid (its centre lies across the border)
    gets the nearest of the eight around it. Without a point, or away from the grid, `cell` is None.
    """
    filled = opportunities.copy()
    codes = np.full(len(filled), None, object)
    points = filled.geometry.to_numpy()
    there = np.flatnonzero(~(shapely.is_missing(points) | shapely.is_empty(points)))
    if len(cells) and len(there):
        _, _, resolution = grid.decode(cells["cell"].iloc[:1])
        among = grid.keys(cells["gx"], cells["gy"])
        centre = shapely.centroid(points[there])
        plane = Plane.of_code(str(cells["cell"].iloc[0]))
        x, y = grid.from_lonlat(shapely.get_x(centre), shapely.get_y(centre), plane)
        at = grid.locate(grid.keys(*grid.cells_at(x, y, resolution)), among)
        ours = filled["municipality"].notna().to_numpy()[there]
        astray = np.flatnonzero((at < 0) & ours)
        at[astray] = _nearest(x[astray], y[astray], among, resolution)
        codes[there[at >= 0]] = cells["cell"].to_numpy()[at[at >= 0]]
    filled["cell"] = pd.Series(codes, index=filled.index, dtype=object)
    return filled


def _nearest(
    x: NDArray[np.float64], y: NDArray[np.float64], among: NDArray[np.int64], resolution: int
) -> NDArray[np.int64]:
    """Position of the nearest of the eight cells around each point's cell; -1 where none is in the grid."""
    near_x, near_y = grid.neighbours(*grid.cells_at(x, y, resolution), corners=True)
    at = grid.locate(grid.keys(near_x.ravel(), near_y.ravel()), among).reshape(near_x.shape)
    centre_x, centre_y = grid.centres(near_x, near_y, resolution)
    away = np.where(at >= 0, np.hypot(centre_x - x[:, None], centre_y - y[:, None]), np.inf)
    best: NDArray[np.int64] = at[np.arange(len(x)), away.argmin(axis=1)]
    return best


def _tell(progress: Progress | None, step: str) -> None:
    if progress is not None:
        progress(step)
