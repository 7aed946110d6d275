# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios of lines of the Turin pack: branches reopened, stations, headways, services on demand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from torino_scenario_rules import GROUND, ODBL, OURS, Row, said, slug, towns_named

from aumenta.values.text import Text


def lines() -> Iterable[Row]:
    """Scenarios of lines: branches reopened, headways, a direct train."""
    suspended = "lines/suspended_assumptions.yaml of the pack, with a source for each figure"
    yield (
        "3.2.1",
        "reopen-rivarolo-pont",
        Text(it="Riapre il treno Rivarolo - Pont", en="Trains run again Rivarolo - Pont"),
        {
            "line": "rivarolo-pont",
            "name": "Rivarolo Canavese - Pont Canavese",
            **branch("SFM1P"),
            "service": [{"from": "6:00", "until": "20:00", "headway": 60}],
        },
        [
            said(
                "Stazioni e minuti della linea sospesa; un treno l'ora invece di uno ogni due è una scelta.",
                "Stations and minutes of the suspended line; a train an hour instead of one every two is a choice.",
                suspended,
            )
        ],
        ODBL,
    )
    yield (
        "3.2.1",
        "reopen-germagnano-ceres",
        Text(it="Riapre il treno Germagnano - Ceres", en="Trains run again Germagnano - Ceres"),
        {
            "line": "germagnano-ceres",
            "name": "Germagnano - Ceres",
            **branch("SFMAC"),
            "days": "all",
            "service": [{"from": "6:00", "until": "20:00", "headway": 60}],
        },
        [
            said(
                "Stazioni e minuti della linea sospesa.",
                "Stations and minutes of the suspended line.",
                suspended,
            )
        ],
        ODBL,
    )
    closed = [
        {"id": "bricherasio", "name": "Bricherasio", "lon": 7.30837, "lat": 44.8256},
        {"id": "bibiana", "name": "Bibiana", "lon": 7.28715, "lat": 44.8097},
        {"id": "luserna-san-giovanni", "name": "Luserna San Giovanni", "lon": 7.24765, "lat": 44.8158},
        {"id": "torre-pellice", "name": "Torre Pellice", "lon": 7.22602, "lat": 44.819},
    ]
    yield (
        "3.2.1",
        "reopen-pinerolo-torre-pellice",
        Text(it="Riapre il treno Pinerolo - Torre Pellice", en="Trains run again Pinerolo - Torre Pellice"),
        {
            "line": "pinerolo-torre-pellice",
            "name": "Pinerolo - Torre Pellice",
            "stops": ["pinerolo", *closed],
            "speed_kmh": 50,
            "stations": closed,
        },
        [
            said(
                "50 km/h in linea d'aria tra le stazioni: l'orario di quando la linea era aperta non è tra i dati.",
                "50 km/h as the crow flies between stations: the timetable of the old line is not among the data.",
            ),
            said(
                "Punti delle stazioni chiuse.",
                "Points of the closed stations.",
                "trainline-eu/stations (ODbL), 2026",
            ),
        ],
        ODBL,
    )
    yield (
        "3.2.2",
        "station-torino-dora",
        Text(it="Apre la stazione Dora", en="Dora station opens"),
        {
            "line": "SFM2",
            "station": {"id": "torino-dora", "name": "Torino Dora", "lon": 7.67794, "lat": 45.0899},
            "after": "torino-porta-susa",
            "before": "torino-rebaudengo-fossata",
        },
        [
            said(
                "La stazione è tra quelle che il piano chiede di attivare.",
                "The station is one of those the plan asks to open.",
                "PSM 2021-2023, lines 6942-6943",
            ),
            said(
                "Vi fermano solo i treni di una linea; il punto è quello della vecchia stazione.",
                "Only the trains of one line call; the point is that of the old station.",
                "trainline-eu/stations (ODbL), 2026",
            ),
        ],
        ODBL,
    )
    yield (
        "3.2.2",
        "ivrea-every-30",
        Text(it="Torino - Ivrea ogni mezz'ora", en="Turin - Ivrea every half hour"),
        {"line": "R_IVREA", "service": [{"from": "4:39", "until": "22:25", "headway": 30}]},
        [
            said(
                "La linea è tra gli esempi del piano; la mezz'ora è una scelta, oggi si stima un treno l'ora.",
                "The line is an example of the plan's; the half hour is a choice, today an hourly train is estimated.",
                "PSM 2021-2023, lines 6938-6940",
            )
        ],
        OURS,
    )
    yield (
        "3.2.2",
        "susa-every-30",
        Text(it="Torino - Susa ogni mezz'ora", en="Turin - Susa every half hour"),
        {"line": "SFM3S", "service": [{"from": "5:09", "until": "22:45", "headway": 30}]},
        [said("Il doppio dei treni stimati oggi.", "Twice the trains estimated today.")],
        OURS,
    )
    yield (
        "3.4.1",
        "airport-direct",
        Text(it="Treno diretto Porta Susa - Caselle", en="Direct train Porta Susa - Caselle"),
        {"stops": ["torino-porta-susa", "torino-aeroporto-di-caselle"], "minutes": [20]},
        [
            said(
                "20 minuti senza fermate: oggi si stimano 25 con tre fermate.",
                "20 minutes without a stop: today 25 with three stops are estimated.",
            )
        ],
        OURS,
    )
    yield (
        "3.1.2",
        "on-demand-chisone",
        Text(
            it="Autobus a chiamata in val Chisone e Germanasca",
            en="Bus on demand in the Chisone and Germanasca valleys",
        ),
        {
            "area": {
                "municipalities": towns_named(
                    "Inverso Pinasca",
                    "Perosa Argentina",
                    "Perrero",
                    "Pinasca",
                    "Pomaretto",
                    "Porte",
                    "San Germano Chisone",
                    "Villar Perosa",
                    "Pramollo",
                    "Roure",
                    "Massello",
                    "Salza di Pinerolo",
                )
            },
            "called": "chisone-on-demand",
            "to_stops": ["pinerolo", "pinerolo-olimpica"],
            "waiting": 30,
        },
        [
            said(
                "Comuni senza treno della bassa e media valle.",
                "Municipalities without a train in the lower and middle valley.",
            )
        ],
        OURS,
    )
    yield (
        "3.1.4",
        "shuttle-sangone",
        Text(it="Navetta a chiamata della val Sangone", en="Shuttle on demand of the Sangone valley"),
        {
            "area": {
                "municipalities": towns_named("Coazze", "Giaveno", "Reano", "Sangano", "Trana", "Valgioie")
            },
            "shuttle": "sangone-shuttle",
            "to_stops": ["avigliana", "rosta"],
        },
        [
            said(
                "Comuni della valle, che non ha ferrovia.",
                "Municipalities of the valley, which has no railway.",
            )
        ],
        OURS,
    )


def branch(line: str) -> dict[str, Any]:
    """Stops and minutes of a suspended line: the first stop is one of the timetable, the others are new."""
    table = pd.read_csv(GROUND / "lines/suspended.csv").query("line == @line")
    leaves = (table["minutes"] + table["dwell"]).to_numpy()
    hops = table["minutes"].to_numpy()[1:] - leaves[:-1]
    stops: list[Any] = [
        {"id": slug(row.stop), "name": row.stop, "lon": row.lon, "lat": row.lat} for row in table.itertuples()
    ]
    return {"stops": [stops[0]["id"], *stops[1:]], "minutes": hops.tolist(), "dwell_minutes": 0.5}
