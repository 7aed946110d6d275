# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What changed between two builds of the twin: by indicator and value by value, the largest first, as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from babel.dates import format_datetime

from aumenta.errors import AumentaError
from aumenta.store.layout import Layout
from aumenta.twin.facade import Twin
from aumenta.values.model import Indicator
from aumenta.web.build_changes import (
    KINDS,
    IndicatorChange,
    OtherBuild,
    by_indicator,
    changes,
    choices_that_differ,
    files_that_differ,
    other_builds,
)
from aumenta.web.i18n import Language
from aumenta.web.map_data import MapData, maps_of
from aumenta.web.site import File, NotFoundError, Site, Visit
from aumenta.web.table_text import csv_bytes
from aumenta.web.words import LEVEL_ONE, STATUSES, number, period_text, place_name, unit_of

#: Rows shown on the page; the file has all.
SHOWN = 100


@dataclass(frozen=True)
class Difference:
    """Two builds compared: the other one with the names of its places, the rows that differ, and their summary."""

    other: Twin
    rows: pd.DataFrame
    summary: list[IndicatorChange]
    names: Mapping[str, str]


def register(site: Site) -> None:
    """Serve the page and the table as a file; builds are compared when first asked for."""
    maps = maps_of(site)
    site.page("changes", lambda visit: changes_page(visit, maps))
    site.file("changes/{build}.csv", lambda path, query: changes_csv(site, path["build"]))


def difference(site: Site, build: str) -> Difference:
    """The build in use compared with another; `NotFoundError` when that cannot be read."""
    found = next((one for one in other_builds(site.twin) if one.name == build), None)
    if found is None or found.manifest is None:
        raise NotFoundError(build)
    manifest = found.manifest

    def make() -> Difference:
        root = site.twin.root
        other = Twin(root, Layout(root).build(build), manifest)
        rows, places = changes(other.values(), site.twin.values()), other.places()
        pairs = zip(places["id"].tolist(), places["name"].tolist(), strict=True)
        names = {str(key): str(name) for key, name in pairs}
        return Difference(other, rows, by_indicator(rows), names)

    return site.once(f"changes/{build}", make)


def changes_page(visit: Visit, maps: MapData) -> str:
    """The page for one other build: the one asked for, else the last made that is whole.

    One that was not finished is not compared unasked: all that it had not yet computed would count as new.
    """
    others = other_builds(visit.site.twin)
    readable = {one.name: one.manifest for one in others if one.manifest is not None}
    whole = [name for name, manifest in readable.items() if manifest.complete]
    wanted = visit.query.get("build", "")
    chosen = wanted if wanted in readable else whole[0] if whole else ""
    context: dict[str, Any] = {
        "others": [
            (one.name, _made(one, visit.language), one.manifest.complete)
            for one in others
            if one.manifest is not None
        ],
        "chosen": chosen,
        "unknown": bool(wanted) and wanted != chosen,
        "unreadable": [one for one in others if one.manifest is None],
        "found": None,
        "shown": SHOWN,
        "kinds": KINDS,
    }
    if chosen:
        try:
            context |= _compared(visit, maps, chosen)
        except (AumentaError, OSError) as error:
            context["unreadable"] = [*context["unreadable"], OtherBuild(chosen, None, str(error))]
    return visit.render("changes.html", **context)


def _made(build: OtherBuild, language: Language) -> str:
    """When a build was made, in the time of this machine."""
    when = datetime.fromtimestamp(build.made).astimezone()
    return str(format_datetime(when, "d MMM y, HH:mm", locale=language.locale))


def _compared(visit: Visit, maps: MapData, chosen: str) -> dict[str, Any]:
    site, language = visit.site, visit.language
    found = difference(site, chosen)
    definitions = {**found.other.indicators, **maps.index.indicators}
    summary = found.summary
    wanted = visit.query.get("indicator", "")
    only = wanted if wanted in {one.indicator for one in summary} else ""
    rows = found.rows[found.rows["indicator"] == only] if only else found.rows
    # Places that only the other build has are called as it calls them.
    own = {key: place_name(place, language) for key, place in maps.index.places.items()}
    names = {**found.names, **own}
    before, now = found.other.manifest, site.twin.manifest
    software = (before.software, now.software)
    return {
        "found": found,
        "finding": _finding(summary, definitions, names, language),
        "total": len(found.rows),
        "summary": [_summary_row(visit, one, definitions, names, chosen) for one in summary],
        "only": only,
        "only_name": language.text(definitions[only].name) if only in definitions else only,
        "matching": len(rows),
        "rows": [_row(visit, row, definitions, names) for row in rows.head(SHOWN).to_dict("records")],
        "files": files_that_differ(before, now),
        "choices": choices_that_differ(before, now),
        "replaced": [entry for entry in now.replaced if entry not in before.replaced],
        "sources": site.twin.sources,
        "software": software if software[0] != software[1] else None,
        "csv": f"/files/changes/{chosen}.csv",
        "all": visit.url("changes", {"build": chosen}),
    }


def _value(value: Any, indicator: Indicator | None, language: Language) -> str:
    if value is None or pd.isna(value):
        return ""
    return number(float(value), indicator.decimals if indicator else 2, language)


def _precise(old: Any, new: Any, indicator: Indicator | None, language: Language) -> tuple[str, str, str]:
    """Both values and their difference, with as many decimals as it takes to see that they differ."""
    decimals = indicator.decimals if indicator else 2
    if pd.isna(old) or pd.isna(new):
        return _value(old, indicator, language), _value(new, indicator, language), ""
    for more in range(7):
        if round(float(new) - float(old), decimals + more):
            decimals += more
            break
    gap = float(new) - float(old)
    signed = number(gap, decimals, language)
    told = f"+{signed}" if round(gap, decimals) > 0 else signed
    return number(float(old), decimals, language), number(float(new), decimals, language), told


def _row(
    visit: Visit, row: Mapping[Any, Any], definitions: Mapping[str, Indicator], names: Mapping[str, str]
) -> dict[str, Any]:
    language = visit.language
    indicator = definitions.get(row["indicator"])
    old, new, gap = _precise(row["old"], row["new"], indicator, language)
    here = row["place"] in names
    return {
        "indicator": language.text(indicator.name) if indicator else row["indicator"],
        "unit": unit_of(indicator, language) if indicator else "",
        "place": names.get(row["place"], row["place"]),
        "url": visit.url("place", place=row["place"]) if here else "",
        "level": LEVEL_ONE[row["level"]].get(language.code),
        "period": period_text(str(row["period"]), language),
        "old": old or _status(row["old_status"], language),
        "new": new or _status(row["status"], language),
        "difference": gap,
        "kind": row["kind"],
        "statuses": _statuses(row, language),
    }


def _status(status: Any, language: Language) -> str:
    """The status of what has no value; a dash where there was no row at all."""
    return STATUSES[status].get(language.code) if isinstance(status, str) else "–"


def _statuses(row: Mapping[Any, Any], language: Language) -> str:
    """How the value is known, where that changed."""
    before, after = row["old_status"], row["status"]
    if before == after or not isinstance(before, str) or not isinstance(after, str):
        return ""
    return f"{_status(before, language)} → {_status(after, language)}"


def _summary_row(
    visit: Visit,
    one: IndicatorChange,
    definitions: Mapping[str, Indicator],
    names: Mapping[str, str],
    chosen: str,
) -> dict[str, Any]:
    language = visit.language
    indicator = definitions.get(one.indicator)
    largest = ""
    if one.largest:
        old, new, gap = _precise(one.largest["old"], one.largest["new"], indicator, language)
        largest = f"{gap} ({names.get(str(one.largest['place']), one.largest['place'])}: {old} → {new})"
    return {
        "name": language.text(indicator.name) if indicator else one.indicator,
        "unit": unit_of(indicator, language) if indicator else "",
        "url": visit.url("changes", {"build": chosen, "indicator": one.indicator}) + "#rows",
        "counts": (one.changed, one.came, one.went),
        "largest": largest,
    }


def _finding(
    summary: list[IndicatorChange],
    definitions: Mapping[str, Indicator],
    names: Mapping[str, str],
    language: Language,
) -> str:
    """The largest change in a sentence."""
    if not summary:
        return "Nessun valore è cambiato" if language.code == "it" else "No value changed"
    total = sum(one.changed + one.came + one.went for one in summary)
    count = language.number(total, 0)
    if language.code == "it":
        said = f"{count} valori diversi" if total != 1 else "Un valore diverso"
        said += f" in {len(summary)} indicatori" if len(summary) > 1 else " in un indicatore"
    else:
        said = f"{count} values differ" if total != 1 else "One value differs"
        said += f" in {len(summary)} indicators" if len(summary) > 1 else " in one indicator"
    first = summary[0]
    if first.largest is None:
        return said
    indicator = definitions.get(first.indicator)
    _, _, gap = _precise(first.largest["old"], first.largest["new"], indicator, language)
    name = language.text(indicator.name) if indicator else first.indicator
    place = names.get(str(first.largest["place"]), str(first.largest["place"]))
    unit = unit_of(indicator, language) if indicator else ""
    gap += f"\N{NO-BREAK SPACE}{unit}" if unit else ""
    most = "il cambiamento più grande" if language.code == "it" else "the largest change"
    return f"{said}; {most}: {name}, {place}, {gap}"


def changes_csv(site: Site, build: str) -> File:
    """All rows that differ, in full precision, the largest first."""
    header = [
        "indicator", "level", "place", "period", "kind", "old", "new", "difference", "share_of_range", "old_status",
        "status",
    ]  # fmt: skip
    columns = [*header[:8], "share", "old_status", "status"]
    rows = difference(site, build).rows
    told = rows[columns].astype(object).where(rows[columns].notna(), None)
    return File(
        csv_bytes(header, told.itertuples(index=False, name=None)),
        "text/csv; charset=utf-8",
        f"changes-{build}-{site.twin.build}.csv",
    )
