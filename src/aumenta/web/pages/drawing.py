# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the map of the scenario editor asks while somebody draws: places, stops, lines, facilities, ids in use."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from aumenta.web.drawing_answers import DrawingAnswers
from aumenta.web.map_data import maps_of
from aumenta.web.site import File, Site


def register(site: Site) -> None:
    """Serve the answers; what they look up is read in the background when somebody first asks."""
    answers = site.once("drawing", lambda: DrawingAnswers(site, maps_of(site)))
    site.file("drawing/places.json", lambda path, query: _json(answers.places()))
    kinds: dict[str, Callable[[Mapping[str, str]], dict[str, Any]]] = {
        "stops": answers.stops,
        "lines": answers.lines,
        "facilities": answers.facilities,
        "taken": answers.taken,
    }
    for name, answer in kinds.items():
        site.live(f"drawing/{name}.json", partial(_answer, answer))


def _answer(
    answer: Callable[[Mapping[str, str]], dict[str, Any]], path: Mapping[str, str], query: Mapping[str, str]
) -> File:
    return _json(answer(query))


def _json(told: object) -> File:
    return File(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(), "application/json")
