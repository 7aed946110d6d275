# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What there is to reach in each cell: people, jobs, and opportunities of every kind, as one matrix of weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from aumenta.errors import Problem, TwinError
from aumenta.store.build_files import read_arrow
from aumenta.values.text import Text

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

PEOPLE, JOBS = "people", "jobs"
_PEOPLE = Text(it="residenti", en="residents")
_JOBS = Text(it="posti di lavoro", en="jobs")


@dataclass(frozen=True)
class Reachable:
    """One thing that can be reached: residents, jobs, or a kind of opportunities counted as places.

    `complete`: whether where none is told there is none. `elsewhere` counts those that are known only by their
    municipality: they stand in no cell and are in no sum.
    """

    id: str
    name: Text
    complete: bool
    elsewhere: int = 0


@dataclass(frozen=True)
class Weights:
    """`matrix` float64 (things, cells), in the order of the twin's cells."""

    things: tuple[Reachable, ...]
    matrix: NDArray[np.float64]

    def row(self, thing: str) -> NDArray[np.float64]:
        """Weights by cell of one thing; `TwinError` when the twin does not know it."""
        names = [one.id for one in self.things]
        if thing not in names:
            problem = Problem("nothing of that name to reach", found=thing, expected=", ".join(names))
            raise TwinError("The weights cannot be given.", [problem])
        found: NDArray[np.float64] = self.matrix[names.index(thing)]
        return found


def weights_of(twin: Twin, kinds: Sequence[str] | None = None) -> Weights:
    """People, jobs and every kind of opportunities by cell; `kinds` chooses and orders the opportunities.

    Jobs that are not known in a cell count as none there, and `complete` is then false.
    """
    table = twin.cell_table(["cell", "pop", "jobs"])
    jobs = table.column("jobs").to_numpy()
    known = ~np.isnan(jobs)
    things = [
        Reachable(PEOPLE, _PEOPLE, complete=True),
        Reachable(JOBS, _JOBS, complete=bool(known.all())),
    ]
    rows = [table.column("pop").to_numpy().astype(np.float64), np.where(known, jobs, 0.0)]
    entries = {entry.id: entry for entry in twin.manifest.kinds}
    unknown = [kind for kind in kinds or () if kind not in entries]
    if unknown:
        expected = ", ".join(entries)
        problems = [Problem("no such kind", field="kind", found=kind, expected=expected) for kind in unknown]
        raise TwinError("The weights cannot be given.", problems)
    own = read_arrow(twin.folder / "opportunities.parquet", ["kind", "cell"])
    order = table.column("cell").combine_chunks()
    for kind in kinds if kinds is not None else entries:
        cells = own.filter(pc.equal(own.column("kind"), kind)).column("cell")
        placed = pc.drop_null(cells)
        at = pc.index_in(placed, value_set=order)
        places = pc.drop_null(at).to_numpy()
        outside = len(cells) - len(places)
        things.append(Reachable(kind, entries[kind].plural, entries[kind].complete, elsewhere=outside))
        rows.append(np.bincount(places, minlength=len(order)).astype(np.float64))
    return Weights(tuple(things), np.stack(rows))
