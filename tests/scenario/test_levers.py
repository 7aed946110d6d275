# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Levers: templates read, checked and filled in; every fault of the values at once."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aumenta.errors import Problem, ScenarioError
from aumenta.scenario.lever_values import LISTS, plain, said, value_problems
from aumenta.scenario.levers import Lever, load_lever, load_levers
from aumenta.scenario.model import dump_scenario, load_scenario, parse_scenario
from aumenta.values.text import Text

DOCS = Path(__file__).resolve().parents[2] / "docs"
WORDS = {"it": "parola", "en": "word"}
NAME = Text(it="prova", en="trial")
HERE = {"id": "here", "name": "Here", "lon": 9.2, "lat": 44.2}
THERE = {"id": "there", "name": "There", "lon": 9.21, "lat": 44.21}


def lever(parameters: list[dict[str, Any]], changes: list[dict[str, Any]], **more: Any) -> Lever:
    """A lever with little around it."""
    own = [{"words": WORDS, **one} for one in parameters]
    return Lever.model_validate(
        {
            "territory": "toy",
            "action": "1.1.1",
            "name": WORDS,
            "summary": WORDS,
            "parameters": own,
            "changes": changes,
        }
        | more
    )


def shops(**more: Any) -> Lever:
    """A lever that opens a shop at every point, with a clinic beside it where wanted."""
    at = {"name": "$it.name", "lon": "$it.lon", "lat": "$it.lat"}
    each = {"kind": "opportunity.add", "each": "$points", **at}
    return lever(
        [
            {"id": "points", "kind": "points", "minimum": 1, "maximum": 3},
            {"id": "care", "kind": "flag", "needed": False},
            {"id": "size", "kind": "number", "default": 2, "minimum": 1, "maximum": 9, "source": "a law"},
        ],
        [
            {**each, "id": "$it.id", "type": "food_shop", "weight": "$size"},
            {**each, "when": "$care", "id": "${it.id}-care", "type": "clinic"},
        ],
        **more,
    )


def problems(made: Lever, values: dict[str, Any]) -> dict[str | None, Problem]:
    """What is wrong with values, by field."""
    with pytest.raises(ScenarioError) as caught:
        made.scenario(values, "trial", NAME)
    return {one.field: one for one in caught.value.problems}


def test_a_change_is_repeated_for_each_item_and_made_only_when_wanted() -> None:
    made = shops().scenario({"points": [HERE, THERE]}, "trial", NAME)
    assert [(one.id, one.type, one.weight) for one in made.changes] == [  # type: ignore[union-attr]
        ("here", "food_shop", 2.0),
        ("there", "food_shop", 2.0),
    ]
    with_care = shops().scenario({"points": [HERE], "care": True, "size": 3}, "trial", NAME)
    assert [one.id for one in with_care.changes] == ["here", "here-care"]  # type: ignore[union-attr]
    assert len(shops().scenario({"points": [HERE], "care": False}, "trial", NAME).changes) == 1


def test_a_scenario_keeps_its_template_and_reads_back() -> None:
    made = shops().scenario({"points": [HERE]}, "trial", NAME, summary=NAME)
    assert (made.template, made.actions, made.territory) == ("1.1.1", ["1.1.1"], "toy")
    assert made.parameters == {"points": [HERE], "size": 2}
    assert parse_scenario(yaml.safe_load(dump_scenario(made))) == made
    assert shops().scenario(made.parameters, "trial", NAME, summary=NAME) == made


def test_an_amount_has_its_source_only_while_it_is_the_one_of_the_source() -> None:
    assumption = {"text": WORDS, "source": "a book"}
    own = shops(assumptions=[assumption])
    first, second = own.scenario({"points": [HERE]}, "trial", NAME).assumptions
    assert (first.source, second.source, second.text.en) == ("a book", "a law", "word: 2")
    changed = own.scenario({"points": [HERE], "size": 2.5}, "trial", NAME).assumptions[1]
    assert (changed.source, changed.text.it, changed.text.en) == (None, "parola: 2,5", "word: 2.5")


def test_only_amounts_of_changes_that_are_made_are_assumed() -> None:
    own = lever(
        [
            {"id": "shops", "kind": "opportunities", "needed": False},
            {"id": "size", "kind": "number", "default": 2},
            {"id": "area", "kind": "area", "needed": False},
            {"id": "limit", "kind": "number", "default": 30},
        ],
        [
            {"kind": "opportunity.resize", "each": "$shops", "id": "$it", "weight": "$size"},
            {"kind": "street.modify", "when": "$area", "area": "$area", "limit_kmh": {"car": "$limit"}},
        ],
    )
    area = {"municipalities": ["900001"]}
    for values, told in (
        ({"area": area}, ["30"]),
        ({"shops": ["a"]}, ["2"]),
        ({"shops": ["a"], "area": area}, ["2", "30"]),
    ):
        made = own.scenario(values, "trial", NAME)
        assert [one.text.en.removeprefix("word: ") for one in made.assumptions] == told


def test_all_that_is_wrong_with_values_is_told_at_once() -> None:
    wrong = {
        "points": [HERE, {**THERE, "lat": 99}, {"id": "x y", "name": "n", "lon": 9}],
        "size": "many",
        "colour": "red",
    }
    found = problems(shops(), wrong)
    assert set(found) == {
        "parameters.points[1].lat",
        "parameters.points[2].id",
        "parameters.points[2].lat",
        "parameters.size",
        "parameters.colour",
    }
    assert found["parameters.colour"].expected == "points, care, size"
    assert problems(shops(), {})["parameters.points"].message == "not decided yet"
    many = problems(shops(), {"points": [HERE] * 4, "size": 10})
    assert many["parameters.points"].expected == "at least 1 and at most 3 items"
    assert many["parameters.size"].found == "10"


def test_no_and_yes_are_no_numbers() -> None:
    assert "parameters.size" in problems(shops(), {"points": [HERE], "size": True})


def test_values_that_make_no_change_are_refused() -> None:
    one = lever(
        [{"id": "area", "kind": "area", "needed": False}],
        [{"kind": "street.modify", "when": "$area", "area": "$area", "limit_kmh": {"car": 30}}],
    )
    assert problems(one, {})["parameters"].message == "the values make no change"


def test_faults_of_the_changes_themselves_are_told_with_their_place() -> None:
    line = {
        "kind": "line.add",
        "id": "x",
        "name": "X",
        "type": "bus",
        "stops": "$stops",
        "minutes": "$minutes",
    }
    one = lever(
        [
            {"id": "stops", "kind": "stops", "minimum": 2},
            {"id": "minutes", "kind": "each_minutes", "needed": False},
            {"id": "speed", "kind": "number", "needed": False},
            {
                "id": "service",
                "kind": "service",
                "default": [{"from": "6:00", "until": "9:00", "headway": 30}],
            },
        ],
        [{**line, "speed_kmh": "$speed", "service": "$service"}],
    )
    neither = problems(one, {"stops": ["a", "b"]})
    assert neither["changes[0]"].message == "give either minutes or speed_kmh"
    made = one.scenario({"stops": ["a", HERE], "speed": 30, "service": [{"from": 390, "until": "9:00", "headway": 15}]},
                        "trial", NAME)  # fmt: skip
    assert made.parameters["service"] == [{"from": "6:30", "until": "9:00", "headway": 15}]
    assert made.changes[0].minutes is None  # type: ignore[union-attr]
    assert set(problems(one, {"stops": ["a", {"id": "b", "name": "B", "lon": 200, "lat": 1}]})) == {
        "parameters.stops[1].lon"
    }


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"kind": "shop.open", "points": "$points"}, "no such kind of change"),
        ({"kind": "opportunity.remove", "id": "$shop", "each": "$points"}, "no such parameter"),
        ({"kind": "opportunity.remove", "id": "$it"}, "no such parameter"),
        ({"kind": "opportunity.remove", "each": "$size", "id": "$it"}, "not for `each`"),
        ({"kind": "opportunity.remove", "each": "points", "id": "$it"}, "not for `each`"),
        ({"kind": "opportunity.remove", "when": "always", "id": "$points"}, "not for `when`"),
        ({"kind": "opportunity.remove", "id": "here"}, "no change uses the parameter"),
    ],
)
def test_a_template_that_names_what_there_is_not_is_refused(broken: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        lever([{"id": "points", "kind": "points"}, {"id": "size", "kind": "number"}], [broken])


@pytest.mark.parametrize(
    "parameter",
    [
        {"kind": "minutes", "default": -1},
        {"kind": "share", "default": 2},
        {"kind": "points", "default": [HERE], "minimum": 2},
        {"kind": "number", "source": "a law"},
        {"kind": "weather"},
        {"kind": "number", "sauce": "a law"},
    ],
)
def test_a_parameter_that_contradicts_itself_is_refused(parameter: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="p"):
        lever([{"id": "p", **parameter}], [{"kind": "opportunity.remove", "id": "$p"}])


def test_faults_of_files_are_told_with_row_and_field(tmp_path: Path) -> None:
    (tmp_path / "1.1.1.yaml").write_text(
        "territory: toy\naction: 1.1\nname: {it: a, en: b}\nsummary: {it: a}\nchanges: []\n", encoding="utf-8"
    )
    (tmp_path / "2.1.1.yaml").write_text("[", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_levers(tmp_path)
    found = {(Path(one.file or "").name, one.field, one.row) for one in caught.value.problems}
    assert {
        ("1.1.1.yaml", "action", 2),
        ("1.1.1.yaml", "summary.en", 4),
        ("1.1.1.yaml", "changes", 5),
    } <= found
    assert "2.1.1.yaml" in {name for name, _, _ in found}


def test_a_file_is_named_after_its_action(tmp_path: Path) -> None:
    path = tmp_path / "9.9.9.yaml"
    path.write_text(yaml.safe_dump(shops().model_dump(mode="json", exclude_none=True)), encoding="utf-8")
    with pytest.raises(ScenarioError, match="named after its action"):
        load_lever(path)


def test_a_folder_that_is_not_there_has_no_levers(tmp_path: Path) -> None:
    assert load_levers(tmp_path / "none") == {}


# --- values -----------------------------------------------------------------------------

_NAMES = st.sampled_from(["a", "b-1", "north"])
_POINTS = st.fixed_dictionaries(
    {"id": _NAMES, "name": _NAMES, "lon": st.floats(-180, 180), "lat": st.floats(-90, 90)}
)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.floats(-1e6, 1e6),
    "minutes": st.floats(0, 1440),
    "share": st.floats(0, 1),
    "time": st.integers(0, 48 * 60 - 1).map(lambda at: f"{at // 60}:{at % 60:02d}"),
    "points": st.lists(_POINTS, max_size=3),
    "stops": st.lists(st.one_of(_NAMES, _POINTS), max_size=3),
    "each_minutes": st.lists(st.floats(0, 1440), max_size=3),
    "way": st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(list), max_size=3),
    "area": st.lists(_NAMES, min_size=1, max_size=3).map(lambda names: {"municipalities": names}),
}


@given(st.one_of(*(st.tuples(st.just(kind), values) for kind, values in _VALUES.items())))
def test_a_value_written_once_stays_as_it_is(drawn: tuple[Any, Any]) -> None:
    kind, value = drawn
    assert value_problems(kind, value, (None, None), "p") == []
    once = plain(kind, value)
    assert plain(kind, once) == once == yaml.safe_load(yaml.safe_dump(once))
    if kind in LISTS:
        assert len(once) == len(value)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_limits_hold_the_values_between_them(value: float, one: float, other: float) -> None:
    least, most = sorted((one, other))
    fits = value_problems("number", value, (least, most), "p") == []
    assert fits == (least <= value <= most)


@given(st.integers(0, 100))
def test_shares_are_said_as_percentages(percent: int) -> None:
    assert said("share", percent / 100).en == f"{percent}%"


# --- documentation ----------------------------------------------------------------------


def test_the_example_of_the_page_is_a_lever_that_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (DOCS / "levers.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, flags=re.S)
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.S)
    (tmp_path / "levers").mkdir()
    (tmp_path / "levers" / "1.2.2.yaml").write_text(example, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(code, names)
    assert [one.kind for one in names["made"].changes] == [
        "opportunity.add",
        "opportunity.add",
        "service.on_demand",
    ]


def test_the_page_and_the_schemas_are_those_of_the_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS.parent / "tools"))
    tool = importlib.import_module("levers_page")
    page = tool.PAGE.read_text(encoding="utf-8")
    assert tool.page(page) == page
    for file, content in tool.schemas().items():
        assert (tool.SCHEMAS / file).read_text(encoding="utf-8") == content


def test_the_turin_scenarios_are_those_of_the_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS.parent / "tools"))
    tool = importlib.import_module("torino_scenarios")
    folder = tool.PACK / tool.SCENARIOS
    monkeypatch.setattr(
        tool, "write_text", lambda path, text: (tmp_path / path.name).write_text(text, encoding="utf-8")
    )
    tool.main()
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.yaml")}
    assert made == {
        path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml") if path.name in made
    }
    assert all(load_scenario(folder / name) for name in made)
