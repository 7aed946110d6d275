# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Write a pack of Porto Alegre from open files that come with no borders, no ages and no official districts.

python tools/porto_alegre_pack.py SOURCE INTO

SOURCE holds poa_hexgrid.csv (hexagons of 8 ha with residents, schools, jobs, health facilities), poa_osm.pbf,
poa_eptc.zip and poa_trensurb.zip (GTFS), poa_elevation.tif and poa_points_of_interest.csv. INTO becomes a pack's
folder: `aumenta build INTO --into TWIN`. `docs/another-metropolis.md` goes through it step by step.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from string import Template

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi, cKDTree

from aumenta.network.elevation import Elevation
from aumenta.store.yaml_files import write_text
from aumenta.territory.plane import Plane

Doubles = NDArray[np.float64]

#: What is written by hand; `${...}` in it is filled in.
BY_HAND = Path(__file__).resolve().with_name("porto_alegre")
TERRITORY, YEAR = "porto-alegre", 2010
COPIED = ("poa_osm.pbf", "poa_eptc.zip", "poa_trensurb.zip", "poa_elevation.tif")
#: Rule of the districts: rings around the hub (km), and sectors by the compass (degrees from north, turning east).
RINGS = (3.0, 7.0)
SECTORS = ((90.0, "leste", "Leste"), (120.0, "leste-sudeste", "Leste-Sudeste"), (150.0, "sudeste", "Sudeste"),
           (180.0, "sul-sudeste", "Sul-Sudeste"), (360.0, "sul", "Sul"))  # fmt: skip
#: Metres below which a district is plain; its height is the mean of its hexagons.
HILL_FROM = 40.0
#: A gap of the lattice is closed where so many of its six neighbours are hexagons of the file.
NEIGHBOURS = 4
#: Points of interest that are opportunities, by their id in the file.
POINTS = {
    "public_market": ("market", "Mercado Público"),
    "gasometer_museum": ("museum", "Usina do Gasômetro"),
    "santa_casa_hospital": ("hospital", "Santa Casa"),
    "moinhos_de_vento_hospital": ("hospital", "Hospital Moinhos de Vento"),
    "farroupilha_park": ("park", "Parque Farroupilha"),
    "ufrgs": ("university", "UFRGS"),
    "pucrs": ("university", "PUCRS"),
}
HUB = "bus_central_station"


@dataclass(frozen=True)
class Hexagons:
    """The hexagons of the file, and lattice places between them that were closed (no figures, nobody).

    `x`, `y` metres in `plane`; `polygon` in degrees; `height` metres, NaN unknown; `file` whether it is in the file.
    """

    plane: Plane
    rows: pd.DataFrame
    x: Doubles
    y: Doubles
    polygon: NDArray[np.object_]
    height: Doubles
    file: NDArray[np.bool_]


def read_hexagons(source: Path) -> Hexagons:
    """Hexagons around their centres: the Voronoi cells of the lattice, so that neighbours share their borders."""
    rows = pd.read_csv(source / "poa_hexgrid.csv", dtype={"id": str})
    plane = Plane.around(*((float(rows[c].min()) + float(rows[c].max())) / 2 for c in ("lon", "lat")))
    own = np.column_stack(plane.to_metres(rows["lon"], rows["lat"]))
    ghosts = _lattice_around(own)
    closed = ghosts[_neighbours(ghosts, own) >= NEIGHBOURS]
    inside = np.vstack([own, closed])
    around = _lattice_around(inside)
    cells = Voronoi(np.vstack([inside, around]))
    rings = [cells.vertices[cells.regions[cells.point_region[at]]] for at in range(len(inside))]
    polygons = np.array([_in_degrees(ring, plane) for ring in rings], dtype=object)
    lon, lat = plane.to_degrees(inside[:, 0], inside[:, 1])
    blank = pd.DataFrame({"lon": lon[len(rows) :], "lat": lat[len(rows) :], "population": 0, "schools": 0})
    every = pd.concat([rows, blank], ignore_index=True)
    every[["population", "schools"]] = every[["population", "schools"]].astype(np.int64)
    height = Elevation.open(source / "poa_elevation.tif").at(lon, lat).astype(np.float64)
    in_file = np.arange(len(every)) < len(rows)
    return Hexagons(plane, every, inside[:, 0], inside[:, 1], polygons, height, in_file)


def _lattice_around(points: Doubles) -> Doubles:
    """Places of the lattice next to points that are none of them."""
    near = cKDTree(points)
    side = float(np.median(near.query(points, k=2)[0][:, 1]))
    _, at = near.query(points, k=7)
    steps = points[at[:, 1:]] - points[:, None, :]
    steps = steps[np.hypot(steps[..., 0], steps[..., 1]) < 1.2 * side]
    turn = np.round(np.degrees(np.arctan2(steps[:, 1], steps[:, 0])) / 60 - _phase(steps)) % 6
    six = np.array([steps[turn == number].mean(axis=0) for number in range(6)])
    wanted = (points[:, None, :] + six[None, :, :]).reshape(-1, 2)
    wanted = wanted[near.query(wanted)[0] > side / 2]
    kept: list[Doubles] = []
    for group in cKDTree(wanted).query_ball_point(wanted, side / 2):
        if min(group) == group[0] and all(
            np.hypot(*(wanted[group].mean(axis=0) - k)) > side / 2 for k in kept
        ):
            kept.append(wanted[group].mean(axis=0))
    return np.array(kept)


def _phase(steps: Doubles) -> float:
    """Where in its sixth of the compass the lattice's first step points, 0 to 1."""
    angle = np.arctan2(steps[:, 1], steps[:, 0]) * 6
    return float(np.arctan2(np.sin(angle).mean(), np.cos(angle).mean()) / (2 * np.pi))


def _neighbours(places: Doubles, points: Doubles) -> NDArray[np.int64]:
    """How many points lie next to each place."""
    side = float(np.median(cKDTree(points).query(points, k=2)[0][:, 1]))
    return np.array([len(one) for one in cKDTree(points).query_ball_point(places, 1.2 * side)])


def _in_degrees(ring: Doubles, plane: Plane) -> shapely.Polygon:
    lon, lat = plane.to_degrees(ring[:, 0], ring[:, 1])
    return shapely.Polygon(np.round(np.column_stack([lon, lat]), 7))


def districts_of(
    hexagons: Hexagons, hub: tuple[float, float]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Id of the district and of the sector of every hexagon, by distance and direction from the hub."""
    x, y = (float(one) for one in hexagons.plane.to_metres(*hub))
    east, north = hexagons.x - x, hexagons.y - y
    km, turn = np.hypot(east, north) / 1000, np.degrees(np.arctan2(east, north)) % 360
    sector = np.array([name for _, name, _ in SECTORS], dtype=object)[
        np.searchsorted([end for end, *_ in SECTORS], turn)
    ]
    sector = np.where(km <= RINGS[0], "centro", sector)
    ring = np.where(km <= RINGS[0], "", np.where(km <= RINGS[1], "-interno", "-externo"))
    return np.array([f"{a}{b}" for a, b in zip(sector, ring, strict=True)], dtype=object), sector


def places(hexagons: Hexagons, district: NDArray[np.object_], sector: NDArray[np.object_]) -> pd.DataFrame:
    """Rows of places.csv: bands, sectors, districts; a seat is the hexagon nearest to the middle of the residents."""
    names = {"centro": "Centro"} | {key: name for _, key, name in SECTORS}
    rows: list[dict[str, object]] = [
        {"id": band, "level": "band", "name": name, "parent": TERRITORY}
        for band, name in (("plain", "Planície"), ("hill", "Morro"))
    ]
    rows += [
        {"id": f"z-{key}", "level": "zone", "name": f"Setor {names[key]}", "parent": TERRITORY}
        for key in sorted(set(sector))
    ]
    tails = {"": "", "interno": f" ({RINGS[0]:g}-{RINGS[1]:g} km)", "externo": f" (> {RINGS[1]:g} km)"}
    people = hexagons.rows["population"].to_numpy(np.float64)
    for key in sorted(set(district)):
        own = np.flatnonzero(district == key)
        middle = [np.average(axis[own], weights=people[own]) for axis in (hexagons.x, hexagons.y)]
        seat = own[np.hypot(hexagons.x[own] - middle[0], hexagons.y[own] - middle[1]).argmin()]
        height = float(np.nanmean(hexagons.height[own]))
        zone, _, ring = key.rpartition("-") if key.endswith(("-interno", "-externo")) else (key, "", "")
        rows.append(
            {
                "id": key, "level": "municipality", "name": f"{names[zone]}{tails[ring]}", "parent": f"z-{zone}",
                "zone": f"z-{zone}", "band": "plain" if height < HILL_FROM else "hill",
                "seat_lon": round(float(hexagons.rows["lon"].iloc[seat]), 6),
                "seat_lat": round(float(hexagons.rows["lat"].iloc[seat]), 6),
                "altitude_m": round(height, 1), "membership": "inferred",
                "membership_note": "cut by distance and direction from the hub: no official district",
            }
        )  # fmt: skip
    columns = ["id", "level", "name", "parent", "zone", "band", "seat_lon", "seat_lat", "altitude_m", "area_km2",
               "valid_from", "valid_to", "membership", "membership_note"]  # fmt: skip
    return pd.DataFrame(rows).reindex(columns=columns)


def borders(hexagons: Hexagons, district: NDArray[np.object_]) -> str:
    """GeoJSON of the districts: unions of their hexagons, single vertices of the lattice shared."""
    features = []
    for key in sorted(set(district)):
        shape = shapely.normalize(shapely.union_all(hexagons.polygon[district == key], grid_size=1e-7))
        geometry = json.loads(shapely.to_geojson(shape))
        features.append({"type": "Feature", "properties": {"id": key}, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}) + "\n"


def seventh(hexagons: Hexagons, column: str) -> pd.DataFrame:
    """A count of the file at seven points of each hexagon (the middle, and half way to each corner), in whole numbers.

    What cannot be shared evenly goes to the first points. A blank stays blank at all seven.
    """
    parts: list[pd.DataFrame] = []
    for number in range(7):
        shapes = hexagons.polygon[hexagons.file]
        rows = hexagons.rows[hexagons.file]
        lon, lat = rows["lon"].to_numpy(np.float64), rows["lat"].to_numpy(np.float64)
        if number:
            corner = np.array([shapely.get_coordinates(shape)[number - 1] for shape in shapes])
            lon, lat = lon + (corner[:, 0] - lon) * 2 / 3, lat + (corner[:, 1] - lat) * 2 / 3
        count = rows[column].to_numpy(np.float64)
        share = np.floor(count / 7) + (np.mod(count, 7) > number)
        parts.append(pd.DataFrame({"lon": lon.round(7), "lat": lat.round(7), column: share}))
    points = pd.concat(parts, ignore_index=True)
    return points[~(points[column] == 0)].astype({column: "Int64"})


def kilometres(hexagons: Hexagons) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People and heights by square kilometre of the plane; `land` is the part that is covered by hexagons."""
    people = seventh(hexagons, "population")
    x, y = hexagons.plane.to_metres(people["lon"], people["lat"])
    km = pd.DataFrame({"n_km": y // 1000, "e_km": x // 1000, "total": people["population"]}).astype(np.int64)
    total = km.groupby(["n_km", "e_km"], as_index=False)["total"].sum()
    flat = shapely.transform(
        hexagons.polygon, lambda p: np.column_stack(hexagons.plane.to_metres(p[:, 0], p[:, 1]))
    )
    whole = shapely.union_all(flat, grid_size=0.01)
    squares = [shapely.box(e * 1000, n * 1000, e * 1000 + 1000, n * 1000 + 1000)
               for n, e in zip(total["n_km"], total["e_km"], strict=True)]  # fmt: skip
    total["land"] = np.clip(shapely.area(shapely.intersection(whole, squares)) / 1e6, 0.01, 1).round(3)
    total["inside_ha"] = 100
    heights = pd.DataFrame(
        {"n_km": hexagons.y // 1000, "e_km": hexagons.x // 1000, "height_m": hexagons.height}
    )
    heights = heights.dropna().groupby(["n_km", "e_km"], as_index=False)["height_m"].mean().round(1)
    return total, heights.astype({"n_km": np.int64, "e_km": np.int64})


def opportunities(hexagons: Hexagons, source: Path) -> dict[str, pd.DataFrame]:
    """Opportunity files by name: schools and health facilities at their hexagon, points of interest, stations."""
    rows = hexagons.rows[hexagons.file]
    counted = []
    for column, kind, name in (("schools", "school", "Escola"), ("healthcare", "clinic", "Unidade de saúde")):
        for place in rows[rows[column] > 0].to_dict("records"):
            for number in range(1, int(place[column]) + 1):
                identifier = f"{place['id']}-{kind}-{number}"
                counted.append(
                    (identifier, kind, f"{name} ({place['id']}, {number})", 1, place["lon"], place["lat"])
                )
    columns = ["id", "kind", "name", "weight", "lon", "lat"]
    points = pd.read_csv(source / "poa_points_of_interest.csv").set_index("id")
    named = [
        (key, kind, name, 1, points.at[key, "lon"], points.at[key, "lat"])
        for key, (kind, name) in POINTS.items()
    ]
    whole = shapely.union_all(hexagons.polygon)
    stops = _stops(source)
    stops = stops[shapely.contains_xy(whole, stops["stop_lon"], stops["stop_lat"])]
    stations = [
        (f"trensurb-{s.stop_id}", "rail_station", str(s.stop_name).title(), 1, s.stop_lon, s.stop_lat)
        for s in stops.itertuples()
    ]
    found = {"hexagons": counted, "points": named, "stations": stations}
    return {name: pd.DataFrame(rows, columns=columns).assign(municipality="") for name, rows in found.items()}


def _stops(source: Path) -> pd.DataFrame:
    with zipfile.ZipFile(source / "poa_trensurb.zip") as archive:
        text = archive.read("stops.txt").decode("utf-8-sig")
    return pd.read_csv(io.StringIO(text), skipinitialspace=True)


def write_pack(source: Path, into: Path) -> None:
    """Write the whole pack; nothing that is there is asked about."""
    hexagons = read_hexagons(source)
    points = pd.read_csv(source / "poa_points_of_interest.csv").set_index("id")
    hub = (float(points.at[HUB, "lon"]), float(points.at[HUB, "lat"]))
    district, sector = districts_of(hexagons, hub)
    people = hexagons.rows["population"].groupby(district).sum()
    total, heights = kilometres(hexagons)
    settled = hexagons.rows.loc[hexagons.rows["population"] > 0, ["lon", "lat", "population"]]
    residents = people.rename_axis("municipality").rename("residents").reset_index()
    tables = {
        "places": places(hexagons, district, sector),
        "population": residents.assign(year=YEAR)[["year", "municipality", "residents"]],
        "people_1km": total,
        "heights_1km": heights,
        "settlements": settled.rename(columns={"population": "people"}).round({"lon": 7, "lat": 7}),
        "workplaces": seventh(hexagons, "jobs"),
    }
    folder = into / "territory"
    for name, frame in tables.items():
        write_text(folder / f"{name}.csv", frame.to_csv(index=False, lineterminator="\n"))
    for name, frame in opportunities(hexagons, source).items():
        write_text(folder / f"opportunities/{name}.csv", frame.to_csv(index=False, lineterminator="\n"))
    write_text(folder / "districts.geojson", borders(hexagons, district))
    stops = _stops(source).set_index("stop_id")
    filled = {
        "plane": hexagons.plane.name, "hub_lon": hub[0], "hub_lat": hub[1], "hill_from": HILL_FROM,
        "end_lon": stops.at["NH", "stop_lon"], "end_lat": stops.at["NH", "stop_lat"],
    }  # fmt: skip
    for path in sorted(BY_HAND.glob("*.yaml")):
        target = into if path.name == "pack.yaml" else folder
        write_text(target / path.name, Template(path.read_text(encoding="utf-8")).substitute(filled))
    (folder / "files").mkdir(exist_ok=True)
    for name in COPIED:
        shutil.copyfile(source / name, folder / "files" / name)


def main() -> None:
    """Read the arguments and write."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("source", type=Path, help="folder of the files")
    arguments.add_argument("into", type=Path, help="folder of the pack")
    given = arguments.parse_args()
    write_pack(given.source, given.into)
    print(f"Pack written to {given.into}; now: aumenta build {given.into} --into TWIN")


if __name__ == "__main__":
    main()
