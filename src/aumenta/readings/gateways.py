# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How far the territory's gateways are by public transport: neighbouring cities, airports, ports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.readings.inputs import CellArrays
from aumenta.readings.known import share_known, share_unknown, within
from aumenta.readings.measure import Result
from aumenta.readings.travel import NOT_REACHED, CellMinutes, at_seats, of_cells
from aumenta.values.aggregate import Members, Quantity, quantity, ratio
from aumenta.values.table import RANK

#: Metres from a gateway's point within which a stop is at the gateway: packs know gateways to about a kilometre.
AT_GATEWAY = 2000
#: Limits in minutes.
LIMITS = (60, 90)
#: Indicators of times -> the kind of gateways that counts, None for all.
KINDS: Mapping[str, str | None] = {"transit": None, "airport": "airport"}


@dataclass(frozen=True)
class GatewayMinutes:
    """Median minutes from every cell to each gateway: `rows` (gateways, cells) as in `CellMinutes`.

    `kind` of each gateway; `times` says how sure they are (its own minutes are not looked at).
    """

    kind: tuple[str, ...]
    rows: NDArray[np.uint8]
    times: CellMinutes

    def nearest(self, kind: str | None = None) -> CellMinutes:
        """Minutes to the gateway that is nearest of all, or of a kind; not reached where there is none."""
        chosen = [at for at, own in enumerate(self.kind) if kind in (None, own)]
        best = np.full(self.rows.shape[1], NOT_REACHED, np.uint8)
        return replace(self.times, minutes=np.min([best, *self.rows[chosen]], axis=0))

    def reached(self) -> NDArray[np.float64]:
        """For each cell how many gateways are reached within the limit."""
        found: NDArray[np.float64] = (self.rows != NOT_REACHED).sum(axis=0).astype(np.float64)
        return found


def gateways(
    cells: CellArrays, members: Members, gateways: GatewayMinutes, seats: Mapping[str, int] | None = None
) -> Result:
    """Minutes by public transport to the nearest gateway and airport, residents within 60 and 90, gateways reached.

    Formulas: one is at a gateway at its point, or at any stop within 2 km of it; the time of a cell to each gateway is
    the median over the departures of the window, and the nearest is the one with the least; of a municipality the time
    at its seat; share = 100 x residents of cells known to be within the limit / residents. Where the timetables are not
    all there is, what they do not reach may be reached: the share of residents for whom a limit is not known stands
    beside. Gateways reached = number with a median within 120 minutes, of a place the mean over its residents.

    >>> cells = CellArrays(np.array(["c1", "c2"], dtype=object), np.array(["a", "a"], dtype=object), 250,
    ...                    {"pop": np.array([30, 10])})
    >>> from aumenta.values.aggregate import members_of
    >>> whole = members_of(pd.DataFrame({"level": ["metropolis"], "place": ["m"], "part": ["a"], "inferred": [False]}))
    >>> minutes = GatewayMinutes(("city", "airport"), np.array([[59, 255], [61, 80]], np.uint8),
    ...                          CellMinutes(np.zeros(2, np.uint8), 120))
    >>> rows = pd.concat(gateways(cells, whole, minutes).rows).set_index("indicator")["value"]
    >>> float(rows["gateways.transit_60"]), float(rows["gateways.airport_90"]), float(rows["gateways.reached"])
    (75.0, 100.0, 1.75)
    """
    rows: list[pd.DataFrame] = []
    shown: dict[str, Quantity] = {}
    for name, kind in KINDS.items():
        times = gateways.nearest(kind)
        shown[f"gateways.{name}"] = of_cells(cells, times.values(), times)
        if seats:
            rows.append(at_seats(f"gateways.{name}", times, seats, members))
        told = {limit: within(times, limit) for limit in LIMITS}
        for limit, holds in told.items():
            rows.append(share_known(f"gateways.{name}_{limit}", cells, holds, members, [times]))
        rows.append(share_unknown(f"gateways.{name}_unknown", cells, told.values(), members, [times]))
    shown["gateways.reached"] = of_cells(cells, gateways.reached(), gateways.times)
    return Result([*rows, _mean_reached(cells, gateways, members)], shown)


def _mean_reached(cells: CellArrays, gateways: GatewayMinutes, members: Members) -> pd.DataFrame:
    """Gateways reached, as the mean over the residents of every place; sums are of whole numbers, so exact."""
    residents, times = cells.column("pop"), gateways.times
    status = max(("estimated", times.status), key=lambda one: RANK[one])
    above = cells.by_municipality(residents * gateways.reached())
    below = cells.by_municipality(residents)
    told = quantity(above.index, above, status, sources=times.sources, period=times.period)
    return ratio("gateways.reached", told, quantity(below.index, below, status, period=times.period), members)
