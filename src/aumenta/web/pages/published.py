# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The figures that the plan printed beside the twin's: difference, how each is known, and why they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aumenta.twin.facade import Twin
from aumenta.twin.published import Comparison, PublishedFile, published_file
from aumenta.values.model import Indicator
from aumenta.values.reasons import REASONS
from aumenta.values.text import Text
from aumenta.web.i18n import Language
from aumenta.web.site import Site, Visit
from aumenta.web.words import STATUSES, measure_name

#: Percent of the printed figure within which two figures are called near.
NEAR = 5
#: Decimals of a twin's figure that is compared with a whole number below this.
_SMALL = 1000
_COUNTS = Text(it="Che cosa c'è nel piano e nel territorio", en="What plan and territory hold")


@dataclass(frozen=True)
class Row:
    """One printed figure and the twin's, written out."""

    id: str
    name: str
    unit: str
    line: int
    derived: str
    published: str
    published_period: str
    twin: str
    twin_period: str
    difference: str
    percent: str
    status: str
    status_text: str
    missing: str
    why: int | None


@dataclass
class Figures:
    """The table of the page in one language: groups of rows, and the reasons that the rows name by number."""

    groups: list[tuple[str, list[Row]]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    total: int = 0
    compared: int = 0
    near: int = 0

    def mark(self, reason: str) -> int | None:
        """The number of a reason; the same reason has the same number."""
        if not reason:
            return None
        if reason not in self.reasons:
            self.reasons.append(reason)
        return self.reasons.index(reason) + 1


def register(site: Site) -> None:
    """Serve the page; figures are read when it is first asked for, since counting may open the opportunities."""
    site.page("published", show)


def show(visit: Visit) -> str:
    """The page, or why it is empty."""
    site, language = visit.site, visit.language
    file: PublishedFile | None = site.once("published file", lambda: published_file(site.twin))
    figures = site.once(
        f"published {language.code}", lambda: figures_of(site.twin, site.twin.published(), language)
    )
    return visit.render(
        "published.html",
        document=file.document if file else None,
        notes=file.notes if file else [],
        figures=figures,
        limit=NEAR,
    )


def figures_of(twin: Twin, comparisons: Sequence[Comparison], language: Language) -> Figures:
    """Every comparison as a row, in the order of the file, under the measure it belongs to."""
    found = Figures(total=len(comparisons))
    groups: dict[str, list[Comparison]] = {}
    for one in comparisons:
        groups.setdefault(_group(one, twin.indicators, language), []).append(one)
        found.compared += one.twin is not None
        found.near += one.percent is not None and abs(one.percent) <= NEAR
    found.groups = [(name, [_row(one, found, twin, language) for one in own]) for name, own in groups.items()]
    return found


def _group(one: Comparison, indicators: dict[str, Indicator], language: Language) -> str:
    """Name of the measure; what is counted in the plan and the territory stands by itself."""
    figure = one.figure
    if figure.indicator is None:
        return _COUNTS.get(language.code)
    known = indicators.get(figure.indicator)
    return measure_name(known.measure if known else figure.indicator.split(".")[0], language)


def _row(one: Comparison, found: Figures, twin: Twin, language: Language) -> Row:
    figure, why = one.figure, one.figure.why()
    decimals = len(f"{one.published:.9f}".rstrip("0").partition(".")[2])
    if not decimals and one.published < _SMALL and one.twin is not None and one.twin != round(one.twin):
        decimals = 1
    unit = language.text(figure.unit)
    missing = {**REASONS, **twin.reasons}.get(one.missing_reason or "")
    return Row(
        id=figure.id,
        name=language.text(figure.name),
        unit=unit if unit.casefold() != language.text(figure.name).casefold() else "",
        line=figure.line,
        derived=language.text(figure.derived),
        published=language.number(one.published, decimals),
        published_period=language.period(figure.period),
        twin=language.number(one.twin, decimals),
        twin_period=language.period(one.period) if one.period else "",
        difference=_signed(one.difference, language, decimals),
        percent=_signed(one.percent, language, 1),
        status=one.status,
        status_text=language.text(STATUSES[one.status]),
        missing=language.text(missing) or (one.missing_reason or ""),
        why=found.mark(language.text(why)),
    )


def _signed(value: float | None, language: Language, decimals: int) -> str:
    """A difference with its sign; nothing for none, 0 without a sign."""
    if value is None:
        return ""
    rounded = round(value, decimals)
    if rounded == 0:
        return language.number(0, decimals)
    return ("+" if rounded > 0 else "−") + language.number(abs(value), decimals)
