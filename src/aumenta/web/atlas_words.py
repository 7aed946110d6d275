# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The question that each reading answers, and the indicator that speaks for it."""

from __future__ import annotations

from aumenta.values.text import Text


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


#: What a reading answers; one that is not here shows the descriptions of its indicators alone.
QUESTIONS: dict[str, Text] = {
    "right": _t(
        "Chi ha, dove vive, ciò che il piano chiama diritto? E chi no, o non si sa?",
        "Who has, where they live, what the plan calls a right? And who has not, or is not known of?",
    ),
    "metropolis90": _t(
        "Chi arriva al centro in un'ora e mezza, e con quale mezzo?",
        "Who gets to the centre within an hour and a half, and by which means?",
    ),
    "thereandback": _t(
        "Si può andare, restare il tempo che serve, e tornare con i mezzi pubblici?",
        "Can people go, stay as long as they need, and come back by public transport?",
    ),
    "city15": _t(
        "Quali servizi di ogni giorno si raggiungono a piedi in 15 minuti?",
        "Which services of every day are reached on foot in 15 minutes?",
    ),
    "stations": _t(
        "Quanti arrivano a una stazione a piedi o in bicicletta?",
        "How many get to a station on foot or by bicycle?",
    ),
    "tor": _t(
        "Quali aree dismesse sono vicino a una stazione, e che cosa se ne può fare?",
        "Which brownfields are near a station, and what can become of them?",
    ),
    "school_welfare": _t(
        "Quanto spazio hanno gli alunni nelle loro scuole?", "How much space do pupils have in their schools?"
    ),
    "boulevards": _t(
        "Quali strade attraversano luoghi abitati e possono diventare viali?",
        "Which roads run through inhabited places and could become boulevards?",
    ),
    "health_supply": _t(
        "Quanti abitanti si dividono un presidio sanitario?", "How many residents share one health facility?"
    ),
    "health_reach": _t(
        "Quanto è lontano il presidio sanitario più vicino?", "How far away is the nearest health facility?"
    ),
    "gateways": _t(
        "Quali città vicine e quali aeroporti si raggiungono con i mezzi pubblici?",
        "Which neighbouring cities and airports are reached by public transport?",
    ),
    "broadband": _t(
        "A quante famiglie arriva la fibra, e dove serve di più?",
        "How many families does fibre reach, and where is it needed most?",
    ),
    "ecosystem": _t(
        "Chi dà e chi chiede i servizi della natura, fra pieno e vuoto?",
        "Who gives and who asks for nature's services, between full and void?",
    ),
    "fullvoid": _t("Dove la metropoli è piena e dove è vuota?", "Where is the metropolis full and where void?"),
    "demography": _t("Chi vive qui, e come cambia?", "Who lives here, and how does it change?"),
    "income": _t("Quanto guadagna chi vive qui?", "How much do those who live here earn?"),
    "enterprises": _t("Dove si lavora?", "Where do people work?"),
    "soil": _t(
        "Quanto suolo è consumato, e quanto se ne consuma ancora?",
        "How much soil is consumed, and how much still goes?",
    ),
    "schools": _t("Quante scuole ci sono per chi va a scuola?", "How many schools are there for those who attend?"),
}  # fmt: skip

#: Indicator that a reading's page shows first, and its picture; else the first that places have values of.
SPEAKERS: dict[str, tuple[str, ...]] = {
    "right": ("right.health.met",),
    "metropolis90": ("metropolis90.transit_90", "metropolis90.transit", "metropolis90.car"),
    "city15": ("city15.all", "city15.share_all", "city15.completeness"),
    "stations": ("stations.bike_30", "stations.foot_15"),
    "gateways": ("gateways.reached", "gateways.transit"),
    "tor": ("tor.near_area_ha", "tor.near_station"),
    "demography": ("demography.population",),
    "soil": ("soil.consumed_share",),
    "fullvoid": ("fullvoid.full_share",),
    "enterprises": ("enterprises.employed_per_km2",),
    "schools": ("schools.schools_per_1000_young",),
}

#: Readings of the plan; the others are statistics of the territory.
OF_THE_PLAN = (
    "right", "metropolis90", "thereandback", "city15", "stations", "tor", "school_welfare", "boulevards",
    "health_reach", "health_supply", "gateways", "broadband", "ecosystem", "fullvoid",
)  # fmt: skip

#: State of a reading: short, and what it means.
STATES: dict[str, tuple[Text, Text]] = {
    "ready": (_t("calcolata", "computed"), _t("Tutti i dati che chiede ci sono.", "All the data it asks for is here.")),
    "partial": (
        _t("calcolata in parte", "computed in part"),
        _t(
            "Mancano dati che chiede: ciò che ne dipende è mancante, il resto è calcolato.",
            "Some data it asks for is not here: what rests on it is missing, the rest is computed.",
        ),
    ),
    "missing": (
        _t("senza dati", "without data"),
        _t(
            "Mancano i dati che chiede: nessun valore, e nessuna stima al loro posto.",
            "The data it asks for is not here: no value, and no guess in its place.",
        ),
    ),
    "pending": (
        _t("in calcolo", "being computed"),
        _t(
            "Questa lettura è ancora in calcolo: la pagina si riempie da sola quando è pronta; basta ricaricarla.",
            "This reading is still being computed: the page fills when it is ready; load it again.",
        ),
    ),
    "failed": (
        _t("non riuscita", "failed"),
        _t(
            "Il calcolo di questa lettura non è riuscito: i suoi valori sono mancanti, le altre letture ci sono.",
            "The computation of this reading failed: its values are missing, the other readings are there.",
        ),
    ),
}  # fmt: skip
