# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the scenarios of the Turin pack are chosen from: its tables, and rules over them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from aumenta.scenario.model import Assumption
from aumenta.values.text import Text

PACK = Path(__file__).resolve().parent.parent / "src/aumenta/packs/torino"
GROUND = PACK / "territory"
HEADER = "# SPDX-FileCopyrightText: {}\n# SPDX-License-Identifier: {}\n"
OURS = HEADER.format("2026 The Aumenta authors", "EUPL-1.2")
#: Scenarios whose points come from OpenStreetMap.
ODBL = HEADER.format(
    "OpenStreetMap contributors\n# SPDX-FileCopyrightText: 2026 The Aumenta authors", "ODbL-1.0"
)
#: Scenarios whose points are the towns' seats.
SEATS = HEADER.format("GeoNames\n# SPDX-FileCopyrightText: 2026 The Aumenta authors", "CC-BY-4.0")
#: Scenarios whose points are chosen from the census grid.
CENSUS = HEADER.format(
    "European Union, Eurostat, census grid 2021\n# SPDX-FileCopyrightText: 2026 The Aumenta authors",
    "LicenseRef-Eurostat-reuse",
)
Points = list[dict[str, Any]]


Row = tuple[str, str, Text, dict[str, Any], list[Assumption], str]


def said(it: str, en: str, source: str | None = None) -> Assumption:
    """An assumption."""
    return Assumption(text=Text(it=it, en=en), source=source)


def municipalities() -> pd.DataFrame:
    """Municipalities by id with name, zone, band, seat, residents of 2019."""
    table = (
        pd.read_csv(GROUND / "places.csv", dtype=str, keep_default_na=False)
        .query("level == 'municipality'")
        .set_index("id")
    )
    people = pd.read_csv(GROUND / "tables/municipalities.csv", dtype={"municipality": str}).set_index(
        "municipality"
    )
    return table.assign(
        residents=people["residents_2019"].reindex(table.index),
        lon=table["seat_lon"].astype(float),
        lat=table["seat_lat"].astype(float),
    )


def towns_named(*names: str) -> list[str]:
    """Ids of municipalities by name; KeyError for one that there is not."""
    ids = {name: code for code, name in municipalities()["name"].items()}
    return sorted(str(ids[name]) for name in names)


def opportunities() -> pd.DataFrame:
    """All opportunities of the pack."""
    files = sorted((GROUND / "opportunities").glob("*.csv"))
    return pd.concat([pd.read_csv(file, dtype={"municipality": str}) for file in files], ignore_index=True)


def without(towns: pd.DataFrame, have: pd.DataFrame, *kinds: str) -> pd.DataFrame:
    """Municipalities that have none of some kinds in the lists."""
    with_one = set(have.loc[have["kind"].isin(kinds), "municipality"])
    return towns[~towns.index.isin(with_one)]


def points(towns: pd.DataFrame, prefix: str, words: str) -> Points:
    """A point at the seat of each municipality, by id."""
    return [
        {"id": f"{prefix}-{row.Index}", "name": f"{words} {row.name}", "lon": row.lon, "lat": row.lat}
        for row in towns.sort_index().itertuples()
    ]


def named(rows: pd.DataFrame) -> Iterable[Any]:
    """Rows with a name, as tuples; a station called None is one of them."""
    return rows.assign(name=rows["name"].fillna("None")).itertuples()


def metres(one: Any, others: pd.DataFrame) -> float:
    """Metres to the nearest of some points."""
    east = (others["lon"] - one.lon) * np.cos(np.radians(one.lat))
    return float(np.hypot(east, others["lat"] - one.lat).min() * 111_195)


def slug(name: str) -> str:
    """A stop's id as line tables make it: lower case letters, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
