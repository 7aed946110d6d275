# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Changes of figures by place, of brownfields, of green."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import Field, model_validator

from aumenta.errors import Problem
from aumenta.scenario.catalogue import CELLS, OPPORTUNITIES, REGISTER, Catalogue, Opportunity
from aumenta.scenario.change import ChangeBase, Outcome, counted, number
from aumenta.scenario.changes_opportunities import kind_problems, where_is
from aumenta.scenario.changes_people import RESIDENT, People
from aumenta.scenario.fields import Id, Name, NewId
from aumenta.scenario.opportunity_rows import NewRow, with_rows, with_weight, without_row
from aumenta.scenario.register import with_people
from aumenta.scenario.residents import add_residents, groups_of
from aumenta.store.view import View
from aumenta.territory.cells import assign_cells
from aumenta.territory.model import Latitude, Longitude
from aumenta.values.text import Text

Hectares = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]
#: Kinds of opportunities that land is, and may become.
BROWNFIELD, PARK = "brownfield", "park"
#: Category of kinds that are green.
GREEN = "green"
_SIDE = re.compile(r"RES(\d+)m")


class GreenAdd(ChangeBase):
    """A new park, garden or wood."""

    kind: Literal["green.add"]
    id: NewId
    name: Name
    lon: Longitude
    lat: Latitude
    hectares: Hectares
    type: Id = Field(PARK, description="Kind of opportunity, one of the green ones.")

    touches: ClassVar[frozenset[str]] = frozenset({OPPORTUNITIES})

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = catalogue.opportunities.taken(self.id, "id")
        problems += kind_problems(self.type, catalogue, "type")
        if (
            self.type in catalogue.kinds
            and self.type != PARK
            and catalogue.kinds[self.type].category != GREEN
        ):
            green = sorted(code for code, own in catalogue.kinds.items() if own.category == GREEN)
            problems.append(
                Problem("not a green kind", field="type", found=self.type, expected=", ".join(green) or PARK)
            )
        problems += catalogue.outside(self.lon, self.lat, "lon, lat")
        town = catalogue.town_at(self.lon, self.lat)
        made = Opportunity(self.id, self.name, self.type, self.hectares, self.lon, self.lat, town)
        return problems, catalogue.with_opportunity(made)

    @property
    def new_row(self) -> NewRow:
        return NewRow(self.id, self.type, self.name, self.hectares, (self.lon, self.lat))

    def apply(self, view: View) -> View:
        return with_rows(view, [self.new_row])

    def describe(self, catalogue: Catalogue) -> Text:
        said, where = number(self.hectares), where_is(self.id, catalogue)
        return Text(
            it=f"Nuovo verde: {self.name}, {said.it} ettari{where.it}",
            en=f"New green: {self.name}, {said.en} hectares{where.en}",
        )


class BrownfieldConvert(ChangeBase):
    """A brownfield, or part of it, becomes homes, places of work, a park or a source of energy."""

    kind: Literal["brownfield.convert"]
    site: Id
    into: Literal["homes", "jobs", "park", "energy"]
    hectares: Hectares | None = Field(
        None, description="The part converted; all that is left where not said."
    )
    residents: People | None = Field(None, description="Of homes: people who come to live there.")
    jobs: Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)] | None = Field(
        None, description="Of places of work: jobs."
    )
    megawatts: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)] | None = Field(
        None, description="Of a source of energy: its power, told with the scenario; no reading uses it yet."
    )

    touches: ClassVar[frozenset[str]] = frozenset({OPPORTUNITIES, CELLS, REGISTER})

    @model_validator(mode="after")
    def _amounts(self) -> BrownfieldConvert:
        needed = {"homes": "residents", "jobs": "jobs"}.get(self.into)
        for name, into in (("residents", "homes"), ("jobs", "jobs"), ("megawatts", "energy")):
            given = getattr(self, name) is not None
            if name == needed and not given:
                raise ValueError(f"into {self.into} needs {name}")
            if given and into != self.into:
                raise ValueError(f"{name} is for into {into}")
        return self

    @property
    def made(self) -> str:
        """Id of the park that a site becomes."""
        return f"{self.site}-{PARK}"

    def resolve(self, catalogue: Catalogue) -> Outcome:
        problems = catalogue.opportunities.problems(self.site, "site")
        own = catalogue.opportunities.get(self.site)
        if own is None:
            return problems, catalogue
        problems += self._site_problems(own, catalogue)
        if problems:
            return problems, catalogue
        left = None if own.weight is None or self.hectares is None else own.weight - self.hectares
        view = self._on_cells(catalogue.view, (own.lon or 0.0, own.lat or 0.0), self.hectares or own.weight)
        changed = catalogue.with_view(view)
        if left is None or left <= 0:
            changed = changed.without_opportunity(self.site)
        else:
            changed = changed.with_opportunity(replace(own, weight=left))
        if self.into == "park":
            area = own.weight if self.hectares is None else self.hectares
            park = Opportunity(self.made, own.name, PARK, area, own.lon, own.lat, own.municipality)
            changed = changed.with_opportunity(park)
        return [], changed

    def _site_problems(self, own: Opportunity, catalogue: Catalogue) -> list[Problem]:
        problems = []
        if own.kind != BROWNFIELD:
            told = f"{self.site}, of the kind {own.kind}"
            problems.append(Problem("not a brownfield", field="site", found=told, expected=BROWNFIELD))
        if self.hectares is not None and own.weight is None:
            told = "the whole site: leave hectares out"
            problems.append(Problem("the size of the site is not known", field="hectares", expected=told))
        elif self.hectares is not None and own.weight is not None and self.hectares > own.weight:
            told = f"at most {own.weight:g}, what is left of the site"
            problems.append(
                Problem("more than the site has", field="hectares", found=f"{self.hectares:g}", expected=told)
            )
        if own.lon is None and self.into != "energy":
            problems.append(Problem("where the site lies is not known", field="site", found=self.site))
        elif self.into == "jobs" and own.lat is not None and own.lon is not None:
            cells = catalogue.view[CELLS]
            around = cells_around(cells, (own.lon, own.lat), self.hectares or own.weight)
            if np.isnan(cells["jobs"].to_numpy(float)[around]).any():
                problems.append(Problem("how many jobs there are now is not known here", field="jobs"))
        if self.into == "park":
            problems += kind_problems(PARK, catalogue, "into")
            problems += catalogue.opportunities.taken(self.made, "site")
        return problems

    def apply(self, view: View) -> View:
        frame = view[OPPORTUNITIES]
        row = frame[frame["id"] == self.site].iloc[0]
        point = None if row["geometry"] is None else row["geometry"].representative_point()
        here = (0.0, 0.0) if point is None else (float(point.x), float(point.y))
        area = float(row["weight"])
        left = area - self.hectares if self.hectares is not None else 0.0
        view = self._on_cells(view, here, self.hectares or area)
        view = with_weight(view, self.site, left) if left > 0 else without_row(view, self.site)
        if self.into == "park":
            size = None if np.isnan(area) else self.hectares or area
            view = with_rows(view, [NewRow(self.made, PARK, str(row["name"] or ""), size, here)])
        return view

    def _on_cells(self, view: View, point: tuple[float, float], hectares: float | None) -> View:
        """What comes to live or work there, in the cells that the site covers."""
        if self.residents is None and self.jobs is None:
            return view
        cells = view[CELLS]
        around = cells_around(cells, point, hectares)
        if self.residents is not None:
            town = cells["municipality"].to_numpy() == cells["municipality"].to_numpy()[around][0]
            mix = groups_of(cells)[town].sum(axis=0).astype(float).tolist()
            shares = mix if sum(mix) > 0 else None
            return with_people(view, add_residents(cells, around, self.residents, shares))
        jobs = cells["jobs"].to_numpy(float, copy=True)
        jobs[around] += (self.jobs or 0.0) / int(around.sum())
        return view.replaced({CELLS: cells.assign(jobs=jobs)})

    def describe(self, catalogue: Catalogue) -> Text:
        name, where = catalogue.opportunities.label(self.site), where_is(self.site, catalogue)
        part = Text(it="", en="")
        if self.hectares is not None:
            said = number(self.hectares)
            part = Text(it=f" ({said.it} ettari)", en=f" ({said.en} hectares)")
        becomes = self._becomes()
        return Text(
            it=f"{name}{part.it}{where.it} diventa {becomes.it}",
            en=f"{name}{part.en}{where.en} becomes {becomes.en}",
        )

    def _becomes(self) -> Text:
        if self.residents is not None:
            said = counted(self.residents, *RESIDENT)
            return Text(it=f"case per {said.it}", en=f"homes of {said.en}")
        if self.jobs is not None:
            said = counted(self.jobs, Text(it="addetto", en="job"), Text(it="addetti", en="jobs"))
            return Text(it=f"luogo di lavoro per {said.it}", en=f"a place of work with {said.en}")
        if self.into == "park":
            return Text(it="parco", en="a park")
        if self.megawatts is None:
            return Text(it="fonte di energia", en="a source of energy")
        said = number(self.megawatts)
        return Text(it=f"fonte di energia da {said.it} MW", en=f"a source of energy of {said.en} MW")


def cells_around(
    cells: gpd.GeoDataFrame, point: tuple[float, float], hectares: float | None
) -> NDArray[np.bool_]:
    """The cells of a site: the one that holds its point and those nearest to it, as many as its hectares fill."""
    row = {"municipality": [""], "geometry": [shapely.Point(point)]}
    code = assign_cells(gpd.GeoDataFrame(row, geometry="geometry", crs=cells.crs), cells)["cell"].iat[0]
    gx, gy = (cells[name].to_numpy(np.int64) for name in ("gx", "gy"))
    at = int(np.flatnonzero(cells["cell"].to_numpy() == code)[0])
    away = (gx - gx[at]) ** 2 + (gy - gy[at]) ** 2
    side = _SIDE.search(str(code))
    area = (int(side[1]) / 100) ** 2 if side else 1.0
    count = 1 if hectares is None or np.isnan(hectares) else max(1, round(hectares / area))
    found = np.zeros(len(cells), bool)
    found[np.argsort(away, kind="stable")[:count]] = True
    return found
