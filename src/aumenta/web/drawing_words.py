# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the script that draws a scenario reads from its page: addresses, hints of the lever, and all of its words."""

from __future__ import annotations

from typing import Any

from aumenta.scenario.levers import Lever
from aumenta.web.drawing_hints import hints_of
from aumenta.web.i18n import Language
from aumenta.web.map_data import maps_of
from aumenta.web.site import Visit

WORKER = "vendor/maplibre-gl/maplibre-gl-worker.mjs"


def drawing_of(visit: Visit, lever: Lever) -> dict[str, Any]:
    """The context of `partials/drawing.html`: `state`, and whether there is public transport to draw with."""
    site, language = visit.site, visit.language
    maps, build = maps_of(site), site.build
    entry = site.twin.manifest.network
    transit = entry is not None and bool(entry.modes)
    state = {
        "language": language.code,
        "bounds": [round(b, 4) for b in maps.bounds],
        "transit": transit,
        "hints": hints_of(lever),
        "kinds": {kind.id: language.text(kind.name) for kind in site.twin.manifest.kinds},
        "urls": {
            "worker": site.assets.url(WORKER),
            "ground": f"/files/map/ground.json?build={build}",
            "borders": f"/files/map/municipality.json?build={build}",
            "places": f"/files/drawing/places.json?build={build}",
            "live": "/live/drawing/",
        },
        "words": {**_map_words(language), **_list_words(language), **_thing_words(language)},
    }
    return {"state": state, "transit": transit}


def _map_words(language: Language) -> dict[str, str]:
    """Words of the map and of what happens on it; `{name}` and the like are filled in by the script."""
    _ = language.gettext
    return {
        "map": _("Map"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "gestures": _("Use two fingers to move the map"),
        "noMap": _("This browser does not draw the map: everything can be chosen by name or by coordinates."),
        "offline": _("The server does not answer: names and stops are missing for now."),
        "reading": _("Stops and lines are being read: a moment."),
        "more": _("Not everything fits: come closer to see more."),
        "idle": _("Press “On the map” beside a field to choose or draw there."),
        "drawTowns": _("{label}: click municipalities to choose them, again to take them away."),
        "drawPoint": _("{label}: click where it is. Drag a point to move it."),
        "drawStop": _("{label}: click a stop."),
        "drawStops": _("{label}: click stops in order; a click elsewhere makes a new stop."),
        "drawLine": _("{label}: click a line."),
        "drawFacility": _("{label}: click one of the points."),
        "drawMoved": _("{label}: click what moves, then drag it to its new place."),
        "drawWay": _("{label}: click points along the way, in order."),
        "drawPolygon": _("{label}: click the corners of the area, in order."),
        "drawStretch": _("{label}: click where the stretch begins, then where it ends."),
        "whichLine": _("Several lines run here. Which one?"),
        "noStop": _("No stop here: click one of the circles, or come closer."),
        "noLine": _("No line here: click one of the drawn lines."),
        "noFacility": _("None here: click one of the points, or search by name."),
        "noTown": _("Outside the territory: choose a point within it."),
        "takeStop": _("click: this stop"),
        "takeNew": _("click: new, here"),
        "takeTown": _("click: choose"),
        "dropTown": _("click: take away"),
        "takeThis": _("click: this one"),
    }


def _list_words(language: Language) -> dict[str, str]:
    """Words of the lists beside the map."""
    _ = language.gettext
    return {
        "none": _("Nothing chosen yet."),
        "draw": _("On the map"),
        "finish": _("Finish drawing"),
        "remove": _("Remove {name}"),
        "up": _("Move {name} up"),
        "down": _("Move {name} down"),
        "edit": _("Change name or place of {name}"),
        "done": _("Done"),
        "clear": _("Remove all"),
        "add": _("Add"),
        "added": _("{name} added. {count} chosen."),
        "removed": _("{name} removed. {count} chosen."),
        "moved": _("{name} is now number {number}."),
        "already": _("{name} is already chosen."),
        "full": _("No more than {count} can be chosen here."),
        "begun": _("The stretch begins here; now its end."),
        "corners": _("{count} of at least 3 corners: the area is not closed yet."),
        "name": _("Name"),
        "lon": _("Longitude"),
        "lat": _("Latitude"),
        "fromPoint": _("From"),
        "toPoint": _("To"),
        "coordinates": _("By coordinates"),
        "notPoint": _("Two numbers in degrees are expected, such as longitude {lon} and latitude {lat}."),
        "byMunicipality": _("Whole municipalities"),
        "byPolygon": _("An area drawn freely"),
        "areaHow": _("How the area is chosen"),
        "addArea": _("Add an area"),
        "areaNumber": _("Area {number}"),
        "removeArea": _("Remove area {number}"),
        "notShown": _("What is written here cannot be shown as a list; it can be mended as text."),
        "corner": _("Corner"),
        "findPlace": _("Add a municipality by name"),
        "findAny": _("Add a place by name"),
        "findPoint": _("Add at a municipality"),
        "findStop": _("Add a stop by name"),
        "findStops": _("Add a stop or a municipality by name"),
        "findLine": _("Add a line by name"),
        "findFacility": _("Add by name"),
        "noResult": _("Nothing of that name."),
        "noTransit": _("This twin has no timetable: there are no stops or lines to choose from."),
        "noFacilities": _("This twin holds nothing of this kind."),
        "minutesOf": _("Minutes from {from} to {to}"),
        "minutesFirst": _("Choose the stops first: the minutes between them are asked here."),
        "minutesAbout": _("{km} km as the crow flies"),
        "minutesPropose": _("Propose from the distances, at {speed} km/h"),
        "minutesClear": _("Leave out the minutes"),
        "minutesSum": _("In all {minutes} minutes."),
        "minutesSome": _("{count} of {all} minutes are missing."),
        "minutesSpeed": _("Without minutes the speed decides."),
    }


def _thing_words(language: Language) -> dict[str, str]:
    """Names of things."""
    _ = language.gettext
    return {
        "place": _("municipality"),
        "zone": _("zone: all of its municipalities"),
        "band": _("altitude band: all of its municipalities"),
        "zoneWhole": _("zone"),
        "bandWhole": _("altitude band"),
        "stop": _("stop"),
        "newStop": _("new stop"),
        "newPoint": _("new point"),
        "newHere": _("new stop at its centre"),
        "pointHere": _("a point at its centre"),
        "stopName": _("New stop"),
        "pointName": _("New point"),
        "stretchName": _("New stretch"),
        "outside": _("outside the territory"),
        "unplaced": _("its point is not known"),
        "unknown": _("not in this twin"),
        "north": _("N"),
        "south": _("S"),
        "east": _("E"),
        "west": _("W"),
        "rail": _("train"),
        "metro": _("metro"),
        "tram": _("tram"),
        "bus": _("bus"),
        "ferry": _("ferry"),
        "funicular": _("funicular"),
        "other": _("other"),
    }
