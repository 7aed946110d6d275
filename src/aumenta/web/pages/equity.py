# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Is it fair? Who has a right or an indicator and who has not: by band and zone, income, age, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from aumenta.twin.equity import Equity
from aumenta.web.equity_view import (
    CLUSTER_COLOURS,
    SIDE,
    EquityData,
    bars_of_ages,
    bars_of_fifths,
    bars_of_groups,
    curve_of,
    is_right,
    kinds_of,
    name_of,
    ranked_by,
    ranking,
)
from aumenta.web.equity_words import clusters_title, equity_finding, lorenz_title, unit_words
from aumenta.web.i18n import Language
from aumenta.web.map_data import maps_of
from aumenta.web.site import File, NotFoundError, Site, Visit
from aumenta.web.table_text import csv_bytes
from aumenta.web.territory_index import plain
from aumenta.web.words import (
    STATUSES,
    estimated_mark,
    measure_name,
    number,
    place_name,
    reason_text,
    unit_of,
)

#: Seconds that a page waits for the clusters of cells before it is given without them.
PATIENCE = 0.3


def register(site: Site) -> None:
    """Serve the page, its figures as CSV and its pictures of clusters."""
    data = EquityData(maps_of(site), site.twin, site.background)
    site.page("equity", lambda visit: equity_page(visit, data))
    site.file("equity/{indicator}.csv", lambda path, query: equity_csv(data, path["indicator"]))
    site.file("equity/{indicator}.png", lambda path, query: clusters_png(data, path["indicator"]))
    site.later(data.prepare)
    # The clusters take longest: they come after all that others left for later.
    site.later(lambda: site.later(data.prepare_clusters))


def equity_page(visit: Visit, data: EquityData) -> str | Response:
    """The page for one choice; without its clusters as long as they are computed, and then it is not kept."""
    choices = data.choices
    if not choices:
        return visit.render("equity_absent.html", complete=visit.site.twin.manifest.complete)
    wanted = visit.query.get("indicator", "")
    key = wanted if wanted in choices else data.first
    zones = {zone.id for zone in data.maps.index.levels.get("zone", ())}
    zone = visit.query.get("zone", "") if visit.query.get("zone", "") in zones else ""
    found, language = data.equity(key), visit.language
    ready = data.queue.ready(key, PATIENCE)
    bands = bars_of_groups(data, found, "band", language)
    tells = bool(found.people) and not found.one_sided
    curve = curve_of(found) if tells else None
    kinds = kinds_of(found) if ready else []
    name = name_of(key, data.maps.index, language)
    page = visit.render(
        "equity.html",
        key=key,
        name=name,
        about=_about(found, data, language),
        groups=_choices(visit, data, choices, key),
        found=found,
        tells=tells,
        finding=equity_finding(data, found, name, bands, language),
        unit=unit_words(found, language),
        decimals=1 if found.rows.share else found.indicator.decimals,
        status=STATUSES.get(found.rows.status),
        tables=_tables(data, found, bands, visit),
        splits=_splits(found) if tells else [],
        curve=curve,
        curve_title=lorenz_title(found, curve, language) if curve else "",
        side=SIDE,
        kinds=kinds,
        pending=not ready,
        clusters_title=clusters_title(found, language) if ready else "",
        frame=data.frame if kinds else None,
        outline=data.outline() if kinds else "",
        colours=CLUSTER_COLOURS,
        shares=[(one, name_of(one, data.maps.index, language)) for one in found.shares if one in choices],
        **_ranking(visit, data, key, zone),
    )
    if ready:
        return page
    headers = {"cache-control": "no-store", "content-language": language.code}
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)


def _about(found: Equity, data: EquityData, language: Language) -> str:
    """What it is; of a right what it asks for."""
    said = language.text(found.indicator.description)
    if is_right(found.indicator.id, data.maps.index) and ": " in said:
        return language.gettext("All of it is asked for: %(conditions)s") % {
            "conditions": said.split(": ", 1)[1]
        }
    return said


def _choices(
    visit: Visit, data: EquityData, choices: Sequence[str], chosen: str
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Choices of the indicator in groups: (group, [(id, name, chosen)])."""
    index, groups = data.maps.index, dict[str, list[tuple[str, str, bool]]]()
    for key in choices:
        group = measure_name(index.indicators[key].measure, visit.language)
        groups.setdefault(group, []).append((key, name_of(key, index, visit.language), key == chosen))
    return list(groups.items())


def _tables(data: EquityData, found: Equity, bands: list[Any], visit: Visit) -> list[dict[str, Any]]:
    """Bars with their numbers: by band, zone, full and void, income and age, as far as each is there."""
    language = visit.language
    tables: list[dict[str, Any]] = []
    for by, title in (
        ("band", language.gettext("By altitude band")),
        ("zone", language.gettext("By zone")),
        ("fullvoid", language.gettext("By full and void")),
    ):
        if by in found.groupings:
            bars = bands if by == "band" else bars_of_groups(data, found, by, language)
            tables.append({"id": by, "title": title, "bars": bars, "note": ""})
    if found.concentration:
        note = language.gettext(
            "Fifths of the residents by the income per taxpayer of their municipality. A municipality is never split: "
            "one that is larger than a fifth leaves others smaller or empty."
        )
        bars = bars_of_fifths(found, language)
        tables.append({"id": "income", "title": language.gettext("By income"), "bars": bars, "note": note})
    if found.ages:
        bars = bars_of_ages(found, language)
        tables.append({"id": "age", "title": language.gettext("By age"), "bars": bars, "note": ""})
    return tables


def _splits(found: Equity) -> list[tuple[str, float, float, float]]:
    """For each grouping: id, share of the inequality between groups, Theil's index between and within."""
    splits = []
    for by in found.groupings:
        parts = found.decomposition(by)
        if parts and parts.total > 1e-12:
            splits.append((by, parts.between / parts.total, parts.between, parts.within))
    return splits


def _ranking(visit: Visit, data: EquityData, key: str, zone: str) -> dict[str, Any]:
    """Municipalities, worst first."""
    index, language, own = data.maps.index, visit.language, ranked_by(data, key)
    indicator = index.indicators[own]
    zones = sorted(index.levels.get("zone", ()), key=lambda z: plain(z.name))
    names = {one.id: one.name for one in zones}
    rows = [
        {
            "place": one.place,
            "name": place_name(one.row.place, language),
            "url": visit.url("place", place=one.row.place.id),
            "zone": names.get(one.row.place.zone or "", ""),
            "value": number(one.row.value.value, indicator.decimals, language)
            + estimated_mark(one.row.value, language),
            "shares": [number(share, 1, language) for share in one.shares],
            "reason": reason_text(index, one.row.value, language),
            "people": one.row.place.population,
        }
        for one in ([] if data.equity(key).one_sided else ranking(data, key, zone))
    ]
    return {
        "rows": rows,
        "ranked_name": language.text(indicator.name),
        "ranked_unit": unit_of(indicator, language),
        "zones": [(z.id, z.name, z.id == zone) for z in zones],
        "zone": zone,
        "right": is_right(key, index),
    }


def equity_csv(data: EquityData, key: str) -> File:
    """Every figure of the page."""
    found = _chosen(data, key)
    header = ["indicator", "section", "item", "figure", "value"]
    rows = [[key, *row] for row in found.table().itertuples(index=False, name=None)]
    return File(csv_bytes(header, rows), "text/csv; charset=utf-8", f"equity-{key}.csv")


def clusters_png(data: EquityData, key: str) -> File:
    """The picture of the clusters."""
    _chosen(data, key)
    made = data.picture(key)
    if made is None:
        raise NotFoundError(key)
    return File(made, "image/png")


def _chosen(data: EquityData, key: str) -> Equity:
    if key not in data.choices:
        raise NotFoundError(key)
    return data.equity(key)
