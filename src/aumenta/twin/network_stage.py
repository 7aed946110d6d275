# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The second stage of a build: streets and timetables compiled for the cells of the ground."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from aumenta.errors import NetworkError, PackError, Problem
from aumenta.network.compile import compile_network
from aumenta.network.files import write_network
from aumenta.network.model import About, Doubles, Network, Streets, Timetable
from aumenta.store.build_files import built_file
from aumenta.store.manifest import NetworkEntry
from aumenta.store.yaml_files import problems_of
from aumenta.territory.fetching.overlay import RoutedFile
from aumenta.territory.model import NetworkSpec
from aumenta.territory.plane import Plane
from aumenta.twin.ground import Ground, Tell
from aumenta.twin.stages import Written

#: Folder of the network within a build.
FOLDER = "network"
#: Metres from the line of a fast road within which a cell is on it.
FAST_WITHIN = 180.0
#: Degrees around the cells that streets are read in, some ten kilometres.
MARGIN = 0.12


def write_network_stage(ground: Ground, routed: Sequence[RoutedFile], folder: Path, tell: Tell) -> Written:
    """Compile the network of a ground and write it; a territory without one gets none, and no travel times.

    `routed` are the fetched files: they replace what the pack estimates. Raises `NetworkError` or `PackError` naming
    what is wrong with a file or a table.
    """
    spec = ground.territory.about.network
    if spec is None:
        return Written()
    network = make_network(ground, spec, routed, tell)
    tell("network files")
    paths = write_network(network, folder / FOLDER)
    about = network.about
    return Written(
        files={f"{FOLDER}/{path.name}": built_file(path) for path in paths},
        network=NetworkEntry(
            status=about.status,
            streets=network.streets.kind,
            date=about.date,
            window=about.window,
            hours=about.hours,
            modes=list(about.modes),
            sources=list(about.sources),
            notes=list(about.notes),
            counts=dict(about.counts),
        ),
    )


def make_network(ground: Ground, spec: NetworkSpec, routed: Sequence[RoutedFile], tell: Tell) -> Network:
    """The network of a ground: what was fetched, else the pack's files, else estimates."""
    tell("streets")
    streets, street_notes, street_sources = _streets(ground, spec, routed)
    tell("timetable")
    timetable, notes, sources, estimated = _timetable(ground, spec, routed)
    x, y = _centres(ground)
    about = About(
        "estimated" if estimated or streets.kind == "friction" else "reported",
        tuple(dict.fromkeys([*street_sources, *sources, *_own_sources(spec)])),
        (*street_notes, *notes),
        spec.service_date.isoformat() if spec.service_date else None,
        window=spec.window,
        hours=spec.hours,
    )
    return compile_network(streets, x, y, timetable, about, tell)


def _own_sources(spec: NetworkSpec) -> list[str]:
    """Sources of the pack's own files."""
    return spec.sources if spec.streets or spec.feeds else []


def _plane(ground: Ground) -> Plane:
    return ground.territory.about.grid.plane


def _centres(ground: Ground) -> tuple[Doubles, Doubles]:
    """Centres of the cells in metres, worked out from their indices, exactly."""
    side = float(ground.resolution)
    x, y = ((ground.cells[name].to_numpy(dtype=np.float64) + 0.5) * side for name in ("gx", "gy"))
    return x, y


def _box(ground: Ground) -> tuple[float, float, float, float]:
    """West, south, east, north of the cells with a margin: streets that leave the territory may come back."""
    west, south, east, north = ground.cells.total_bounds
    return (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)


def _streets(
    ground: Ground, spec: NetworkSpec, routed: Sequence[RoutedFile]
) -> tuple[Streets, list[str], list[str]]:
    folder = ground.territory.folder
    fetched = [one for one in routed if one.what == "streets"]
    if len(fetched) > 1:
        problem = Problem("two fetched sources for the streets", found=", ".join(o.source for o in fetched))
        raise NetworkError("The network cannot be compiled.", [problem])
    file = fetched[0].file if fetched else folder / spec.streets if spec.streets else None
    if file is not None:
        from aumenta.network.elevation import Elevation  # noqa: PLC0415 - heavy, and only where streets are known
        from aumenta.network.osm_streets import OsmOptions, read_osm  # noqa: PLC0415

        heights = Elevation.open(folder / spec.elevation) if spec.elevation else None
        streets, notes = read_osm(file, heights, OsmOptions(box=_box(ground), plane=_plane(ground)))
        return streets, notes, [fetched[0].source] if fetched else []
    return _friction(ground, spec)


def _friction(ground: Ground, spec: NetworkSpec) -> tuple[Streets, list[str], list[str]]:
    from aumenta.network.friction import FrictionSpec, friction_streets  # noqa: PLC0415

    try:
        table = FrictionSpec.model_validate(FrictionSpec().model_dump() | spec.friction)
    except ValidationError as error:
        file = str(ground.territory.folder / "territory.yaml")
        raise PackError("The speeds of estimated streets cannot be used.", problems_of(error, file)) from None
    cells = ground.cells
    gx, gy, degurba, band, height, inhabited = (
        cells[name].to_numpy() for name in ("gx", "gy", "degurba", "band", "height_m", "inhabited")
    )
    x, y = _centres(ground)
    fast = (
        _fast_cells(ground.territory.folder / spec.fast_roads, x, y, _plane(ground))
        if spec.fast_roads
        else None
    )
    streets = friction_streets(x, y, gx, gy, degurba, band, height, inhabited, table, fast, _plane(ground))
    return streets, ["streets are estimated from the cells: no OpenStreetMap extract was given"], []


def _fast_cells(file: Path, x: Doubles, y: Doubles, plane: Plane) -> NDArray[np.bool_]:
    """Cells that a road of the table crosses: within `FAST_WITHIN` metres of the line through its points."""
    from aumenta.network.friction import cells_along  # noqa: PLC0415

    columns = ["road", "seq", "lon", "lat"]
    try:
        rows = pd.read_csv(file, keep_default_na=False, dtype={"road": str})
    except (OSError, ValueError) as error:
        raise PackError("The fast roads cannot be read.", [Problem(str(error), str(file))]) from None
    lacking = [name for name in columns if name not in rows]
    numbers = rows[[c for c in columns[1:] if c in rows]].apply(pd.to_numeric, errors="coerce")
    problems = [Problem("a column is missing", str(file), field=name) for name in lacking]
    for name in numbers:
        problems += [
            Problem("not a number", str(file), int(at) + 2, name, str(rows[name].iloc[at]))
            for at in np.flatnonzero(numbers[name].isna())
        ]
    if problems:
        raise PackError("The fast roads cannot be read.", problems)
    found = np.zeros(len(x), bool)
    for _, points in rows.assign(**numbers).sort_values(["road", "seq"]).groupby("road", sort=True):
        line = plane.to_metres(points["lon"].to_numpy(float), points["lat"].to_numpy(float))
        found |= cells_along(x, y, *line, FAST_WITHIN)
    return found


def _timetable(
    ground: Ground, spec: NetworkSpec, routed: Sequence[RoutedFile]
) -> tuple[Timetable | None, list[str], list[str], bool]:
    """The timetable, notes on it, its sources, and whether a part of it rests on assumptions."""
    from aumenta.network.gtfs import read_gtfs  # noqa: PLC0415
    from aumenta.network.lines import gtfs_from_lines, read_lines  # noqa: PLC0415

    folder = ground.territory.folder
    fetched = [one for one in routed if one.what == "timetable"]
    replaced = {layer for one in fetched for layer in one.layers}
    layers = {layer.id: layer for layer in ground.territory.layers}
    tables = [table for table in spec.lines if table.layer not in replaced]
    unknown = [table.layer for table in tables if table.layer not in layers]
    if unknown:
        file = str(folder / "territory.yaml")
        problems = [Problem("no such layer", file, field="network.lines", found=name) for name in unknown]
        raise PackError("The network cannot be compiled.", problems)
    feeds = [*(one.file for one in fetched), *(folder / name for name in spec.feeds)]
    sources = [one.source for one in fetched]
    sources += [source for table in tables for source in layers[table.layer].sources]
    with tempfile.TemporaryDirectory(prefix="aumenta-lines-") as scratch:
        if tables:  # one feed: stations where several lines call are one stop
            feeds.append(Path(scratch) / "lines.zip")
            gtfs_from_lines([line for t in tables for line in read_lines(folder / t.file)], feeds[-1])
        if not feeds:
            return None, ["no timetable: public transport is missing"], [], False
        timetable, report = read_gtfs(feeds)
    return timetable, list(report.in_brief()), sources, bool(tables)
