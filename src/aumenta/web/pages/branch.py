# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of an axis and of a strategy: what they hold, who appears most in them, what they are tied to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from aumenta.web.plan_index import ActionNode, PlanIndex
from aumenta.web.sheet import FIELDS, FILTERS
from aumenta.web.site import NotFoundError, Site, Visit
from aumenta.web.ties import Bond, Ties

#: Fields whose most frequent items the page of an axis or a strategy shows.
FREQUENT = ("actors", "eu_programmes", "instruments")
MOST = 8


def register(site: Site) -> None:
    """Serve the pages where the twin has a plan."""
    if not site.twin.has_plan:
        return
    index = site.once("plan_index", lambda: PlanIndex.of(site.plan))
    ties = site.once("ties", lambda: Ties.of(site.plan))
    site.page("axis", partial(show_axis, index=index))
    site.page("strategy", partial(show_strategy, index=index, ties=ties))


@dataclass(frozen=True)
class Frequent:
    """The items that most actions of a branch hold in one field, with how many hold each."""

    label: str
    query: str
    items: tuple[tuple[str, str, int], ...]


def frequent(index: PlanIndex, actions: Sequence[ActionNode], language: str) -> list[Frequent]:
    """What the actions hold most often, by field; equal counts by name."""
    found = []
    for field in FREQUENT:
        counts = Counter(name for node in actions for name in {i.name for i in getattr(node.action, field)})
        items = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].casefold()))[:MOST]
        if items:
            named = tuple((name, index.name_in(language, field, name), count) for name, count in items)
            found.append(Frequent(FIELDS[field].get(language), FILTERS[field], named))
    return found


def show_axis(visit: Visit, index: PlanIndex) -> str:
    """The page of one axis."""
    code = visit.params["code"]
    axis = index.axis(code)
    if axis is None:
        raise NotFoundError(
            visit.language.gettext("There is no axis %(code)s in this plan.") % {"code": code}
        )
    return visit.render(
        "axis.html", axis=axis, axes=index.axes, frequent=frequent(index, axis.actions, visit.language.code)
    )


def show_strategy(visit: Visit, index: PlanIndex, ties: Ties) -> str:
    """The page of one strategy."""
    code = visit.params["code"]
    node = index.strategies.get(code)
    if node is None:
        say = visit.language.gettext("There is no strategy %(code)s in this plan.")
        raise NotFoundError(say % {"code": code})
    codes = list(index.strategies)
    at = codes.index(code)
    return visit.render(
        "strategy.html",
        node=node,
        axis=index.axis(node.axis),
        frequent=frequent(index, node.actions, visit.language.code),
        tied=tied_strategies(index, ties.bonds, code)[:MOST],
        before=index.strategies[codes[at - 1]] if at else None,
        after=index.strategies[codes[at + 1]] if at + 1 < len(codes) else None,
        index=index,
    )


def tied_strategies(index: PlanIndex, bonds: Sequence[Bond], code: str) -> list[tuple[str, int]]:
    """Other strategies by how many pairs of actions tie them to this one, strongest sum first."""
    counts: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for bond in bonds:
        ends = (index.actions[bond.one].strategy, index.actions[bond.other].strategy)
        if code in ends and ends[0] != ends[1]:
            other = ends[1] if ends[0] == code else ends[0]
            counts[other] += 1
            sums[other] += bond.strength  # type: ignore[assignment]
    order = sorted(counts, key=lambda other: (-sums[other], other))
    return [(other, counts[other]) for other in order]
