# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A journey as it is given to a person: legs with times, stops, lines and places; as data, words or a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from aumenta.access.options import clock

if TYPE_CHECKING:
    import geopandas as gpd

LegMode = Literal["walk", "bike", "car", "demand", "ride"]
Line = tuple[tuple[float, float], ...]
Language = Literal["it", "en"]


@dataclass(frozen=True, slots=True)
class Call:
    """A vehicle at a stop: seconds after midnight; no arrival where one boards, no departure where one gets off."""

    stop: str
    name: str
    lon: float
    lat: float
    arrival: int | None
    departure: int | None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What is ridden, and every stop from boarding to getting off.

    `line_type` is the route_type of GTFS, `mode` its name (rail, metro, tram, bus ...).
    """

    line: str
    line_long: str
    line_type: int
    mode: str
    agency: str
    headsign: str
    trip: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Leg:
    """One part of a journey. Times are seconds after midnight of the journey's date.

    `wait`: seconds before it begins, since the leg before ended. `metres`: length of a way over streets (None: a ride,
    or a change whose way is not known). `parking`: seconds at its end to leave the bicycle or car, part of its time.
    `called`: seconds at its beginning until a service on demand comes (mode `demand`, `service` its id), part too.
    `origin`, `destination`: name of the stop at that end, None at the ends of the journey. `line`: (lon, lat) of
    EPSG:4326; of rides straight from stop to stop.
    """

    mode: LegMode
    departure: int
    arrival: int
    line: Line
    wait: int = 0
    metres: float | None = None
    parking: int = 0
    called: int = 0
    service: str | None = None
    origin: str | None = None
    destination: str | None = None
    vehicle: Vehicle | None = None

    @property
    def seconds(self) -> int:
        """How long it takes, without the wait before it."""
        return self.arrival - self.departure

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        data: dict[str, Any] = {
            "mode": self.mode,
            "departure": self.departure,
            "arrival": self.arrival,
            "seconds": self.seconds,
            "wait": self.wait,
            "from": self.origin,
            "to": self.destination,
            "geometry": {"type": "LineString", "coordinates": [list(point) for point in self.line]},
        }
        if self.metres is not None:
            data["metres"] = round(self.metres)
        if self.parking:
            data["parking"] = self.parking
        if self.service is not None:
            data |= {"service": self.service, "called": self.called}
        if self.vehicle is not None:
            own = self.vehicle
            data["vehicle"] = {
                "line": own.line,
                "line_long": own.line_long,
                "line_type": own.line_type,
                "mode": own.mode,
                "agency": own.agency,
                "headsign": own.headsign,
                "trip": own.trip,
                "calls": [
                    {
                        "stop": call.stop,
                        "name": call.name,
                        "lon": call.lon,
                        "lat": call.lat,
                        "arrival": call.arrival,
                        "departure": call.departure,
                    }
                    for call in own.calls
                ],
            }
        return data


@dataclass(frozen=True, slots=True)
class Journey:
    """The best journey of one pair for one departure: what makes up the number of minutes that maps show.

    `departure` is the time asked for and `seconds` counts from it, as travel times do; one need not leave the place
    before `start`. `date`: the service day that times count from (None: streets alone). `status`: `estimated` where
    streets or timetable rest on assumptions.
    """

    origin: tuple[float, float]
    destination: tuple[float, float]
    departure: int
    legs: tuple[Leg, ...]
    status: Literal["reported", "estimated"]
    date: str | None = None

    @property
    def start(self) -> int:
        """When one leaves the place: the latest that still reaches the first vehicle."""
        return self.legs[0].departure

    @property
    def arrival(self) -> int:
        """When one is there, in seconds after midnight."""
        return self.legs[-1].arrival

    @property
    def seconds(self) -> int:
        """From the departure asked for to the arrival: the number that the kernels give."""
        return self.arrival - self.departure

    @property
    def rides(self) -> int:
        """How many vehicles are boarded."""
        return sum(leg.vehicle is not None for leg in self.legs)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "date": self.date,
            "departure": self.departure,
            "start": self.start,
            "arrival": self.arrival,
            "seconds": self.seconds,
            "rides": self.rides,
            "status": self.status,
            "origin": list(self.origin),
            "destination": list(self.destination),
            "legs": [leg.to_dict() for leg in self.legs],
        }

    def text(self, language: Language = "en") -> list[str]:
        """Lines in words, in Italian (`it`) or English (`en`)."""
        from aumenta.access.journey_text import lines_of  # noqa: PLC0415

        return lines_of(self, language)

    def to_gdf(self) -> gpd.GeoDataFrame:
        """A table with one row for each leg and its line (EPSG:4326)."""
        import geopandas as gpd  # noqa: PLC0415 - heavy, and not needed for words
        from shapely import LineString  # noqa: PLC0415

        rows = [
            {
                "leg": number,
                "mode": leg.mode,
                "line": leg.vehicle.line if leg.vehicle else None,
                "from": leg.origin,
                "to": leg.destination,
                "departure": clock(leg.departure),
                "arrival": clock(leg.arrival),
                "seconds": leg.seconds,
                "wait": leg.wait,
                "metres": leg.metres,
            }
            for number, leg in enumerate(self.legs, start=1)
        ]
        return gpd.GeoDataFrame(rows, geometry=[LineString(leg.line) for leg in self.legs], crs=4326)
