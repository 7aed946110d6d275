# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Write the small tables of Turin's territory from the collected data and the plan's figures.

    python tools/make_torino_tables.py FOLDER [--into PACK_TERRITORY_FOLDER]

FOLDER holds `municipalities.csv`, `municipal/`, `places/`, `services/`, `services2/` and `rail/` as collected. Only
the columns that measures need are taken; what a source hides stays blank. `tables.yaml` says what each column is.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import torino_services as services
from torino_csv import Row, read, shorter, text

from aumenta.store.yaml_files import write_text

PACK = Path(__file__).resolve().parent.parent / "src/aumenta/packs/torino/territory"
METROPOLIS = "torino"
BANDS = {"pianura": "plain", "collina": "hill", "montagna": "mountain"}
#: ISTAT's altimetric zones (1, 2 mountain; 3, 4 hill; 5 plain).
BAND_OF_ZONE = {"1": "mountain", "2": "mountain", "3": "hill", "4": "hill", "5": "plain"}
ZONES_SINCE = "2015-04-14"  # deliberation of the Conferenza metropolitana
#: Municipalities born of mergers while the zones existed (regional laws 28 and 29 of 2018).
BORN = {"001317": "2019-01-01", "001318": "2019-01-01"}
#: Where a membership was read, by words of the collection's note.
READ_IN = {
    "docslib": "Consiglio metropolitano 31/01/2019, che cita la Conferenza metropolitana 14/04/2015",
    "ilrisveglio": "Il Risveglio, 26/01/2015 (proposta di gennaio 2015)",
    "quotidianocanavese": "Quotidiano del Canavese: sindaci portavoce della zona",
    "DCM 31/01/2019": "DCM 31/01/2019",
    "DCM 55/2021": "DCM 55/2021",
}
#: Why a recollected membership is weaker than the others, by words of the collection's note.
WEAK_BECAUSE = {
    "Sciolze cannot": "passato dalla zona 11 alla 10: è l'unico che lasci la zona 11 contigua",
    "counterpart of Cinzano": "resta nella zona 11, che così ha i suoi 22 comuni",
    "swap with Montalenghe": "uno scambio con Montalenghe supererebbe gli stessi controlli",
    "Vialfr": "passato dalla zona 9 alla 8 nel 2015: è quello che torna con numeri e confini",
    "fits zone 10": "torna con il numero di comuni e i residenti della zona 10",
}
#: The plan's health facilities. Hospitals are printed with their numbers; of the others the document prints residents
#: per facility, and only one whole number fits with the residents it prints: (band, kind): (count, ratio, line, basis).
HEALTH = {
    ("plain", "hospital"): (24, 69111, 2710, "printed"),
    ("hill", "hospital"): (10, 45388, 2712, "printed"),
    ("mountain", "hospital"): (5, 27965, 2714, "printed"),
    ("plain", "clinic"): (436, 3804, 2732, "derived"),
    ("hill", "clinic"): (173, 2624, 2731, "derived"),
    ("mountain", "clinic"): (115, 1216, 2730, "derived"),
    ("plain", "residence"): (136, 12196, 2783, "derived"),
    ("hill", "residence"): (26, 17457, 2783, "derived"),
    ("mountain", "residence"): (2, 69913, 2782, "derived"),
}
#: Residents of 1 January 2020 that the document prints by band.
PLAN_RESIDENTS = {"plain": 1_658_664, "hill": 453_880, "mountain": 139_825}
PERIODS = ("2006-2012", "2012-2015", *(f"{year}-{year + 1}" for year in range(2015, 2024)))


def said(note: str, words: dict[str, str]) -> str | None:
    """The pack's own words for a note of the collection."""
    return next((own for part, own in words.items() if part in note), None)


def places(folder: Path) -> str:
    """Bands, zones and municipalities with seat, altitude, area, and how the zone is known."""
    seats = {row["istat_code"]: row for row in read(folder / "places/town_points.csv")}
    towns = read(folder / "municipalities.csv")
    rows: list[Row] = [(band, "band", name, METROPOLIS, *[None] * 10) for name, band in BANDS.items()]
    zones = {f"z{int(town['zone_no']):02d}": town["zone_name"] for town in towns}
    for zone, name in sorted(zones.items()):
        rows.append((zone, "zone", name, METROPOLIS, *[None] * 6, ZONES_SINCE, None, None, None))
    for town in towns:
        code, zone = town["istat_code"], f"z{int(town['zone_no']):02d}"
        basis, seat = town["zone_basis"], seats[code]
        band = BAND_OF_ZONE[town["istat_zona_altimetrica"]]
        words = WEAK_BECAUSE if basis == "inferred_weak" else READ_IN
        note = None if basis == "inferred" else said(town["zone_basis_note"], words)
        if basis != "inferred" and note is None:
            raise SystemExit(f"no words for the note of {code}: {town['zone_basis_note']}")
        ground = (seat["lon"], seat["lat"], town["altitude_m"], town["area_km2"])
        known = (*ground, BORN.get(code), None, basis, note)
        rows.append((code, "municipality", town["name"], zone, zone, band, *known))
    header = (
        "id", "level", "name", "parent", "zone", "band", "seat_lon", "seat_lat", "altitude_m", "area_km2",
        "valid_from", "valid_to", "membership", "membership_note",
    )  # fmt: skip
    return text(header, rows)


def municipalities(folder: Path) -> str:
    """ISTAT's registers."""
    names = ("istat_code", "istat_zona_altimetrica", "pop_legal_2011", "pop_2019_12_31", "degurba_2018")
    header = ("municipality", "altimetric_zone", "residents_2011", "residents_2019", "degurba_2018")
    return text(header, [[town[name] for name in names] for town in read(folder / "municipalities.csv")])


def broadband(folder: Path) -> str:
    """AGCOM: families, families reached, share and confidence (DESI method)."""
    rows = [
        (
            row["istat_code"],
            shorter(row["Famiglie Residenti (calcolato)"], 1),
            shorter(row["Famiglie raggiunte FTTH (calcolato)"], 1),
            shorter(row["Copertura FTTH DESI"], 4),
            shorter(row["Confidenza DESI"], 4),
        )
        for row in read(folder / "municipal/agcom_ftth_2026.csv")
    ]
    return text(("municipality", "families", "families_ftth", "ftth_share", "confidence"), rows)


def income(folder: Path) -> str:
    """MEF: taxpayers, those with taxable income, and its sum."""
    names = (
        "istat_code", "Numero contribuenti", "Reddito imponibile - Frequenza",
        "Reddito imponibile - Ammontare in euro",
    )  # fmt: skip
    rows = [[row[name] for name in names] for row in read(folder / "municipal/irpef_2021.csv")]
    return text(("municipality", "taxpayers", "taxed", "taxable_eur"), rows)


def enterprises(folder: Path) -> str:
    """ISTAT's Frame: local units and persons employed, total, industry, services; `*` is hidden, so blank."""
    figures: dict[str, dict[str, str]] = {}
    for row in read(folder / "municipal/istat_frame_territoriale_2023.csv"):
        own = figures.setdefault(row["istat_code"], {})
        for name in ("local_units", "persons_employed"):
            own[f"{row['section']} {name}"] = row[name].replace("*", "")
    parts, counts = ("total", "industry", "services"), ("local_units", "persons_employed")
    names = [f"{part} {name}" for part in parts for name in counts]
    header = (
        "municipality", "local_units", "persons_employed", "industry_units", "industry_persons", "services_units",
        "services_persons",
    )  # fmt: skip
    return text(header, [[code, *(own.get(name) for name in names)] for code, own in sorted(figures.items())])


def soil(folder: Path) -> str:
    """ISPRA: soil consumed by 2024, and the net change by period and since 2006."""
    rows = []
    for row in read(folder / "municipal/ispra_soil_consumption_2006_2024.csv"):
        net = [round(float(row[f"Incremento netto {period} [ettari]"]), 2) for period in PERIODS]
        consumed = (row["Suolo consumato 2024 [ettari]"], shorter(row["Suolo consumato 2024 [%]"], 4))
        rows.append((row["istat_code"], *consumed, round(sum(net), 2), 2024 - 2006, *net))
    header = ("municipality", "consumed_ha", "consumed_percent", "net_change_ha", "change_years")
    return text((*header, *(f"net_{period.replace('-', '_')}_ha" for period in PERIODS)), rows)


def health(_: Path) -> str:
    """The plan's facilities by band; a count that does not give the printed ratio stops the script."""
    rows = []
    for (band, kind), (count, ratio, line, basis) in sorted(HEALTH.items()):
        if int(PLAN_RESIDENTS[band] / count + 0.5) != ratio:
            raise SystemExit(f"{band} {kind}: {count} facilities do not give {ratio} residents each")
        rows.append((band, kind, count, ratio, basis, line))
    return text(("band", "kind", "count", "published_residents_per_facility", "basis", "line"), rows)


FILES: dict[str, Callable[[Path], str]] = {
    "places.csv": places,
    "tables/municipalities.csv": municipalities,
    "tables/broadband.csv": broadband,
    "tables/income.csv": income,
    "tables/enterprises.csv": enterprises,
    "tables/soil.csv": soil,
    "tables/health_by_band.csv": health,
    "tables/schools.csv": services.schools,
    "tables/schools_by_kind.csv": services.schools_by_kind,
    "opportunities/schools.csv": services.school_places,
    "opportunities/hospitals.csv": services.hospitals,
    "opportunities/services_osm_2015.csv": services.services_osm,
    "opportunities/culture_piemonte_2015.csv": services.culture,
    "opportunities/ev_charging.csv": services.ev_charging,
    "opportunities/rail_osm.csv": services.rail,
}


def main() -> None:
    """Write every table, and say how long each is."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--into", type=Path, default=PACK)
    given = arguments.parse_args()
    for name, make in FILES.items():
        content = make(given.folder)
        write_text(given.into / name, content)
        print(f"{name}: {content.count(chr(10)) - 1} rows")


if __name__ == "__main__":
    main()
