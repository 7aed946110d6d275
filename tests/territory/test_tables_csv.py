# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""CSV tables of packs: text stays text, blanks are missing, numbers are what pandas reads."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aumenta.errors import PackError
from aumenta.settings import get_settings
from aumenta.territory.model import TableColumn, TableSpec
from aumenta.territory.tables import MOST_PROBLEMS, read_csv_rows, read_table
from aumenta.values.text import Text

NAME = Text(it="x", en="x")
SPEC = TableSpec(
    id="t",
    file="t.csv",
    name=NAME,
    licence="CC0-1.0",
    key=["code"],
    columns=[
        TableColumn(id="code", name=NAME, type="code", required=True),
        TableColumn(id="name", name=NAME, type="text"),
        TableColumn(id="count", name=NAME, type="integer", minimum=0),
        TableColumn(id="value", name=NAME, type="number"),
    ],
)

words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12).map(str.strip)
rows = st.lists(
    st.tuples(
        st.integers(0, 999_999).map(lambda n: f"{n:06d}"),
        st.one_of(words, st.sampled_from(["None", "NA", "null", "nan", "N/A", "#N/A", ""])),
        st.one_of(st.just(""), st.integers(0, 10**9).map(str)),
        st.one_of(st.just(""), st.floats(allow_nan=False, allow_infinity=False).map(repr)),
    ),
    max_size=20,
    unique_by=lambda row: row[0],
)


def written(path: Path, content: list[tuple[str, ...]]) -> Path:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SPEC.column_ids)
    writer.writerows(content)
    path.write_text(out.getvalue(), "utf-8")
    return path


@settings(deadline=None)
@given(rows)
def test_what_was_written_is_read(content: list[tuple[str, str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "t.csv", content)
        table = read_table(path, SPEC)
        oracle = pd.read_csv(
            path,
            dtype={"code": str, "name": str},
            keep_default_na=False,
            na_values={"count": "", "value": ""},
        )
    assert table["code"].tolist() == [row[0] for row in content]
    assert table["name"].tolist() == [row[1] or None for row in content]
    for name, at in (("count", 2), ("value", 3)):
        assert table[name].isna().tolist() == [row[at] == "" for row in content]
        np.testing.assert_allclose(table[name].to_numpy(float), oracle[name].to_numpy(float), rtol=1e-15)


def test_a_municipality_called_none_stays_one(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "t.csv", [("001168", "None", "", "")]), SPEC)
    assert table.loc[0, "code"] == "001168" and table.loc[0, "name"] == "None"
    assert np.isnan(table.loc[0, "count"])


@pytest.mark.parametrize("text", ["1,5", "1_000", "0x10", "NaN", "inf", "1e999", "--1", "१२"])
def test_what_is_no_number_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PackError) as caught:
        read_table(written(tmp_path / "t.csv", [("1", "a", "", text)]), SPEC)
    assert [(p.row, p.field, p.found) for p in caught.value.problems] == [(2, "value", text)]


def test_whole_numbers_are_whole(tmp_path: Path) -> None:
    with pytest.raises(PackError) as caught:
        read_table(written(tmp_path / "t.csv", [("1", "a", "1.0", ""), ("2", "a", "-1", "")]), SPEC)
    assert [(p.row, p.field) for p in caught.value.problems] == [(2, "count"), (3, "count")]


def test_many_faults_are_shortened_and_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [(str(n), "", "x", "") for n in range(200)])
    with pytest.raises(PackError) as caught:
        read_table(path, SPEC)
    assert len(caught.value.problems) == MOST_PROBLEMS + 1
    assert "150 problems more" in caught.value.problems[-1].message


@pytest.mark.parametrize(
    "raw, words",
    [
        (b"code,name,count,value\n1,\xe0,,\n", "UTF-8"),
        (b'code,name,count,value\n1,"open,,\n', "CSV"),
        (b"", "empty"),
        (b"code,code,count,value\n", "twice"),
        (b"code,name,value,count\n", "another order"),
        (b"code,name,count\n", "column is missing"),
        (b"code,name,count,value,more\n", "nobody declared"),
        (b"code,name,count,value\n1,a\n", "number of fields"),
        (b"code,name,count,value\n,a,1,2\n", "value is missing"),
    ],
)
def test_bad_files(tmp_path: Path, raw: bytes, words: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(raw)
    with pytest.raises(PackError) as caught:
        read_table(path, SPEC)
    assert words in str(caught.value) and str(path) in str(caught.value)


def test_rows_are_those_of_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes('\ufeffcode,name,count,value\n1,"two\nlines",1,2\n2,a,x,2\n'.encode())
    with pytest.raises(PackError) as caught:
        read_table(path, SPEC)
    assert [(p.row, p.found) for p in caught.value.problems] == [(3, "x")]


def test_rows_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "t.csv", [(str(n), "", "", "") for n in range(5)])
    monkeypatch.setenv("AUMENTA_MAX_TABLE_ROWS", "4")
    get_settings.cache_clear()
    try:
        with pytest.raises(PackError, match="AUMENTA_MAX_TABLE_ROWS"):
            read_csv_rows(path)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
