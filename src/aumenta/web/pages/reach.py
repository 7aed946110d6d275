# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The page of travel times: a point, how one travels and when; how far one gets, and what is there.

The whole page comes from the server for every question (`?lon=&lat=&mode=...`), with picture, tables and journey; the
script in `static/js/reach.js` puts a map with a pin over the picture and follows it with `/live/reach.bin`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from aumenta.access.times import BANDS
from aumenta.errors import AumentaError
from aumenta.web import reach_words
from aumenta.web.map_classes import MISSING_COLOUR
from aumenta.web.map_data import maps_of
from aumenta.web.reach_answers import Answer, ReachAnswers
from aumenta.web.reach_service import ReachService
from aumenta.web.reach_tables import COLOURS, LEGEND_NOTE, class_rows, labels, not_counted, thing_rows
from aumenta.web.site import BusyError, Site, Visit
from aumenta.web.words import STATUSES

WORKER = "vendor/maplibre-gl/maplibre-gl-worker.mjs"
#: Bands of the counters in the panel; the table below has all of them.
COUNTED = (30, 60, 90)


def register(site: Site) -> None:
    """Serve the page and the answers that its map follows."""
    if not site.twin.has_network or not len(maps_of(site).index.cells):
        site.page("reach", absent)
        return
    settings = site.settings
    service = site.once("reach", lambda: ReachService(site.twin, settings.max_routers, settings.max_live))
    answers = ReachAnswers(site, maps_of(site), service)
    answers.serve()
    site.page("reach", lambda visit: reach(visit, answers))
    # Last of all that is prepared: it takes seconds, and the other pages need none of it.
    site.background.wakes(service.hurry)
    site.later(lambda: site.later(lambda: _warm(site, service, answers)))


def _warm(site: Site, service: ReachService, answers: ReachAnswers) -> None:
    service.warm(answers.question(answers.completed({})), lambda: site.background.ending)


def absent(visit: Visit) -> str:
    """The page of a twin without a network: what is missing, and what to bring."""
    return visit.render("reach_absent.html", wanting=reach_words.wanting(visit.site))


def reach(visit: Visit, answers: ReachAnswers) -> str | Response:
    """The page for one question."""
    language = visit.language
    found: Answer | None = None
    shown: dict[str, Any] | None = None
    errors: list[tuple[str, str]] = []
    asked = {name: text.strip() for name, text in visit.query.items()}
    ready = answers.service.ready.is_set()
    answers.service.hurry()
    try:
        asked = answers.completed(visit.query)
        if ready:
            found = answers.answer(asked)
            told = answers.told(asked)
            shown = answers.journey_shown(told, found.asked, language) if told else None
    except BusyError:
        raise HTTPException(503) from None
    except AumentaError as error:
        words = reach_words.in_words(error, language)
        errors = [(problem.field or "", problem.message) for problem in words.problems]
    page = visit.render("reach.html", **_context(visit, answers, asked, found, errors), told=shown)
    # What was rendered before the network was ready must not be kept.
    headers = {"cache-control": "no-store", "content-language": language.code}
    return page if ready else HTMLResponse(page, headers=headers)


def _context(
    visit: Visit,
    answers: ReachAnswers,
    asked: Mapping[str, str],
    found: Answer | None,
    errors: list[tuple[str, str]],
) -> dict[str, Any]:
    language, service = visit.language, answers.service
    sums = found.sums if found else None
    things = thing_rows(service.things, service.twin.weights.matrix.sum(axis=1).tolist(), sums, language)
    return {
        "asked": asked,
        "form": _form(asked, service.twin.window),
        "modes": _modes(visit, answers),
        "found": found,
        "title": _title(visit, found),
        "text": reach_words.text(found.asked, found.times, found.sums, language) if found else "",
        "errors": errors,
        "error_of": dict(reversed(errors)),
        "without_journey": {name: value for name, value in asked.items() if name not in {"to", "at"}},
        "csv_query": {**asked, "lang": language.code},
        "ready": service.ready.is_set(),
        "things": things,
        "not_counted": not_counted(things),
        "classes": class_rows(sums, language),
        "colours": COLOURS,
        "labels": labels(language),
        "legend_note": language.text(LEGEND_NOTE),
        "bands": BANDS,
        "counted": COUNTED,
        "estimated": answers.site.twin.manifest.network.status == "estimated",  # type: ignore[union-attr]
        "estimated_word": language.text(STATUSES["estimated"]),
        "rests_on": reach_words.rests_on(visit.site, language),
        "wanting": reach_words.wanting(visit.site),
        "drawing": _drawing(answers, found) if found else None,
        "state": _state(visit, answers, asked),
    }


def _title(visit: Visit, found: Answer | None) -> str:
    if found:
        return reach_words.title(found.asked, found.sums, found.place, visit.language)
    return visit.language.gettext("What can be reached from here?")


def _form(asked: Mapping[str, str], usual: tuple[str, str]) -> dict[str, str]:
    """What the fields of the form show."""
    begin, end = (f"0{text}"[-5:] for text in usual)
    given = "from" in asked or "until" in asked
    return {
        "from": asked.get("from", begin if not given else ""),
        "until": asked.get("until", "" if given else end),
        "percentile": asked.get("percentile", "50"),
        "access": asked.get("access", "walk"),
        "mode": asked.get("mode", ""),
        "toward": asked.get("toward", ""),
        "date": asked.get("date", ""),
        "place": asked.get("place", ""),
    }


def _modes(visit: Visit, answers: ReachAnswers) -> list[tuple[str, str, bool]]:
    """Ways of travelling: (id, name, offered)."""
    _ = visit.language.gettext
    words = {"transit": _("Public transport"), "bike": _("Bicycle"), "walk": _("On foot"), "car": _("Car")}
    return [(mode, name, mode in answers.modes) for mode, name in words.items()]


def _drawing(answers: ReachAnswers, found: Answer) -> dict[str, Any]:
    """The picture that the server draws."""
    own = answers.drawing
    return {
        "width": own.frame.width,
        "height": own.frame.height,
        "borders": own.borders,
        "spot": own.spot(found.asked.lon, found.asked.lat),
    }


def _state(visit: Visit, answers: ReachAnswers, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the script reads."""
    _, build = visit.language.gettext, visit.site.build
    entry = visit.site.twin.manifest.network
    return {
        "language": visit.language.code,
        "asked": dict(asked),
        "usual": answers.completed({}),
        "bounds": [round(b, 4) for b in answers.maps.bounds],
        "bands": list(BANDS),
        "colours": list(COLOURS),
        "missing": MISSING_COLOUR,
        "labels": labels(visit.language),
        "estimated": entry is not None and entry.status == "estimated",
        "urls": {
            "worker": visit.site.assets.url(WORKER),
            "ground": f"/files/map/ground.json?build={build}",
            "borders": f"/files/map/municipality.json?build={build}",
            "cells": f"/files/reach/cells.bin?build={build}",
            "places": f"/files/reach/places.json?build={build}",
            "page": visit.url("reach"),
        },
        "words": {
            "map": _("Map"),
            "zoomIn": _("Zoom in"),
            "zoomOut": _("Zoom out"),
            "gestures": _("Use two fingers to move the map"),
            "noMap": _("This browser does not draw the interactive map: picture and tables stay."),
            "pin": _("Pin: drag it, or move it with the arrow keys"),
            "minutes": _("min"),
            "notReached": _("not reachable"),
            "residents": _("residents"),
            "town": _("municipality"),
            "stop": _("stop"),
            "noPlace": _("No place or stop of that name"),
            "offline": _("The server does not answer: the last map stays. It is tried again by itself."),
            "busy": reach_words.busy(visit.language),
            "journey": _("Looking for the journey"),
            "estimated": _("estimated"),
        },
    }
