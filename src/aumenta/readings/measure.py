# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a measure is: a pure function, the inputs it declares, the indicators it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from aumenta.errors import AumentaError, Problem
from aumenta.values.aggregate import Quantity
from aumenta.values.model import VALUES_SCHEMA, Indicator
from aumenta.values.reasons import absent
from aumenta.values.text import Text

#: Reason of values whose measure failed.
FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """What a measure gives: rows of the long table, and for some indicators a quantity by cell.

    `why` is the reason of an indicator that it cannot give at all, `reasons` the words of reasons that it alone gives.
    `tables` are lists of things that are no places (brownfields, stretches of roads), by name.
    """

    rows: list[pd.DataFrame] = field(default_factory=list)
    cells: dict[str, Quantity] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, Text] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Input:
    """One input of a measure: the argument that takes it, its name in the View, and words for a person.

    An input that is not `needed` is given as None where it is absent.
    """

    argument: str
    name: str
    words: Text
    needed: bool = True


@dataclass(frozen=True)
class Measure:
    """A named, documented function from the territory to values."""

    id: str
    function: Callable[..., Result]
    inputs: tuple[Input, ...]
    indicators: tuple[str, ...]

    def absent(self, view: Mapping[str, Any]) -> list[Input]:
        """Inputs that the View does not have."""
        return [one for one in self.inputs if one.name not in view]


@dataclass(frozen=True)
class Run:
    """A measure that ran: its result, the inputs it missed, the reasons it gave with their words."""

    measure: Measure
    result: Result
    absent: list[str]
    reasons: dict[str, Text]
    failure: str = ""


#: Inputs that take long: times over the network (`aumenta.readings.travel`).
TRAVEL = ("times:", "sums:", "deadlines:", "seats")
#: An input that is the result of another measure.
READING = "reading:"


def needs_travel(measure: Measure) -> bool:
    """Whether a measure reads travel times, or the result of one that may."""
    return any(one.name.startswith((*TRAVEL, READING)) for one in measure.inputs)


def in_order(measures: Sequence[Measure]) -> list[Measure]:
    """Measures so that each comes after those whose results it reads, otherwise as given.

    Raises `AumentaError` naming the measures that wait for each other.
    """
    left, done, ordered = list(measures), set[str](), list[Measure]()
    there = {one.id for one in left}
    while left:
        ready = [one for one in left if not (_before(one) & there) - done]
        if not ready:
            circle = ", ".join(one.id for one in left)
            raise AumentaError(
                "The measures cannot be put in an order.", [Problem("each waits for another", found=circle)]
            )
        ordered.append(ready[0])
        done.add(ready[0].id)
        left.remove(ready[0])
    return ordered


def _before(measure: Measure) -> set[str]:
    return {one.name.removeprefix(READING) for one in measure.inputs if one.name.startswith(READING)}


def run(
    measure: Measure, view: Mapping[str, Any], definitions: Mapping[str, Indicator], places: pd.DataFrame
) -> Run:
    """Run a measure on a View; without an input that it needs, every value is missing and says which.

    A function that fails gives missing values too, and the run says what it said. Raises `AumentaError` when the
    function gives what it did not declare, or at a level its definition lacks.
    """
    lacking = measure.absent(view)
    reasons = dict(absent(one.name, one.words) for one in lacking)
    needed = [one for one in lacking if one.needed]
    if needed:
        code = absent(needed[0].name)[0]
        rows = [missing_rows(definitions[name], places, code) for name in measure.indicators]
        return Run(measure, Result(rows), [one.name for one in lacking], reasons)
    try:
        result = measure.function(**{one.argument: view.get(one.name) for one in measure.inputs})
    except Exception as error:  # whatever a measure does, the others go on
        rows = [missing_rows(definitions[name], places, FAILED) for name in measure.indicators]
        said = f"{type(error).__name__}: {error}"
        return Run(measure, Result(rows), [one.name for one in lacking], reasons, said)
    result = _completed(measure, result, definitions, places, lacking)
    problems = _undeclared(measure, result, definitions)
    if problems:
        raise AumentaError(f"The measure {measure.id} gave what it did not declare.", problems)
    return Run(measure, result, [one.name for one in lacking], reasons | result.reasons)


def missing_rows(indicator: Indicator, places: pd.DataFrame, reason: str, period: str = "") -> pd.DataFrame:
    """Rows that say an indicator is missing at every place of its levels."""
    wanted = places[places["level"].isin(indicator.levels)]
    return pd.DataFrame(
        {
            "indicator": indicator.id,
            "level": wanted["level"].to_numpy(dtype=object),
            "place": wanted["id"].to_numpy(dtype=object),
            "period": period,
            "value": np.nan,
            "status": "missing",
            "reason": reason,
            "source": "",
            "parts": 0,
            "missing": 0,
            "inferred": 0,
        },
        columns=VALUES_SCHEMA.names,
    )


def _completed(
    measure: Measure,
    result: Result,
    definitions: Mapping[str, Indicator],
    places: pd.DataFrame,
    lacking: Iterable[Input],
) -> Result:
    """Indicators that the function left out for want of an input are missing, with that input as the reason."""
    given = {str(name) for frame in result.rows for name in frame["indicator"].unique()}
    given |= set(result.cells)
    code = next((absent(one.name)[0] for one in lacking), "not_given")
    extra = [
        missing_rows(definitions[name], places, result.why.get(name, code))
        for name in measure.indicators
        if name not in given
    ]
    return Result([*result.rows, *extra], result.cells, reasons=result.reasons, tables=result.tables)


def _undeclared(measure: Measure, result: Result, definitions: Mapping[str, Indicator]) -> list[Problem]:
    pairs = {
        (str(i), str(level)) for f in result.rows for i, level in zip(f["indicator"], f["level"], strict=True)
    }
    pairs |= {(name, "cell") for name in result.cells}
    return [
        Problem("not declared", field=measure.id, found=f"{name} at level {level}")
        for name, level in sorted(pairs)
        if name not in measure.indicators or level not in definitions[name].levels
    ]
