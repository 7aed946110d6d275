# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A siting problem as arrays, and its answer. Pure: nothing here knows of twins, cells or places.

Demand points are rows, sites are columns; a site is either existing (open whatever happens, for free) or a candidate.
An answer opens candidates beside what exists: at most `count` of them, at most `budget` of cost; one that would add
nothing stays closed. `aumenta.siting.check` says what is wrong with a problem, `aumenta.siting.solve` answers it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

Objective = Literal["median", "centre", "coverage", "set_cover", "worst_first"]
#: `unproven`: the work ended by itself with a gap above the one asked (large problems with capacities).
Status = Literal["optimal", "within_gap", "unproven", "time_limit", "stopped"]

MINIMISED: dict[Objective, bool] = {
    "median": True,
    "centre": True,
    "coverage": False,
    "set_cover": True,
    "worst_first": True,  # with groups the share of the worst group is maximised: see `minimised`
}


@dataclass(frozen=True, slots=True, eq=False)
class SitingProblem:
    """What is asked. `objective` and the unit of the answer's `value`:

    - `median`: least mean minutes per person; who is farther than `max_minutes`, or finds no room, counts as that.
    - `centre`: least largest minutes, over the inhabited points that some site reaches within `max_minutes`.
    - `coverage`: most people within `within` minutes of an open site (and with room, where capacities are given).
    - `set_cover`: fewest new sites (least cost, where any has a price) so that `share` of all people are within
      `within` minutes; `count` and `budget`, where given, still bind.
    - `worst_first`: without `group`, the least largest minutes as `centre`, and among the sets that have it the least
      mean minutes; with `group`, the largest share of people within `within` minutes in the group that has least
      (value: that share, 0 to 1), and among those the most people within `within` in all.

    With capacities the people of one demand point may be split between sites and go where the plan sends them;
    without, each point goes to its nearest open site, the first in the order of `sites` among equals. Capacities go
    with `median`, `coverage` and `set_cover`.
    """

    demand: Doubles  # [n] people, >= 0
    minutes: Floats  # [n, m] from demand point i to site j, >= 0; +inf: not reachable
    sites: tuple[str, ...]  # [m] ids; their order breaks ties
    objective: Objective
    count: int | None = None  # new sites at most
    existing: Flags | None = None  # [m] already there; None: none
    within: float | None = None  # minutes, both ends included
    max_minutes: float = 120.0
    capacities: Doubles | None = None  # [m] people a site can take; +inf: any number
    costs: Doubles | None = None  # [m] of opening; those of existing sites are not read
    budget: float | None = None  # in the unit of `costs`
    group: Indices | None = None  # [n] group of each demand point, from 0; -1: of no group
    share: float = 1.0  # of all people, for `set_cover`

    @property
    def old(self) -> Flags:
        """Existing sites as flags, also where none was given."""
        return np.zeros(len(self.sites), np.bool_) if self.existing is None else self.existing

    @property
    def people(self) -> float:
        """All people of the problem."""
        return float(self.demand.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """Who goes where when capacities split the people of a point: rows sorted by point, then site; people above 0."""

    point: Indices
    site: Indices
    people: Doubles


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The sites to open and what they give, with the proof of how good that is.

    `gap` is |value - bound| / |value| (0: proven best, to a millionth; inf: nothing proven). `second` is the value of
    the second wish of `worst_first` (mean minutes, or people within `within`), `second_bound` what limits it given the
    first. `assigned` is each point's nearest open site within `max_minutes`, the first in order among equals, -1 for
    none; with capacities the site that takes most of the point's people (see `flows`). `minutes` are those to the
    assigned site, +inf without one. `served` are people by site. `seconds` is the only field that differs when a
    solution that had time enough is repeated.
    """

    problem: SitingProblem
    chosen: tuple[int, ...]  # new sites, ascending
    open: tuple[int, ...]  # existing and chosen, ascending
    assigned: Indices
    minutes: Doubles
    served: Doubles
    value: float
    bound: float
    gap: float
    status: Status
    seconds: float
    model: tuple[
        int, int
    ]  # rows and columns of the largest model given to the solver; (0, 0): none was needed
    method: str
    second: float | None = None
    second_bound: float | None = None
    flows: Flows | None = None

    @property
    def unserved(self) -> float:
        """People without a site."""
        return max(0.0, self.problem.people - float(self.served.sum()))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solution is: seconds since its start, the best value so far and its bound (None: not known yet)."""

    step: str
    seconds: float
    value: float | None = None
    bound: float | None = None


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What `sites` new sites give; `value` is the objective's, for `set_cover` the people within the threshold.

    `added` is the site (column of the problem) that this row has and the row before has not; `last` by how much the
    value of the whole answer worsens, at least 0, when this site alone is taken away (None for the row beyond it).
    """

    sites: int
    value: float
    added: int | None = None
    last: float | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """Values with 0, 1, ... sites in the order in which the chosen ones help most, and with one more than chosen."""

    points: tuple[CurvePoint, ...] = field(default=())


Tell = Callable[[Progress], None]
Stop = Callable[[], bool]


def minimised(problem: SitingProblem) -> bool:
    """Whether the value is to be small: times, sites and costs are; people and shares are not."""
    return MINIMISED[problem.objective] and not (
        problem.objective == "worst_first" and problem.group is not None
    )
