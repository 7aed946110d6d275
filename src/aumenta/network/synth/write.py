# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Files of the made-up metropolis, in the formats that real ones come in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aumenta.network.synth.cells import SIDE, Cells
from aumenta.network.synth.service import Service
from aumenta.network.synth.streets import KINDS, PRIMARY, SECONDARY, StreetPlan
from aumenta.territory.plane import EUROPE

SPAN = ("20250101", "20301231")
ZONE = "Europe/Berlin"


def _degrees(
    x: ArrayLike, y: ArrayLike, origin: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lon, lat = EUROPE.to_degrees(np.asarray(x) + origin[0], np.asarray(y) + origin[1])
    return np.asarray(lon).round(7), np.asarray(lat).round(7)


def write_streets(plan: StreetPlan, path: Path, origin: tuple[int, int]) -> None:
    """Nodes and one way a street as OSM's PBF; crossings have the numbers from 1, bends follow."""
    from osmium import SimpleWriter  # noqa: PLC0415
    from osmium.osm.mutable import Node, Way  # noqa: PLC0415

    lon, lat = _degrees(np.concatenate([plan.x, plan.bend_x]), np.concatenate([plan.y, plan.bend_y]), origin)
    first_bend = len(plan.x) + 1
    tags = [{"highway": kind} for kind in KINDS]
    tags[PRIMARY] |= {"maxspeed": "70"}
    tags[SECONDARY] |= {"maxspeed": "50"}
    with SimpleWriter(str(path)) as out:
        for number, place in enumerate(zip(lon.tolist(), lat.tolist(), strict=True), start=1):
            out.add_node(Node(id=number, location=place))
        bends = (plan.bend_indptr + first_bend).tolist()
        streets = zip(plan.u.tolist(), plan.v.tolist(), plan.kind.tolist(), plan.oneway.tolist(), strict=True)
        for number, (u, v, kind, oneway) in enumerate(streets, start=1):
            nodes = [u + 1, *range(bends[number - 1], bends[number]), v + 1]
            own = tags[kind] | {"oneway": "yes"} if oneway else tags[kind]
            out.add_way(Way(id=number, nodes=nodes, tags=own))


def write_gtfs(service: Service, folder: Path, origin: tuple[int, int]) -> None:
    """A GTFS feed of the service: all trips from Monday to Friday, about two thirds at weekends."""
    lon, lat = _degrees(service.stop_x, service.stop_y, origin)
    stops = zip(range(len(lon)), lat.tolist(), lon.tolist(), strict=True)
    routes = [
        f"R{n},1,{kind.name} {n},Line {kind.name} {n},{kind.route_type}"
        for n, kind in enumerate(service.kinds)
    ]
    trips = (
        f"R{trip.line},{'daily' if trip.daily else 'weekdays'},T{n},{trip.direction}"
        for n, trip in enumerate(service.trips)
    )
    span = ",".join(SPAN)
    days = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
    info = "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,feed_version"
    tables: dict[str, tuple[str, Iterable[str]]] = {
        "agency": (
            "agency_id,agency_name,agency_url,agency_timezone",
            [f"1,Made up,https://example.org/,{ZONE}"],
        ),
        "calendar": (
            f"service_id,{days},start_date,end_date",
            [f"daily,1,1,1,1,1,1,1,{span}", f"weekdays,1,1,1,1,1,0,0,{span}"],
        ),
        "feed_info": (info, [f"Made up,https://example.org/,en,{span},1"]),
        "stops": (
            "stop_id,stop_name,stop_lat,stop_lon",
            (f"S{n},Stop {n},{a:.7f},{o:.7f}" for n, a, o in stops),
        ),
        "routes": ("route_id,agency_id,route_short_name,route_long_name,route_type", routes),
        "trips": ("route_id,service_id,trip_id,direction_id", trips),
        "stop_times": ("trip_id,arrival_time,departure_time,stop_id,stop_sequence", _times(service)),
    }
    for name, (header, rows) in tables.items():
        _table(folder / f"{name}.txt", header, rows)


def _times(service: Service) -> Iterable[str]:
    latest = max((int(trip.depart[-1]) for trip in service.trips), default=0)
    clock = [
        f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}" for second in range(latest + 1)
    ]
    for number, trip in enumerate(service.trips):
        rows = zip(trip.arrive.tolist(), trip.depart.tolist(), trip.stops.tolist(), strict=True)
        for place, (arrive, depart, stop) in enumerate(rows, start=1):
            yield f"T{number},{clock[arrive]},{clock[depart]},S{stop},{place}"


def write_cells(cells: Cells, path: Path) -> None:
    """Centre, grid numbers (EPSG:3035 metres over 250) and people of each cell."""
    x, y = (cells.gx + 0.5) * SIDE, (cells.gy + 0.5) * SIDE
    lon, lat = _degrees(x, y, (0, 0))
    rows = zip(
        lon.tolist(), lat.tolist(), cells.gx.tolist(), cells.gy.tolist(), cells.people.tolist(), strict=True
    )
    _table(path, "lon,lat,gx,gy,population", (f"{o:.7f},{a:.7f},{gx},{gy},{p}" for o, a, gx, gy, p in rows))


def _table(path: Path, header: str, rows: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(header + "\n")
        out.writelines(row + "\n" for row in rows)
