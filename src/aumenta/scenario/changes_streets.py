# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of streets: new ones, other speeds, modes that may not use them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
import shapely
from pydantic import Field, model_validator

from aumenta.errors import Problem
from aumenta.network.model import STREET_MODES, Network, StreetMode
from aumenta.scenario import networks
from aumenta.scenario.areas import area_shape
from aumenta.scenario.catalogue import NETWORK, Catalogue
from aumenta.scenario.change import Outcome, number
from aumenta.scenario.fields import Area, Point
from aumenta.scenario.network_change import NetworkChange, metres_between
from aumenta.store.view import View
from aumenta.values.text import Text

Kmh = Annotated[float, Field(gt=0, le=300, allow_inf_nan=False)]
Factor = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
MODE_WORDS: dict[StreetMode, Text] = {
    "foot": Text(it="a piedi", en="on foot"),
    "bike": Text(it="in bici", en="by bicycle"),
    "car": Text(it="in auto", en="by car"),
}


class StreetAdd(NetworkChange):
    """A new street between two points, joined to the streets nearest to them."""

    kind: Literal["street.add"]
    start: Point = Field(alias="from")
    end: Point = Field(alias="to")
    modes: dict[StreetMode, Kmh] = Field(min_length=1, description="km/h of each mode that may use it.")
    both_directions: bool = True

    would_change: ClassVar[str] = (
        "a street that is faster than what there is, between two different crossings"
    )

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue, transit=False)
        problems += catalogue.outside(*self.start, "from") + catalogue.outside(*self.end, "to")
        if self.start == self.end:
            problems.append(
                Problem("the street leads nowhere", field="to", expected="a point other than from")
            )
        network = catalogue.ground.network
        problems += [] if network is None else _graph_problems(network, list(self.modes), "modes")
        return problems, catalogue

    def apply(self, view: View) -> View:
        network: Network = view[NETWORK]
        new = networks.NewStreet(self.start, self.end, dict(self.modes), self.both_directions)
        return view.replaced({NETWORK: networks.with_streets(network, [new])})

    def describe(self, catalogue: Catalogue) -> Text:
        far = number(round(metres_between([self.start, self.end])[0]), 0)
        modes = [MODE_WORDS[mode] for mode in STREET_MODES if mode in self.modes]
        towns = [catalogue.town_at(*point) for point in (self.start, self.end)]
        names = list(dict.fromkeys(catalogue.places[code].label for code in towns if code is not None))
        return Text(
            it=f"Nuova strada di {far.it} m ({', '.join(one.it for one in modes)}), {' - '.join(names)}",
            en=f"New street of {far.en} m ({', '.join(one.en for one in modes)}), {' - '.join(names)}",
        )


class StreetModify(NetworkChange):
    """Streets of an area, or along a line of points, get another speed, a limit, or are closed to some modes."""

    kind: Literal["street.modify"]
    area: Area | None = None
    along: list[Point] | None = Field(
        None, min_length=2, description="Instead of an area: points of the way."
    )
    metres: Annotated[float, Field(gt=0, le=5000)] = Field(
        30, description="How far from the way streets count."
    )
    speed_factor: dict[StreetMode, Factor] = Field({}, description="Times as fast: 0.5 is half the speed.")
    limit_kmh: dict[StreetMode, Kmh] = Field({}, description="Speed that none goes beyond.")
    close: list[StreetMode] = Field([], description="Modes that may not use them any more.")

    would_change: ClassVar[str] = (
        "streets with both ends in the area, that are faster than a limit or open to the mode"
    )

    @model_validator(mode="after")
    def _something_somewhere(self) -> StreetModify:
        if (self.area is None) == (self.along is None):
            raise ValueError("give either area or along")
        if not (self.speed_factor or self.limit_kmh or self.close):
            raise ValueError("give speed_factor, limit_kmh or close")
        return self

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue, transit=False)
        if self.area is not None:
            problems += self.area.problems(catalogue, "area")
        for number_, point in enumerate(self.along or []):
            problems += catalogue.outside(*point, f"along[{number_}]")
        if all(factor == 1 for factor in self.speed_factor.values()) and self.speed_factor:
            problems.append(
                Problem("no effect", field="speed_factor", found="1", expected="a factor other than 1")
            )
        both = sorted(set(self.close) & {*self.speed_factor, *self.limit_kmh})
        if both:
            told = ", ".join(both)
            problems.append(Problem("closed to a mode that also gets a speed", field="close", found=told))
        network = catalogue.ground.network
        if problems or network is None:
            return problems, catalogue
        problems += _graph_problems(network, [*self.limit_kmh, *self.close], "limit_kmh, close")
        if not networks.nodes_within(network, self._shape(catalogue.view)).any():
            problems.append(Problem("no street lies in it", field="area" if self.area else "along"))
        twice: list[Problem] = []
        where = str(self.area or self.along)
        for mode in sorted({*self.close, *self.limit_kmh, *self.speed_factor}):
            found, catalogue = catalogue.touch("area" if self.area else "along", mode, "street", mode, where)
            twice += found
        return problems + twice, catalogue

    def _shape(self, view: View) -> shapely.Geometry:
        if self.area is not None:
            return area_shape(self.area, view)
        return _beside(self.along or [], self.metres)

    def apply(self, view: View) -> View:
        network: Network = view[NETWORK]
        nodes = networks.nodes_within(network, self._shape(view))
        change = networks.StreetsWithin(
            nodes, dict(self.speed_factor), dict(self.limit_kmh), frozenset(self.close)
        )
        return view.replaced({NETWORK: networks.with_streets(network, [change])})

    def describe(self, catalogue: Catalogue) -> Text:
        where = (
            self.area.words(catalogue)
            if self.area
            else Text(it="lungo la via disegnata", en="along the way drawn")
        )
        parts: list[Text] = []
        for mode, factor in self.speed_factor.items():
            word, said = MODE_WORDS[mode], number(factor)
            parts.append(Text(it=f"{word.it} velocità per {said.it}", en=f"{word.en} speed times {said.en}"))
        for mode, most in self.limit_kmh.items():
            word, said = MODE_WORDS[mode], number(most)
            parts.append(
                Text(it=f"{word.it} al massimo {said.it} km/h", en=f"{word.en} at most {said.en} km/h")
            )
        for mode in self.close:
            word = MODE_WORDS[mode]
            parts.append(Text(it=f"{word.it} chiuse", en=f"{word.en} closed"))
        return Text(
            it=f"Strade {where.it}: {', '.join(one.it for one in parts)}",
            en=f"Streets {where.en}: {', '.join(one.en for one in parts)}",
        )


def _graph_problems(network: Network, modes: list[StreetMode], at: str) -> list[Problem]:
    """Modes whose streets are not known here, where travel is as the crow flies: a street changes nothing for them."""
    have = ", ".join(mode for mode in STREET_MODES if mode in network.streets.graphs) or "none"
    return [
        Problem(
            "streets of this mode are not known here: it goes as the crow flies",
            field=at,
            found=mode,
            expected=have,
        )
        for mode in dict.fromkeys(modes)
        if mode not in network.streets.graphs
    ]


def _beside(points: list[Point], metres: float) -> shapely.Geometry:
    """The ground within some metres of a line of points, in degrees (flat about its middle)."""
    line = np.asarray(points, float)
    scale = np.array([np.cos(np.radians(line[:, 1].mean())), 1.0]) * 111_195.0
    flat = shapely.LineString(line * scale).buffer(metres)
    return shapely.transform(flat, lambda xy: xy / scale)
