# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the columns of the published tables mean, by name; the same name means the same in every table."""

from __future__ import annotations

from aumenta.values.text import Text


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


COLUMNS: dict[str, Text] = {
    "id": _t(
        "identificativo (dei comuni: codice dell'ufficio statistico)",
        "identifier (of municipalities: code of the statistical office)",
    ),
    "level": _t(
        "livello: municipality, zone, band, metropolis", "level: municipality, zone, band, metropolis"
    ),
    "name": _t("nome", "name"),
    "parent": _t("luogo che lo contiene", "place that holds it"),
    "zone": _t("zona omogenea", "zone"),
    "band": _t("fascia altimetrica", "altitude band"),
    "seat_lon": _t("longitudine del capoluogo (gradi, WGS84)", "longitude of the town seat (degrees, WGS84)"),
    "seat_lat": _t("latitudine del capoluogo (gradi, WGS84)", "latitude of the town seat (degrees, WGS84)"),
    "altitude_m": _t("altitudine del capoluogo (m)", "altitude of the town seat (m)"),
    "area_km2": _t("superficie (km²)", "area (km²)"),
    "valid_from": _t("valido dal", "valid from"),
    "valid_to": _t("valido fino al", "valid to"),
    "membership": _t("come è nota la zona del comune", "how the zone of the municipality is known"),
    "status": _t(
        "come è noto: measured, reported, estimated, missing",
        "how it is known: measured, reported, estimated, missing",
    ),
    "note": _t("nota", "note"),
    "cell": _t("codice INSPIRE della cella", "INSPIRE code of the cell"),
    "gx": _t("indice est della cella (m est / lato)", "east index of the cell (m east / side)"),
    "gy": _t("indice nord della cella (m nord / lato)", "north index of the cell (m north / side)"),
    "municipality": _t("comune", "municipality"),
    "pop": _t("residenti", "residents"),
    "pop_0_14": _t("residenti da 0 a 14 anni", "residents aged 0 to 14"),
    "pop_15_18": _t("residenti da 15 a 18 anni", "residents aged 15 to 18"),
    "pop_19_39": _t("residenti da 19 a 39 anni", "residents aged 19 to 39"),
    "pop_40_64": _t("residenti da 40 a 64 anni", "residents aged 40 to 64"),
    "pop_65p": _t("residenti di 65 anni e più", "residents aged 65 and over"),
    "employed": _t("residenti occupati", "residents in employment"),
    "jobs": _t("addetti delle imprese", "persons employed in enterprises"),
    "degurba": _t("3 centro urbano, 2 agglomerato, 1 rurale", "3 urban centre, 2 urban cluster, 1 rural"),
    "full": _t("pieno (centro o agglomerato urbano)", "full (urban centre or cluster)"),
    "height_m": _t("altitudine del centro della cella (m)", "height of the cell's centre (m)"),
    "inhabited": _t("il suo chilometro ha residenti", "its kilometre has residents"),
    "lon": _t("longitudine (gradi, WGS84)", "longitude (degrees, WGS84)"),
    "lat": _t("latitudine (gradi, WGS84)", "latitude (degrees, WGS84)"),
    "geometry": _t("geometria (WGS84)", "geometry (WGS84)"),
    "kind": _t("tipo", "kind"),
    "weight": _t(
        "peso (addetti, posti letto, alunni; 1 dove non è noto)",
        "weight (jobs, beds, pupils; 1 where unknown)",
    ),
    "source": _t("fonti, separate da uno spazio", "sources, parted by a space"),
    "sources": _t("fonti", "sources"),
    "licence": _t("licenza", "licence"),
    "indicator": _t("indicatore", "indicator"),
    "place": _t("luogo", "place"),
    "period": _t("periodo", "period"),
    "value": _t("valore; vuoto se mancante", "value; empty when missing"),
    "reason": _t("motivo del valore mancante (codice)", "reason why the value is missing (code)"),
    "parts": _t("parti di cui il valore è fatto", "parts that the value is made of"),
    "missing": _t("parti senza valore, lasciate fuori", "parts without a value, left out"),
    "inferred": _t("parti con appartenenza dedotta", "parts whose membership is inferred"),
    "unit_it": _t("unità in italiano", "unit in Italian"),
    "unit_en": _t("unità in inglese", "unit in English"),
    "readiness": _t(
        "prontezza: declared, loaded, checked, measured", "readiness: declared, loaded, checked, measured"
    ),
    "complete": _t(
        "l'assenza di una cosa significa che non c'è", "the absence of a thing means that there is none"
    ),
    "known_extent": _t("dove è noto", "where it is known"),
    "bring": _t("file da portare", "file to bring"),
    "title": _t("titolo", "title"),
    "title_en": _t("titolo in inglese", "title in English"),
    "publisher": _t("chi pubblica", "publisher"),
    "address": _t("indirizzo ufficiale", "official address"),
    "through": _t("tramite", "through"),
    "attribution": _t("attribuzione", "attribution"),
    "reference_date": _t("data di riferimento", "reference date"),
    "verified": _t("ultima verifica dell'indirizzo", "last check of the address"),
    "code": _t("codice", "code"),
    "axis": _t("asse", "axis"),
    "strategy": _t("strategia", "strategy"),
    "action": _t("azione", "action"),
    "target": _t("azione di arrivo", "action it leads to"),
    "via": _t("voce che lega le due azioni", "entry that ties the two actions"),
    "line": _t("riga del documento", "line of the document"),
    "count": _t(
        "che cosa è contato, dove non c'è un indicatore", "what is counted, where there is no indicator"
    ),
    "published": _t("cifra stampata nel documento", "figure that the document printed"),
    "twin": _t("valore del gemello", "value of the twin"),
    "twin_period": _t("periodo del valore del gemello", "period of the twin's value"),
    "difference": _t("gemello meno piano", "twin minus plan"),
    "percent": _t(
        "differenza in percento della cifra stampata", "difference in percent of the printed figure"
    ),
    "missing_reason": _t("perché il gemello non ha il valore (codice)", "why the twin has no value (code)"),
    "derived_it": _t(
        "come segue da cifre stampate, in italiano", "how it follows from printed figures, in Italian"
    ),
    "derived_en": _t(
        "come segue da cifre stampate, in inglese", "how it follows from printed figures, in English"
    ),
    "lines": _t("righe del documento", "lines of the document"),
    "end": _t("ultima riga del documento", "last line of the document"),
    "raw": _t("come lo scrive il documento", "as the document writes it"),
    "field": _t("campo della scheda", "field of the sheet"),
    "summary_it": _t("sintesi in italiano", "summary in Italian"),
    "summary_en": _t("sintesi in inglese", "summary in English"),
    "by": _t("chi lo ha deciso", "who decided it"),
    "why": _t("perché", "why"),
    "goal": _t("obiettivo", "goal"),
    "url": _t("collegamento", "link"),
    "severity": _t("gravità", "severity"),
    "where": _t("dove", "where"),
    "what": _t("che cosa", "what"),
    "evidence": _t("prova", "evidence"),
    "direction": _t("verso migliore: up, down, none", "better way: up, down, none"),
    "formula_it": _t("formula in italiano", "formula in Italian"),
    "formula_en": _t("formula in inglese", "formula in English"),
    "measure": _t("misura che lo calcola", "measure that computes it"),
    "decimals": _t("decimali", "decimals"),
}


def describe(column: str) -> Text | None:
    """What a column means; texts in two languages (`name_it`, `name_en`) take the meaning of the name."""
    if column in COLUMNS:
        return COLUMNS[column]
    stem, _, ending = column.rpartition("_")
    if ending in ("it", "en") and stem in COLUMNS:
        word = _t(
            "in italiano" if ending == "it" else "in inglese",
            "in Italian" if ending == "it" else "in English",
        )
        return _t(f"{COLUMNS[stem].it}, {word.it}", f"{COLUMNS[stem].en}, {word.en}")
    return None
