# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios of services, places and stations of the Turin pack, at points chosen by rule."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from torino_scenario_rules import (
    GROUND,
    ODBL,
    OURS,
    SEATS,
    Row,
    metres,
    municipalities,
    named,
    opportunities,
    points,
    said,
    towns_named,
    without,
)

from aumenta.values.text import Text


def services() -> Iterable[Row]:
    """Scenarios of services at the seats of towns that lack them."""
    have, towns = opportunities(), municipalities()
    mountain = towns[towns["band"] == "mountain"]
    seat = said(
        "Il punto è la sede del comune, a circa un chilometro.",
        "The point is the town's seat, to about a kilometre.",
    )
    listed = said(
        "Gli elenchi del pacchetto sono incompleti: qualcosa può esserci già.",
        "The lists of the pack are incomplete: something may be there already.",
    )

    chosen = towns[(towns["zone"] == "z05") & (towns["residents"] >= 3000)]
    chosen = without(chosen, have, "hospital")
    yield (
        "6.1.2",
        "health-houses-pinerolese",
        Text(it="Case della salute nel Pinerolese", en="Health houses in the Pinerolese"),
        {"points": points(chosen, "health-house", "Casa della salute di")},
        [
            said(
                "Comuni della zona con almeno 3.000 residenti e senza ospedale nell'elenco.",
                "Municipalities of the zone with at least 3,000 residents and no hospital in the list.",
            ),
            seat,
            listed,
        ],
        SEATS,
    )
    chosen = without(towns, have, "school_infant").nlargest(12, "residents")
    yield (
        "4.1.7",
        "micro-nurseries",
        Text(
            it="Micronidi dove manca la scuola dell'infanzia", en="Micro-nurseries where no infant school is"
        ),
        {"points": points(chosen, "nursery", "Micronido di")},
        [
            said(
                "I dodici comuni più popolosi senza scuola dell'infanzia nell'elenco.",
                "The twelve most populous municipalities without an infant school in the list.",
            ),
            seat,
        ],
        SEATS,
    )
    chosen = without(mountain, have, "school_primary").nlargest(8, "residents")
    yield (
        "4.1.6",
        "alpine-schools",
        Text(it="Scuole di montagna che tornano", en="Mountain schools that come back"),
        {"points": points(chosen, "school", "Scuola di")},
        [
            said(
                "Gli otto comuni di montagna più popolosi senza scuola primaria nell'elenco.",
                "The eight most populous mountain municipalities without a primary school in the list.",
            ),
            seat,
        ],
        SEATS,
    )
    chosen = without(mountain, have, "library", "museum", "theatre", "cinema", "pharmacy").nlargest(
        10, "residents"
    )
    yield (
        "5.2.3",
        "community-houses-mountain",
        Text(it="Case della comunità in montagna", en="Community houses in the mountains"),
        {"points": points(chosen, "community-house", "Casa della comunità di"), "shop": True},
        [
            said(
                "I dieci comuni di montagna più popolosi senza luogo di cultura e farmacia negli elenchi.",
                "The ten most populous mountain municipalities without a place of culture and a pharmacy in the lists.",
            ),
            seat,
            listed,
        ],
        SEATS,
    )
    chosen = without(mountain, have, "pharmacy", "post_office", "market").nlargest(15, "residents")
    yield (
        "1.2.3",
        "delivery-points-mountain",
        Text(it="Punti di consegna in montagna", en="Delivery points in the mountains"),
        {"points": points(chosen, "delivery", "Punto di consegna di")},
        [
            said(
                "I quindici comuni di montagna più popolosi senza farmacia, posta e mercato negli elenchi.",
                "The fifteen most populous mountain municipalities with no pharmacy, post or market in the lists.",
            ),
            seat,
            listed,
        ],
        SEATS,
    )


def places() -> Iterable[Row]:
    """Scenarios of whole municipalities, and of stations."""
    low = pd.read_csv(GROUND / "tables/broadband.csv", dtype={"municipality": str}).query("ftth_share < 0.3")
    yield (
        "1.1.1",
        "fibre-below-30",
        Text(
            it="Fibra dove raggiunge meno di tre famiglie su dieci",
            en="Fibre where it reaches fewer than three families in ten",
        ),
        {"towns": sorted(low["municipality"])},
        [
            said(
                "Comuni sotto il 30 per cento nella mappa di AGCOM.",
                "Municipalities under 30 per cent in AGCOM's map.",
                "tables/broadband.csv of the pack",
            )
        ],
        OURS,
    )
    have = opportunities()
    stations, charging = have[have["kind"] == "rail_station"], have[have["kind"] == "ev_charging"]
    far = stations[[metres(one, charging) > 500 for one in stations.itertuples()]].sort_values("id")
    yield (
        "2.3.2",
        "charging-at-stations",
        Text(it="Ricarica nelle stazioni che non l'hanno", en="Charging at stations that have none"),
        {
            "points": [
                {"id": f"charging-{one.id}", "name": one.name, "lon": one.lon, "lat": one.lat}
                for one in named(far)
            ]
        },
        [
            said(
                "Stazioni ferroviarie senza un punto di ricarica entro 500 metri in linea d'aria.",
                "Railway stations without a charging point within 500 metres as the crow flies.",
            )
        ],
        ODBL,
    )
    ends = (
        "Susa",
        "Bardonecchia",
        "Pinerolo",
        "Ivrea",
        "Chivasso",
        "Rivarolo Canavese",
        "Chieri",
        "Carmagnola",
        "Lanzo Torinese",
        "Germagnano",
    )
    own = stations[stations["name"].isin(ends)].sort_values("id")
    yield (
        "1.7.3",
        "coworking-at-stations",
        Text(it="Lavorare vicino alla stazione di partenza", en="Working near the station of departure"),
        {
            "points": [
                {
                    "id": f"coworking-{one.id}",
                    "name": f"Co-working {one.name}",
                    "lon": one.lon,
                    "lat": one.lat,
                }
                for one in named(own)
            ]
        },
        [
            said(
                "Stazioni in fondo alle linee metropolitane e nodi dei bacini.",
                "Stations at the ends of metropolitan lines, and nodes of the districts.",
            )
        ],
        ODBL,
    )
    towns = municipalities()
    west = sorted(towns.index[towns["zone"] == "z02"])
    yield (
        "3.3.2",
        "cycling-west",
        Text(it="In bicicletta nella zona Ovest", en="Cycling in the western zone"),
        {"area": {"municipalities": west}},
        [said("Tutti i comuni della zona omogenea 2.", "All municipalities of zone 2.")],
        OURS,
    )
    yield (
        "5.2.1",
        "homes-lanzo-valleys",
        Text(it="Case recuperate nelle valli di Lanzo", en="Homes recovered in the Lanzo valleys"),
        {
            "area": {
                "municipalities": towns_named(
                    "Ala di Stura",
                    "Balme",
                    "Cantoira",
                    "Ceres",
                    "Chialamberto",
                    "Groscavallo",
                    "Lemie",
                    "Mezzenile",
                    "Pessinetto",
                    "Traves",
                    "Usseglio",
                    "Viù",
                )
            },
            "residents": 300,
        },
        [
            said(
                "300 persone in dodici comuni: un numero per vedere l'effetto, non un obiettivo.",
                "300 people in twelve municipalities: a number to see the effect, not a goal.",
            )
        ],
        OURS,
    )
