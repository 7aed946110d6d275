# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Turin's services: schools by municipality, and opportunities in one file per licence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from torino_csv import Row, read, text

HEADER = ("id", "kind", "name", "weight", "lon", "lat", "municipality")
KINDS = ("school_infant", "school_primary", "school_lower", "school_upper")
#: State schools that are taught in; institutes that only manage others and boarding houses are not.
FIRST_CYCLE = {"SCUOLA INFANZIA": KINDS[0], "SCUOLA PRIMARIA": KINDS[1], "SCUOLA PRIMO GRADO": KINDS[2]}
PRIVATE = {
    "SCUOLA INFANZIA NON STATALE": KINDS[0],
    "SCUOLA PRIMARIA NON STATALE": KINDS[1],
    "SCUOLA SEC. PRIMO GRADO NON STATALE": KINDS[2],
    "SCUOLA SEC. SECONDO GRADO NON STATALE": KINDS[3],
}
UPPER = ("LICEO", "IST PROF", "IST TEC", "ISTITUTO TECNICO", "ISTITUTO MAGISTRALE", "ISTITUTO D'ARTE")
#: Evening courses, prisons, hospitals, adult education: not schools that a child of the place goes to.
NOT_FOR_ALL = ("PERCORSO II LIVELLO", "SPEC. PER CARCERARI", "C/O IST. OSPEDALIERO", "CPIA")
OSM_KINDS = {
    "pharmacy": "pharmacy",
    "post_office": "post_office",
    "library": "library",
    "theatre": "theatre",
    "cinema": "cinema",
    "marketplace": "market",
    "sports_centre": "sports_centre",
    "swimming_pool": "swimming_pool",
}
CULTURE_KINDS = {"museum": "museum", "architectural_heritage": "heritage"}


def kind_of(school: dict[str, str]) -> str | None:
    """Kind of a row of the register; None for what is not a school for all."""
    if school["feature"] in NOT_FOR_ALL:
        return None
    kind = school["type"]
    if kind in FIRST_CYCLE or kind in PRIVATE:
        return FIRST_CYCLE.get(kind) or PRIVATE[kind]
    return KINDS[3] if kind.startswith(UPPER) else None


def counted(folder: Path) -> dict[tuple[str, str, str], tuple[int, int, int]]:
    """By municipality, kind and ownership: schools, pupils told, schools that told them."""
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for school in read(folder / "services/schools.csv"):
        kind = kind_of(school)
        if kind is None:
            continue
        ownership = "state" if school["ownership"] == "state" else "private"
        own = sums[school["istat_code"], kind, ownership]
        own[0] += 1
        if school["students_2024_25"]:
            own[1] += int(school["students_2024_25"])
            own[2] += 1
    return {key: (own[0], own[1], own[2]) for key, own in sorted(sums.items())}


def schools_by_kind(folder: Path) -> str:
    """Schools by municipality, kind and ownership; pupils blank where no school told them."""
    rows = [(*key, n, pupils if told else None, told) for key, (n, pupils, told) in counted(folder).items()]
    return text(("municipality", "kind", "ownership", "schools", "pupils", "schools_with_pupils"), rows)


def schools(folder: Path) -> str:
    """Schools by municipality, all of them; the register is whole, so none is a zero."""
    figures = counted(folder)
    rows: list[Row] = []
    for town in read(folder / "municipalities.csv"):
        own = [value for key, value in figures.items() if key[0] == town["istat_code"]]
        n, pupils, told = (sum(value[at] for value in own) for at in range(3))
        rows.append((town["istat_code"], n, pupils if told else None, told))
    return text(("municipality", "schools", "pupils", "schools_with_pupils"), rows)


def school_places(folder: Path) -> str:
    """Schools as opportunities that are known by municipality only; the weight is their number."""
    names = {town["istat_code"]: town["name"] for town in read(folder / "municipalities.csv")}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (code, kind, _), (n, _, _) in counted(folder).items():
        sums[kind, code] += n
    rows = [
        (f"{kind}-{code}", kind, names[code], n, None, None, code) for (kind, code), n in sorted(sums.items())
    ]
    return text(HEADER, rows)


def hospitals(folder: Path) -> str:
    """Hospitals with beds; accredited private houses apart."""
    rows = []
    for row in read(folder / "services2/hospitals_2020.csv"):
        kind = "nursing_hospital" if row["facility_type"].startswith("Casa di cura") else "hospital"
        name = " ".join(row["name"].split())
        where = (row["lon"], row["lat"], row["istat_code"])
        rows.append((f"hospital-{row['source_id'].strip('-')}", kind, name, row["beds"], *where))
    return text(HEADER, sorted(rows))


def services_osm(folder: Path) -> str:
    """Points of OpenStreetMap of 2015."""
    return text(HEADER, _points(folder, "OSM", OSM_KINDS))


def culture(folder: Path) -> str:
    """Museums and monuments of the Regione's open data of 2015."""
    return text(HEADER, _points(folder, "Regione Piemonte", CULTURE_KINDS))


def _points(folder: Path, source: str, kinds: dict[str, str]) -> list[Row]:
    rows = []
    for row in read(folder / "services2/points_of_service_2015.csv"):
        if row["source"] == source and row["kind"] in kinds:
            told = row["source_id"].replace("/", "-")
            place = (row["lon"], row["lat"], row["istat_code"])
            rows.append((f"osm-{told}" if told else "", kinds[row["kind"]], row["name"], 1, *place))
    return numbered(rows, lambda row: f"{row[1]}-{row[6]}")


def numbered(
    rows: Iterable[tuple[str, str, str, object, str, str, str]], stem: Callable[[Row], str]
) -> list[Row]:
    """Rows sorted by kind, municipality and place; those without id are numbered within their stem."""
    counts: dict[str, int] = defaultdict(int)
    result: list[Row] = []
    for row in sorted(rows, key=lambda row: (row[1], row[6], row[4], row[5], row[2])):
        name = row[0]
        if not name:
            counts[stem(row)] += 1
            name = f"{stem(row)}-{counts[stem(row)]}"
        result.append((name, *row[1:]))
    return result


def ev_charging(folder: Path) -> str:
    """Places with charging points of the national platform; the weight is their points."""
    rows = [
        ("", "ev_charging", row["name"], row["charging_points"], row["lon"], row["lat"], row["istat_code"])
        for row in read(folder / "services2/ev_charging_2024.csv")
    ]
    return text(HEADER, numbered(rows, lambda row: f"ev-{row[6]}"))


def rail(folder: Path) -> str:
    """Stations in use inside the territory: railway and underground."""
    kinds = {"rail": "rail_station", "metro": "metro_station"}
    rows = []
    for row in read(folder / "rail/rail_stations.csv"):
        in_use = row["active"] == "1" and row["railway"] in ("station", "halt")
        if in_use and row["istat_code"] and row["kind"] in kinds:
            place = (row["lon"], row["lat"], row["istat_code"])
            rows.append((f"osm-{row['osm_id']}", kinds[row["kind"]], row["name"], 1, *place))
    return text(HEADER, sorted(rows, key=lambda row: (row[1], row[6], row[0])))
