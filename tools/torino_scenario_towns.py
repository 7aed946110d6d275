# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios of the Turin pack that open something at a place: in stations, schools, centres, homes of care, green."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from pyproj import Transformer
from torino_scenario_rules import (
    CENSUS,
    GROUND,
    ODBL,
    SEATS,
    Points,
    Row,
    municipalities,
    named,
    opportunities,
    points,
    said,
    without,
)

from aumenta.values.text import Text

SEAT = said(
    "Il punto è la sede del comune, a circa un chilometro.",
    "The point is the town's seat, to about a kilometre.",
)
LISTED = said(
    "Gli elenchi del pacchetto sono incompleti: qualcosa può esserci già.",
    "The lists of the pack are incomplete: something may be there already.",
)
#: Square kilometres that get a wood or park.
WOODS = 10


def opened() -> Iterable[Row]:
    """Scenarios of what opens at stations, schools and seats of towns."""
    yield small_stations()
    yield civic_schools()
    yield shops()
    yield nurses()
    yield reuse()
    yield woods()


def small_stations() -> Row:
    """A shop in each station of a small town whose lists are empty."""
    have, towns = opportunities(), municipalities()
    bare = without(towns[towns["residents"] < 5000], have, "pharmacy", "post_office", "market")
    stations = have[(have["kind"] == "rail_station") & have["municipality"].isin(bare.index)].sort_values(
        "id"
    )
    return (
        "3.2.3",
        "services-in-small-stations",
        Text(it="Una bottega nelle piccole stazioni", en="A shop in small stations"),
        {
            "type": "food_shop",
            "points": [
                {"id": f"station-{one.id}", "name": one.name, "lon": one.lon, "lat": one.lat}
                for one in named(stations)
            ],
        },
        [
            said(
                "Stazioni di comuni sotto i 5.000 residenti, senza farmacia, posta e mercato negli elenchi.",
                "Stations of municipalities under 5,000 residents, with no pharmacy, post or market in the lists.",
            ),
            said(
                "Il piano chiede servizi locali nelle stazioni dei centri minori; che sia una bottega è una scelta.",
                "The plan asks for local services in stations of smaller towns; that it is a shop is a choice.",
                "PSM 2021-2023, lines 7005-7008",
            ),
            LISTED,
        ],
        ODBL,
    )


def civic_schools() -> Row:
    """A civic centre with desks at the primary school of mountain towns without a place of culture."""
    have, towns = opportunities(), municipalities()
    taught = set(have.loc[have["kind"] == "school_primary", "municipality"])
    mountain = towns[(towns["band"] == "mountain") & towns.index.isin(taught)]
    chosen = without(mountain, have, "library", "museum", "theatre", "cinema").nlargest(10, "residents")
    return (
        "4.1.5",
        "civic-schools-mountain",
        Text(it="Scuole di montagna aperte a tutti", en="Mountain schools open to all"),
        {"points": points(chosen, "civic-school", "Scuola aperta di"), "desks": True},
        [
            said(
                "I dieci comuni di montagna più popolosi con scuola primaria e senza luogo di cultura negli elenchi.",
                "The ten most populous mountain towns with a primary school and no place of culture in the lists.",
            ),
            said(
                "Quali edifici hanno spazi liberi non si sa, e le scuole non hanno un punto: vale la sede del comune.",
                "Which buildings have free rooms is not known, and schools have no point: the seat stands for them.",
            ),
            said(
                "Il piano vede spazi di troppo nelle scuole di collina e montagna.",
                "The plan sees too much room in schools of hills and mountains.",
                "PSM 2021-2023, chapter 3.2, lines 1070-1075",
            ),
            SEAT,
            LISTED,
        ],
        SEATS,
    )


def shops() -> Row:
    """A food shop in the centre of hill towns without a market."""
    have, towns = opportunities(), municipalities()
    hill = towns[(towns["band"] == "hill") & towns["residents"].between(1000, 5000)]
    chosen = without(hill, have, "market", "post_office", "pharmacy").nlargest(12, "residents")
    return (
        "5.2.2",
        "shops-in-hill-centres",
        Text(it="Botteghe nei centri di collina", en="Shops in the centres of hill towns"),
        {"points": points(chosen, "shop", "Bottega di")},
        [
            said(
                "In collina, tra 1.000 e 5.000 residenti, i dodici comuni più popolosi senza mercato, posta, farmacia.",
                "The twelve largest hill towns of 1,000 to 5,000 residents with no market, post or pharmacy listed.",
            ),
            said(
                "Nessun elenco di negozi è tra i dati: quelli che ci sono già non sono contati né prima né dopo.",
                "No list of shops is among the data: those that are there are counted neither before nor after.",
            ),
            SEAT,
            LISTED,
        ],
        SEATS,
    )


def nurses() -> Row:
    """A base of nurses in mountain towns of the Susa and Sangone valleys without hospital and pharmacy."""
    have, towns = opportunities(), municipalities()
    valleys = towns[(towns["zone"] == "z06") & (towns["band"] == "mountain")]
    chosen = without(valleys[valleys["residents"] >= 1000], have, "hospital", "pharmacy")
    needed = -(-int(valleys["residents"].sum()) // 3000)
    return (
        "6.1.3",
        "nurse-bases-susa-sangone",
        Text(
            it="Infermieri di comunità nelle valli Susa e Sangone",
            en="Community nurses in the Susa and Sangone valleys",
        ),
        {"points": points(chosen, "nurses", "Infermieri di comunità di")},
        [
            said(
                "Comuni di montagna della zona con almeno 1.000 residenti, senza ospedale e farmacia negli elenchi.",
                "Mountain towns of the zone with at least 1,000 residents, no hospital or pharmacy in the lists.",
            ),
            said(
                f"Ai comuni di montagna della zona spettano almeno {needed} infermieri: da quale base, è da decidere.",
                f"The zone's mountain towns are due at least {needed} nurses: from which base is to be decided.",
            ),
            SEAT,
            LISTED,
        ],
        SEATS,
    )


def reuse() -> Row:
    """A reuse centre in the most populous municipality of each zone."""
    towns = municipalities()
    chosen = towns.loc[towns.groupby("zone")["residents"].idxmax()]
    return (
        "2.5.2",
        "reuse-centre-in-each-zone",
        Text(it="Un centro del riuso in ogni zona", en="A reuse centre in each zone"),
        {"points": points(chosen, "reuse", "Centro del riuso di")},
        [
            said(
                "Il comune più popoloso di ogni zona omogenea.",
                "The most populous municipality of each zone.",
            ),
            said(
                "I centri che ci sono già non sono tra i dati.",
                "The centres that are there already are not among the data.",
            ),
            SEAT,
        ],
        SEATS,
    )


def woods() -> Row:
    """A wood in the middle of each of the most populous square kilometres."""
    cells = pd.read_csv(GROUND / "people_1km.csv").nlargest(WOODS, "total").sort_values(["n_km", "e_km"])
    back = Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True)
    made: Points = []
    for row in cells.itertuples():
        lon, lat = back.transform((row.e_km + 0.5) * 1000, (row.n_km + 0.5) * 1000)
        name = f"Alberi nel chilometro {row.n_km}-{row.e_km}"
        made.append(
            {"id": f"wood-{row.n_km}-{row.e_km}", "name": name, "lon": round(lon, 5), "lat": round(lat, 5)}
        )
    return (
        "6.2.1",
        "woods-where-most-live",
        Text(it="Boschi dove si vive più fitti", en="Woods where people live closest together"),
        {"points": made},
        [
            said(
                "I dieci chilometri quadrati con più residenti; in ciascuno un ettaro nel mezzo, se ci fosse posto.",
                "The ten square kilometres with most residents; in each a hectare in the middle, were there room.",
                "people_1km.csv of the pack (Eurostat, census grid 2021)",
            ),
            said(
                "Nessun elenco di parchi è tra i dati: quelli che ci sono già non sono contati né prima né dopo.",
                "No list of parks is among the data: those that are there are counted neither before nor after.",
            ),
        ],
        CENSUS,
    )
