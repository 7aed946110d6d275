# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What is kept of a run: residents for whom a right, or one of its conditions, is met, is not, or nobody knows.

Residents are those of the baseline, cell by cell and by altitude band, as in `aumenta.scenario.gains`: whole numbers,
so that sums and differences are exact. Not known is never counted as met.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aumenta.scenario.gains import ALL, NOT_KNOWN, STATES

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Bands:
    """Residents of the cells and their bands; the first band, `all`, is everybody."""

    cells: NDArray[np.object_]
    residents: Counts
    names: tuple[str, ...]
    number: NDArray[np.int64]

    @property
    def totals(self) -> list[int]:
        """Residents of each band."""
        own = np.bincount(self.number, weights=self.residents, minlength=len(self.names) - 1)
        return [int(self.residents.sum()), *own.astype(int).tolist()]


def bands_of(cells: pd.DataFrame) -> Bands:
    """Bands of a table of cells with `cell`, `band` and `pop`; cells of no band are of the band `unknown`."""
    lived = cells[cells["pop"].to_numpy(float) > 0]
    band = lived["band"].astype(object)
    names, number = np.unique(band.where(band.notna(), NOT_KNOWN).astype(str), return_inverse=True)
    residents = lived["pop"].to_numpy(np.int64)
    every = (ALL, *map(str, names))
    return Bands(lived["cell"].to_numpy(object), residents, every, number.astype(np.int64))


def counts_of(cells: NDArray[np.object_], holds: NDArray[np.float64], bands: Bands) -> Counts:
    """Residents by band and state (met, not met, unknown) of a value by cell: above 0 met, 0 not, missing not known.

    A cell that has no value here is not known.
    """
    value = pd.Series(holds, index=cells).reindex(bands.cells).to_numpy(np.float64)
    state = np.where(np.isnan(value), 2, np.where(value > 0, 0, 1))
    shape = (len(bands.names) - 1, len(STATES))
    code = bands.number * shape[1] + state
    own = np.bincount(code, weights=bands.residents, minlength=shape[0] * shape[1])
    by_band = np.rint(own).astype(np.int64).reshape(shape)
    return np.concatenate([by_band.sum(axis=0, keepdims=True), by_band])
