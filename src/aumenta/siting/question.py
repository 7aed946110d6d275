# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A question about where to put something, as a person asks it: plain data that fits a file, a form and an address.

Everything has a usual value but what is placed. Which kinds, places and candidates there are is the twin's to say
(`aumenta.twin.siting_choices`); here is what can be said without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    field_validator,
    model_validator,
)

from aumenta.access.options import Mode, is_clock
from aumenta.errors import Problem, SitingError
from aumenta.plan.model import ActionCode
from aumenta.scenario.fields import Name
from aumenta.siting.problem import Objective
from aumenta.territory.model import Latitude, Longitude
from aumenta.values.text import Text

SUMMARY = "The question cannot be answered as it is put."
#: Candidates that are no kind of opportunity: the seats of the municipalities.
SEATS = "seats"
#: Who counts, and the columns of the cells that are summed.
WHO: Mapping[str, tuple[str, ...]] = {
    "all": ("pop",),
    "0_14": ("pop_0_14",),
    "0_18": ("pop_0_14", "pop_15_18"),
    "19_39": ("pop_19_39",),
    "40_64": ("pop_40_64",),
    "65_plus": ("pop_65p",),
}
WITHOUT_CAR = "without_car"
#: Ages that can be given weights of their own: no two have a person in common.
AGES = ("0_18", "19_39", "40_64", "65_plus")

Known = Literal["yes", "no", "unknown"]
Groups = Literal["band", "zone", "municipality"]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DrawnPoint(_Strict):
    """A candidate that a person put on the map."""

    lon: Longitude
    lat: Latitude
    name: Name | None = None

    @property
    def called(self) -> str:
        """Its name, or where it is."""
        return self.name or f"{self.lat:.4f}, {self.lon:.4f}"


class Question(_Strict):
    """What is asked. Amounts are by person and by site; minutes are whole."""

    schema_version: int = Field(1, ge=1, le=1)
    what: ActionCode = Field(description="Action of the plan whose lever opens the sites.")
    parameters: dict[str, JsonValue] = Field({}, description="Of the lever, beside its points.")
    objective: Objective = "median"
    count: int | None = Field(None, ge=1, le=1000, description="New sites at most.")
    budget: Amount | None = Field(None, description="In the unit of the costs.")
    cost: Amount | None = Field(None, description="Of a new site where none of its own is given.")
    costs: dict[str, Amount] = Field({}, description="Of candidates, by their ids.")
    capacity: Amount | None = Field(None, description="People that a new site can take; none: any number.")
    capacities: dict[str, Amount] = Field({}, description="Of candidates, by their ids.")
    existing_capacity: Amount | None = Field(None, description="People that a site already there can take.")
    within: int = Field(30, ge=1, le=240, description="Minutes that are near enough.")
    share: float = Field(1, gt=0, le=1, description="Of all people, that `set_cover` brings within these.")
    mode: Mode = "car"
    date: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="Day of the timetable.")
    window: tuple[str, str] | None = Field(None, description="First departure and end; none: the twin's.")
    max_minutes: int = Field(120, ge=1, le=240, description="What takes longer is not reached.")
    area: tuple[str, ...] = Field((), description="Ids of places of any level; none: the whole territory.")
    candidates: tuple[str, ...] = Field((SEATS,), description="`seats`, kinds of opportunities.")
    points: tuple[DrawnPoint, ...] = Field((), max_length=200, description="Candidates drawn on the map.")
    count_existing: bool = Field(True, description="Whether what is there already serves too.")
    existing_kinds: tuple[str, ...] = Field((), description="What is there already; none: the kind placed.")
    list_complete: Known = Field("unknown", description="What the person says of the list of those.")
    who: str = Field("all", description="Who counts.")
    weights: dict[str, Amount] = Field({}, description="In the place of `who`: weight of a person by age.")
    groups: Groups | None = Field(None, description="With `worst_first`: whose share is raised first.")
    gap: float = Field(0.01, ge=0, le=0.5, description="Proven distance from the best that is good enough.")
    seconds: float = Field(60, gt=0, le=3600, description="After which the best answer so far is given.")

    @field_validator("area", "candidates", "existing_kinds")
    @classmethod
    def _once(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(given))

    @field_validator("window")
    @classmethod
    def _times(cls, given: tuple[str, str] | None) -> tuple[str, str] | None:
        if given is not None and not all(map(is_clock, given)):
            raise ValueError("not two times of day, such as 7:00 and 9:00")
        return given

    @field_validator("who")
    @classmethod
    def _known_group(cls, given: str) -> str:
        if given not in (*WHO, WITHOUT_CAR):
            raise ValueError(f"not one of the choices: {', '.join((*WHO, WITHOUT_CAR))}")
        return given

    @field_validator("weights")
    @classmethod
    def _known_ages(cls, given: dict[str, float]) -> dict[str, float]:
        if set(given) - set(AGES):
            raise ValueError(f"ages are {', '.join(AGES)}")
        if given and not any(given.values()):
            raise ValueError("nobody counts when every weight is 0")
        return given

    @model_validator(mode="after")
    def _fits(self) -> Question:
        if self.within > self.max_minutes:
            raise ValueError("`within` is more than `max_minutes`: nobody is looked at so far away")
        if not self.candidates and not self.points:
            raise ValueError("no candidates: seats, kinds of opportunities, or points")
        return self

    @property
    def as_usual(self) -> dict[str, Any]:
        """Plain data of what is not as usual: what an address has to carry."""
        plain: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True)
        return plain


def parse_question(data: object) -> Question:
    """A question out of plain data; `SitingError` with every fault, each with its field."""
    try:
        return Question.model_validate(data)
    except ValidationError as error:
        raise SitingError(SUMMARY, [_problem(item) for item in error.errors()]) from None


def _problem(item: Any) -> Problem:
    field = ".".join(str(part) for part in item["loc"])
    given = item.get("input")
    plain = item["type"] != "missing" and not isinstance(given, Mapping | BaseModel)
    message = item["msg"].removeprefix("Value error, ")
    return Problem(message, field=field or None, found=repr(given)[:80] if plain else None)


# --- names of what a person chooses --------------------------------------------------------

MODE_NAMES: Mapping[Mode, Text] = {
    "walk": Text(it="a piedi", en="on foot"),
    "bike": Text(it="in bicicletta", en="by bicycle"),
    "car": Text(it="in auto", en="by car"),
    "transit": Text(it="con i mezzi pubblici", en="by public transport"),
}
OBJECTIVE_NAMES: Mapping[Objective, Text] = {
    "median": Text(it="meno minuti in media per persona", en="fewest minutes on average per person"),
    "centre": Text(it="il più lontano il più vicino possibile", en="the farthest as near as possible"),
    "coverage": Text(it="più persone entro i minuti scelti", en="most people within the minutes chosen"),
    "set_cover": Text(it="meno luoghi che bastano a tutti", en="fewest sites that are enough for all"),
    "worst_first": Text(it="prima chi sta peggio", en="the worst-off first"),
}
WHO_NAMES: Mapping[str, Text] = {
    "all": Text(it="tutti i residenti", en="all residents"),
    "0_14": Text(it="residenti da 0 a 14 anni", en="residents aged 0 to 14"),
    "0_18": Text(it="residenti da 0 a 18 anni", en="residents aged 0 to 18"),
    "19_39": Text(it="residenti da 19 a 39 anni", en="residents aged 19 to 39"),
    "40_64": Text(it="residenti da 40 a 64 anni", en="residents aged 40 to 64"),
    "65_plus": Text(it="residenti di 65 anni e più", en="residents aged 65 and over"),
    WITHOUT_CAR: Text(it="residenti senza auto", en="residents without a car"),
}
WEIGHTED = Text(it="residenti con pesi per età", en="residents weighted by age")
SEATS_NAME = Text(it="centri dei comuni", en="town centres of municipalities")
GROUP_NAMES: Mapping[Groups, Text] = {
    "band": Text(it="fasce altimetriche", en="altitude bands"),
    "zone": Text(it="zone", en="zones"),
    "municipality": Text(it="comuni", en="municipalities"),
}
COMPLETE_NAMES: Mapping[Known, Text] = {
    "yes": Text(it="sì, ci sono tutti", en="yes, all are there"),
    "no": Text(it="no, qualcuno manca", en="no, some are missing"),
    "unknown": Text(it="non si sa", en="not known"),
}
