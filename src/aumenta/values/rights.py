# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Rights as data: each a list of conditions, each condition one or more ways to meet it, with fixed thresholds.

`rights.yaml` beside this module is what holds where a pack brings none of its own. Read by `aumenta.store.rights`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from aumenta.values.text import Text

#: The rights that come with the software.
DEFAULT_RIGHTS = Path(__file__).resolve().with_name("rights.yaml")
#: What a source says where nobody has decided yet.
TO_BE_DECIDED = "to be decided"

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Mode = Literal["walk", "bike", "car", "train", "bus", "transit"]
Minutes = Annotated[int, Field(strict=True, ge=1, le=120, description="At most this many minutes.")]
Threshold = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Nearest(_Strict):
    """One of some kinds of opportunities within minutes by a mode."""

    type: Literal["nearest"]
    kinds: list[Name] = Field(min_length=1, description="Kinds of opportunities; any of them will do.")
    mode: Mode
    minutes: Minutes


class FromHub(_Strict):
    """Within minutes of the metropolis's hub by a mode."""

    type: Literal["hub"]
    mode: Mode
    minutes: Minutes


class Jobs(_Strict):
    """At least a number of jobs reached within minutes by a mode."""

    type: Literal["jobs"]
    mode: Literal["car", "train", "bus", "transit"]
    minutes: Annotated[Literal[15, 30, 45, 60, 75, 90, 120], Field(description="One of the classes of sums.")]
    at_least: Threshold


class _Bounded(_Strict):
    at_least: Threshold | None = None
    at_most: Threshold | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> _Bounded:
        if self.at_least is None and self.at_most is None:
            raise ValueError("at_least or at_most is needed")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least is above at_most: nothing can meet it")
        return self


class OfPlace(_Bounded):
    """An indicator of the municipality, above or below a value; every cell of the municipality has it."""

    type: Literal["indicator"]
    indicator: str = Field(description="Id of an indicator that municipalities have.")


class OfCell(_Bounded):
    """A column of the cell itself, above or below a value."""

    type: Literal["cell"]
    column: Literal["full", "degurba", "height_m", "pop", "employed", "jobs"]


Way = Annotated[Nearest | FromHub | Jobs | OfPlace | OfCell, Field(discriminator="type")]


class Condition(_Strict):
    """One thing a right asks for, with the ways to meet it (any will do) and where the thresholds come from."""

    id: Name
    name: Text = Field(description="What is asked for, in a few words.")
    any: list[Way] = Field(min_length=1, description="Ways to meet it; one is enough.")
    source: str = Field(min_length=1, description=f"Where the thresholds come from, or `{TO_BE_DECIDED}`.")
    note: Text | None = Field(None, description="What has to be known to read it rightly.")


class Right(_Strict):
    """A right: met where all its conditions hold."""

    id: Name
    name: Text
    plan: Text = Field(description="What the plan asks for under this name.")
    conditions: list[Condition] = Field(min_length=1)


class RightsFile(_Strict):
    """`rights.yaml`: the rights of a plan and their thresholds."""

    schema_version: Literal[1] = 1
    rights: list[Right] = Field(min_length=1)
