# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Ground of the toy metropolis: places, polygons, people, heights, from a few lines that can be read by hand.

Twelve squares of 5 x 5 km on the EPSG:3035 lattice, four columns (mountain, hill, plain, plain) by three rows, in the
middle of the Ligurian Sea where nobody lives. `make_toy_territory.py` writes the files.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyproj import Transformer

EAST, NORTH = 4_240_000, 2_340_000  # lower left corner, metres
SIDE_KM = 5
_LONLAT = Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True)

Row = Sequence[object]


@dataclass(frozen=True)
class Town:
    """One municipality: its code, name, column and row from the lower left, zone, residents of 1 January 2023."""

    code: str
    name: str
    column: int
    row: int
    zone: str
    residents: int

    @property
    def band(self) -> str:
        """Altitude band by column."""
        return ("mountain", "hill", "plain", "plain")[self.column]

    @property
    def km(self) -> tuple[int, int]:
        """East and north of the lower left kilometre."""
        return EAST // 1000 + SIDE_KM * self.column, NORTH // 1000 + SIDE_KM * self.row


TOWNS = [
    Town("900001", "Giocopoli", 2, 1, "z01", 20_000),
    Town("900002", "Aquilone", 3, 1, "z01", 8_000),
    Town("900003", "Biglie", 3, 0, "z01", 4_000),
    Town("900004", "Trottola", 3, 2, "z01", 4_000),
    Town("900005", "Dadi", 2, 0, "z02", 3_000),
    Town("900006", "Carte", 1, 0, "z02", 2_000),
    Town("900007", "Altalena", 1, 1, "z02", 3_000),
    Town("900008", "Birilli", 0, 0, "z02", 500),
    Town("900009", "Girotondo", 2, 2, "z03", 3_000),
    Town("900010", "Campana", 1, 2, "z03", 1_000),
    Town("900011", "Nascondino", 0, 1, "z03", 1_000),
    Town("900012", "Filastrocca", 0, 2, "z03", 500),
]
CAPITAL = TOWNS[0]
ZONES = {"z01": "Piana", "z02": "Colline del sud", "z03": "Valle del nord"}
BANDS = {"mountain": ("montagna", 1), "hill": ("collina", 3), "plain": ("pianura", 5)}
#: Shares of residents by group of ages (first, last), in percent, by band.
AGES = {
    "plain": {(0, 14): 14, (15, 18): 4, (19, 39): 22, (40, 64): 36, (65, 100): 24},
    "hill": {(0, 14): 12, (15, 18): 4, (19, 39): 20, (40, 64): 38, (65, 100): 26},
    "mountain": {(0, 14): 10, (15, 18): 3, (19, 39): 17, (40, 64): 38, (65, 100): 32},
}
#: Residents of 2022 for 100 of 2023, and of the census (2021).
EARLIER = {"plain": 99, "hill": 100, "mountain": 102}
CENSUS = {"plain": 98, "hill": 100, "mountain": 102}


def lonlat(east: float, north: float) -> tuple[float, float]:
    """Degrees of a point in metres, to a centimetre."""
    lon, lat = _LONLAT.transform(east, north)
    return round(lon, 7), round(lat, 7)


def at(town: Town, east_m: float = 2_500, north_m: float = 2_500) -> tuple[float, float]:
    """Degrees of a point given in metres from the town's lower left corner; its seat without them."""
    east, north = town.km
    return lonlat(1000 * east + east_m, 1000 * north + north_m)


def text(header: Row, rows: Iterable[Row]) -> str:
    """A CSV as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return out.getvalue()


def share(total: int, parts: int) -> list[int]:
    """Equal whole parts; the first ones take what is left."""
    return [total // parts + (n < total % parts) for n in range(parts)]


def by_age(town: Town, residents: int) -> list[int]:
    """Residents of each age 0-100: the band's groups (the last takes the rest), even inside each."""
    groups = AGES[town.band]
    sizes = [residents * percent // 100 for percent in groups.values()]
    sizes[-1] += residents - sum(sizes)
    return [
        n for (first, last), size in zip(groups, sizes, strict=True) for n in share(size, last - first + 1)
    ]


def population() -> str:
    """Residents by year, municipality and age; of an odd number the last is a woman."""
    rows = []
    for year in (2022, 2023):
        for town in TOWNS:
            residents = town.residents if year == 2023 else town.residents * EARLIER[town.band] // 100
            for age, n in enumerate(by_age(town, residents)):
                rows.append((year, town.code, age, n - n // 2, n // 2))
    return text(("year", "municipality", "age", "female", "male"), rows)


def polygons() -> str:
    """Municipalities as GeoJSON, a vertex every kilometre, so that neighbours share every vertex."""
    features = []
    for town in TOWNS:
        side = range(SIDE_KM)
        ring = [
            *((n, 0) for n in side),
            *((SIDE_KM, n) for n in side),
            *((SIDE_KM - n, SIDE_KM) for n in side),
            *((0, SIDE_KM - n) for n in side),
            (0, 0),
        ]
        points = [list(at(town, 1000 * x, 1000 * y)) for x, y in ring]
        features.append(
            {
                "type": "Feature",
                "properties": {"id": town.code, "name": town.name},
                "geometry": {"type": "Polygon", "coordinates": [points]},
            }
        )
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return '{"type": "FeatureCollection", "features": [\n' + lines + "\n]}\n"


def height(east_km: int, north_km: int) -> int:
    """Metres: 200 in the plain, rising 60 a kilometre in the hills and 200 in the mountains, less in the valley."""
    x, y = east_km - EAST // 1000, north_km - NORTH // 1000
    if x >= 10:
        return 200
    if x >= 5:
        return 200 + 60 * (10 - x)
    return 500 + 200 * (5 - x) - (300 if y == 7 else 0)


def places() -> str:
    """Bands, zones and municipalities. The membership of Birilli is inferred, to show what that does."""
    rows: list[Row] = []
    for band, (name, _) in BANDS.items():
        rows.append((band, "band", name, "toy", *[None] * 10))
    for zone, name in ZONES.items():
        rows.append(
            (
                zone,
                "zone",
                name,
                "toy",
                None,
                None,
                *at_zone(zone),
                None,
                None,
                "2015-01-01",
                None,
                None,
                None,
            )
        )
    for town in TOWNS:
        inferred = town.name == "Birilli"
        note = "not named in the zone's charter" if inferred else None
        membership = "inferred" if inferred else "source"
        seat_height = height(town.km[0] + 2, town.km[1] + 2)
        known = (*at(town), seat_height, 25, "1900-01-01", None, membership, note)
        rows.append((town.code, "municipality", town.name, town.zone, town.zone, town.band, *known))
    header = (
        "id", "level", "name", "parent", "zone", "band", "seat_lon", "seat_lat", "altitude_m", "area_km2",
        "valid_from", "valid_to", "membership", "membership_note",
    )  # fmt: skip
    return text(header, rows)


def at_zone(zone: str) -> tuple[float, float]:
    """Seat of a zone: of its most populous municipality."""
    return at(max((town for town in TOWNS if town.zone == zone), key=lambda town: town.residents))


def people_1km() -> str:
    """Census kilometres.

    Giocopoli: 40 % in the middle, 5 % in each of the 8 around, the rest even over the 16 others. The others: half in
    the middle, a tenth in each of the 4 beside it and in a hamlet in the upper right corner.
    """
    rows = []
    for town in TOWNS:
        total = town.residents * CENSUS[town.band] // 100
        east, north = town.km
        if town is CAPITAL:
            people = {(x, y): 125 for x in range(5) for y in range(5)}
            people |= {(x, y): 500 for x in (1, 2, 3) for y in (1, 2, 3)} | {(2, 2): 4_000}
        else:
            people = {
                (2, 2): 5_000,
                (1, 2): 1_000,
                (3, 2): 1_000,
                (2, 1): 1_000,
                (2, 3): 1_000,
                (4, 4): 1_000,
            }
        for (x, y), of_ten_thousand in people.items():
            n = total * of_ten_thousand // 10_000
            young, old = n * (10 if town.band == "mountain" else 13) // 100, n * 25 // 100
            able = n - young - old
            rows.append((north + y, east + x, n, young, able, old, able * 7 // 10, 1.0, 100.0))
    rows.sort()
    header = ("n_km", "e_km", "total", "lt15", "y1564", "ge65", "employed", "land", "inside_ha")
    return text(header, rows)


def heights_1km() -> str:
    """Heights of the territory's kilometres and of one more all around."""
    east, north = EAST // 1000, NORTH // 1000
    rows = [
        (n, e, height(max(e, east), n))
        for n in range(north - 1, north + 3 * SIDE_KM + 1)
        for e in range(east - 1, east + 4 * SIDE_KM + 1)
    ]
    return text(("n_km", "e_km", "height_m"), rows)


def settlements() -> str:
    """Seats with half their people, hamlets with a tenth."""
    rows: list[Row] = []
    for town in TOWNS:
        rows.append((*at(town), town.residents // 2, "seat"))
        if town is not CAPITAL:
            rows.append((*at(town, 4_500, 4_500), town.residents // 10, "place"))
    return text(("lon", "lat", "people", "kind"), rows)
