# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Connections between actions as their pages need them: by action, by pair of strategies, and as pictures."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aumenta.plan.connections import Connection, all_connections
from aumenta.plan.model import Plan
from aumenta.values.text import Text
from aumenta.web.map_classes import Scale, round_breaks, sequential_colours
from aumenta.web.plan_index import PlanIndex


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


#: Kinds of connections in words, in the order in which they are offered.
KINDS: dict[str, Text] = {
    "cited": _t("una scheda nomina l'altra", "one sheet names the other"),
    "integration": _t("integrazione chiesta", "integration asked for"),
    "instrument": _t("strumento in comune", "shared instrument"),
    "programme": _t("programma europeo in comune", "shared EU programme"),
    "actor": _t("attore in comune", "shared actor"),
    "superordinate": _t("strumento sovraordinato in comune", "shared superordinate instrument"),
    "framework": _t("obiettivo in comune", "shared objective"),
}


@dataclass(frozen=True)
class Bond:
    """All ties between two actions, strongest first, and the sum of their weights."""

    one: str
    other: str
    ties: tuple[Connection, ...]
    strength: float

    def end(self, code: str) -> str:
        """The action at the other end."""
        return self.other if code == self.one else self.one

    @property
    def kinds(self) -> list[str]:
        """Kinds of its ties, each once, in the order of `KINDS`."""
        return [kind for kind in KINDS if any(tie.kind == kind for tie in self.ties)]


@dataclass(frozen=True)
class Ties:
    """Every tie of a plan, grouped."""

    bonds: tuple[Bond, ...]
    by_action: Mapping[str, tuple[Bond, ...]]
    counts: Mapping[str, int]

    @classmethod
    def of(cls, plan: Plan) -> Ties:
        """Group all ties of a plan by the two actions that they tie; strongest bonds first."""
        ties = all_connections(plan)
        bonds = group(ties)
        by_action: dict[str, list[Bond]] = defaultdict(list)
        for bond in bonds:
            by_action[bond.one].append(bond)
            by_action[bond.other].append(bond)
        counts = {kind: sum(tie.kind == kind for tie in ties) for kind in KINDS}
        return cls(tuple(bonds), {code: tuple(own) for code, own in by_action.items()}, counts)

    def of_kind(self, kind: str) -> list[Bond]:
        """Bonds of one kind of ties alone, strongest first."""
        return group([tie for bond in self.bonds for tie in bond.ties if tie.kind == kind])


def group(ties: Sequence[Connection]) -> list[Bond]:
    """Ties between the same two actions put together, strongest first."""
    pairs: dict[tuple[str, str], list[Connection]] = defaultdict(list)
    for tie in ties:
        one, other = sorted((tie.source, tie.target), key=_numbers)
        pairs[one, other].append(tie)
    bonds = [
        Bond(one, other, tuple(sorted(own, key=_strongest)), sum(tie.weight for tie in own))
        for (one, other), own in pairs.items()
    ]
    return sorted(bonds, key=lambda b: (-round(b.strength, 9), _numbers(b.one), _numbers(b.other)))


def _strongest(tie: Connection) -> tuple[float, str, str, str]:
    return (-tie.weight, tie.kind, tie.via, tie.source)


def _numbers(code: str) -> tuple[int, ...]:
    return tuple(int(part) for part in code.split("."))


# --- the arcs of one action ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Arc:
    """One arc from the action to another: path, width, and the label under its end."""

    bond: Bond
    code: str
    axis: str
    path: str
    width: float
    x: float
    label_x: float


@dataclass(frozen=True)
class ArcPicture:
    """All actions as ticks on a line in the order of the plan, and arcs to those tied most strongly."""

    width: float
    height: float
    base: float
    ticks: tuple[tuple[float, str], ...]
    groups: tuple[tuple[str, float, float], ...]
    here: float
    here_label: float
    arcs: tuple[Arc, ...]


def arcs(index: PlanIndex, ties: Ties, code: str, most: int = 12) -> ArcPicture | None:
    """The picture of the strongest bonds of an action; None when it has no bond."""
    bonds = ties.by_action.get(code, ())[:most]
    if not bonds:
        return None
    place, groups = _line(index)
    here = place[code]
    tallest = max(abs(place[bond.end(code)] - here) for bond in bonds)
    base = min(200.0, max(110.0, tallest / 2)) + 10
    labels = spread({end: place[end] for end in (code, *(bond.end(code) for bond in bonds))}, 15.0, _WIDTH)
    drawn = []
    for bond in bonds:
        end = bond.end(code)
        path = _arc(here, place[end], base, (base - 10) * (abs(place[end] - here) / tallest) ** 0.6)
        thick = round(1.2 + 4.8 * bond.strength / bonds[0].strength, 2)
        drawn.append(Arc(bond, end, index.actions[end].axis, path, thick, place[end], labels[end]))
    ticks = tuple((place[other], index.actions[other].axis) for other in index.order)
    return ArcPicture(_WIDTH, base + 78, base, ticks, groups, here, labels[code], tuple(drawn))


_WIDTH, _GAP, _MARGIN = 1200.0, 14.0, 16.0


def _line(index: PlanIndex) -> tuple[dict[str, float], tuple[tuple[str, float, float], ...]]:
    """Where every action stands on the line, and where every axis begins and ends."""
    step = (_WIDTH - 2 * _MARGIN - _GAP * (len(index.axes) - 1)) / max(1, len(index.order))
    place: dict[str, float] = {}
    groups = []
    x = _MARGIN
    for axis in index.axes:
        start = x
        for action in axis.actions:
            place[action.code] = x + step / 2
            x += step
        groups.append((axis.code, start, x))
        x += _GAP
    return place, tuple(groups)


def _arc(start: float, stop: float, base: float, rise: float) -> str:
    """Half an ellipse over the line."""
    sweep = 1 if stop > start else 0
    radius = abs(stop - start) / 2
    return f"M{start:.1f} {base:.1f}A{radius:.1f} {rise:.1f} 0 0 {sweep} {stop:.1f} {base:.1f}"


def spread(places: Mapping[str, float], least: float, width: float) -> dict[str, float]:
    """Move labels sideways until neighbours are at least so far apart, each as near its place as the order allows."""
    found: dict[str, float] = {}
    last = -math.inf
    for code, x in sorted(places.items(), key=lambda pair: pair[1]):
        last = max(x, last + least)
        found[code] = last
    most = width - least / 2
    for code in sorted(found, key=lambda key: -found[key]):
        found[code] = min(found[code], most)
        most = found[code] - least
    return found


# --- the matrix of strategies -------------------------------------------------------------------------------


@dataclass(frozen=True)
class MatrixCell:
    """How strongly two strategies are tied: number of bonds between their actions, sum of weights, class."""

    one: str
    other: str
    bonds: int
    strength: float
    shade: int


@dataclass(frozen=True)
class Matrix:
    """Strategies against strategies (lower triangle and diagonal), with the limits of its classes."""

    codes: tuple[str, ...]
    rows: tuple[tuple[MatrixCell, ...], ...]
    scale: Scale


def matrix(index: PlanIndex, bonds: Sequence[Bond]) -> Matrix:
    """Sum the bonds by pairs of strategies. The class of a sum follows round limits; 0 is no tie at all."""
    codes = tuple(index.strategies)
    number = {code: n for n, code in enumerate(codes)}
    counts: dict[tuple[int, int], int] = defaultdict(int)
    sums: dict[tuple[int, int], float] = defaultdict(float)
    for bond in bonds:
        a, b = (number[index.actions[code].strategy] for code in (bond.one, bond.other))
        pair = (max(a, b), min(a, b))
        counts[pair] += 1
        sums[pair] += bond.strength
    limits = tuple(round_breaks(np.sort(np.array(list(sums.values()), dtype=np.float64)))[:6])
    scale = Scale(limits, tuple(reversed(sequential_colours(len(limits) + 1))))
    rows = tuple(
        tuple(
            MatrixCell(
                codes[a],
                codes[b],
                counts[a, b],
                sums[a, b],
                scale.class_of(sums[a, b]) + 1 if counts[a, b] else 0,
            )
            for b in range(a + 1)
        )
        for a in range(len(codes))
    )
    return Matrix(codes, rows, scale)


def involving(bonds: Sequence[Bond], index: PlanIndex, one: str | None, other: str | None) -> list[Bond]:
    """Bonds that touch a strategy, or that tie one strategy to another, in the order given."""
    found = []
    for bond in bonds:
        ends = {index.actions[bond.one].strategy, index.actions[bond.other].strategy}
        pair = [index.actions[bond.one].strategy, index.actions[bond.other].strategy]
        if one and other:
            if sorted(pair) == sorted((one, other)):
                found.append(bond)
        elif not (one or other) or (one or other) in ends:
            found.append(bond)
    return found
