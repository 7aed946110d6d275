# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Published figures: what the plan's document printed, set beside what the twin computes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from aumenta.errors import PackError, Problem
from aumenta.store.yaml_files import validate
from aumenta.values.text import Text

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

PUBLISHED_FILE = "published.json"


class PublishedFigure(BaseModel):
    """One figure of the document: what it says, about which place and period, and on which line.

    `indicator` and `place` say what of the twin it is compared with; `twin_period` which period of the twin,
    where the twin has none of the document's own (default: its latest).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: Text
    indicator: str
    level: Literal["municipality", "zone", "band", "metropolis"]
    place: str
    period: str
    value: float
    unit: Text
    line: int
    derived: Text | None = Field(
        None, description="How it follows from printed figures, where it is not printed."
    )
    share_of: str | None = Field(
        None, description="The figure is a count and the indicator its share (%) of this other indicator."
    )
    take: Literal["value", "parts"] = Field(
        "value", description="parts: the number of places the value is made of."
    )
    twin_period: str | None = None
    reason: Text | None = Field(None, description="Why the two differ, where known.")


class PublishedFile(BaseModel):
    """`published.yaml` of a pack."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: Text
    figures: list[PublishedFigure]


class Comparison(BaseModel):
    """A published figure beside the twin's. `difference` = twin minus published, in the indicator's unit."""

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


def load_published(path: Path) -> PublishedFile:
    """Read `published.yaml`; `PackError` names an id given twice and what does not follow the schema."""
    found = validate(PublishedFile, path)
    seen: set[str] = set()
    problems = []
    for figure in found.figures:
        if figure.id in seen:
            problems.append(Problem("published figure given twice", str(path), field="id", found=figure.id))
        seen.add(figure.id)
    if problems:
        raise PackError("The published figures cannot be used as they are.", problems)
    return found


def compare(twin: Twin) -> list[Comparison]:
    """Every published figure of the pack beside the twin's value of the same indicator, place and period."""
    if PUBLISHED_FILE not in twin.manifest.files:
        return []
    figures = PublishedFile.model_validate_json((twin.folder / PUBLISHED_FILE).read_bytes()).figures
    return [_compare_one(twin, figure) for figure in figures]


def _compare_one(twin: Twin, figure: PublishedFigure) -> Comparison:
    published = figure.value
    if figure.indicator not in twin.indicators:
        return Comparison(
            figure=figure,
            published=published,
            twin=None,
            period=None,
            status="missing",
            missing_reason="not_built",
        )
    rows = twin.values(figure.indicator, figure.level, figure.place)
    chosen = rows[rows["period"] == (figure.twin_period or figure.period)]
    if chosen.empty and figure.twin_period is None:
        chosen = rows.tail(1)
    if chosen.empty:
        return Comparison(
            figure=figure,
            published=published,
            twin=None,
            period=None,
            status="missing",
            missing_reason="not_given",
        )
    row = chosen.iloc[-1]
    missing = row["status"] == "missing"
    value = None if missing else float(row[figure.take])
    if value is not None and figure.share_of is not None:
        whole = twin.values(figure.share_of, figure.level, figure.place, str(row["period"]))
        value = None if whole.empty else value * float(whole["value"].iloc[-1]) / 100
    return Comparison(
        figure=figure,
        published=published,
        twin=value,
        period=str(row["period"]),
        status=str(row["status"]),
        missing_reason=str(row["reason"]) if missing else None,
    )
