# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Spreadsheet out = spreadsheet in, and what is wrong in one is told by table, row and column."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.errors import TableError
from aumenta.plan.diff import diff_plans
from aumenta.plan.model import Example, Item, Plan
from aumenta.plan.pack import load_plan, update_plan
from aumenta.plan.spreadsheet import export_plan, read_plan
from aumenta.plan.spreadsheet_cells import read_cell, write_cell
from aumenta.plan.tables import SHEETS, Column, plan_rows, tables
from aumenta.settings import get_settings
from aumenta.store.packs import BUNDLED

TOY = BUNDLED / "toy" / "plan"
TURIN = BUNDLED / "torino" / "plan"
TARGETS = ("plan.xlsx", "plan.json", "csv")


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("pack", ["toy", "torino"])
def test_export_then_import_changes_nothing_to_the_byte(tmp_path: Path, name: str, pack: str) -> None:
    folder = Path(shutil.copytree(BUNDLED / pack / "plan", tmp_path / "plan"))
    before = tree(folder)
    plan = load_plan(folder)
    export_plan(plan, tmp_path / name)
    again = read_plan(tmp_path / name)
    assert again == plan
    assert diff_plans(plan, again) == []
    assert update_plan(plan, again, folder) == []
    assert tree(folder) == before


texts = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        "=1+1",
        "+39",
        "-5",
        "@x",
        "'",
        "''=",
        "\\n",
        "a\nb",
        "\r\n",
        "\x07",
        "1.10",
        "TRUE",
        "a|b",
        " x ",
        "è’",
        "_x0041_",
    ]
)
CELL_KINDS = st.sampled_from(["text", "code"])


@given(texts, CELL_KINDS, st.booleans())
def test_any_text_survives_a_cell(text: str, kind: Any, required: bool) -> None:
    column = Column("c", ("c",), kind, required)
    cell = write_cell(column, text)
    assert isinstance(cell, str)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert read_cell(column, cell) == text


@given(st.lists(texts, max_size=5))
def test_any_list_survives_a_cell(values: list[str]) -> None:
    column = Column("c", ("c",), "list", False)
    assert read_cell(column, write_cell(column, values)) == values


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.builds(Item, name=texts, raw=texts, line=st.none() | st.integers(1, 10**6)), max_size=3),
    texts,
    st.sampled_from(TARGETS),
)
def test_any_item_survives_the_files(
    tmp_path_factory: pytest.TempPathFactory, items: list[Item], url: str, name: str
) -> None:
    plan = load_plan(TOY)
    strategy = plan.strategies[0]
    action = strategy.actions[0].model_copy(
        update={"actors": items, "examples": [Example(name=url, raw="", url=url)]}
    )
    strategy = strategy.model_copy(update={"actions": [action, *strategy.actions[1:]]})
    plan = plan.model_copy(update={"strategies": [strategy, *plan.strategies[1:]]})
    target = tmp_path_factory.mktemp("out") / name
    export_plan(plan, target)
    assert read_plan(target) == plan


def test_the_workbook_is_what_an_office_needs(tmp_path: Path) -> None:
    plan = load_plan(TOY)
    export_plan(plan, tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert book.sheetnames == [sheet.name for sheet in SHEETS]
    page = book["actions"]
    assert page.freeze_panes == "A2"
    assert [cell.value for cell in page["A"]][1:] == [action.code for action in plan.actions]
    assert {cell.data_type for cell in page["A"]} == {"s"}
    assert {cell.number_format for cell in page["A"][1:]} == {"@"}
    lists = {str(rule.sqref): rule.formula1 for rule in book["items"].data_validations.dataValidation}
    assert lists["A2:A1000"] == "actions!$A$2:$A$208"
    assert lists["B2:B1000"].startswith('"actors,pnrr,')


# --- refusals --------------------------------------------------------------------------------------------------


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    export_plan(load_plan(TOY), tmp_path / "csv")
    return tmp_path / "csv"


def change(folder: Path, table: str, row: int, column: str, value: str) -> None:
    path = folder / f"{table}.csv"
    with path.open(newline="") as stream:
        rows = list(csv.reader(stream))
    rows[row - 1][rows[0].index(column)] = value
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)


def refused(source: Path) -> list[str]:
    with pytest.raises(TableError) as caught:
        read_plan(source)
    return [str(problem) for problem in caught.value.problems]


def test_every_fault_is_told_by_table_row_and_column(exported: Path) -> None:
    change(exported, "items", 5, "action", "9.9.9")
    change(exported, "items", 6, "line", "dodici")
    change(exported, "items", 7, "field", "actor")
    change(exported, "strategies", 3, "axis", "7")
    change(exported, "sdgs", 2, "goal", "18")
    change(exported, "actions", 4, "title", "")
    change(exported, "actions", 3, "becomes", "8.8.8")
    change(exported, "revisions", 2, "date", "2024-13-01")
    found = "\n".join(refused(exported))
    assert "items, row 5, field action: no such action in the table actions (found 9.9.9)" in found
    assert "items, row 6, field line: not a whole number (found dodici; expected a whole number)" in found
    assert (
        "items, row 7, field field: the value is not one of the list (found actor; expected actors, pnrr"
        in found
    )
    assert "strategies, row 3, field axis: no such axis in plan.yaml (found 7; expected 1, 2)" in found
    assert "sdgs, row 2, field goal: Input should be less than or equal to 17 (found 18)" in found
    assert "actions, row 4, field title: the cell is empty (expected text)" in found
    assert "action_texts" not in found  # the row of 1.1.3 is faulty, what belongs to it is not
    assert "revisions, row 2, field date: not a date (found 2024-13-01; expected YYYY-MM-DD)" in found


def test_a_broken_becomes_is_told_on_its_row(exported: Path) -> None:
    change(exported, "actions", 3, "becomes", "8.8.8")
    assert refused(exported) == ["actions, row 3, field becomes: no such action (found 8.8.8)"]


def test_unknown_missing_and_repeated_columns_and_tables(exported: Path) -> None:
    text = (exported / "axes.csv").read_text()
    (exported / "axes.csv").write_text(text.replace("code,title,title_en", "code,titolo,code", 1))
    (exported / "sdgs.csv").unlink()
    (exported / "goals.csv").write_text("a\n1\n")
    found = "\n".join(refused(exported))
    assert "axes, row 1, field title: the column is missing" in found
    assert (
        "axes, row 1, field titolo: unknown column (found titolo; expected code, title, title_en, goal, line)"
        in found
    )
    assert "axes, row 1, field code: the column is given twice" in found
    assert "sdgs: the table is missing" in found
    assert "goals: unknown table" in found


def test_rows_and_columns_may_stand_in_another_order_and_semicolons_separate(exported: Path) -> None:
    for name in ("items", "axes"):
        with (exported / f"{name}.csv").open(newline="") as stream:
            rows = [list(reversed(row)) for row in csv.reader(stream)]
        with (exported / f"{name}.csv").open("w", newline="", encoding="utf-8-sig") as stream:
            csv.writer(stream, delimiter=";").writerows([*rows, [""] * len(rows[0])])
    assert read_plan(exported) == load_plan(TOY)


def test_numbers_in_code_columns_and_formulas_are_refused(tmp_path: Path) -> None:
    export_plan(load_plan(TOY), tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    book["strategies"]["A2"] = 1.1
    book.save(tmp_path / "number.xlsx")
    message = (
        "strategies, row 2, field code: the cell is a number; codes are text (found 1.1; expected a cell "
    )
    assert message + "formatted as text)" in refused(tmp_path / "number.xlsx")
    book["strategies"]["A2"] = "1.1"
    book["items"]["C3"] = '=HYPERLINK("https://example.org")'
    book.save(tmp_path / "formula.xlsx")
    assert refused(tmp_path / "formula.xlsx") == [
        'items, row 3, field name: a formula (found =HYPERLINK("https://example.org"))'
    ]


def test_archives_beyond_the_limits_and_damaged_files_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 30_000_000)
    assert "grows too much when unpacked" in refused(tmp_path / "bomb.xlsx")[0]
    (tmp_path / "text.xlsx").write_text("not a zip")
    assert "File is not a zip file" in refused(tmp_path / "text.xlsx")[0]
    with zipfile.ZipFile(tmp_path / "empty.xlsx", "w") as archive:
        archive.writestr("a.txt", b"a")
    assert "damaged" in refused(tmp_path / "empty.xlsx")[0]
    export_plan(load_plan(TOY), tmp_path / "plan.xlsx")
    whole = (tmp_path / "plan.xlsx").read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    assert refused(tmp_path / "cut.xlsx")
    monkeypatch.setenv("AUMENTA_MAX_ARCHIVE_ENTRIES", "3")
    get_settings.cache_clear()
    assert "too many entries" in refused(tmp_path / "plan.xlsx")[0]
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b'{"format": "x"}', b'{"format": "aumenta-plan-tables/1", "tables": {"plan": 3}}', b"\xff"],
)
def test_json_that_is_no_export_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "plan.json").write_bytes(content)
    assert refused(tmp_path / "plan.json")


def test_a_framework_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    export_plan(load_plan(TOY), tmp_path / "plan.json")
    text = (tmp_path / "plan.json").read_text().replace('"id": "bologna"', '"id": "../../bologna"')
    data = json.loads(text)
    (tmp_path / "plan.json").write_text(json.dumps(data))
    assert any(
        "frameworks, row 1, field id: not the name of a file" in line
        for line in refused(tmp_path / "plan.json")
    )


def test_an_edit_in_the_spreadsheet_changes_only_that_file(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(TOY, tmp_path / "plan"))
    plan = load_plan(folder)
    export_plan(plan, tmp_path / "csv")
    change(tmp_path / "csv", "actions", 2, "title", "Riaprire la ferrovia")
    after = read_plan(tmp_path / "csv")
    changes = diff_plans(plan, after)
    assert [(c.entity, c.code, c.field, c.after) for c in changes] == [
        ("action", "1.1.1", "title", "Riaprire la ferrovia")
    ]
    assert [p.name for p in update_plan(plan, after, folder)] == ["1.1.yaml"]
    assert load_plan(folder) == after


def test_the_reason_of_a_goal_is_edited_by_language(tmp_path: Path) -> None:
    plan = load_plan(TOY)
    export_plan(plan, tmp_path / "csv")
    with (tmp_path / "csv" / "sdgs.csv").open(newline="") as stream:
        assert next(csv.reader(stream)) == ["action", "goal", "by", "why_it", "why_en"]
    change(tmp_path / "csv", "sdgs", 2, "why_it", "Il treno serve a tutti (traguardo 11.2)")
    changes = diff_plans(plan, read_plan(tmp_path / "csv"))
    assert [(c.entity, c.code, c.field, c.after) for c in changes] == [
        ("editorial", "1.1.1", "sdgs[11].why.it", "Il treno serve a tutti (traguardo 11.2)")
    ]
    change(tmp_path / "csv", "sdgs", 2, "why_en", "")
    assert refused(tmp_path / "csv") == ["sdgs, row 2, field why_en: the cell is empty (expected text)"]


def count_entries(plan: Plan) -> int:
    return sum(
        len(getattr(action, field)) for action in plan.actions for field in ("actors", "pnrr", "bologna")
    )


def test_tables_hold_every_entry_once() -> None:
    plan = load_plan(TOY)
    frames = tables(plan)
    assert len(frames["actions"]) == len(plan.actions) == 8
    assert frames["items"].query("field in ['actors', 'pnrr', 'bologna']").shape[0] == count_entries(plan)
    assert frames["actions"].set_index("code").loc["1.1.1", "actors"].split(" | ") == [
        i.name for i in plan.action("1.1.1").actors
    ]
    assert set(frames) == set(plan_rows(plan))
