# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The graph of connections as a matrix of strategies, the strongest ties as a table, and the files of the graph."""

from __future__ import annotations

import json
from functools import partial

from aumenta.plan.connections import graph, graphml
from aumenta.web.plan_index import PlanIndex
from aumenta.web.site import File, Site, Visit
from aumenta.web.ties import KINDS, Matrix, Ties, involving, matrix

#: Pairs of actions in the table, strongest first.
ROWS = 25


def register(site: Site) -> None:
    """Serve the page and the files of the graph where the twin has a plan."""
    if not site.twin.has_plan:
        return
    index = site.once("plan_index", lambda: PlanIndex.of(site.plan))
    ties = site.once("ties", lambda: Ties.of(site.plan))
    site.page("connections", partial(show, index=index, ties=ties))
    site.file(
        "plan/connections.json",
        lambda params, query: File(
            json.dumps(graph(site.plan), ensure_ascii=False, indent=1).encode(),
            "application/json",
            "connections.json",
        ),
    )
    site.file(
        "plan/connections.graphml",
        lambda params, query: File(
            graphml(site.plan).encode(), "application/graphml+xml", "connections.graphml"
        ),
    )


def show(visit: Visit, index: PlanIndex, ties: Ties) -> str:
    """The page: `kind` keeps one kind of ties, `one` and `other` the ties of a strategy or between two."""
    kind = visit.query.get("kind", "")
    kind = kind if kind in KINDS else ""
    one, other = (visit.query.get(name, "") for name in ("one", "other"))
    one = one if one in index.strategies else ""
    other = other if other in index.strategies else ""
    bonds = ties.of_kind(kind) if kind else list(ties.bonds)
    chosen = involving(bonds, index, one or None, other or None)
    picture = matrix(index, bonds)
    return visit.render(
        "connections.html",
        index=index,
        ties=ties,
        kinds=KINDS,
        kind=kind,
        one=one,
        other=other,
        matrix=picture,
        strongest=strongest_pair(picture),
        rows=chosen[:ROWS],
        total=len(chosen),
    )


def strongest_pair(picture: Matrix) -> tuple[str, str] | None:
    """The two different strategies with the largest sum of ties."""
    cells = [cell for row in picture.rows for cell in row if cell.one != cell.other and cell.bonds]
    best = max(cells, key=lambda cell: (round(cell.strength, 9), cell.bonds), default=None)
    return (best.other, best.one) if best else None
