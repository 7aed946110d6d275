# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Published figures beside what the twin computes or holds, each with the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from pydantic import BaseModel, ConfigDict

from aumenta.twin.published_file import (
    PUBLISHED_FILE,
    PublishedFigure,
    PublishedFile,
    load_published,
)
from aumenta.values.text import Text

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

__all__ = [
    "PUBLISHED_FILE",
    "Comparison",
    "PublishedFigure",
    "PublishedFile",
    "compare",
    "compare_one",
    "load_published",
    "notes_of",
    "published_file",
]
#: Things counted that are places of a level.
_LEVELS = ("municipality", "zone", "band")
#: A time that is missing for this reason is beyond every limit; any other missing time is not known.
_BEYOND = "not_reached"


class Comparison(BaseModel):
    """A published figure beside the twin's. `difference` = twin minus published, in the figure's unit."""

    model_config = ConfigDict(frozen=True)

    figure: PublishedFigure
    published: float
    twin: float | None
    period: str | None
    status: str
    missing_reason: str | None = None

    @property
    def difference(self) -> float | None:
        """Twin minus published."""
        return None if self.twin is None else self.twin - self.published

    @property
    def percent(self) -> float | None:
        """Difference in percent of the published figure; None without a twin's figure or a published zero."""
        if self.difference is None or self.published == 0:
            return None
        return 100 * self.difference / self.published


def compare(twin: Twin) -> list[Comparison]:
    """Every published figure of the pack beside the twin's."""
    file = published_file(twin)
    return [] if file is None else [compare_one(twin, figure) for figure in file.figures]


def notes_of(twin: Twin) -> list[Text]:
    """What a reader should know of the figures that the document printed and those that it did not."""
    file = published_file(twin)
    return [] if file is None else list(file.notes)


def published_file(twin: Twin) -> PublishedFile | None:
    """The published figures of a twin's pack; None when the pack has none."""
    if PUBLISHED_FILE not in twin.manifest.files:
        return None
    return PublishedFile.model_validate_json((twin.folder / PUBLISHED_FILE).read_bytes())


def compare_one(twin: Twin, figure: PublishedFigure) -> Comparison:
    """One figure beside the twin's value or count; missing with a reason where the twin has neither."""
    if figure.indicator is not None and figure.indicator not in twin.indicators:
        return _missing(figure, "not_built")
    if figure.count is None:
        return _indicator(twin, figure)
    if figure.at_most is not None:
        return _places_within(twin, figure)
    if figure.count == "opportunity":
        return _opportunities(twin, figure)
    return _held(twin, figure)


def _held(twin: Twin, figure: PublishedFigure) -> Comparison:
    """How many places of a level, or parts of the plan, the twin has."""
    if figure.count in _LEVELS:
        return _counted(figure, int((twin.places()["level"] == figure.count).sum()))
    if not twin.has_plan:
        return _missing(figure, "not_built")
    plan = twin.plan
    every = {"axis": len(plan.about.axes), "strategy": len(plan.strategies), "action": len(plan.actions)}
    return _counted(figure, every[str(figure.count)])


def _missing(figure: PublishedFigure, reason: str) -> Comparison:
    return Comparison(
        figure=figure,
        published=figure.value,
        twin=None,
        period=None,
        status="missing",
        missing_reason=reason,
    )


def _counted(figure: PublishedFigure, count: int, status: str = "measured") -> Comparison:
    return Comparison(
        figure=figure,
        published=figure.value,
        twin=float(count),
        period=figure.twin_period,
        status=status,
    )


def _indicator(twin: Twin, figure: PublishedFigure) -> Comparison:
    """The indicator's value of the place and period, turned into a count where the figure is one."""
    rows = twin.values(figure.indicator, figure.level, figure.place)
    chosen = rows[rows["period"] == (figure.twin_period or figure.period)]
    if chosen.empty and figure.twin_period is None:
        chosen = rows.tail(1)
    if chosen.empty:
        return _missing(figure, "not_given")
    row = chosen.iloc[-1]
    if row["status"] == "missing":
        return _missing(figure, str(row["reason"]))
    value: float | None = float(row[figure.take])
    period, status = str(row["period"]), str(row["status"])
    if figure.share_of is not None:
        whole = twin.values(figure.share_of, figure.level, figure.place, period)["value"].dropna()
        value = None if whole.empty or value is None else value * float(whole.iloc[-1]) / 100
    if figure.per_km2:
        places = twin.places(figure.level)
        area = places.loc[places["id"] == figure.place, "area_km2"].dropna()
        value = None if area.empty or value is None else value * float(area.iloc[-1])
    if value is None or pd.isna(value):
        return _missing(figure, "not_given")
    return Comparison(figure=figure, published=figure.value, twin=value, period=period, status=status)


def _places_within(twin: Twin, figure: PublishedFigure) -> Comparison:
    """How many places have at most so much; not known as soon as one of them is not."""
    rows = twin.values(figure.indicator, figure.count, period="latest")
    unknown = rows[(rows["status"] == "missing") & (rows["reason"] != _BEYOND)]
    if rows.empty or len(unknown):
        return _missing(figure, "not_given" if rows.empty else str(unknown["reason"].iloc[0]))
    known = rows[rows["status"] != "missing"]
    status = "estimated" if (known["status"] == "estimated").any() else str(known["status"].iloc[-1])
    found = _counted(figure, int((known["value"] <= figure.at_most).sum()), status)
    return found.model_copy(update={"period": str(rows["period"].iloc[-1])})


def _opportunities(twin: Twin, figure: PublishedFigure) -> Comparison:
    """How many opportunities of some kinds stand in the place; none told of a kind is nothing known of it."""
    own = twin.opportunities()
    own = own[own["kind"].isin(figure.kinds)]
    if set(figure.kinds) - set(own["kind"]):
        return _missing(figure, "not_given")
    if figure.level != "metropolis":
        towns = twin.places("municipality")
        column = "id" if figure.level == "municipality" else figure.level
        own = own[own["municipality"].isin(towns.loc[towns[column] == figure.place, "id"])]
    estimated = bool(len(own)) and (own["status"] == "estimated").any()
    return _counted(figure, len(own), "estimated" if estimated else "reported")
