# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Figures and services of the toy metropolis. Blanks are deliberate: a hidden figure is missing, Birilli's FTTH is a
true zero, Filastrocca's is not known."""

from __future__ import annotations

from toy_ground import CAPITAL, TOWNS, Row, Town, at, text

BY_NAME = {town.name: town for town in TOWNS}
FTTH = {
    "Giocopoli": 0.9, "Aquilone": 0.8, "Biglie": 0.5, "Trottola": 0.5, "Dadi": 0.5, "Girotondo": 0.5,
    "Carte": 0.3, "Altalena": 0.3, "Campana": 0.3, "Nascondino": 0.1, "Birilli": 0.0,
}  # fmt: skip
INCOME = {"plain": 22_000, "hill": 20_000, "mountain": 18_000}
PERIODS = ("2006_2012", "2012_2015", *(f"{year}_{year + 1}" for year in range(2015, 2024)))


def tables() -> dict[str, str]:
    """Every table of figures as CSV text."""
    return {
        "municipalities": municipalities(),
        "broadband": broadband(),
        "income": income(),
        "enterprises": enterprises(),
        "soil": soil(),
        "schools": schools(),
        "schools_by_kind": schools_by_kind(),
        "school_buildings": school_buildings(),
        "school_standard": school_standard(),
        "health_by_band": health(),
        "roads": roads(),
    }


def municipalities() -> str:
    """Registers: residents of 2011 as of 2023, of 2019 101 %, DEGURBA by hand."""
    degurba = {"Giocopoli": 2, "Aquilone": 2}
    rows = [
        (
            t.code,
            {"mountain": 1, "hill": 3, "plain": 5}[t.band],
            t.residents,
            t.residents * 101 // 100,
            degurba.get(t.name, 3),
        )
        for t in TOWNS
    ]
    return text(("municipality", "altimetric_zone", "residents_2011", "residents_2019", "degurba_2018"), rows)


def broadband() -> str:
    """A family of two; FTTH unknown in Filastrocca, zero in Birilli."""
    rows = []
    for town in TOWNS:
        share, families = FTTH.get(town.name), town.residents // 2
        reached = None if share is None else round(families * share)
        rows.append((town.code, families, reached, share, None if share is None else 0.95))
    return text(("municipality", "families", "families_ftth", "ftth_share", "confidence"), rows)


def income() -> str:
    """Three residents in four file, 70 % are taxed; hidden in Filastrocca."""
    rows = []
    for town in TOWNS:
        taxed = town.residents * 70 // 100
        mean = 24_000 if town is CAPITAL else INCOME[town.band]
        hidden = town.name == "Filastrocca"
        rows.append(
            (
                town.code,
                town.residents * 75 // 100,
                None if hidden else taxed,
                None if hidden else taxed * mean,
            )
        )
    return text(("municipality", "taxpayers", "taxed", "taxable_eur"), rows)


def enterprises() -> str:
    """A local unit for 20 residents; persons employed hidden in Birilli."""
    rows: list[Row] = []
    for town in TOWNS:
        units = town.residents // 20
        persons = {"Giocopoli": 10_000, "Aquilone": 3_000}.get(town.name, town.residents // 5)
        industry, makers = units // 5, persons * 4 // 10
        split: Row = (persons, industry, makers, units - industry, persons - makers)
        if town.name == "Birilli":
            split = (None, industry, None, units - industry, None)
        rows.append((town.code, units, *split))
    header = (
        "municipality", "local_units", "persons_employed", "industry_units", "industry_persons", "services_units",
        "services_persons",
    )  # fmt: skip
    return text(header, rows)


def soil() -> str:
    """Consumed: a hectare for 20 residents, of 2,500; five hectares more in the first period, one in each other."""
    net = [5.0, *[1.0] * (len(PERIODS) - 1)]
    rows = [(t.code, t.residents / 20, round(t.residents / 500, 4), sum(net), 18, *net) for t in TOWNS]
    header = ("municipality", "consumed_ha", "consumed_percent", "net_change_ha", "change_years")
    return text((*header, *(f"net_{period}_ha" for period in PERIODS)), rows)


def school_rows() -> list[Row]:
    """Municipality, kind, ownership, schools, pupils, schools that told them: all but Giocopoli's private one."""
    rows: list[Row] = [(CAPITAL.code, "school_primary", "private", 1, None, 0)]
    for kind, least, percent in (
        ("school_infant", 1_000, 3),
        ("school_primary", 1_000, 4),
        ("school_lower", 3_000, 3),
        ("school_upper", 8_000, 5),
    ):
        rows += [
            (t.code, kind, "state", 1, t.residents * percent // 100, 1) for t in TOWNS if t.residents >= least
        ]
    return sorted(rows, key=lambda row: [str(cell) for cell in row[:3]])


def schools_by_kind() -> str:
    """Schools by municipality, kind and ownership."""
    header = ("municipality", "kind", "ownership", "schools", "pupils", "schools_with_pupils")
    return text(header, school_rows())


def schools() -> str:
    """Schools by municipality; no school is a zero, pupils of no school are blank."""
    rows: list[Row] = []
    for town in TOWNS:
        own = [row for row in school_rows() if row[0] == town.code]
        pupils = sum(int(str(row[4])) for row in own if row[4] is not None)
        told = sum(int(str(row[5])) for row in own)
        rows.append((town.code, len(own), pupils if told else None, told))
    return text(("municipality", "schools", "pupils", "schools_with_pupils"), rows)


def school_standard() -> str:
    """Classes of the smallest and largest school of each kind, pupils of a class, gross square metres for a pupil."""
    rows = [
        ("school_infant", 3, 9, 20, 7),
        ("school_primary", 5, 25, 20, 6),
        ("school_lower", 6, 24, 20, 8),
        ("school_upper", 10, 60, 20, 9),
    ]
    header = ("kind", "least_classes", "most_classes", "pupils_per_class", "m2_per_pupil")
    return text(header, rows)


def school_buildings() -> str:
    """A building for every state school: as the standard asks in the plain, half as much again in the hills, twice as
    much in the mountains, a fifth too little for the capital's primary school; one without a position, one without
    its pupils (the private school)."""
    asked = {"school_infant": 7, "school_primary": 6, "school_lower": 8, "school_upper": 9}
    where = {
        "school_infant": (2_300, 2_300), "school_primary": (2_700, 2_300), "school_lower": (2_700, 2_700),
        "school_upper": (2_900, 2_900),
    }  # fmt: skip
    percent = {"plain": 100, "hill": 150, "mountain": 200}
    rows: list[Row] = []
    for code, kind, ownership, _, pupils, _ in school_rows():
        town = next(one for one in TOWNS if one.code == code)
        lon, lat = at(town, *where[str(kind)])
        if (town.name, kind) == ("Nascondino", "school_primary"):
            lon, lat = None, None  # type: ignore[assignment]
        much = 80 if (town.name, kind) == ("Giocopoli", "school_primary") else percent[town.band]
        gross = 1_200 if pupils is None else int(str(pupils)) * asked[str(kind)] * much // 100
        rows.append((f"{kind}-{code}-{ownership}", code, kind, ownership, gross, pupils, lon, lat))
    header = ("id", "municipality", "kind", "ownership", "gross_m2", "pupils", "lon", "lat")
    return text(header, sorted(rows, key=lambda row: str(row[0])))


def health() -> str:
    """Facilities by band; no hospital in hills and mountain, so nobody is told to share one."""
    counts = {
        "hospital": {"plain": 1, "hill": 0, "mountain": 0},
        "clinic": {"plain": 6, "hill": 2, "mountain": 1},
        "residence": {"plain": 4, "hill": 2, "mountain": 1},
    }
    residents = {"plain": 42_000, "hill": 6_000, "mountain": 2_000}
    rows = [
        (band, kind, count, residents[band] // count if count else None, "register", None)
        for kind, bands in counts.items()
        for band, count in bands.items()
    ]
    return text(
        ("band", "kind", "count", "published_residents_per_facility", "basis", "line"), sorted(rows, key=str)
    )


def roads() -> str:
    """A provincial road from the capital's west edge to Aquilone's seat, a state road north of it, a municipal one."""
    aquilone, girotondo = BY_NAME["Aquilone"], BY_NAME["Girotondo"]
    courses: list[tuple[str, str, str, list[tuple[float, float]]]] = [
        ("P1", "Strada della piana", "provincial", [at(CAPITAL, 0, 2_500), at(CAPITAL), at(aquilone)]),
        ("S1", "Strada del nord", "state", [at(CAPITAL), at(girotondo)]),
        ("C1", "Via del gioco", "municipal", [at(CAPITAL, 2_500, 2_000), at(CAPITAL, 2_500, 3_000)]),
    ]
    rows = [
        (road, name, kind, seq, lon, lat)
        for road, name, kind, points in courses
        for seq, (lon, lat) in enumerate(points, start=1)
    ]
    return text(("road", "name", "class", "seq", "lon", "lat"), rows)


def lines() -> str:
    """A railway of three stations, two buses from the capital's station; the rest has no public transport."""
    station = (2_500, 3_000)
    routes = [
        ("R1", "rail", 30, "05:30", "22:30", station, [("Aquilone", 0), ("Giocopoli", 5), ("Altalena", 10)]),
        ("B1", "bus", 60, "06:00", "20:00", (2_500, 2_500),
         [("Giocopoli", 0), ("Girotondo", 12), ("Campana", 24), ("Filastrocca", 40)]),
        ("B2", "bus", 60, "06:00", "20:00", (2_500, 2_500), [("Giocopoli", 0), ("Dadi", 12), ("Carte", 24)]),
    ]  # fmt: skip
    rows: list[Row] = []
    for line, mode, headway, first, last, where, stops in routes:
        for seq, (name, minutes) in enumerate(stops, start=1):
            spot = station if name == "Giocopoli" else where
            lon, lat = at(BY_NAME[name], *spot)
            rows.append((line, mode, seq, name, lon, lat, minutes, headway, first, last))
    header = ("line", "mode", "seq", "stop", "lon", "lat", "minutes", "headway_min", "first", "last")
    return text(header, rows)


def opportunities() -> dict[str, str]:
    """Services (points, two known only by municipality) and stations, as CSV text."""
    rows: list[Row] = []

    def add(kind: str, town: Town, east: int, north: int, weight: float | None = 1) -> None:
        rows.append(
            (f"{kind}-{town.code}", kind, f"{town.name}, {kind}", weight, *at(town, east, north), town.code)
        )

    everywhere: list[tuple[str, int, int, int]] = [
        # kind, least residents, metres east and north of the lower left corner
        ("school_infant", 1_000, 2_300, 2_300), ("school_primary", 1_000, 2_700, 2_300),
        ("school_lower", 3_000, 2_700, 2_700), ("school_upper", 8_000, 2_900, 2_900),
        ("pharmacy", 1_000, 2_550, 2_450), ("food_shop", 1_000, 2_450, 2_550), ("supermarket", 3_000, 3_100, 2_500),
        ("market", 2_000, 2_500, 2_600), ("library", 3_000, 2_400, 2_500), ("sports_centre", 3_000, 3_000, 2_000),
    ]  # fmt: skip
    for kind, least, east, north in everywhere:
        for town in TOWNS:
            if town.residents >= least:
                add(kind, town, east, north)
    add("food_shop", BY_NAME["Filastrocca"], 2_450, 2_550)
    for town in TOWNS:
        if town.name != "Filastrocca":
            add("post_office", town, 2_500, 2_400)
    single: list[tuple[str, str, int, int, float | None]] = [
        ("school", "Trottola", 2_000, 2_000, 1), ("university", "Giocopoli", 2_000, 2_500, 1),
        ("hospital", "Giocopoli", 3_500, 3_500, 200), ("nursing_hospital", "Aquilone", 3_000, 3_000, None),
        ("clinic", "Giocopoli", 2_500, 2_200, 1), ("clinic", "Aquilone", 2_500, 2_200, 1),
        ("clinic", "Altalena", 2_500, 2_200, 1), ("clinic", "Nascondino", 2_500, 2_200, 1),
        ("community_health", "Giocopoli", 1_500, 2_500, 1), ("care_home", "Giocopoli", 1_800, 3_200, 80),
        ("care_home", "Altalena", 2_800, 2_800, 40), ("museum", "Giocopoli", 2_600, 2_500, 1),
        ("museum", "Campana", 2_600, 2_500, 1), ("theatre", "Giocopoli", 2_400, 2_600, 1),
        ("cinema", "Giocopoli", 2_600, 2_700, 1), ("community_centre", "Altalena", 2_400, 2_400, 1),
        ("heritage", "Filastrocca", 2_700, 2_700, 1), ("swimming_pool", "Giocopoli", 3_200, 2_000, 1),
        ("park", "Giocopoli", 2_000, 3_000, 20), ("park", "Aquilone", 2_000, 2_000, 10),
        ("park", "Girotondo", 2_800, 2_300, 5), ("ev_charging", "Giocopoli", 2_600, 3_000, 10),
        ("ev_charging", "Aquilone", 2_600, 3_000, 4), ("coworking", "Giocopoli", 2_450, 2_450, 1),
        ("brownfield", "Giocopoli", 3_000, 3_000, 12), ("brownfield", "Aquilone", 3_500, 3_000, 6),
        ("brownfield", "Altalena", 2_500, 4_400, 3), ("brownfield", "Trottola", 4_000, 4_000, 8),
        ("brownfield", "Nascondino", 2_000, 2_000, 2),
    ]  # fmt: skip
    for kind, name, east, north, weight in single:
        add(kind, BY_NAME[name], east, north, weight)
    for kind, name in (("school_infant", "Filastrocca"), ("library", "Nascondino")):
        code = BY_NAME[name].code
        rows.append((f"{kind}-{code}", kind, f"{name}, {kind}", 1, None, None, code))
    header = ("id", "kind", "name", "weight", "lon", "lat", "municipality")
    services = text(header, sorted(rows, key=lambda row: (str(row[1]), str(row[0]))))
    stops: list[Row] = [
        (
            f"rail_station-{BY_NAME[n].code}",
            "rail_station",
            n,
            1,
            *at(BY_NAME[n], 2_500, 3_000),
            BY_NAME[n].code,
        )
        for n in ("Giocopoli", "Aquilone", "Altalena")
    ]
    stops.append(("metro_station-1", "metro_station", "Giocopoli centro", 1, *at(CAPITAL), CAPITAL.code))
    stops += [
        (f"bus_stop-{BY_NAME[n].code}", "bus_stop", n, 1, *at(BY_NAME[n], 2_500, 3_000 if n == "Giocopoli" else 2_500),
         BY_NAME[n].code)
        for n in ("Giocopoli", "Girotondo", "Campana", "Filastrocca", "Dadi", "Carte")
    ]  # fmt: skip
    return {
        "services": services,
        "stations": text(header, sorted(stops, key=lambda row: (str(row[1]), str(row[0])))),
    }
