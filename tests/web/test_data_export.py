# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Tables taken away and read back by other programs: nothing lost, nothing run, missing never zero."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from hypothesis import given
from hypothesis import strategies as st

from aumenta.web.data_tables import is_odbl, slug
from aumenta.web.table_columns import describe
from aumenta.web.table_export import to_csv, to_geojson, to_parquet
from aumenta.web.table_text import csv_bytes, escaped, restored

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12).filter(
    lambda t: "\x00" not in t
)
hostile = st.one_of(
    texts, st.sampled_from(["=1+1", "+39 011", "-5", "@SUM(A1)", "\tx", "\rx", "'t Hooft", "''", 'a,"b\nc'])
)


@given(hostile)
def test_texts_come_back_and_never_look_like_formulas(text: str) -> None:
    assert restored(escaped(text)) == text
    assert not escaped(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(
    st.lists(st.tuples(hostile, st.one_of(st.none(), st.integers(-5, 5), st.floats(-1e9, 1e9))), max_size=8)
)
def test_csv_of_rows_is_read_back_by_the_standard_reader(rows: list[tuple[str, float | None]]) -> None:
    read = list(csv.reader(io.StringIO(csv_bytes(["text", "number"], rows).decode(), newline="")))
    assert read[0] == ["text", "number"]
    assert [(restored(text), float(number) if number else None) for text, number in read[1:]] == rows


def table() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "id": ["001", "002", "003"],
            "name": ["=cmd()", "Agliè", None],
            "weight": [1.5, np.nan, 0.0],
            "count": pd.array([1, None, -3], dtype="Int64"),
            "full": [True, False, True],
        },
        geometry=[shapely.Point(7.123456789, 45.0), None, shapely.Point(7.5, 45.5)],
        crs=4326,
    )


def test_csv_keeps_codes_escapes_formulas_and_leaves_the_missing_empty() -> None:
    lines = to_csv(table()).decode().splitlines()
    assert lines[0] == "id,name,weight,count,full,lon,lat"
    assert lines[1] == "001,'=cmd(),1.5,1,true,7.12346,45"
    assert lines[2] == "002,Agliè,,,false,,"
    assert lines[3] == "003,,0,-3,true,7.5,45.5"


def test_geojson_is_read_back_by_gdal_with_licence_beside(tmp_path: Path) -> None:
    body = to_geojson(table(), {"name": "t", "licence": "ODbL-1.0", "attribution": ["x"]})
    plain = json.loads(body)
    assert plain["licence"] == "ODbL-1.0"
    assert plain["features"][1]["geometry"] is None
    assert plain["features"][1]["properties"] == {
        "id": "002",
        "name": "Agliè",
        "weight": None,
        "count": None,
        "full": False,
    }
    assert plain["features"][0]["properties"]["name"] == "=cmd()"
    path = tmp_path / "t.geojson"
    path.write_bytes(body)
    read = gpd.read_file(path)
    assert read.geometry.iloc[0].equals_exact(table().geometry.iloc[0], 1e-5)


def test_polygons_keep_their_area_in_geojson_and_stay_out_of_csv() -> None:
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(7, 45).buffer(0.1)], crs=4326)
    read = shapely.from_geojson(json.dumps(json.loads(to_geojson(frame, {}))["features"][0]["geometry"]))
    assert abs(read.area - frame.geometry.iloc[0].area) / read.area < 1e-3
    assert to_csv(frame) == b"id\na\n"


def test_geoparquet_is_read_back_whole(tmp_path: Path) -> None:
    body = to_parquet(table())
    path = tmp_path / "t.parquet"
    path.write_bytes(body)
    read = gpd.read_parquet(path)
    assert read["name"].tolist()[:2] == ["=cmd()", "Agliè"]
    assert read.geometry.iloc[0].equals(table().geometry.iloc[0])
    assert b"geo" in pq.read_schema(path).metadata
    assert to_parquet(table()) == body


def test_words_of_licences_and_columns() -> None:
    assert slug("CC BY 4.0") == "cc-by-4.0"
    assert is_odbl("ODbL-1.0")
    assert not is_odbl("CC-BY-4.0")
    assert describe("name_it") is not None
    assert describe("no_such_column") is None
