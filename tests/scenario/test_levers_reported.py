# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Reported actions: faults of their files, actions left without a measure, lines of the document that are cited."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from aumenta.errors import ScenarioError
from aumenta.plan.pack import load_plan
from aumenta.scenario.levers import LEVERS, SCENARIOS, load_levers
from aumenta.scenario.model import load_scenario
from aumenta.scenario.reported import REPORTED, load_reported, uncovered
from aumenta.store.packs import open_pack

WORDS = {"it": "parola.", "en": "word."}


def action(code: str, *ids: str) -> dict[str, Any]:
    """An action with an indicator for each id."""
    own = {
        "name": WORDS,
        "unit": WORDS,
        "direction": "up",
        "levels": ["metropolis"],
        "how": WORDS,
        "who": WORDS,
    }
    return {"action": code, "why": WORDS, "indicators": [{"id": f"reported.{id}", **own} for id in ids]}


def write(folder: Path, name: str, *actions: dict[str, Any]) -> None:
    """A file of reported actions."""
    (folder / name).write_text(yaml.safe_dump({"reported": list(actions)}), encoding="utf-8")


def problems(folder: Path) -> dict[str, set[str | None]]:
    """What is wrong with a folder: messages with what was found."""
    with pytest.raises(ScenarioError) as caught:
        load_reported(folder)
    found: dict[str, set[str | None]] = {}
    for one in caught.value.problems:
        found.setdefault(one.message, set()).add(one.found)
    return found


def test_actions_come_in_the_order_of_the_plan(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", action("1.10.1", "a"), action("1.2.1", "b", "c"))
    write(tmp_path, "b.yaml", action("1.1.1", "d"))
    assert list(load_reported(tmp_path)) == ["1.1.1", "1.2.1", "1.10.1"]
    assert load_reported(tmp_path / "none") == {}


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", action("1.1.1", "a"))
    write(tmp_path, "b.yaml", action("1.1.1", "b"), action("1.1.2", "a"))
    write(tmp_path, "c.yaml", action("1.1.3", "c"), action("1.1.3", "d"))
    write(tmp_path, "d.yaml", {**action("1.1", "Hours"), "when": "soon"})
    found = problems(tmp_path)
    assert found["action in two files"] == {"1.1.1"}
    assert found["indicator in two files"] == {"reported.a"}
    assert any("action given twice: 1.1.3" in message for message in found)
    assert any("Extra inputs" in message for message in found)
    assert sum(len(told) for told in found.values()) >= 6


def test_an_action_without_an_indicator_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", action("1.1.1"))
    assert any("at least 1 item" in message for message in problems(tmp_path))


def test_actions_without_a_measure_or_with_both_are_told(tmp_path: Path) -> None:
    levers = load_levers(open_pack("toy").root / LEVERS)
    write(tmp_path, "a.yaml", action("1.1.1", "a"), action("9.9.9", "b"))
    told = uncovered(
        ["1.1.1", "1.1.2", "8.8.8"], [levers["1.1.1"], levers["1.1.2"]], load_reported(tmp_path).values()
    )
    assert [(one.message, one.found) for one in told] == [
        ("the action has neither a template nor a reported indicator", "8.8.8"),
        ("the action has both a template and a reported indicator", "1.1.1"),
        ("the plan has no such action", "9.9.9"),
    ]


def test_lines_of_the_document_that_are_cited_belong_to_the_action() -> None:
    """Each line of an assumption's source, and of a figure, lies in the sheet of an action that it is cited for."""
    pack = open_pack("torino")
    assert pack.plan is not None
    lines = [(one.code, one.line) for one in load_plan(pack.plan).actions]
    sheet = {code: range(first, last) for (code, first), (_, last) in pairwise([*lines, ("", 10**9)])}
    cited: list[tuple[str, int]] = []
    sources = [
        (lever.action, one.source)
        for lever in load_levers(pack.root / LEVERS).values()
        for one in (*lever.assumptions, *lever.parameters)
    ]
    for path in sorted((pack.root / SCENARIOS).glob("*.yaml")):
        scenario = load_scenario(path)
        sources += [(scenario.actions[0], one.source) for one in scenario.assumptions]
    for code, source in sources:
        found = re.match(r"PSM 2021-2023, lines? (\d+)(?:-(\d+))?$", source or "")
        cited += [(code, int(line)) for line in found.groups() if line] if found else []
    assert len(cited) > 5
    assert [one for one in cited if one[1] not in sheet[one[0]]] == []
    figures = [
        (one.action, own.figure.line)
        for one in load_reported(pack.root / LEVERS / REPORTED).values()
        for own in one.indicators
        if own.figure
    ]
    outside = {code for code, line in figures if line not in sheet[code]}
    assert outside == {"5.1.1"}  # told in the analysis of the metropolis, chapter 3
