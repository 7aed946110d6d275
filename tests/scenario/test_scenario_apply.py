# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Applying: the baseline stays as it was to the byte, order does not matter where it should not, what is added and
taken away again leaves nothing; opportunities, people and tables against loops over plain lists.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
import shapely
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_samples import fingerprints, scenario
from test_scenario_model import EXAMPLES

from aumenta.access.options import Options
from aumenta.access.router import Router
from aumenta.scenario.catalogue import CELLS, NETWORK, OPPORTUNITIES, PLACES, Catalogue
from aumenta.scenario.model import dump_scenario, parse_scenario
from aumenta.scenario.resolve import apply_all, resolve_all
from aumenta.store.view import View

GROUPS = ["pop_0_14", "pop_15_18", "pop_19_39", "pop_40_64", "pop_65p"]
SERVICE = [{"from": "7:00", "until": "9:00", "headway": 10}]
LINE = {"kind": "line.add", "id": "N", "name": "N", "type": "bus", "stops": ["girotondo", "aquilone"], "minutes": [7],
        "service": SERVICE, "days": "all"}  # fmt: skip
MILL = {"kind": "stop.add", "id": "mill", "name": "Mill", "lon": 9.12, "lat": 44.25}
Changes = list[dict[str, Any]]


def applied(changes: Changes, catalogue: Catalogue, view: View) -> View:
    return apply_all(resolve_all(scenario(*changes), catalogue).checked(), view)


def test_no_changes_give_the_very_same_view(whole_catalogue: Catalogue, whole_view: View) -> None:
    assert applied([], whole_catalogue, whole_view) is whole_view


def test_the_baseline_stays_as_it_was_and_only_what_is_touched_differs(
    whole_catalogue: Catalogue, whole_view: View
) -> None:
    before = fingerprints(whole_view)
    for block in EXAMPLES:
        made = scenario(*block)
        after = fingerprints(applied(block, whole_catalogue, whole_view))
        touched = {name for change in made.changes for name in change.inputs}
        differing = {name for name in before if before[name] != after[name]}
        assert differing and differing <= touched, block
        if block[0]["kind"] != "brownfield.convert":
            assert differing == touched
    every = [one for block in EXAMPLES for one in block]
    applied(every, whole_catalogue, whole_view)
    assert fingerprints(whole_view) == before


@pytest.mark.parametrize(
    "changes",
    [
        [LINE, {"kind": "line.remove", "line": "N"}],
        [MILL, {"kind": "stop.remove", "stop": "mill"}],
        [
            {**LINE, "stops": ["girotondo", MILL | {"id": "new"}, "aquilone"], "minutes": [4, 4]},
            {"kind": "line.remove", "line": "N"},
            {"kind": "stop.remove", "stop": "new"},
        ],
        [
            {"kind": "opportunity.add", "id": "c", "type": "clinic", "name": "C", "lon": 9.14, "lat": 44.24},
            {"kind": "opportunity.move", "id": "c", "lon": 9.02, "lat": 44.28},
            {"kind": "opportunity.resize", "id": "c", "weight": 4},
            {"kind": "opportunity.remove", "id": "c"},
        ],
        [
            {"kind": "green.add", "id": "g", "name": "G", "lon": 9.14, "lat": 44.24, "hectares": 2},
            {"kind": "opportunity.remove", "id": "g"},
        ],
    ],
    ids=["line", "stop", "line with a stop", "opportunity", "green"],
)
def test_taking_away_what_was_added_gives_the_baseline_back(
    changes: Changes, whole_catalogue: Catalogue, whole_view: View
) -> None:
    changes = [{key: value for key, value in one.items()} for one in changes]
    for one in changes:
        for stop in one.get("stops", []):
            if isinstance(stop, dict):
                stop.pop("kind", None)
    assert fingerprints(applied(changes, whole_catalogue, whole_view)) == fingerprints(whole_view)


TERRITORY: Changes = [
    {"kind": "opportunity.add", "id": "c", "type": "clinic", "name": "C", "lon": 9.14, "lat": 44.24},
    {"kind": "opportunity.remove", "id": "clinic-900002"},
    {"kind": "opportunity.resize", "id": "care_home-900001", "weight": 7},
    {"kind": "opportunity.move", "id": "cinema-900001", "lon": 9.02, "lat": 44.28},
    {"kind": "residents.add", "area": {"municipalities": ["900012"]}, "residents": 77},
    {"kind": "residents.move", "from": {"municipalities": ["900003"]}, "to": {"municipalities": ["900005"]},
     "residents": 90},
    {"kind": "brownfield.convert", "site": "brownfield-900002", "into": "homes", "residents": 50},
    {"kind": "layer.set", "table": "broadband", "column": "ftth_share", "places": ["z02"], "value": 0.7},
    {"kind": "layer.set", "table": "broadband", "column": "ftth_share", "places": ["z03"], "value": 0.6},
]  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(st.permutations(TERRITORY))
def test_the_order_of_changes_on_other_things_does_not_matter(
    toy_catalogue: Catalogue, toy_view: View, changes: Changes
) -> None:
    expected = fingerprints(applied(TERRITORY, toy_catalogue, toy_view))
    assert fingerprints(applied(changes, toy_catalogue, toy_view)) == expected


def test_the_order_of_changes_of_other_lines_does_not_matter_for_journeys(
    whole_catalogue: Catalogue, whole_view: View
) -> None:
    changes: Changes = [
        LINE,
        {"kind": "line.frequency", "line": "B1", "service": SERVICE},
        {"kind": "line.speed", "line": "R1", "factor": 1.5},
        {**MILL, "line": "B2", "after": "giocopoli", "before": "dadi", "extra_minutes": 1},
    ]
    options = Options(mode="transit", date="2024-01-01", window=("7:00", "7:30"))
    rows = []
    for order in list(permutations(changes))[::5]:
        router = Router(applied(list(order), whole_catalogue, whole_view)[NETWORK], options)
        rows.append(router.one_to_all((9.1443, 44.2388)).row(50))
    base = Router(whole_view[NETWORK], options).one_to_all((9.1443, 44.2388)).row(50)
    assert (rows[0] != base).any()
    assert all(np.array_equal(rows[0], row) for row in rows)


# --- opportunities against a plain list --------------------------------------------------------


def _plain(frame: Any) -> dict[str, tuple[str, float, float, float]]:
    """Kind, weight, longitude and latitude (NaN without a point) of every opportunity."""
    nowhere = shapely.Point(np.nan, np.nan)
    shapes = [nowhere if shape is None else shape for shape in frame.geometry]
    rows = zip(frame["id"], frame["kind"], frame["weight"], shapes, strict=True)
    return {code: (kind, float(weight), shape.x, shape.y) for code, kind, weight, shape in rows}


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_opportunities_against_a_plain_list(
    toy_catalogue: Catalogue, toy_view: View, data: st.DataObject
) -> None:
    """Random additions, moves, sizes and removals; the same done by hand to a dict of rows."""
    frame = toy_view[OPPORTUNITIES]
    rows = _plain(frame)
    fixed, moved, sized = sorted(rows), set[str](), set[str]()
    changes: Changes = []
    towns = toy_view[PLACES].query("level == 'municipality'").geometry.representative_point()
    points = [(float(one.x), float(one.y)) for one in towns]
    for number in range(data.draw(st.integers(1, 8))):
        lon, lat = data.draw(st.sampled_from(points))
        what = data.draw(st.sampled_from(["add", "remove", "move", "resize"]))
        code = data.draw(st.sampled_from(sorted(rows)))
        if what == "add":
            code, weight = f"{data.draw(st.sampled_from('amz'))}{number}", float(number)
            kind = data.draw(st.sampled_from(["park", "clinic", "brownfield"]))
            changes.append({"kind": "opportunity.add", "id": code, "type": kind, "name": code, "lon": lon, "lat": lat,
                            "weight": weight})  # fmt: skip
            rows[code] = (kind, weight, lon, lat)
        elif what == "remove":
            changes.append({"kind": "opportunity.remove", "id": code})
            del rows[code]
        elif what == "move" and code not in moved and rows[code][2:] != (lon, lat):
            moved.add(code)
            changes.append({"kind": "opportunity.move", "id": code, "lon": lon, "lat": lat})
            rows[code] = (*rows[code][:2], lon, lat)
        elif what == "resize" and code not in sized:
            sized.add(code)
            weight = (0.0 if np.isnan(rows[code][1]) else rows[code][1]) + 2.5
            changes.append({"kind": "opportunity.resize", "id": code, "weight": weight})
            rows[code] = (rows[code][0], weight, *rows[code][2:])
    after = applied(changes, toy_catalogue, toy_view)[OPPORTUNITIES]
    found = _plain(after)
    assert {code: repr(one) for code, one in found.items()} == {code: repr(one) for code, one in rows.items()}
    assert list(zip(after["kind"], after["id"], strict=True)) == sorted(
        zip(after["kind"], after["id"], strict=True)
    )
    assert after.dtypes.equals(frame.dtypes) and list(after.columns) == list(frame.columns)
    new = after[~after["id"].isin(fixed)]
    assert set(new["status"]) <= {"estimated"} and set(new["source"]) <= {"scenario"}
    town_of = dict(zip(points, towns.index, strict=True))
    places = toy_view[PLACES]
    for row in new.itertuples():
        assert row.municipality == places["id"].loc[town_of[(row.geometry.x, row.geometry.y)]]
        cell = toy_view[CELLS].set_index("cell").loc[row.cell]
        assert cell["municipality"] == row.municipality


def test_many_added_at_once_are_as_one_by_one(toy_catalogue: Catalogue, toy_view: View) -> None:
    towns = toy_view[PLACES].query("level == 'municipality'").geometry.representative_point()
    changes: Changes = [
        {"kind": "opportunity.add", "id": f"{'za'[n % 2]}{n}", "type": ("park", "clinic", "cinema")[n % 3], "name": "x",
         "weight": n, **({"municipality": "900003"} if n == 4 else {"lon": point.x, "lat": point.y})}
        for n, point in enumerate(towns)
    ]  # fmt: skip
    view = toy_view
    for change in scenario(*changes).changes:
        view = change.apply(view)
    assert fingerprints(applied(changes, toy_catalogue, toy_view)) == fingerprints(view)


# --- people ------------------------------------------------------------------------------------

TOWNS = [f"9000{number:02d}" for number in range(1, 13)]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from(TOWNS), min_size=1, max_size=3, unique=True),
    st.integers(1, 5000),
    st.none() | st.dictionaries(st.sampled_from(GROUPS), st.integers(1, 9), min_size=1),
)
def test_people_who_come(
    toy_catalogue: Catalogue, toy_view: View, towns: list[str], count: int, ages: dict[str, int] | None
) -> None:
    change: dict[str, Any] = {"kind": "residents.add", "area": {"municipalities": towns}, "residents": count}
    after = applied([change | ({} if ages is None else {"ages": ages})], toy_catalogue, toy_view)[CELLS]
    cells = toy_view[CELLS]
    inside = cells["municipality"].isin(towns).to_numpy()
    given_ = (after[GROUPS] - cells[GROUPS]).to_numpy()
    assert given_.min() >= 0 and given_.sum() == count and not given_[~inside].any()
    assert (after[GROUPS].sum(axis=1) == after["pop"]).all()
    # As people live there now, and in the ages asked for: never more than one person off.
    living = cells["pop"].to_numpy(float) * inside
    assert np.abs(given_.sum(axis=1) - count * living / living.sum()).max() < 1
    mix = np.array([(ages or {}).get(name, 0) for name in GROUPS], float)
    mix = mix if ages else cells.loc[inside, GROUPS].sum().to_numpy(float)
    assert np.abs(given_.sum(axis=0) - count * mix / mix.sum()).max() < 1
    assert after.dtypes.equals(cells.dtypes)
    working = (after["employed"] - cells["employed"]).to_numpy()
    assert (np.abs(working) <= given_[:, 2:4].sum(axis=1) + 1).all() and not working[~inside].any()
    same = [name for name in cells.columns if name not in {*GROUPS, "pop", "employed", "inhabited"}]
    assert after[same].equals(cells[same])


@settings(max_examples=20, deadline=None)
@given(st.permutations(TOWNS), st.integers(1, 400))
def test_people_who_move(toy_catalogue: Catalogue, toy_view: View, towns: list[str], count: int) -> None:
    here, there = towns[0], towns[1:3]
    change = {
        "kind": "residents.move",
        "from": {"municipalities": [here]},
        "to": {"municipalities": there},
        "residents": count,
    }
    cells, after = toy_view[CELLS], applied([change], toy_catalogue, toy_view)[CELLS]
    moved = (after[GROUPS] - cells[GROUPS]).to_numpy()
    own, new = (cells["municipality"].isin(some).to_numpy() for some in ([here], there))
    assert moved[own].max() <= 0 and moved[own].sum() == -count
    assert moved[new].min() >= 0 and moved[new].sum() == count and not moved[~own & ~new].any()
    assert (moved[own].sum(axis=0) == -moved[new].sum(axis=0)).all()  # everybody keeps their age
    assert after[GROUPS].to_numpy().min() >= 0 and (after[GROUPS].sum(axis=1) == after["pop"]).all()
    share = cells.loc[own, GROUPS].to_numpy(float)
    assert np.abs(-moved[own] - count * share / share.sum()).max() < 1


def test_people_in_an_empty_area_live_evenly(toy_catalogue: Catalogue, toy_view: View) -> None:
    cells = toy_view[CELLS]
    empty = cells[cells["pop"] == 0]
    corner = empty.iloc[[0]].geometry.iloc[0]
    box = [[corner.x - 0.004, corner.y - 0.003], [corner.x + 0.004, corner.y - 0.003],
           [corner.x + 0.004, corner.y + 0.003], [corner.x - 0.004, corner.y + 0.003]]  # fmt: skip
    inside = cells.geometry.within(shapely.Polygon(box)).to_numpy()
    assert inside.sum() > 1 and cells.loc[inside, "pop"].sum() == 0
    change = {"kind": "residents.add", "area": {"polygon": box}, "residents": 101}
    after = applied([change], toy_catalogue, toy_view)[CELLS]
    came = after.loc[inside, "pop"].to_numpy()
    assert came.sum() == 101 and came.max() - came.min() <= 1
    assert after.loc[inside & (after["pop"] > 0), "inhabited"].all()
    every = cells[GROUPS].sum().to_numpy(float)
    assert np.abs(after.loc[inside, GROUPS].sum().to_numpy() - 101 * every / every.sum()).max() < 1


# --- tables and land ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "value", "old", "new"),
    [
        ("set", 0.25, 0.5, 0.25),
        ("add", 0.25, 0.5, 0.75),
        ("multiply", 0.5, 0.5, 0.25),
        ("at_least", 0.4, 0.3, 0.4),
        ("at_most", 0.4, 0.5, 0.4),
    ],
)
def test_a_figure_is_set(
    how: str, value: float, old: float, new: float, toy_catalogue: Catalogue, toy_view: View
) -> None:
    change = {
        "kind": "layer.set",
        "table": "broadband",
        "column": "ftth_share",
        "places": ["z02"],
        "value": value,
        "how": how,
    }
    towns = ["900005", "900006", "900007", "900008"]  # the places table, by hand
    before, after = (
        view["table:broadband"].rows.set_index("municipality")["ftth_share"].to_dict()
        for view in (toy_view, applied([change], toy_catalogue, toy_view))
    )
    make = {"set": lambda x: value, "add": lambda x: x + value, "multiply": lambda x: x * value,
            "at_least": lambda x: max(x, value), "at_most": lambda x: min(x, value)}[how]  # fmt: skip
    assert any(before[town] == old and after[town] == new for town in towns)
    for town, was in before.items():
        assert repr(after[town]) == repr(make(was) if town in towns else was)


def test_rows_are_chosen_by_other_columns(toy_catalogue: Catalogue, toy_view: View) -> None:
    change = {"kind": "layer.set", "table": "schools_by_kind", "column": "pupils", "places": ["toy"], "how": "add",
              "value": 10, "where": {"kind": "school_infant", "ownership": "state"}}  # fmt: skip
    before, after = (
        view["table:schools_by_kind"].rows for view in (toy_view, applied([change], toy_catalogue, toy_view))
    )
    own = ((before["kind"] == "school_infant") & (before["ownership"] == "state")).to_numpy()
    assert own.sum() == 10  # two of the twelve have no infant school
    difference = (after["pupils"] - before["pupils"]).fillna(0).to_numpy()
    assert (difference == np.where(own, 10, 0)).all()


def test_a_brownfield_in_three_parts(toy_catalogue: Catalogue, toy_view: View) -> None:
    """Twelve hectares: homes on five, work on six and a quarter (a cell is 6.25 ha), a park on what is left."""
    site = {"kind": "brownfield.convert", "site": "brownfield-900001"}
    changes = [
        {**site, "into": "homes", "hectares": 5, "residents": 300},
        {**site, "into": "jobs", "hectares": 6.25, "jobs": 80},
        {**site, "into": "park"},
    ]
    view = applied(changes, toy_catalogue, toy_view)
    rows = view[OPPORTUNITIES].set_index("id")
    assert "brownfield-900001" not in rows.index
    assert rows.loc["brownfield-900001-park", ["kind", "weight"]].tolist() == ["park", 0.75]
    cells, after = toy_view[CELLS], view[CELLS]
    own = (
        cells["cell"] == toy_view[OPPORTUNITIES].set_index("id").loc["brownfield-900001", "cell"]
    ).to_numpy()
    came = (after["pop"] - cells["pop"]).to_numpy()
    assert came[own].tolist() == [300] and came.sum() == 300
    work = (after["jobs"] - cells["jobs"]).to_numpy()
    assert work[own].tolist() == [80] and np.nansum(work) == 80
    assert (np.isnan(after["jobs"]) == np.isnan(cells["jobs"])).all()  # what is not known stays not known
    whole = {**site, "into": "homes", "residents": 300}
    spread = (applied([whole], toy_catalogue, toy_view)[CELLS]["pop"] - cells["pop"]).to_numpy()
    assert (spread > 0).sum() == 2 and spread.sum() == 300  # 12 ha fill two cells of 6.25


def test_where_jobs_are_hidden_none_are_added(toy_catalogue: Catalogue, toy_view: View) -> None:
    cells = toy_view[CELLS]
    hidden = cells.loc[cells["jobs"].isna()].iloc[0].geometry
    changes = [
        {"kind": "opportunity.add", "id": "b", "type": "brownfield", "name": "B", "lon": hidden.x, "lat": hidden.y,
         "weight": 2},
        {"kind": "brownfield.convert", "site": "b", "into": "jobs", "jobs": 5},
    ]  # fmt: skip
    (problem,) = resolve_all(scenario(*changes), toy_catalogue).problems
    assert (problem.field, problem.message) == (
        "changes[1].jobs",
        "how many jobs there are now is not known here",
    )


def test_a_scenario_reads_back_to_the_same_view(toy_catalogue: Catalogue, toy_view: View) -> None:
    made = scenario(*TERRITORY)
    again = parse_scenario(yaml.safe_load(dump_scenario(made)))
    assert again == made and dump_scenario(again) == dump_scenario(made)
    views = [apply_all(resolve_all(one, toy_catalogue), toy_view) for one in (made, again)]
    assert fingerprints(views[0]) == fingerprints(views[1])
