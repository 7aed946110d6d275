# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the page of a scenario says of one indicator: map, before and after, who gains, equity, rights, places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from aumenta.scenario.difference import EFFECTS
from aumenta.web.equity_view import EquityData, is_right
from aumenta.web.i18n import Language
from aumenta.web.scenario_effects import LEVELS, Effects
from aumenta.web.scenario_journeys import journeys_of
from aumenta.web.scenario_map import cell_classes, legend, place_classes
from aumenta.web.scenario_words import GROUPINGS, distinct, finding, group_name, key_name, signed
from aumenta.web.site import Visit
from aumenta.web.words import measure_name, place_name, unit_of

#: Municipalities shown that gain, and that lose; the file has all.
_MOST = 12
#: Width of a bar in drawing units, and the least that something that is there is drawn with.
WIDTH, LEAST = 200.0, 1.5
#: Effects in the order of the bars.
ORDER = ("better", "worse", "other", "same", "unknown")


def result_of(visit: Visit, effects: Effects, wanted: str) -> dict[str, Any]:
    """Everything about one indicator: the one asked for, else that of the headline, else the first that changes."""
    language = visit.language
    first = effects.headline.key if effects.headline else (effects.keys[0] if effects.keys else "")
    key = wanted if wanted in effects.keys else first
    failed = [
        (measure_name(name, language), said) for name, said in sorted(effects.run.record.failed.items())
    ]
    common = {
        "key": key,
        "groups": _choices(effects, key, language),
        "failed": failed,
        "rights": _rights(effects, language),
        "journeys": journeys_of(visit, effects.run),
        "run": effects.run.id,
    }
    if not key:
        return common
    indicator = effects.indicator(effects.by_place(key))
    gains = _gains(effects, key, language)
    towns = effects.run.winners(effects.by_place(key))
    return {
        **common,
        "name": key_name(key, effects.maps, language),
        "finding": finding(key, effects, language),
        "about": language.text(effects.indicator(key).description),
        "unit": unit_of(indicator, language),
        "direction": indicator.direction,
        "map": _map(visit, effects, key),
        "before_after": _before_after(effects, key, language),
        "gains": gains,
        "right": is_right(key, effects.maps.index),
        "different": any(row["other"] >= 1 for table in gains for row in table["rows"]),
        "equity": _equity(effects, key, language),
        "better": _towns(visit, effects, towns[0], key),
        "worse": _towns(visit, effects, towns[1], key),
        "counts": (len(towns[0]), len(towns[1])),
        "files": {
            "places": f"/files/scenarios/{effects.run.id}/places/{key}.csv",
            "people": f"/files/scenarios/{effects.run.id}/people/{key}.csv",
        },
    }


def _choices(
    effects: Effects, chosen: str, language: Language
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Indicators that change, in groups."""
    groups: dict[str, list[tuple[str, str, bool]]] = {}
    for key in effects.keys:
        group = measure_name(effects.indicator(key).measure, language)
        groups.setdefault(group, []).append((key, key_name(key, effects.maps, language), key == chosen))
    return list(groups.items())


def _map(visit: Visit, effects: Effects, key: str) -> dict[str, Any] | None:
    """The picture of cells, else of municipalities; None where neither has values."""
    right = is_right(key, effects.maps.index)
    if effects.has_cells(key):
        data = visit.site.once(
            f"scenario frame {effects.run.twin.build}",
            lambda: EquityData(effects.maps, effects.run.twin, visit.site.background),
        )
        scale, classes = cell_classes(effects, key)
        return {
            "cells": True,
            "file": f"/files/scenarios/{effects.run.id}/cells/{key}.png",
            "frame": data.frame,
            "outline": data.outline(),
            "legend": legend(scale, classes, right, visit.language),
            "unit": "" if right else unit_of(effects.indicator(key), visit.language),
        }
    scale, by_place = place_classes(effects, key)
    if not by_place:
        return None
    classes = np.array(list(by_place.values()), np.uint8)
    return {
        "cells": False,
        "file": f"/files/scenarios/{effects.run.id}/map/{key}.svg",
        "frame": effects.maps.drawings["municipality"].frame,
        "legend": legend(scale, classes, False, visit.language),
        "unit": unit_of(effects.indicator(key), visit.language),
    }


def _before_after(effects: Effects, key: str, language: Language) -> list[dict[str, Any]]:
    """Rows of the whole, the bands and the zones."""
    decimals = effects.indicator(effects.by_place(key)).decimals
    rows = []
    for level in LEVELS:
        for place, row in effects.places(key, level).iterrows():
            known = effects.maps.index.places.get(str(place))
            old, new = float(row["before"]), float(row["after"])
            told = distinct(old, new, decimals, language)
            rows.append(
                {
                    "level": level,
                    "name": place_name(known, language) if known else str(place),
                    "old": told[0],
                    "new": told[1],
                    "difference": signed(float(row["difference"]), decimals, language),
                    "effect": str(row["effect"]),
                    "estimated": row["status"] == "estimated",
                }
            )
    return rows


def _gains(effects: Effects, key: str, language: Language) -> list[dict[str, Any]]:
    """Residents by effect, in tables by grouping, each row with its bar."""
    table, tables = effects.gains(key), []
    if table.empty:
        return []
    for by, title in GROUPINGS.items():
        own = table[table["by"] == by]
        rows = [
            {
                "name": group_name(by, str(row["group"]), effects.maps, language),
                "residents": float(row["residents"]),
                **{effect: float(row[effect]) for effect in EFFECTS},
                "bar": _bar({effect: float(row[effect]) for effect in EFFECTS}),
            }
            for row in own.to_dict("records")
        ]
        if rows:
            tables.append({"id": by, "title": language.text(title), "rows": rows})
    return tables


def _bar(counts: dict[str, float]) -> list[tuple[str, float, float]]:
    """Parts of a stacked bar: effect, where it begins, how long it is. What is there is never too small to be seen."""
    total = sum(counts.values())
    if total <= 0:
        return []
    long = {name: max(LEAST, WIDTH * counts[name] / total) for name in ORDER if counts[name] > 0}
    scale = WIDTH / sum(long.values())
    parts, at = [], 0.0
    for name, length in long.items():
        parts.append((name, round(at, 2), round(length * scale, 2)))
        at += length * scale
    return parts


def _equity(effects: Effects, key: str, language: Language) -> list[tuple[str, str, str, str]]:
    """Gini and Theil before and after, where they have a meaning."""
    found = effects.inequality(key)
    if found is None:
        return []
    rows = []
    for name, old, new in (
        ("Gini", found.before.gini, found.after.gini),
        ("Theil", found.before.theil, found.after.theil),
    ):
        if old is not None and new is not None:
            told = distinct(old, new, 3, language)
            rows.append((name, *told, signed(new - old, 3, language)))
    return rows


def _rights(effects: Effects, language: Language) -> list[dict[str, Any]]:
    """Residents by what each right is for them, before and after."""
    rows = []
    for key, table in effects.rights:
        cells: dict[str, tuple[float, float, float]] = {
            str(state): (float(row["before"]), float(row["after"]), float(row["change"]))
            for state, row in table.iterrows()
        }
        rows.append({"key": key, "name": key_name(key, effects.maps, language), "cells": cells})
    return rows


def _towns(visit: Visit, effects: Effects, table: pd.DataFrame, key: str) -> list[dict[str, str]]:
    """Municipalities that change most."""
    decimals = effects.indicator(effects.by_place(key)).decimals
    rows = []
    for row in table.head(_MOST).to_dict("records"):
        place = effects.maps.index.places.get(str(row["place"]))
        old, new = distinct(float(row["before"]), float(row["after"]), decimals, visit.language)
        rows.append(
            {
                "name": place_name(place, visit.language) if place else str(row["place"]),
                "url": visit.url("place", place=place.id) if place else "",
                "old": old,
                "new": new,
                "difference": signed(float(row["difference"]), decimals, visit.language),
            }
        )
    return rows
