# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Parsers of official formats, on samples written after the published formats."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aumenta.errors import FetchError
from aumenta.settings import get_settings
from aumenta.territory.fetching import formats


def _zip(path: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


POSAS = (
    "Popolazione residente per sesso, età e stato civile al 1° gennaio 2023\n"
    '"Codice comune";"Comune";"Età";"Celibi";"Totale maschi";"Totale femmine";"Totale"\n'
    '"001168";"None";0;1;20;30;50\n"001168";"None";1;1;2;3;5\n"001168";"None";999;2;22;33;55\n'
    '"002001";"Altrove";0;1;9;9;18\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_posas_in_the_encodings_and_delimiters_met(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = POSAS.replace("sesso, età", "sesso e età").replace(";", delimiter)
    frame = formats.istat_posas(_zip(tmp_path / "p.zip", p__csv=text.encode(encoding)), {"prefix": "001"})
    assert frame["municipality"].unique().tolist() == ["001168"]
    assert frame["residents"].sum() == 55
    assert frame.loc[(frame.age == 0) & (frame.sex == "F"), "residents"].item() == 30


def test_posas_without_the_territory_or_a_column_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "p.zip", p__csv=POSAS)
    with pytest.raises(FetchError, match="nothing of this territory"):
        formats.istat_posas(path, {"prefix": "999"})
    path = _zip(tmp_path / "q.zip", p__csv=POSAS.replace("Totale femmine", "Donne"))
    with pytest.raises(FetchError, match="totalefemmine"):
        formats.istat_posas(path, {})


def test_a_figure_that_is_no_number_is_named_with_its_row(tmp_path: Path) -> None:
    path = _zip(tmp_path / "p.zip", p__csv=POSAS.replace("1;1;2;3;5", "1;1;x2;3;5"))
    with pytest.raises(FetchError, match=r"row 3.*found x2"):
        formats.istat_posas(path, {"prefix": "001"})


def test_a_zip_bomb_and_a_zip_of_two_tables_are_refused(tmp_path: Path) -> None:
    bomb = _zip(tmp_path / "b.zip", p__csv=b"0" * 5_000_000)
    with pytest.raises(FetchError, match="over the limits"):
        formats.archive_member(bomb, ".csv")
    two = _zip(tmp_path / "t.zip", a__csv="1", b__csv="2")
    with pytest.raises(FetchError, match=r"needs one \.csv"):
        formats.archive_member(two, ".csv")
    assert get_settings().max_archive_ratio < 5_000_000


def test_irpef_keeps_hidden_amounts_missing(tmp_path: Path) -> None:
    path = tmp_path / "irpef.csv"
    path.write_text(
        "Anno di imposta;Codice Istat Comune;Numero contribuenti;Reddito imponibile - Frequenza;"
        "Reddito imponibile - Ammontare in euro;\n2021;1001;100;90;1500000;\n2021;1002;3;;;\n",
        encoding="cp1252",
    )
    frame = formats.mef_irpef(path, {"prefix": "001"})
    assert frame["municipality"].tolist() == ["001001", "001002"]
    assert frame["taxable_eur"].tolist()[0] == 1_500_000
    assert frame["taxable_eur"].isna().tolist() == [False, True]


def test_schools_and_pharmacies(tmp_path: Path) -> None:
    schools = tmp_path / "s.csv"
    schools.write_text(
        "ANNOSCOLASTICO,PROVINCIA,CODICESCUOLA,DENOMINAZIONESCUOLA,CODICECOMUNESCUOLA,"
        'DESCRIZIONETIPOLOGIAGRADOISTRUZIONESCUOLA\n202526,TORINO,TOEE1,"A, B",A074,SCUOLA PRIMARIA\n'
        "202526,CUNEO,CNEE1,C,A075,SCUOLA PRIMARIA\n"
    )
    frame = formats.mim_schools(schools, {"province": "TORINO"})
    assert frame.to_dict("records") == [
        {"id": "TOEE1", "name": "A, B", "type": "SCUOLA PRIMARIA", "cadastral_code": "A074"}
    ]
    pharmacies = tmp_path / "f.csv"
    pharmacies.write_text(
        "cod_farmacia;descrizione_farmacia;cod_comune;data_fine_validita;descrizione_tipologia;latitudine;longitudine\n"
        "1;Uno;001272;-;Ordinaria;45,065;7,68\n2;Due;001272;31/12/2010;Ordinaria;45,0;7,0\n3;Tre;001272;;Dispensario;-;-\n"
    )
    frame = formats.salute_pharmacies(pharmacies, {"prefix": "001"})
    assert frame["id"].tolist() == ["1", "3"]
    assert frame["lat"].tolist()[0] == pytest.approx(45.065)
    assert frame["lat"].isna().tolist() == [False, True]


def test_soil_is_found_on_whatever_sheet_under_title_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Leggimi"])
    sheet = book.create_sheet("Comuni")
    sheet.append(["Consumo di suolo"])
    sheet.append(["PRO_COM", "Nome_Comune", "Suolo consumato 2024 [ettari]", "Suolo consumato 2024 [%]"])
    sheet.append([1001, "Agliè", 138.51, 10.5])
    sheet.append([2001, "Altrove", 1.0, 1.0])
    book.save(tmp_path / "soil.xlsx")
    frame = formats.ispra_soil(tmp_path / "soil.xlsx", {"prefix": "001", "year": "2024"})
    assert frame.to_dict("records") == [
        {"municipality": "001001", "consumed_ha": 138.51, "consumed_share": 10.5}
    ]
    with pytest.raises(FetchError, match="suoloconsumato2030"):
        formats.ispra_soil(tmp_path / "soil.xlsx", {"year": "2030"})
    (tmp_path / "no.xlsx").write_bytes(b"PK junk")
    with pytest.raises(FetchError, match="not an xlsx"):
        formats.ispra_soil(tmp_path / "no.xlsx", {"year": "2024"})


def test_a_feed_without_stop_times_is_named(tmp_path: Path) -> None:
    files = {"agency__txt": "", "stops__txt": "", "routes__txt": "", "trips__txt": "", "calendar__txt": ""}
    with pytest.raises(FetchError, match=r"stop_times\.txt"):
        formats.gtfs(_zip(tmp_path / "g.zip", **files), {})
    formats.gtfs(_zip(tmp_path / "h.zip", **files, stop_times__txt=""), {})


def test_an_extract_that_is_not_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.osm.pbf").write_bytes(b"<html>")
    with pytest.raises(FetchError, match="not an"):
        formats.osm_pbf(tmp_path / "x.osm.pbf", {})
    (tmp_path / "y.osm.pbf").write_bytes(b"\x00\x00\x00\x0e\x0a\x09OSMHeader\x18")
    formats.osm_pbf(tmp_path / "y.osm.pbf", {})


@pytest.mark.shared
def test_real_extracts_pass(shared_dir: Path) -> None:
    for path in (shared_dir / "data/cities").glob("*/*.osm.pbf"):
        formats.osm_pbf(path, {})
    feed = shared_dir / "data/cities/porto_alegre/poa_eptc.zip"
    formats.gtfs(feed, {})


@given(
    st.lists(
        st.tuples(st.integers(1, 99), st.integers(0, 100), st.integers(0, 10**6), st.integers(0, 10**6)),
        unique_by=lambda row: row[:2],
        min_size=1,
    )
)
def test_posas_sums_are_kept(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, int, int]]
) -> None:
    lines = ["Codice comune,Comune,Età,Totale maschi,Totale femmine"]
    lines += [f"{code},x,{age},{m},{f}" for code, age, m, f in rows]
    path = _zip(tmp_path_factory.mktemp("p") / "p.zip", p__csv="\n".join(lines))
    frame = formats.istat_posas(path, {})
    assert frame["residents"].sum() == sum(m + f for *_, m, f in rows)
    assert len(frame) == 2 * len(rows)
    assert isinstance(frame, pd.DataFrame)
