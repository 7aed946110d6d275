# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios as files: what the documentation shows is read and applied, what is wrong is told with its place."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scenario_samples import scenario

from aumenta.errors import ScenarioError
from aumenta.scenario.catalogue import Catalogue
from aumenta.scenario.fields import clock_text
from aumenta.scenario.model import (
    Scenario,
    dump_scenario,
    kinds_of_changes,
    load_scenario,
    parse_scenario,
)
from aumenta.scenario.resolve import apply_all, resolve_all
from aumenta.store.view import View

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs/scenarios.md").read_text("utf-8")
BLOCKS: list[Any] = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.S)]
WHOLE = [block for block in BLOCKS if isinstance(block, dict)]
EXAMPLES = [block for block in BLOCKS if isinstance(block, list)]
ABOUT = {"id": "one", "territory": "toy", "name": {"it": "uno", "en": "one"}}


def test_every_kind_of_change_has_an_example() -> None:
    shown = {change["kind"] for block in EXAMPLES for change in block}
    assert shown == set(kinds_of_changes())


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block[0]["kind"])
def test_examples_are_read_applied_and_written_again(
    block: list[Any], whole_catalogue: Catalogue, whole_view: View
) -> None:
    made = scenario(*block)
    resolved = resolve_all(made, whole_catalogue)
    assert resolved.problems == ()
    assert all(words.it and words.en and words.it != words.en for words in resolved.descriptions)
    assert apply_all(resolved, whole_view) is not whole_view
    assert parse_scenario(yaml.safe_load(dump_scenario(made))) == made


def test_the_whole_example_is_read(tmp_path: Path, whole_catalogue: Catalogue, whole_view: View) -> None:
    assert len(WHOLE) == 1
    made = parse_scenario(WHOLE[0])
    (tmp_path / "a.yaml").write_text(dump_scenario(made), "utf-8")
    assert load_scenario(tmp_path / "a.yaml") == made
    resolved = resolve_all(made, whole_catalogue, ["1.2.1"])
    assert resolved.problems == ()
    apply_all(resolved, whole_view)
    assert [one.expected for one in resolve_all(made, whole_catalogue, ["1.2.2"]).problems] == ["1.2.2"]


def test_all_examples_together_apply(whole_catalogue: Catalogue) -> None:
    """One after the other they name what the earlier ones took away: all of that is found, and nothing else."""
    problems = resolve_all(scenario(*[one for block in EXAMPLES for one in block]), whole_catalogue).problems
    # The line B2 and the stop carte go, so what names them later would be told of; nothing on the page does.
    assert [str(one) for one in problems] == []


def test_the_schema_is_the_models() -> None:
    spec = importlib.util.spec_from_file_location("scenario_schema", REPOSITORY / "tools/scenario_schema.py")
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.FILE.read_text("utf-8") == tool.schema()


LINE = {"kind": "line.add", "id": "N", "name": "N", "type": "bus", "stops": ["a", "b"], "minutes": [5]}
DAY = {"from": "6:00", "until": "22:00", "headway": 30}
FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({**LINE, "service": [{**DAY, "headway": 0}]}, "service[0].headway", "greater than 0"),
    ({**LINE, "service": [{**DAY, "from": "6.00"}]}, "service[0].from", "hour such as 6:05"),
    ({**LINE, "service": [{**DAY, "until": "48:00"}]}, "service[0].until", "before 48:00"),
    ({**LINE, "service": []}, "service", "at least 1 item"),
    ({**LINE, "service": [DAY], "stops": ["a"]}, "stops", "at least 2 items"),
    (
        {**LINE, "service": [DAY], "stops": ["a", {"id": "x", "lon": 9, "lat": 44}]},
        "stops[1].name",
        "required",
    ),
    ({**LINE, "service": [DAY], "stops": ["a", 7]}, "stops[1]", "valid"),
    ({**LINE, "service": [DAY], "speed_kmh": 40}, "", "either minutes or speed_kmh"),
    ({**LINE, "service": [DAY], "type": "rocket"}, "type", "'rail'"),
    ({**LINE, "service": [DAY], "colour": "red"}, "colour", "not permitted"),
    ({"kind": "line.paint", "line": "R1"}, "kind", "no such kind of change"),
    ({"line": "R1"}, "kind", "the kind of change is missing"),
    ({"kind": "residents.add", "area": {"municipalities": ["a"]}, "residents": 1.5}, "residents", "integer"),
    ({"kind": "residents.add", "area": {}, "residents": 1}, "area", "either municipalities or a polygon"),
    ({"kind": "residents.add", "area": {"polygon": [[9, 44]]}, "residents": 1}, "area.polygon", "at least 3"),
    ({"kind": "opportunity.add", "id": "x", "type": "park", "name": "x", "lon": 9.1}, "", "both lon and lat"),
    ({"kind": "opportunity.add", "id": "x", "type": "park", "name": "x"}, "", "either lon and lat or a muni"),
    ({"kind": "opportunity.resize", "id": "x", "weight": -1}, "weight", "greater than or equal to 0"),
    ({"kind": "opportunity.resize", "id": "x", "weight": float("nan")}, "weight", "finite"),
    ({"kind": "brownfield.convert", "site": "x", "into": "homes"}, "", "into homes needs residents"),
    ({"kind": "brownfield.convert", "site": "x", "into": "park", "jobs": 3}, "", "jobs is for into jobs"),
    ({"kind": "line.speed", "line": "R1"}, "", "either factor or minutes_saved"),
    ({"kind": "line.speed", "line": "R1", "factor": 2, "from_stop": "a"}, "", "both from_stop and to_stop"),
    ({"kind": "street.modify", "area": {"municipalities": ["a"]}}, "", "speed_factor, limit_kmh or close"),
    (
        {"kind": "stop.add", "id": "x", "name": "x", "lon": 9, "lat": 44, "line": "R1"},
        "",
        "needs line, after",
    ),
]


@pytest.mark.parametrize(
    ("change", "field", "words"), FAULTS, ids=[f"{c.get('kind')}-{w}" for c, _, w in FAULTS]
)
def test_a_fault_is_told_with_its_field(change: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(ScenarioError) as error:
        scenario({"kind": "line.remove", "line": "B1"}, change)
    (problem,) = error.value.problems
    assert problem.field == "changes[1]" + (f".{field}" if field else "")
    assert words in problem.message


def test_all_faults_of_a_file_are_told_at_once_with_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    lines = ["id: One", "territory: toy", "changes:", "  - kind: line.remove", "    lin: R1", "  - kind: no"]
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(ScenarioError) as error:
        load_scenario(path)
    found = {(one.row, one.field) for one in error.value.problems}
    assert found == {
        (1, "name"),
        (1, "id"),
        (4, "changes[0].line"),
        (5, "changes[0].lin"),
        (6, "changes[1].kind"),
    }
    assert all(one.file == str(path) for one in error.value.problems)
    assert error.value.exit_code == 2


@pytest.mark.parametrize("version", [2, 0, "1", None, True, 1.5])
def test_another_version_is_refused_alone(version: object) -> None:
    with pytest.raises(ScenarioError) as error:
        parse_scenario({"schema_version": version, "nothing": "fits"})
    (problem,) = error.value.problems
    assert (problem.field, problem.message) == ("schema_version", "a scenario of another version")


@pytest.mark.parametrize("text", ["", "[]", "3", "{", "a: &a [*a]", "id: 2021-13-45", "\x00"])
def test_what_is_no_scenario_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ScenarioError):
        load_scenario(path)
    with pytest.raises(ScenarioError):
        load_scenario(tmp_path / "none.yaml")


def test_an_hour_without_quotes_is_the_hour(tmp_path: Path) -> None:
    """YAML reads 6:05 as 365 and 6:05:30 as 21930; 06:05 and 25:10 it leaves, or makes whole numbers of, too."""
    for text, seconds in (
        ("6:05", 21900),
        ("06:05", 21900),
        ("6:05:30", 21930),
        ("25:10", 90600),
        ("0:30", 1800),
    ):
        line = f"  - {{kind: line.frequency, line: a, service: [{{from: {text}, until: 47:00, headway: 5}}]}}"
        path = tmp_path / "a.yaml"
        path.write_text(f"id: a\nterritory: toy\nname: {{it: a, en: a}}\nchanges:\n{line}\n", "utf-8")
        (change,) = load_scenario(path).changes
        assert change.kind == "line.frequency" and change.service[0].start == seconds


@given(st.integers(0, 48 * 3600 - 1))
def test_hours_are_written_and_read_again(seconds: int) -> None:
    made = scenario({"kind": "line.frequency", "line": "a", "service": [DAY], "first": clock_text(seconds)})
    (change,) = parse_scenario(yaml.safe_load(dump_scenario(made))).changes
    assert change.kind == "line.frequency" and change.first == seconds


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    sorted({name for block in EXAMPLES for one in block for name in one} | {"area", "start", "stops", "to"})
)


@given(
    st.sampled_from(kinds_of_changes()),
    st.dictionaries(FIELDS, JUNK, max_size=6),
    st.sampled_from([one for block in EXAMPLES for one in block]),
)
def test_whatever_is_given_the_answer_is_a_scenario_or_its_problems(
    kind: str, junk: dict[str, Any], sample: dict[str, Any]
) -> None:
    for change in ({**junk, "kind": kind}, {**sample, **junk, "kind": sample["kind"]}):
        try:
            made = parse_scenario({**ABOUT, "changes": [change]})
        except ScenarioError as error:
            assert error.problems and all(
                one.field and one.field.startswith("changes[0]") for one in error.problems
            )
        else:
            assert isinstance(made, Scenario)
            assert parse_scenario(yaml.safe_load(dump_scenario(made))) == made
