# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""A file of rights with faults is told of all of them at once, each with its row."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from aumenta.errors import PackError
from aumenta.store.definitions import load_indicators
from aumenta.store.rights import load_rights
from aumenta.values.rights import DEFAULT_RIGHTS

REPOSITORY = Path(__file__).resolve().parents[2]

FAULTY = """\
rights:
  - id: health
    name: { it: salute, en: health }
    plan: { it: x, en: x }
    conditions:
      - id: clinic
        name: { it: x, en: x }
        any:
          - { type: nearest, kinds: [clinic, wizard], mode: walk, minutes: fifteen }
          - { type: nearest, kinds: [clinic], mode: teleport, minutes: 15 }
        source: me
      - id: clinic
        name: { it: x, en: x }
        any:
          - { type: indicator, indicator: broadband.magic, at_least: 50 }
          - { type: indicator, indicator: broadband.ftth, at_least: .nan }
          - { type: indicator, indicator: fullvoid.full, at_least: 1 }
        source: me
      - id: met
        name: { it: x, en: x }
        any: [{ type: cell, column: full }]
        source: me
  - id: health
    name: { it: salute, en: health }
    plan: { it: x, en: x }
    conditions: []
"""


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "rights.yaml"
    path.write_text(FAULTY, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_rights(path, load_indicators(), {"clinic"})
    told = {
        (one.row, re.sub(r"\d+\.", "", one.field or "").split(".")[-1]): one for one in caught.value.problems
    }
    assert {row for row, _ in told} == {9, 10, 12, 15, 16, 17, 19, 21, 23, 26}
    assert told[9, "minutes"].found == "'fifteen'"
    assert told[9, "kinds"].found == "wizard"
    assert told[10, "mode"].found == "'teleport'"
    assert told[12, "id"].message == "condition given twice"
    assert told[15, "indicator"].found == "broadband.magic"
    assert told[17, "indicator"].message == "indicator of other places"
    assert told[19, "id"].message == "id taken by the right's own indicators"
    assert told[23, "id"].message == "right given twice"
    assert len(caught.value.problems) == 11


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "valid dictionary"),
        ("rights: []\n", "at least 1 item"),
        ("rights: nonsense\n", "valid list"),
        ("- 1\n", "valid dictionary"),
        ("rights: [\n", "did not find expected"),
    ],
)
def test_a_file_that_is_no_list_of_rights_is_refused(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "rights.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PackError, match=said):
        load_rights(path)


def test_bounds_that_nothing_can_meet_are_refused(tmp_path: Path) -> None:
    text = DEFAULT_RIGHTS.read_text("utf-8").replace(
        "column: full, at_most: 0", "column: full, at_most: 0, at_least: 1"
    )
    path = tmp_path / "rights.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match="nothing can meet it"):
        load_rights(path)


def test_the_rights_of_the_software_name_only_what_there_is() -> None:
    assert load_rights(indicators=load_indicators()).rights


def test_the_page_and_the_schema_are_those_of_the_file() -> None:
    spec = importlib.util.spec_from_file_location("rights_page", REPOSITORY / "tools" / "rights_page.py")
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    text = tool.PAGE.read_text(encoding="utf-8")
    assert tool.page(text) == text
    assert tool.SCHEMA.read_text(encoding="utf-8") == tool.schema()
