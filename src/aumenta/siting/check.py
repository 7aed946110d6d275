# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""All that is wrong with a siting problem, at once, before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aumenta.errors import Problem
from aumenta.siting.problem import MINIMISED, SitingProblem

#: Rows named for one fault; the rest are counted.
NAMED = 5


def check(problem: SitingProblem) -> list[Problem]:
    """Every fault; an empty list means that `solve` takes the problem. Rows count from 1 in the order of the arrays."""
    shapes = list(_shapes(problem))
    if shapes:  # nothing else can be looked at
        return shapes
    numbers = [*_numbers(problem), *_settings(problem)]
    return numbers or [*_limits(problem), *_reach(problem), *_rooms(problem)]


def _shapes(problem: SitingProblem) -> Iterator[Problem]:
    n, m = len(problem.demand), len(problem.sites)
    if np.shape(problem.minutes) != (n, m):
        yield Problem(
            "times and demand differ in shape",
            field="minutes",
            found=str(np.shape(problem.minutes)),
            expected=f"{n} demand points by {m} sites",
        )
    for name, size in (("existing", m), ("capacities", m), ("costs", m), ("group", n)):
        array = getattr(problem, name)
        if array is not None and np.shape(array) != (size,):
            yield Problem(
                f"{name} has another length", field=name, found=str(np.shape(array)), expected=str(size)
            )
    if problem.objective not in MINIMISED:
        yield Problem(
            "no such objective",
            field="objective",
            found=str(problem.objective),
            expected=", ".join(MINIMISED),
        )
    if len(set(problem.sites)) != m:
        twice = sorted({site for site in problem.sites if problem.sites.count(site) > 1})
        yield Problem("a site is given twice", field="sites", found=", ".join(twice[:NAMED]))
    if not n:
        yield Problem("there is nobody to serve", field="demand", expected="at least one demand point")


def _numbers(problem: SitingProblem) -> Iterator[Problem]:
    demand = np.asarray(problem.demand)
    yield from _wrong(
        ~(np.isfinite(demand) & (demand >= 0)), demand, "demand", "people known and not below zero"
    )
    minutes = np.asarray(problem.minutes)
    bad = ~(minutes >= 0)
    if bad.any():
        row, site = (int(each[0]) for each in np.nonzero(bad))
        yield Problem(
            f"{int(bad.sum())} times are not times",
            row=row + 1,
            field=f"minutes, site {problem.sites[site]}",
            found=str(minutes[row, site]),
            expected="minutes not below zero; infinite where a site cannot be reached",
        )
    if problem.capacities is not None:
        room = np.asarray(problem.capacities)
        yield from _wrong(~(room >= 0), room, "capacities", "people not below zero; infinite without a limit")
    if problem.costs is not None:
        cost = np.asarray(problem.costs)
        needed = ~problem.old
        yield from _wrong(
            needed & ~(np.isfinite(cost) & (cost >= 0)), cost, "costs", "known and not below zero"
        )
    if problem.group is not None:
        group = np.asarray(problem.group)
        yield from _wrong(group < -1, group, "group", "a number from 0, or -1 for none")


def _wrong(bad: NDArray[np.bool_], values: ArrayLike, field: str, expected: str) -> Iterator[Problem]:
    at = np.flatnonzero(bad)
    for row in at[:NAMED]:
        more = f" ({len(at)} rows have this fault)" if row == at[0] and len(at) > NAMED else ""
        found = str(np.asarray(values)[row])
        yield Problem(
            f"{field} cannot be used{more}", row=int(row) + 1, field=field, found=found, expected=expected
        )


def _settings(problem: SitingProblem) -> Iterator[Problem]:
    if problem.count is not None and problem.count < 1:
        yield Problem("no site is asked for", field="count", found=str(problem.count), expected="1 or more")
    if problem.budget is not None and not 0 <= problem.budget < np.inf:
        yield Problem(
            "the budget cannot be used", field="budget", found=str(problem.budget), expected="0 or more"
        )
    if problem.budget is not None and problem.costs is None:
        yield Problem("a budget needs the cost of each site", field="costs", found="none")
    if not 0 < problem.max_minutes < np.inf:
        yield Problem(
            "no longest time", field="max_minutes", found=str(problem.max_minutes), expected="above 0"
        )
    if problem.within is not None and not 0 < problem.within <= problem.max_minutes:
        yield Problem(
            "the threshold cannot be used",
            field="within",
            found=str(problem.within),
            expected=f"above 0 and at most {problem.max_minutes:g} minutes",
        )
    if not 0 < problem.share <= 1:
        yield Problem(
            "the share of people cannot be used", field="share", found=str(problem.share), expected="0 to 1"
        )
    yield from _objective(problem)


def _objective(problem: SitingProblem) -> Iterator[Problem]:
    fair = problem.objective == "worst_first" and problem.group is not None
    if (problem.objective in ("coverage", "set_cover") or fair) and problem.within is None:
        yield Problem(f"{problem.objective} needs a threshold in minutes", field="within", found="none")
    if problem.objective != "set_cover" and problem.count is None and problem.budget is None:
        yield Problem(
            "nothing limits how many sites are opened", field="count", expected="a count or a budget"
        )
    if problem.capacities is not None and problem.objective in ("centre", "worst_first"):
        yield Problem(
            f"{problem.objective} takes no capacities",
            field="capacities",
            expected="median, coverage or set_cover, or no capacities",
        )
    if fair and problem.group is not None:
        inside = np.asarray(problem.group) >= 0
        if not (np.asarray(problem.demand)[inside] > 0).any():
            yield Problem("no group has people", field="group")
    if np.asarray(problem.demand).sum() == 0:
        yield Problem("there is nobody to serve", field="demand", found="0 people")


def _limits(problem: SitingProblem) -> Iterator[Problem]:
    new = int((~problem.old).sum())
    if not new:
        yield Problem(
            "there is no candidate site",
            field="sites",
            found="only existing ones" if problem.sites else "none",
        )
    elif problem.count is not None and problem.count > new:
        yield Problem(
            "more sites are asked for than there are candidates",
            field="count",
            found=str(problem.count),
            expected=f"at most {new}",
        )
    if new and problem.budget is not None and problem.costs is not None:
        least = float(np.asarray(problem.costs)[~problem.old].min())
        if least > problem.budget:
            yield Problem(
                "no candidate is within the budget",
                field="budget",
                found=f"{problem.budget:g}",
                expected=f"at least {least:g}, the cheapest candidate",
            )


def _reach(problem: SitingProblem) -> Iterator[Problem]:
    """What no choice of sites can do."""
    demand = np.asarray(problem.demand)
    limit = problem.within if problem.objective in ("coverage", "set_cover") else problem.max_minutes
    if limit is None or not problem.sites:
        return
    reached = (np.asarray(problem.minutes) <= limit).any(axis=1)
    if not (reached & (demand > 0)).any():
        yield Problem(
            f"no site is within {limit:g} minutes of anybody", field="minutes", found="nobody reached"
        )
        return
    if problem.objective != "set_cover":
        return
    most = float(demand[reached].sum()) / float(demand.sum())
    if most < problem.share * (1 - 1e-9):
        beyond = np.flatnonzero(~reached & (demand > 0))
        rows = ", ".join(str(int(row) + 1) for row in beyond[:NAMED])
        yield Problem(
            f"{len(beyond)} demand points ({float(demand[beyond].sum()):,.0f} people) are within {limit:g} minutes of "
            f"no site: rows {rows}{' ...' if len(beyond) > NAMED else ''}",
            field="share",
            found=f"{problem.share:g}",
            expected=f"at most {np.floor(most * 1e4) / 1e4:g}",
        )


def _rooms(problem: SitingProblem) -> Iterator[Problem]:
    """Room below the people to serve, with the roomiest candidates that the count allows."""
    if problem.capacities is None or problem.objective == "coverage":
        return
    room = np.asarray(problem.capacities, np.float64)
    new = np.sort(room[~problem.old])[::-1]
    most = float(room[problem.old].sum() + new[: problem.count].sum())
    need = problem.people * (problem.share if problem.objective == "set_cover" else 1.0)
    if most < need * (1 - 1e-9):
        yield Problem(
            "the sites have not room for all",
            field="capacities",
            found=f"room for {most:,.0f} people at most",
            expected=f"{need:,.0f} people: more sites, more room, or the objective coverage",
        )
