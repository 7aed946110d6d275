# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Write the compact figures of Turin's grid from the collected data.

    python tools/make_torino_grid.py FOLDER [--into PACK_TERRITORY_FOLDER]

FOLDER holds `grid/`, `places/`, `elevation/` and `municipalities.geojson` as collected. Three files come out:
`people_1km.csv` (census 2021 by square kilometre), `heights_1km.csv` (derived from elevation points) and
`settlements.csv` (points of towns and hamlets). What was measured on the way is printed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from aumenta.store.yaml_files import write_text
from aumenta.territory import grid, heights

#: People assumed at a point whose population GeoNames does not tell.
UNTOLD = 10
#: Points nearer than this (m) to a point with more people are its second name.
SAME_PLACE = 250.0
PACK = Path(__file__).resolve().parent.parent / "src/aumenta/packs/torino/territory"


def read(path: Path) -> pd.DataFrame:
    """A CSV with codes as text; a municipality called None stays one."""
    return pd.read_csv(path, keep_default_na=False, na_values=[""], dtype={"istat_code": str})


def csv(rows: pd.DataFrame) -> str:
    """Rows as CSV text with one kind of line end."""
    return rows.to_csv(index=False, lineterminator="\n")


def people(folder: Path) -> pd.DataFrame:
    """Census 2021 of inhabited kilometres that touch the territory: the whole kilometre, and hectares inside."""
    table = read(folder / "grid/population_1km_2006_2021.csv")
    table = table[table["c21_t"] > 0]
    gx, gy, _ = grid.decode(table["cell_id"].to_numpy())
    ages = table["c21_y_lt15"] + table["c21_y_1564"] + table["c21_y_ge65"]
    wrong = int((ages != table["c21_t"]).sum())
    print(f"kilometres {len(table)}, residents {table['c21_t'].sum()}, ages that do not add up in {wrong}")
    rows = pd.DataFrame(
        {
            "n_km": gy,
            "e_km": gx,
            "total": table["c21_t"],
            "lt15": table["c21_y_lt15"],
            "y1564": table["c21_y_1564"],
            "ge65": table["c21_y_ge65"],
            "employed": table["c21_emp"],
            "land": table["c21_land_surface"].round(3),
            "inside_ha": table["ha_in_province"].round(2),
        }
    )
    return rows.sort_values(["n_km", "e_km"], ignore_index=True)


def settlements(folder: Path) -> pd.DataFrame:
    """Town seats (2023) and populated places (2016), second names of one place dropped."""
    seats = read(folder / "places/town_points.csv")
    people_of = read(folder / "places/geonames_cities500_2023.csv").set_index("geonameid")["population"]
    seats["people"] = seats["geonameid"].map(people_of)
    seats["kind"] = "seat"
    others = read(folder / "places/geonames_populated_places_2016.csv")
    others = others[(others["kind"] != "PPLQ") & ~others["geonameid"].isin(seats["geonameid"])]
    others = others.assign(people=others["population"], kind="place")
    points = pd.concat([seats, others])[["geonameid", "lon", "lat", "people", "kind"]]
    points["people"] = points["people"].where(points["people"] > 0, UNTOLD).astype(int)
    points["first"] = points["kind"] == "seat"
    points = points.sort_values(
        ["first", "people", "geonameid"], ascending=[False, False, True], ignore_index=True
    )
    x, y = grid.from_lonlat(points["lon"], points["lat"])
    keep = np.ones(len(points), bool)
    for low, high in sorted(cKDTree(np.column_stack([x, y])).query_pairs(SAME_PLACE)):
        if keep[low] and points["kind"][high] != "seat":
            keep[high] = False
    print(f"settlement points {len(points)}, kept {keep.sum()}")
    kept = points[keep].sort_values(["lat", "lon", "people"], ignore_index=True)
    return kept[["lon", "lat", "people", "kind"]]


def km_heights(folder: Path) -> pd.DataFrame:
    """Mean height of each kilometre that touches the territory or lies next to one that does."""
    shapes = json.loads((folder / "municipalities.geojson").read_text(encoding="utf-8"))["features"]
    polygons = grid.project([shapely.geometry.shape(feature["geometry"]) for feature in shapes])
    gx, gy = grid.cells_touching(polygons, 1000)
    around = grid.neighbours(gx, gy, corners=True)
    every = np.union1d(grid.keys(gx, gy), grid.keys(around[0].ravel(), around[1].ravel()))
    gx, gy = grid.from_keys(every)
    table = read(folder / "elevation/points_geonames_2016.csv")
    points = np.column_stack(grid.from_lonlat(table["lon"], table["lat"]))
    values = table["dem_m"].to_numpy(float)
    steps = (np.arange(4) * 250 + 125).astype(float)
    east = (gx[:, None, None] * 1000.0 + steps[None, :, None] + np.zeros((1, 1, 4))).ravel()
    north = (gy[:, None, None] * 1000.0 + steps[None, None, :] + np.zeros((1, 4, 1))).ravel()
    height = (
        heights.inverse_distance(points, values, np.column_stack([east, north])).reshape(-1, 16).mean(axis=1)
    )
    rows = pd.DataFrame({"n_km": gy, "e_km": gx, "height_m": np.rint(height).astype(int)})
    check_heights(folder, rows)
    return rows


def check_heights(folder: Path, rows: pd.DataFrame) -> None:
    """Print the mean difference from ISTAT's altitudes at the town seats, by altimetric zone."""
    seats = read(folder / "places/town_points.csv")
    x, y = grid.from_lonlat(seats["lon"], seats["lat"])
    km = heights.KmHeights(rows["e_km"].to_numpy(), rows["n_km"].to_numpy(), rows["height_m"].to_numpy(float))
    off = heights.bilinear(km, x, y) - seats["altitude_istat_m"].to_numpy(float)
    for zone, part in pd.Series(off).groupby(seats["altimetric_zone"]):
        mean, absolute = part.mean(), part.abs().mean()
        print(f"heights at {len(part)} seats, {zone}: mean {mean:.1f}, mean absolute {absolute:.1f} m")


def main() -> None:
    """Read, derive, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="folder of the collected data of Turin")
    parser.add_argument("--into", type=Path, default=PACK, help="folder of the pack's territory")
    options = parser.parse_args()
    tables = {
        "people_1km.csv": people(options.folder),
        "settlements.csv": settlements(options.folder),
        "heights_1km.csv": km_heights(options.folder),
    }
    for name, rows in tables.items():
        write_text(options.into / name, csv(rows))
        print(f"{name}: {len(rows)} rows, {(options.into / name).stat().st_size} bytes")


if __name__ == "__main__":
    main()
