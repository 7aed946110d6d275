# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Fields that several kinds of changes have: hours, periods of a service, stops, areas."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
    model_validator,
)

from aumenta.errors import Problem
from aumenta.network.lines_rows import LATEST, clock
from aumenta.scenario.beyond import stop_problems
from aumenta.scenario.catalogue import CELLS, Catalogue, Stop
from aumenta.territory.model import Latitude, Longitude
from aumenta.values.text import Text

#: Id of something that a scenario adds.
NewId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", max_length=120)]
#: Id of something that is there.
Id = Annotated[str, Field(min_length=1, max_length=400)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Minutes = Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)]
Point = tuple[Longitude, Latitude]
Days = Literal["weekdays", "saturdays", "sundays", "all"]
#: Days of the week on which a service runs, Monday first.
DAYS: dict[Days, tuple[bool, ...]] = {
    "weekdays": (True, True, True, True, True, False, False),
    "saturdays": (False, False, False, False, False, True, False),
    "sundays": (False, False, False, False, False, False, True),
    "all": (True,) * 7,
}
DAY_WORDS: dict[Days, Text] = {
    "weekdays": Text(it="nei giorni feriali", en="on weekdays"),
    "saturdays": Text(it="il sabato", en="on Saturdays"),
    "sundays": Text(it="la domenica", en="on Sundays"),
    "all": Text(it="tutti i giorni", en="every day"),
}


def _seconds(value: object) -> object:
    """Seconds after midnight of `6:05`; YAML reads an unquoted 6:05 as the whole number 365 (base sixty)."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("an hour such as 6:05 is expected")
    if isinstance(value, int):
        value = value * 60 if value < LATEST // 60 else value
        return value if 0 <= value < LATEST else _fail()
    found = clock(value)
    return _fail() if found is None else found


def _fail() -> int:
    raise ValueError("an hour such as 6:05 or 25:10 is expected, before 48:00")


def clock_text(seconds: int) -> str:
    """An hour as people write it.

    >>> clock_text(21900), clock_text(90630)
    ('6:05', '25:10:30')
    """
    rest = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}{rest}"


_CLOCK_SCHEMA = {"type": "string", "pattern": r"^[0-9]{1,2}:[0-5][0-9](:[0-5][0-9])?$", "examples": ["6:05"]}
#: An hour of the service day, which may pass 24:00; kept as seconds after midnight.
Clock = Annotated[
    int, BeforeValidator(_seconds), PlainSerializer(clock_text, str), WithJsonSchema(_CLOCK_SCHEMA)
]


class Part(BaseModel):
    """A part of a change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Period(Part):
    """Departures at `start` and then every `headway` minutes, all before `until`."""

    start: Clock = Field(alias="from", description="First departure.")
    until: Clock = Field(description="All departures are before this hour.")
    headway: float = Field(gt=0, le=1440, allow_inf_nan=False, description="Minutes between departures.")

    @property
    def seconds(self) -> int:
        """The headway in seconds."""
        return round(self.headway * 60)

    def words(self) -> Text:
        """The period in words."""
        span, every = (clock_text(self.start), clock_text(self.until)), f"{self.headway:g}"
        return Text(
            it=f"ogni {every} min dalle {span[0]} alle {span[1]}",
            en=f"every {every} min from {span[0]} to {span[1]}",
        )


def period_problems(periods: list[Period], at: str) -> list[Problem]:
    """Periods that end before they begin, are shorter than a second apart, or overlap another."""
    found = []
    for number, one in enumerate(periods):
        here = f"{at}[{number}]"
        if one.until <= one.start:
            told = f"{clock_text(one.start)} to {clock_text(one.until)}"
            found.append(Problem("the period ends before it begins", field=here, found=told))
        if one.seconds < 1:
            found.append(
                Problem("the headway is too short", field=f"{here}.headway", found=f"{one.headway:g}",
                        expected="a second or more")
            )  # fmt: skip
        for other in periods[:number]:
            if one.start < other.until and other.start < one.until:
                told = f"from {clock_text(one.start)}, while one runs until {clock_text(other.until)}"
                found.append(Problem("two periods overlap", field=here, found=told))
    return found


def periods_words(periods: list[Period]) -> Text:
    """Periods in words."""
    words = [one.words() for one in periods]
    return Text(it=", ".join(one.it for one in words), en=", ".join(one.en for one in words))


class NewStop(Part):
    """A stop that is not there yet."""

    id: NewId
    name: Name
    lon: Longitude
    lat: Latitude


def _stop_tag(value: object) -> str:
    return "id" if isinstance(value, str) else "new"


#: A stop by its id, or a new one in full.
StopRef = Annotated[Annotated[Id, Tag("id")] | Annotated[NewStop, Tag("new")], Discriminator(_stop_tag)]


def stop_id(ref: str | NewStop) -> str:
    """The id of a stop."""
    return ref if isinstance(ref, str) else ref.id


def resolve_stops(refs: list[Any], catalogue: Catalogue, at: str) -> tuple[list[Problem], Catalogue]:
    """Check the stops of a line and add the new ones; a stop twice in a row is a problem too."""
    problems: list[Problem] = []
    for number, ref in enumerate(refs):
        here = f"{at}[{number}]"
        if isinstance(ref, str):
            problems += catalogue.stops.problems(ref, here)
        else:
            own, catalogue = add_stop(ref, catalogue, here, of_line=True)
            problems += own
        if number and stop_id(refs[number - 1]) == stop_id(ref):
            problems.append(Problem("a stop follows itself", field=here, found=stop_id(ref)))
    return problems, catalogue


def add_stop(
    new: NewStop, catalogue: Catalogue, at: str, of_line: bool = False
) -> tuple[list[Problem], Catalogue]:
    """Check a new stop, that a line calls at or not yet, and add it."""
    problems = catalogue.stops.taken(new.id, f"{at}.id")
    problems += stop_problems(catalogue, new.lon, new.lat, at, of_line)
    return problems, catalogue.with_stop(Stop(new.id, new.name, new.lon, new.lat))


class Area(Part):
    """Some municipalities, or a polygon of points in WGS84 degrees."""

    municipalities: list[Id] | None = Field(None, min_length=1)
    polygon: list[Point] | None = Field(None, min_length=3)

    @model_validator(mode="after")
    def _one_of_two(self) -> Area:
        if (self.municipalities is None) == (self.polygon is None):
            raise ValueError("give either municipalities or a polygon")
        return self

    def problems(self, catalogue: Catalogue, at: str) -> list[Problem]:
        """Municipalities that there are not, a polygon that crosses itself or holds no cell."""
        found: list[Problem] = []
        for number, code in enumerate(self.municipalities or []):
            found += catalogue.place_problems(code, f"{at}.municipalities[{number}]", "municipality")
        if self.polygon is not None:
            shape = shapely.Polygon(self.polygon)
            if not shape.is_valid:
                why = shapely.is_valid_reason(shape)
                found.append(Problem("not a polygon", field=f"{at}.polygon", found=why))
            elif not self.cells(catalogue.view[CELLS]).any():
                west, south, east, north = shape.bounds
                told = f"longitude {west:g} to {east:g}, latitude {south:g} to {north:g}"
                found.append(
                    Problem("no cell of the territory lies in it", field=f"{at}.polygon", found=told)
                )
        return found

    def cells(self, cells: gpd.GeoDataFrame) -> NDArray[np.bool_]:
        """Which cells have their centre in the area."""
        if self.municipalities is not None:
            own: NDArray[np.bool_] = cells["municipality"].isin(self.municipalities).to_numpy(bool)
            return own
        shape = shapely.Polygon(self.polygon)
        shapely.prepare(shape)
        inside: NDArray[np.bool_] = shapely.covers(shape, cells.geometry.to_numpy())
        return inside

    def words(self, catalogue: Catalogue) -> Text:
        """The area in words."""
        if self.municipalities is None:
            return Text(it="nell'area disegnata", en="in the area drawn")
        names = [catalogue.places[code].label for code in self.municipalities if code in catalogue.places]
        shown = ", ".join(names[:3])
        if len(names) > 3:
            more = len(names) - 3
            return Text(
                it=f"a {shown} e altri {more} comuni", en=f"in {shown} and {more} more municipalities"
            )
        return Text(it=f"a {shown}", en=f"in {shown}")
