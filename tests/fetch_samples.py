# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Official files generated after the published formats, and a cache filled with them by the fetching itself."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from aumenta.territory.fetching import FetchItem, fetch_all
from aumenta.territory.fetching.download import Downloaded, _sha256

DAY = "2026-01-02"
FILES = {
    "istat_posas": "posas.zip",
    "mef_irpef": "irpef.csv",
    "ispra_soil": "soil.xlsx",
    "salute_pharmacies": "pharmacies.csv",
    "mim_schools": "schools.csv",
    "gtfs": "feed.zip",
    "osm_pbf": "streets.osm.pbf",
}


def item(format_: str, name: str | None = None, **more: object) -> dict[str, Any]:
    """A source of `fetch.yaml`."""
    name = name or format_.replace("_", "-")
    return {
        "id": name,
        "title": {"it": f"titolo {name}", "en": f"title {name}"},
        "publisher": "Publisher of tests",
        "address": f"https://publisher.example/{name}",
        "file": f"{name}-{FILES[format_]}",
        "edition": "rolling",
        "format": format_,
        "licence": "CC-BY-4.0",
        "attribution": f"Publisher of {name}",
        **more,
    }


def fill(
    cache: Path,
    items: Sequence[Mapping[str, Any]],
    files: Mapping[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    day: str = DAY,
) -> None:
    """Fetch `items` into `cache`; what the network would bring is `files` by id."""

    def bring(url: str, target: Path, **_: object) -> Downloaded:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files[url.rsplit("/", 1)[1]])
        return Downloaded(target, _sha256(target), target.stat().st_size, None, False)

    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    with monkeypatch.context() as patch:
        patch.setattr("aumenta.territory.fetching.run.download", bring)
        chosen = [FetchItem.model_validate(one) for one in items if one["id"] in files]
        reports = fetch_all(chosen, cache, now=lambda: moment)
    assert [r.message for r in reports if r.outcome == "failed"] == []


def posas(residents: Mapping[tuple[str, int], tuple[int, int]]) -> bytes:
    """ISTAT's zip: (municipality, age) -> women, men."""
    lines = ["Popolazione residente", "Codice comune;Comune;Età;Totale maschi;Totale femmine"]
    lines += [f"{code};x;{age};{men};{women}" for (code, age), (women, men) in residents.items()]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("POSAS.csv", "\n".join(lines) + "\n")
    return packed.getvalue()


def irpef(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """MEF's CSV: municipality, taxpayers, taxable euro; blank where hidden."""
    head = "Codice Istat Comune;Numero contribuenti;Reddito imponibile - Ammontare in euro"
    return "\n".join([head, *(";".join(row) for row in rows)]).encode() + b"\n"


def soil(rows: Sequence[tuple[str, float | None, float | None]], year: int = 2025) -> bytes:
    """ISPRA's workbook: municipality, hectares, percent."""
    book = openpyxl.Workbook()
    book.active.append(["PRO_COM", f"Suolo consumato {year} [ettari]", f"Suolo consumato {year} [%]"])
    for code, hectares, percent in rows:
        book.active.append([int(code), hectares, percent])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def pharmacies(rows: Sequence[tuple[str, str, float | None, float | None]]) -> bytes:
    """The ministry's CSV: id, municipality, lon, lat (decimal comma); a closed one is added."""

    def degrees(value: float | None) -> str:
        return "-" if value is None else f"{value:.6f}".replace(".", ",")

    head = "cod_farmacia;descrizione_farmacia;cod_comune;data_fine_validita;descrizione_tipologia;"
    head += "latitudine;longitudine"
    lines = [
        f"{n};Farmacia {n};{code};-;Ordinaria;{degrees(lat)};{degrees(lon)}" for n, code, lon, lat in rows
    ]
    lines.append(f"closed;Farmacia chiusa;{rows[0][1]};31/12/2010;Ordinaria;-;-")
    return "\n".join([head, *lines]).encode() + b"\n"


def schools() -> bytes:
    """The ministry's CSV of schools: one."""
    head = "PROVINCIA,CODICESCUOLA,DENOMINAZIONESCUOLA,CODICECOMUNESCUOLA,DESCRIZIONETIPOLOGIAGRADOISTRUZIONESCUOLA"
    return f"{head}\nGIOCO,GCEE1,Scuola,A074,SCUOLA PRIMARIA\n".encode()
