# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Fields of changes traced back to what filled them: marked values are followed from the parameter into the changes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from lever_samples import TOY_VALUES
from test_levers_of_packs import PACKS, SAMPLES, levers_of

from aumenta.scenario.lever_origins import Made, Origin, causes_of, parameter_of, path_of
from aumenta.scenario.lever_values import LISTS
from aumenta.scenario.levers import Lever
from aumenta.scenario.model import field_text

LEVERS = [(pack, action) for pack in PACKS for action in levers_of(pack)]


def marked(value: Any, mark: str) -> Any:
    """A value with the mark in the place of each of its leaves, which are counted."""
    if isinstance(value, dict):
        return {key: marked(one, f"{mark}.{key}") for key, one in value.items()}
    if isinstance(value, list):
        return [marked(one, f"{mark}[{number}]") for number, one in enumerate(value)]
    return f"@{mark}@"


def leaves(value: Any, at: tuple[int | str, ...] = ()) -> Iterator[tuple[tuple[int | str, ...], Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, (*at, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from leaves(one, (*at, number))
    else:
        yield at, value


def two_of(kind: str) -> Any:
    """A value of a kind; lists have two items at least."""
    sample = copy.deepcopy(SAMPLES[kind])
    return [*sample, *copy.deepcopy(sample)][: max(2, len(sample))] if kind in LISTS else sample


@pytest.mark.parametrize(("pack", "action"), LEVERS)
def test_every_marked_value_is_traced_to_its_parameter_and_item(pack: str, action: str) -> None:
    lever = levers_of(pack)[action]
    values = {one.id: marked(two_of(one.kind), one.id) for one in lever.parameters}
    changes = list(lever.filled_changes(values))
    origins = lever.origins(values)
    assert len(origins) == len(changes)
    many = {one.id for one in lever.parameters if one.kind in LISTS}
    seen = set()
    for number, change in enumerate(changes):
        for at, leaf in leaves(change):
            if not isinstance(leaf, str) or "@" not in leaf:
                continue
            mark = leaf.split("@")[1]  # of several in one text the first
            parameter, *rest = path_of(mark)
            item = rest[0] if rest and parameter in many else None
            found = parameter_of(field_text(("changes", number, *at)), origins)
            assert found == Origin(str(parameter), item if isinstance(item, int) else None), (at, leaf)
            seen.add(parameter)
    causes = set(causes_of(lever.changes).values())
    asked_for = {one.id for one in lever.parameters if one.kind == "flag"}
    assert seen | causes | asked_for >= {one.id for one in lever.parameters}


def test_what_the_template_leaves_out_is_told_where_the_change_comes_from() -> None:
    stations = {"kind": "opportunity.add", "each": "$points", "type": "rail_station", "lon": "$it.lon"}
    assert Made(stations, 3).origin(("type",)) == Origin("points", 3)
    assert Made(stations, 3).origin(("weight",)) == Origin("points", 3)
    assert Made(stations, 3).origin(()) == Origin("points", 3)
    called = {"kind": "service.on_demand", "area": {"municipalities": "$towns"}, "window": {"from": "$opens"}}
    assert Made(called).origin(("area", "municipalities", 2)) == Origin("towns", 2)
    assert Made(called).origin(("area",)) == Origin("towns")
    assert Made(called).origin(("window", "until")) is None
    assert Made(called).origin(()) is None
    assert parameter_of("parameters.stops[4].lon", []) == Origin("stops", 4)
    assert parameter_of("changes[9].lon", []) is None
    assert parameter_of(None, []) is None
    assert parameter_of("actions[0]", []) is None


def test_a_part_that_is_wanted_or_not_has_its_cause() -> None:
    lever = levers_of("torino")["3.2.2"]
    causes = causes_of(lever.changes)
    assert causes["extra_minutes"] == causes["station"] == causes["after"] == "station"
    assert causes["first"] == "service"
    assert causes["line"] is None  # for both


@pytest.mark.parametrize("action", list(TOY_VALUES))
def test_there_is_an_origin_for_each_change(action: str) -> None:
    lever: Lever = levers_of("torino")[action]
    values = {**lever.defaults(), **TOY_VALUES[action]}
    assert len(lever.origins(values)) == len(list(lever.filled_changes(values))) > 0
