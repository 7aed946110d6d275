# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Indicator definitions, statuses and the schema of the long table.

A value is (indicator, level, place, period, value, status, reason, source) and says how many parts it was made
of, how many of them were missing and how many rest on an inferred membership.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from aumenta.values.text import Text

Status = Literal["measured", "estimated", "reported", "missing"]
STATUSES: tuple[Status, ...] = ("measured", "reported", "estimated", "missing")
Level = Literal["cell", "municipality", "zone", "band", "metropolis"]

if TYPE_CHECKING:
    import pyarrow as pa

    VALUES_SCHEMA: pa.Schema


def __getattr__(name: str) -> Any:
    """`VALUES_SCHEMA` when first asked for: commands that read no values need not wait for pyarrow."""
    if name != "VALUES_SCHEMA":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = schema = _values_schema()
    return schema


def _values_schema() -> pa.Schema:
    """The long table of `values.parquet`: sorted by indicator, level, place, period."""
    import pyarrow as pa  # noqa: PLC0415 - see above

    return pa.schema(
        [
            ("indicator", pa.string()),
            ("level", pa.string()),
            ("place", pa.string()),
            ("period", pa.string()),
            ("value", pa.float64()),  # null exactly when status is missing
            ("status", pa.string()),
            ("reason", pa.string()),  # null exactly when status is not missing
            ("source", pa.string()),  # ids of sources, joined by a space
            ("parts", pa.int32()),  # places (or cells) the value is made of; 1 when it is given as such
            ("missing", pa.int32()),  # parts without a value, left out and counted
            ("inferred", pa.int32()),  # parts whose membership of the place is inferred
        ]
    )


class Indicator(BaseModel):
    """Definition of a value: what it is, its unit and direction, how it is made and from what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")
    name: Text
    description: Text
    unit: Text
    decimals: int = 0
    direction: Literal["up", "down", "none"] = Field(description="Which way is better; none = neither.")
    measure: str = Field(description="Id of the measure (reading) that computes it.")
    formula: Text
    sources: list[str] = []
    levels: list[Level]
    scale: Literal["linear", "diverging", "classes"] = "linear"
    breaks: list[float] = Field([], description="Round limits of the legend's classes, ascending.")
