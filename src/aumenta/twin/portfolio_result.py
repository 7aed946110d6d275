# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The answer of a portfolio: rights counted by band in the build and in every run, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from aumenta.errors import PortfolioError, Problem
from aumenta.portfolio.figures import Counts, bands_of, counts_of
from aumenta.portfolio.model import Evaluated, Member, Result, Sampling
from aumenta.portfolio.subsets import Family, is_exact
from aumenta.portfolio.tables import Names, effects_table, pairs_table
from aumenta.readings.registry_rights import MEASURE
from aumenta.scenario.runs import RunRecord
from aumenta.store.build_files import read_arrow
from aumenta.store.fingerprint import code_of

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin
    from aumenta.twin.portfolio import TwinPortfolio

_VALUES = "cell_values.parquet"


class Counting:
    """Residents by right, band and state, of the build and of runs: rights, each followed by its conditions."""

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        columns = ["cell", "band", "pop"]
        self.bands = bands_of(pd.DataFrame(twin.cell_table(columns).to_pandas()))
        wanted = [
            name
            for right in twin.rights.rights
            for name in (right.id, *(f"{right.id}.{one.id}" for one in right.conditions))
        ]
        files = twin.manifest.files
        have = set(files[_VALUES].columns) if _VALUES in files else set()
        self.rights = [name for name in wanted if f"{MEASURE}.{name}" in have]
        if not self.rights:
            problem = Problem("no rights in this build", found=twin.build, expected="aumenta build, whole")
            raise PortfolioError("The twin does not hold what scenarios are weighed by.", [problem])

    def baseline(self) -> Counts:
        """Counts of the build."""
        return self._counts(self.twin.folder)

    def of_run(self, folder: Path, record: RunRecord) -> Counts:
        """Counts of a run. Raises `PortfolioError` where its rights could not be computed."""
        failed = record.failed.get(MEASURE)
        lacking = [name for name in self.rights if f"{MEASURE}.{name}" not in record.files[_VALUES].columns]
        if failed or lacking:
            problem = Problem(
                "the rights of a run could not be computed", str(folder), found=failed or lacking[0]
            )
            raise PortfolioError("The scenarios cannot be weighed against each other.", [problem])
        return self._counts(folder)

    def _counts(self, folder: Path) -> Counts:
        columns = [f"{MEASURE}.{name}" for name in self.rights]
        table = read_arrow(folder / _VALUES, ["cell", *columns])
        cells = table.column("cell").to_numpy(zero_copy_only=False)
        sides = [table.column(name).to_numpy().astype(np.float64) for name in columns]
        return np.stack([counts_of(cells, side, self.bands) for side in sides])


def result_of(
    portfolio: TwinPortfolio, family: Family, known: Mapping[int, Counts], pairs: int, complete: bool
) -> Result:
    """Everything that the sets so far say; conflicts are the portfolio's to add."""
    twin, asked, counting = portfolio.twin, portfolio.asked, Counting(portfolio.twin)
    ids = [one.id for one in portfolio.scenarios]
    names = Names(ids, counting.rights, counting.bands.names)
    return Result(
        portfolio=portfolio.name,
        territory=portfolio.scenarios[0].territory,
        build=twin.build,
        software={
            **twin.manifest.software,
            "scenario": code_of(("scenario",)),
            "portfolio": code_of(("portfolio",)),
        },
        members=[
            Member(
                id=one.id,
                name=one.name,
                actions=one.actions,
                cost=portfolio.costs[one.id].amount,
                source=portfolio.costs[one.id].source,
                run=portfolio.run_id(1 << place),
            )
            for place, one in enumerate(portfolio.scenarios)
        ],
        rights=counting.rights,
        bands=list(counting.bands.names),
        residents=counting.bands.totals,
        conflicts=[],
        sampling=Sampling(
            exact=is_exact(family, asked),
            complete=complete,
            sets=len(family.sets),
            evaluated=len(known),
            runs=asked.runs,
            error=asked.error,
            seed=asked.seed,
            pairs=pairs,
        ),
        sets=[
            Evaluated(
                scenarios=portfolio.ids(mask),
                run=portfolio.run_id(mask) if mask else None,
                counts=counts.tolist(),
            )
            for mask, counts in sorted(known.items(), key=lambda item: (item[0].bit_count(), item[0]))
        ],
        effects=effects_table(family, known, names, pairs, asked.seed),
        pairs=pairs_table(family, known, names),
    )
