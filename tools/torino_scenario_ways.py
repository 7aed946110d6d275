# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios of roads, quarters, people and trains beyond the border of the Turin pack."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import yaml
from torino_scenario_rules import (
    GROUND,
    ODBL,
    OURS,
    SEATS,
    Row,
    municipalities,
    opportunities,
    said,
    towns_named,
)

from aumenta.values.text import Text

#: Zones of the main city and its first ring.
FIRST_RING = ("z01", "z02", "z03", "z04")
#: Metres from a station to each side of the quarter around it.
QUARTER = 800
#: Points along the road that becomes a boulevard at which a shop opens, its two ends included.
SHOPS = 5
DEGREE = 111_195


def ways() -> Iterable[Row]:
    """Scenarios of streets, of who comes to live, and of trains beyond the border."""
    yield along_the_po()
    yield infill()
    yield variant_460()
    yield corso_francia()
    yield quarter()
    yield from far_trains()


def along_the_po() -> Row:
    """Quicker cycling in the municipalities along the Po below Turin."""
    return (
        "2.1.7",
        "cycling-along-the-po",
        Text(it="In bicicletta lungo il Po", en="Cycling along the Po"),
        {
            "area": {
                "municipalities": towns_named(
                    "San Mauro Torinese",
                    "Settimo Torinese",
                    "Castiglione Torinese",
                    "Gassino Torinese",
                    "San Raffaele Cimena",
                    "Brandizzo",
                    "Chivasso",
                    "San Sebastiano da Po",
                    "Verolengo",
                    "Lauriano",
                    "Monteu da Po",
                    "Cavagnolo",
                    "Brusasco",
                )
            },
            "foot_factor": 1.05,
        },
        [
            said(
                "Il piano vuole la rete agganciata a VENTO, che segue il Po.",
                "The plan wants the network joined to VENTO, which follows the Po.",
                "PSM 2021-2023, lines 5324-5330",
            ),
            said(
                "I comuni lungo il Po a valle di Torino; quali il percorso tocchi davvero è da decidere.",
                "The municipalities along the Po below Turin; which ones the route really touches is to be decided.",
            ),
        ],
        OURS,
    )


def infill() -> Row:
    """New residents in towns with a station that use most consumed soil for each resident."""
    towns = municipalities()
    soil = pd.read_csv(GROUND / "tables/soil.csv", dtype={"municipality": str}).set_index("municipality")
    have = opportunities()
    served = set(have.loc[have["kind"] == "rail_station", "municipality"])
    large = towns[(towns["residents"] >= 10_000) & towns.index.isin(served)]
    crowd = (large["residents"] / soil["consumed_ha"].reindex(large.index)).dropna()
    return (
        "2.4.4",
        "infill-by-the-station",
        Text(
            it="Più case dove si abita radi e c'è il treno",
            en="More homes where towns are loose and trains call",
        ),
        {"area": {"municipalities": sorted(crowd.nsmallest(4).index)}, "residents": 2000},
        [
            said(
                "Con stazione e almeno 10.000 residenti, i quattro comuni con meno residenti per ettaro consumato.",
                "Of those with a station and at least 10,000 residents, the four with fewest on a consumed hectare.",
                "tables/soil.csv, tables/municipalities.csv, opportunities/rail_osm.csv of the pack",
            ),
            said(
                "2.000 persone in quattro comuni: un numero per vedere l'effetto, non un obiettivo.",
                "2,000 people in four municipalities: a number to see the effect, not a goal.",
            ),
            said(
                "Vengono distribuite in tutto il comune come si vive oggi, non soltanto vicino alla stazione.",
                "They are spread over the whole municipality as people live today, not only near the station.",
            ),
        ],
        OURS,
    )


def variant_460() -> Row:
    """The road that is being designed between Lombardore, Front and Salassa."""
    seats = municipalities().reset_index().set_index("name")[["lon", "lat"]]
    ends = [("Lombardore", "Front"), ("Front", "Salassa")]
    return (
        "3.1.3",
        "variant-sp460",
        Text(
            it="Variante della 460 Lombardore - Front - Salassa",
            en="New road 460 Lombardore - Front - Salassa",
        ),
        {
            "stretches": [
                {
                    "id": f"variant-{one.lower()}-{other.lower()}",
                    "name": f"{one} - {other}",
                    "from": [float(seats.loc[one, "lon"]), float(seats.loc[one, "lat"])],
                    "to": [float(seats.loc[other, "lon"]), float(seats.loc[other, "lat"])],
                }
                for one, other in ends
            ]
        },
        [
            said(
                "La strada è in progetto, e il piano non ne nomina nessuna: è un esempio.",
                "The road is being designed, and the plan names none: it is an example.",
                "torinoggi.it, 16 February 2026: design of the variant of road 460, lot 1",
            ),
            said(
                "Due tratti diritti tra le sedi dei comuni: il tracciato vero non è tra i dati.",
                "Two straight stretches between the towns' seats: the real course is not among the data.",
            ),
            said(
                "La parte ciclabile non si vede: senza le strade vere in bicicletta si va in linea d'aria.",
                "The cycle track is not seen: without the real streets cycling goes as the crow flies.",
            ),
        ],
        SEATS,
    )


def corso_francia() -> Row:
    """The road between two neighbouring towns where people live closest together all along it."""
    seats = municipalities().reset_index().set_index("name")[["lon", "lat"]]
    ends = np.array([seats.loc["Collegno"], seats.loc["Rivoli"]], dtype=float)
    steps = np.linspace(0, 1, SHOPS)[:, None]
    along = (ends[0] * (1 - steps) + ends[1] * steps).round(5)
    return (
        "3.3.1",
        "boulevard-corso-francia",
        Text(
            it="Corso Francia viale, da Collegno a Rivoli",
            en="Corso Francia as a boulevard, Collegno to Rivoli",
        ),
        {
            "way": ends.tolist(),
            "foot_factor": 1.05,
            "points": [
                {"id": f"corso-francia-{number}", "name": f"Corso Francia {number}", "lon": lon, "lat": lat}
                for number, (lon, lat) in enumerate(along.tolist(), 1)
            ],
        },
        [
            said(
                "Tra le vie diritte da una sede all'altra di comuni vicini con più di 10.000 residenti, fuori dal "
                "capoluogo, quella con più residenti per chilometro quadrato nel suo punto meno abitato.",
                "Of the straight ways from seat to seat of neighbouring towns of more than 10,000 residents, outside "
                "the main city, the one with most residents per square kilometre at its least inhabited point.",
                "people_1km.csv and places.csv of the pack",
            ),
            said(
                "La Città metropolitana vi finanzia già zone 30, ciclabili e verde in due tratti di Collegno.",
                "The Metropolitan City funds 30 km/h zones, cycle tracks and green on two stretches in Collegno.",
                "pnrr.cittametropolitana.torino.it, Smart city e sicurezza integrata",
            ),
            said(
                "La via è una linea retta tra le due sedi; cinque botteghe a distanze uguali sono una scelta.",
                "The way is a straight line between the two seats; five shops at equal distances are a choice.",
            ),
        ],
        SEATS,
    )


def quarter() -> Row:
    """A quarter for walking around the station of the largest town beyond the first ring."""
    towns, have = municipalities(), opportunities()
    stations = have[have["kind"] == "rail_station"]
    far = towns[~towns["zone"].isin(FIRST_RING) & towns.index.isin(stations["municipality"])]
    town = far["residents"].idxmax()
    own = stations[stations["municipality"] == town]
    (station,) = own[own["name"] == far.loc[town, "name"]].itertuples()
    north = QUARTER / DEGREE
    east = north / np.cos(np.radians(station.lat))
    west, right = round(station.lon - east, 5), round(station.lon + east, 5)
    south, top = round(station.lat - north, 5), round(station.lat + north, 5)
    ring = [[west, south], [right, south], [right, top], [west, top]]
    return (
        "3.3.3",
        "walking-quarter-chieri",
        Text(it="A piedi attorno alla stazione di Chieri", en="On foot around Chieri station"),
        {"area": {"polygon": ring}},
        [
            said(
                "Il comune più popoloso con stazione oltre la prima cintura; un quadrato di 1,6 km attorno ad essa.",
                "The most populous municipality with a station beyond the first ring; a square of 1.6 km around it.",
            ),
            said(
                "Il piano vuole percorsi legati alle stazioni e strade per i soli abitanti: qui 20 km/h per tutti.",
                "The plan wants paths joined to stations, and streets for residents only: here 20 km/h for all.",
                "PSM 2021-2023, lines 7470-7475",
            ),
        ],
        ODBL,
    )


def gateway(id: str, name: str) -> dict[str, Any]:
    """A stop at a gateway of the pack; KeyError for one that there is not."""
    told = yaml.safe_load((GROUND / "territory.yaml").read_text(encoding="utf-8"))["gateways"]
    own = {one["id"]: one for one in told}[id]
    return {"id": f"far-{id}", "name": name, "lon": own["lon"], "lat": own["lat"]}


def far_trains() -> Iterable[Row]:
    """Direct trains to the far airport and to the sea."""
    point = said(
        "La fermata fuori dal territorio è il punto della porta nell'elenco, a circa un chilometro.",
        "The stop beyond the border is the gateway's point in the list, to about a kilometre.",
        "territory.yaml of the pack",
    )
    hourly = said("Un treno l'ora, tutti i giorni, è una scelta.", "A train an hour, every day, is a choice.")
    yield (
        "3.4.2",
        "malpensa-direct",
        Text(it="Treno diretto Torino - Malpensa", en="Direct train Turin - Malpensa"),
        {
            "name": "Torino Porta Susa - Malpensa",
            "stops": ["torino-porta-susa", "chivasso", gateway("malpensa", "Milano Malpensa")],
            "minutes": [20, 50],
        },
        [
            said(
                "20 minuti fino a Chivasso, come un treno veloce di oggi.",
                "20 minutes to Chivasso, as a fast train of today.",
                "lines/published_times.csv of the pack",
            ),
            said(
                "50 minuti da Chivasso, circa 100 km/h in linea d'aria: per vedere l'effetto, non un orario.",
                "50 minutes from Chivasso, about 100 km/h as the crow flies: to see the effect, no timetable.",
            ),
            hourly,
            point,
        ],
        OURS,
    )
    yield (
        "3.4.3",
        "genoa-in-59-minutes",
        Text(it="A Genova in 59 minuti", en="To Genoa in 59 minutes"),
        {
            "name": "Torino Porta Susa - Genova",
            "stops": ["torino-porta-susa", "torino-lingotto", gateway("genova", "Genova")],
            "minutes": [7.5, 50],
            "dwell_minutes": 1.5,
        },
        [
            said(
                "59 minuti in tutto: l'ambizione del titolo presa alla lettera; su quale linea è da decidere.",
                "59 minutes in all: the title's ambition taken at its word; on which line is to be decided.",
                "PSM 2021-2023, line 7617",
            ),
            said(
                "Fino a Lingotto i minuti dei treni di oggi; la fermata è una scelta.",
                "As far as Lingotto the minutes of the trains of today; the stop is a choice.",
                "lines/sfm.csv of the pack",
            ),
            hourly,
            point,
        ],
        OURS,
    )
