# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Transit Oriented Regeneration: brownfields near railway stations, what speaks for each, and what the rules advise.

The plan gives priority to disused areas within 1.5 km of a station. Each brownfield is a point with its hectares; the
distance is a straight line. What speaks for it is shown component by component, each with its own rank: there is no
single score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.readings.inputs import CellArrays
from aumenta.readings.measure import Result
from aumenta.readings.travel import CellMinutes
from aumenta.values.aggregate import Members, quantity, summed

#: The plan's radius around a station, metres.
RADIUS = 1_500.0
#: Hectares from which a place away from stations is advised for energy.
ENERGY_HA = 1.0
#: Advice -> action of the plan that it belongs to.
ACTIONS = {"regenerate": "2.2.2", "renature": "2.2.4", "energy": "2.2.5"}
#: Components that are ranked: column, whether more is better.
COMPONENTS = {
    "station_metres": False,
    "hub_transit": False,
    "hub_car": False,
    "employed_per_km2": True,
    "ftth": True,
}


@dataclass(frozen=True)
class Sites:
    """Opportunities of a kind as points: `rows` with id, name, municipality, weight, x, y (metres), cell, source.

    `cell` is the number of the cell that holds the point, -1 outside. `complete`: whether all there are are known.
    """

    rows: pd.DataFrame
    complete: bool = False


def tor(  # noqa: PLR0913, PLR0917 - one argument for each component that may be absent
    cells: CellArrays,
    members: Members,
    brownfields: Sites,
    stations: Sites,
    bands: dict[str, str],
    transit: CellMinutes | None = None,
    car: CellMinutes | None = None,
    enterprises: Result | None = None,
    broadband: Result | None = None,
) -> Result:
    """Brownfields and hectares of every place, those within 1.5 km of a station, hectares by advice; and the table.

    Rules: within the radius -> regenerate (action 2.2.2, Transit Oriented Regeneration). Else, of at least one hectare
    in the plain or in the full -> energy (2.2.5: sites away from stations, if the landscape allows). Else -> renature
    (2.2.4: remediation that steers the future of sites coherently with the first). Away from a station and of unknown
    size: no advice. Source of the radius: the plan (PSM 2021-2023, chapter 3).

    >>> from aumenta.values.aggregate import members_of
    >>> cells = CellArrays(np.array(["c1"], dtype=object), np.array(["a"], dtype=object), 250, {"full": np.array([1])})
    >>> own = members_of(pd.DataFrame({"level": ["municipality"], "place": ["a"], "part": ["a"], "inferred": [False]}))
    >>> point = {"id": "1", "name": "n", "municipality": "a", "weight": 2.0, "source": "s", "cell": 0}
    >>> brown, rail = (Sites(pd.DataFrame([{**point, "x": 0.0, "y": y}]), True) for y in (0.0, 1500.0))
    >>> tor(cells, own, brown, rail, {"a": "plain"}).tables["tor"]["advice"].tolist()
    ['regenerate']
    """
    table = ranking(cells, brownfields, stations, bands, transit, car, enterprises, broadband)
    towns = sorted({str(name) for name in members.rows.loc[members.rows["level"] == "municipality", "part"]})
    near = table["near"].to_numpy(bool)
    area = table["hectares"].to_numpy(np.float64)
    kinds: dict[str, NDArray[np.float64]] = {
        "brownfields": np.ones(len(table)),
        "near_station": near.astype(np.float64),
        "area_ha": area,
        "near_area_ha": np.where(near, area, 0.0),
    }
    for advice in ACTIONS:
        kinds[f"{advice}_ha"] = np.where(table["advice"] == advice, area, 0.0)
    rows = [
        _summed(f"tor.{name}", table["municipality"], values, towns, brownfields, members)
        for name, values in kinds.items()
    ]
    return Result(rows, tables={"tor": table})


def ranking(  # noqa: PLR0913, PLR0917
    cells: CellArrays,
    brownfields: Sites,
    stations: Sites,
    bands: dict[str, str],
    transit: CellMinutes | None = None,
    car: CellMinutes | None = None,
    enterprises: Result | None = None,
    broadband: Result | None = None,
) -> pd.DataFrame:
    """A row for each brownfield: its components, the rank by each (1 = best, equal figures share a rank), the advice.

    Rows come nearest station first: an order to read them in, not a verdict.
    """
    own = brownfields.rows.reset_index(drop=True)
    nearest, metres = nearest_of(own, stations.rows)
    at = own["cell"].to_numpy(np.int64)
    table = pd.DataFrame(
        {
            "id": own["id"].astype(str),
            "name": own["name"],
            "municipality": own["municipality"].astype(str),
            "hectares": own["weight"].astype(np.float64),
            "station": nearest,
            "station_metres": np.round(metres, 1),
            "near": metres <= RADIUS,
            "hub_transit": _minutes(transit, at),
            "hub_car": _minutes(car, at),
            "employed_per_km2": _of_town(enterprises, "enterprises.employed_per_km2", own["municipality"]),
            "ftth": _of_town(broadband, "broadband.ftth", own["municipality"]),
        }
    )
    for name, more in COMPONENTS.items():
        table[f"rank_{name}"] = table[name].rank(method="min", ascending=not more).astype("Int64")
    full = np.where(at >= 0, cells.column("full")[np.maximum(at, 0)] == 1, False)
    plain = own["municipality"].map(bands).to_numpy(dtype=object) == "plain"
    table["advice"] = advice(table["near"].to_numpy(bool), table["hectares"].to_numpy(), full | plain)
    table["action"] = table["advice"].map(ACTIONS)
    return table.sort_values(["station_metres", "id"], kind="stable", ignore_index=True)


def advice(
    near: NDArray[np.bool_], hectares: NDArray[np.float64], built: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """What the rules advise; None away from a station where the size is not known.

    >>> far = np.array([False, False, False])
    >>> advice(far, np.array([2.0, 0.5, np.nan]), np.array([True, True, True])).tolist()
    ['energy', 'renature', None]
    >>> advice(np.array([True]), np.array([np.nan]), np.array([False])).tolist()
    ['regenerate']
    """
    large = np.asarray(hectares) >= ENERGY_HA
    away = np.where(built & large, "energy", "renature").astype(object)
    away[np.isnan(hectares)] = None
    return np.where(near, np.array("regenerate", dtype=object), away).astype(object)


def nearest_of(sites: pd.DataFrame, stations: pd.DataFrame) -> tuple[list[str | None], NDArray[np.float64]]:
    """Name and metres, as the crow flies, of the station nearest to each site; infinite where there is none."""
    if not len(stations):
        return [None] * len(sites), np.full(len(sites), np.inf)
    ordered = stations.sort_values("id", kind="stable")
    away = np.hypot(
        sites["x"].to_numpy(np.float64)[:, None] - ordered["x"].to_numpy(np.float64)[None, :],
        sites["y"].to_numpy(np.float64)[:, None] - ordered["y"].to_numpy(np.float64)[None, :],
    )
    at = away.argmin(axis=1) if len(sites) else np.empty(0, np.int64)
    return [str(name) for name in ordered["name"].to_numpy()[at]], away[np.arange(len(sites)), at]


def _minutes(times: CellMinutes | None, at: NDArray[np.int64]) -> NDArray[np.float64]:
    if times is None:
        return np.full(len(at), np.nan)
    return np.where(at >= 0, times.values()[np.maximum(at, 0)], np.nan)


def _of_town(result: Result | None, indicator: str, towns: pd.Series[str]) -> NDArray[np.float64]:
    """The figure of each site's municipality, of the last period."""
    frames = [
        f[(f["indicator"] == indicator) & (f["level"] == "municipality")]
        for f in (result.rows if result else [])
    ]
    own = pd.concat(frames) if frames else pd.DataFrame({"place": [], "period": [], "value": []})
    last = own.sort_values("period", kind="stable").drop_duplicates("place", keep="last").set_index("place")
    return np.asarray(towns.map(last["value"]), np.float64)


def _summed(
    indicator: str,
    towns: pd.Series[str],
    values: NDArray[np.float64],
    every: list[str],
    sites: Sites,
    members: Members,
) -> pd.DataFrame:
    """Sum by place; a place without any has zero when the list is complete, and is missing otherwise."""
    sums = pd.Series(values).groupby(towns.to_numpy(dtype=object)).agg(lambda own: own.sum(skipna=False))
    filled = sums.reindex(every, fill_value=0.0 if sites.complete else np.nan)
    sources = sorted({str(source) for source in sites.rows["source"].dropna()})
    return summed(indicator, quantity(every, filled, "reported", "incomplete", sources), members)
