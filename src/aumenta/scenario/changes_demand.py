# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Services on demand: a ride on call within an area, or between its doors and some stops."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from aumenta.errors import Problem
from aumenta.scenario import networks
from aumenta.scenario.areas import area_shape
from aumenta.scenario.catalogue import CELLS, NETWORK, Catalogue
from aumenta.scenario.change import Outcome, number
from aumenta.scenario.fields import Area, Clock, Id, NewId, Part, clock_text
from aumenta.scenario.known import Named
from aumenta.scenario.network_change import NetworkChange
from aumenta.store.view import View
from aumenta.values.text import Text


class Window(Part):
    """The hours of a service."""

    start: Clock = Field(alias="from")
    until: Clock


def _to_tag(value: object) -> str:
    return "within" if isinstance(value, str) else "stops"


class ServiceOnDemand(NetworkChange):
    """A ride on call: from any door of an area to any other door or stop of it, or only to and from some stops."""

    kind: Literal["service.on_demand"]
    id: NewId
    area: Area
    waiting_minutes: Annotated[float, Field(ge=0, le=240, allow_inf_nan=False)]
    window: Window
    speed_factor: Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)] | None = Field(
        None, description="Times as fast as a car; below 1 where rides are shared. 1 where not said."
    )
    to: Annotated[
        Annotated[Literal["within"], Tag("within")] | Annotated[list[Id], Field(min_length=1), Tag("stops")],
        Discriminator(_to_tag),
    ] = Field("within", description="`within`: doors and stops of the area; else ids of the stops it serves.")
    longest_minutes: Annotated[float, Field(gt=0, le=240, allow_inf_nan=False)] = Field(
        60, description="Longest ride that is offered."
    )

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue)
        problems += catalogue.services.taken(self.id, "id")
        problems += self.area.problems(catalogue, "area")
        if self.window.until <= self.window.start:
            told = f"{clock_text(self.window.start)} to {clock_text(self.window.until)}"
            problems.append(Problem("the window ends before it begins", field="window", found=told))
        for at, stop in enumerate(self.to if isinstance(self.to, list) else []):
            problems += catalogue.stops.problems(stop, f"to[{at}]")
        if (
            not problems
            and isinstance(self.to, list)
            and not any(_by_street(stop, catalogue) for stop in self.to)
        ):
            expected = "a stop within reach of the streets that are known"
            problems.append(Problem("no street leads to any of these stops", field="to", expected=expected))
        return problems, catalogue.with_service(Named(self.id))

    def apply(self, view: View) -> View:
        network = view[NETWORK]
        within = not isinstance(self.to, list)
        stops = networks.stops_within(network, area_shape(self.area, view)) if within else tuple(self.to)
        service = networks.OnDemand(
            id=self.id,
            cells=self.area.cells(view[CELLS]),
            stops=stops,
            waiting=round(60 * self.waiting_minutes),
            start=self.window.start,
            end=self.window.until,
            speed=1.0 if self.speed_factor is None else self.speed_factor,
            to_cells=within,
            longest=round(60 * self.longest_minutes),
        )
        return view.replaced({NETWORK: networks.with_demand(network, service)})

    def describe(self, catalogue: Catalogue) -> Text:
        where, wait = self.area.words(catalogue), number(self.waiting_minutes)
        hours = (clock_text(self.window.start), clock_text(self.window.until))
        to = Text(it="", en="")
        if isinstance(self.to, list):
            names = ", ".join(catalogue.stops.label(stop) for stop in self.to[:3])
            more = len(self.to) - 3
            to = Text(
                it=f", da e per {names}" + (f" e altre {more} fermate" if more > 0 else ""),
                en=f", to and from {names}" + (f" and {more} more stops" if more > 0 else ""),
            )
        return Text(
            it=f"Servizio a chiamata {where.it}{to.it}: attesa {wait.it} min, dalle {hours[0]} alle {hours[1]}",
            en=f"Service on demand {where.en}{to.en}: {wait.en} min of waiting, from {hours[0]} to {hours[1]}",
        )


def _by_street(stop: str, catalogue: Catalogue) -> bool:
    """Whether a car gets to a stop; of one that an earlier change adds, whether it lies in the territory."""
    network, table, own = catalogue.ground.network, catalogue.ground.timetable, catalogue.stops.get(stop)
    if stop in catalogue.stops.added or network is None or network.stops is None or table is None:
        return own is not None and catalogue.covers(own.lon, own.lat)
    cars = network.stops.at.get("car")
    return cars is None or bool((cars.node[table.stop_id == stop] >= 0).any())


class ServiceRemove(NetworkChange):
    """A service on demand is offered no more."""

    kind: Literal["service.remove"]
    service: Id

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = self.network_problems(catalogue) or catalogue.services.problems(self.service, "service")
        return problems, catalogue if problems else catalogue.without_service(self.service)

    def apply(self, view: View) -> View:
        return view.replaced({NETWORK: networks.without_demand(view[NETWORK], self.service)})

    def describe(self, catalogue: Catalogue) -> Text:
        return Text(
            it=f"Soppresso il servizio a chiamata {self.service}",
            en=f"The service on demand {self.service} is taken away",
        )
