# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The rules of the long table, each broken once; the rules of indicator definitions; what is documented."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from aumenta.errors import PackError, TableError
from aumenta.readings.registry import MEASURES
from aumenta.store.definitions import load_indicators
from aumenta.values.indicators import DEFINITIONS
from aumenta.values.model import VALUES_SCHEMA
from aumenta.values.reasons import REASONS
from aumenta.values.table import table_of

GOOD = {
    "indicator": "a.b",
    "level": "zone",
    "place": "z",
    "period": "2023",
    "value": 1.0,
    "status": "reported",
    "reason": None,
    "source": "s",
    "parts": 2,
    "missing": 1,
    "inferred": 0,
}


def rows(**changes: object) -> pd.DataFrame:
    return pd.DataFrame([{**GOOD, **changes}], columns=VALUES_SCHEMA.names)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"status": "guessed"}, "status is not one of"),
        ({"level": "planet"}, "level is not known"),
        ({"status": "missing", "reason": "hidden"}, "has a figure"),
        ({"value": float("nan")}, "has no figure"),
        ({"value": float("inf")}, "infinite"),
        ({"value": float("nan"), "status": "missing"}, "has no reason"),
        ({"reason": "hidden"}, "has a reason"),
        ({"missing": 3}, "more parts are missing"),
        ({"inferred": 3}, "more parts are inferred"),
    ],
)
def test_each_rule_is_told(changes: dict[str, object], message: str) -> None:
    with pytest.raises(TableError) as caught:
        table_of([rows(**changes)])
    assert message in str(caught.value)
    assert "a.b" in str(caught.value)


def test_a_value_given_twice_is_told() -> None:
    with pytest.raises(TableError, match="given twice"):
        table_of([rows(), rows()])


def test_sorted_whatever_the_order() -> None:
    frames = [rows(place="z2"), rows(indicator="a.a"), rows(place="z1", period="2022"), rows(place="z1")]
    table = table_of(frames)
    assert table.schema.equals(VALUES_SCHEMA)
    assert table.equals(table_of(frames[::-1]))
    keys = list(
        zip(*(table.column(c).to_pylist() for c in ("indicator", "level", "place", "period")), strict=True)
    )
    assert keys == sorted(keys)
    assert table_of([]).num_rows == 0


def test_definitions_fit_the_measures() -> None:
    definitions = load_indicators()
    declared = [name for measure in MEASURES.values() for name in measure.indicators]
    assert sorted(declared) == list(definitions)
    for one in definitions.values():
        assert one.id in MEASURES[one.measure].indicators
        for text in (one.name, one.description, one.formula, one.unit):
            assert text.it.strip() and text.en.strip()
        if one.scale == "diverging":
            assert 0 in one.breaks


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_a_definition_given_twice_or_unknown_is_refused(tmp_path: Path) -> None:
    income = (DEFINITIONS / "income.yaml").read_text(encoding="utf-8")
    write(tmp_path, "a.yaml", income)
    write(tmp_path, "b.yaml", income)
    write(
        tmp_path, "c.yaml", income.replace("income.per_taxpayer", "wealth.per_head").replace("16000", "99000")
    )
    with pytest.raises(PackError) as caught:
        load_indicators(tmp_path)
    text = str(caught.value)
    assert "indicator given twice" in text
    assert "id does not begin with its measure" in text
    assert "limits of classes do not ascend" in text


def test_every_file_of_definitions_tells_its_faults(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "indicators:\n  - id: a.b\n    unknown: 1\n")
    write(tmp_path, "b.yaml", "indicators: [\n")
    with pytest.raises(PackError) as caught:
        load_indicators(tmp_path)
    assert "a.yaml" in str(caught.value)
    assert "b.yaml" in str(caught.value)


def test_every_measure_indicator_and_reason_is_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")
    wanted = [*MEASURES, *load_indicators(), *REASONS]
    assert [name for name in wanted if f"`{name}`" not in page] == []


def test_every_measure_has_an_example_and_names_its_source() -> None:
    for measure in MEASURES.values():
        text = measure.function.__doc__ or ""
        assert ">>>" in text
        assert "Formula" in text or "=" in text
        assert "Source" in text or "(" in text


def test_the_tables_of_the_page_are_those_of_the_definitions() -> None:
    root = Path(__file__).resolve().parents[2]
    spec = importlib.util.spec_from_file_location("measures_page", root / "tools" / "measures_page.py")
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    text = (root / "docs" / "measures.md").read_text(encoding="utf-8")
    assert tool.page(text) == text
