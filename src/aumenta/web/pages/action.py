# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The sheet of an action: what, who, with what, towards which goals, how it is measured, what it is tied to."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from aumenta.web.defect_list import SEVERITY_WORDS, DefectList
from aumenta.web.i18n import Language
from aumenta.web.map_data import MapData, maps_of
from aumenta.web.pages.defects import defects_of
from aumenta.web.pages.scenarios import scenarios_of
from aumenta.web.plan_index import ActionNode, PlanIndex
from aumenta.web.scenario_cards import cards_of_action
from aumenta.web.scenario_drafts import desk_of
from aumenta.web.sheet import GROUPS, Reading, empty_of, examples_of, field_of, indicators_of, readings_of
from aumenta.web.site import NotFoundError, Site, Visit
from aumenta.web.ties import KINDS, Ties, arcs
from aumenta.web.trend import Trend, trend_of

#: Connections that are shown in full; the others are behind a fold.
SHOWN = 12
#: Levels that a small map shows.
PICTURED = ("municipality", "zone", "band")


def register(site: Site) -> None:
    """Serve the page where the twin has a plan."""
    if not site.twin.has_plan:
        return
    index = site.once("plan_index", lambda: PlanIndex.of(site.plan))
    ties = site.once("ties", lambda: Ties.of(site.plan))
    defects = site.once("defects", lambda: defects_of(site))
    readings = site.once("readings", lambda: readings_of(site.twin))
    maps = maps_of(site)
    view = partial(show, index=index, ties=ties, defects=defects, readings=readings, maps=maps)
    site.page("action", lambda visit: _anew(visit, view(visit)))


def _anew(visit: Visit, page: str) -> Response:
    """A sheet that is not kept: scenarios of its action come and go while the pages are served."""
    headers = {"cache-control": "no-store", "content-language": visit.language.code}
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)


def pictures_of(node: ActionNode, maps: MapData, build: str) -> dict[str, tuple[str, str]]:
    """Address of the small map of each indicator of an action, and its level: municipalities, else larger places."""
    found = {}
    for link in node.editorial.indicators if node.editorial else []:
        levels = [level for level in maps.index.levels_of(link.indicator) if level in PICTURED]
        if levels:
            found[link.indicator] = (f"/files/map/{link.indicator}/{levels[0]}.svg?build={build}", levels[0])
    return found


def trends_of(node: ActionNode, maps: MapData, language: Language) -> dict[str, Trend]:
    """The trend of each indicator of an action in the whole metropolis, where there are several periods."""
    found = {}
    for link in node.editorial.indicators if node.editorial else []:
        indicator = maps.index.indicators.get(link.indicator)
        for place in maps.index.levels.get("metropolis", ()):
            points = maps.index.series.get((link.indicator, place.id), ())
            trend = trend_of(points, indicator, language) if indicator else None
            if trend:
                found[link.indicator] = trend
    return found


def show(
    visit: Visit,
    index: PlanIndex,
    ties: Ties,
    defects: DefectList,
    readings: dict[str, Reading],
    maps: MapData,
) -> str:
    """The page of one action."""
    code = visit.params["code"]
    node = index.actions.get(code)
    if node is None:
        say = visit.language.gettext("There is no action %(code)s in this plan.")
        raise NotFoundError(say % {"code": code})
    language = visit.language.code
    groups = [
        (key, name, [field_of(index, node, field, language) for field in fields])
        for key, name, fields in GROUPS
    ]
    before, after = index.neighbours(code)
    return visit.render(
        "action.html",
        node=node,
        axis=index.axis(node.axis),
        strategy=index.strategies[node.strategy],
        index=index,
        groups=groups,
        no_examples=empty_of(node, "examples", language),
        examples=examples_of(node.action.examples),
        indicators=indicators_of(node, visit.site.twin, readings),
        pictures=pictures_of(node, maps, visit.site.build),
        trends=trends_of(node, maps, visit.language),
        scenarios=cards_of_action(visit, scenarios_of(visit.site), code),
        lever=desk_of(scenarios_of(visit.site)).levers.get(code),
        bonds=ties.by_action.get(code, ()),
        shown=SHOWN,
        arcs=arcs(index, ties, code, SHOWN),
        kinds=KINDS,
        defects=defects.of_action(code),
        severity_words=SEVERITY_WORDS,
        before=before,
        after=after,
        document=index.plan.about.document,
    )
