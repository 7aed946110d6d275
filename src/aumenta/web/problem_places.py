# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where a problem is, as people would say it: `changes[2].stops[1]` is change 3, stop 2."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aumenta.errors import Problem
from aumenta.values.text import Text
from aumenta.web.i18n import Language


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


#: One of a list, with its number after it.
ITEMS = {
    "actions": _t("azione", "action"),
    "along": _t("punto del tracciato", "point of the way"),
    "assumptions": _t("assunzione", "assumption"),
    "changes": _t("modifica", "change"),
    "close": _t("chi ne è escluso", "who is kept out"),
    "minutes": _t("tempo", "time"),
    "municipalities": _t("comune", "municipality"),
    "parameters": _t("parametro", "parameter"),
    "places": _t("luogo", "place"),
    "points": _t("punto", "point"),
    "polygon": _t("punto dell’area", "point of the area"),
    "service": _t("periodo", "period"),
    "stops": _t("fermata", "stop"),
    "to": _t("fermata", "stop"),
    "via": _t("fermata intermedia", "stop between"),
}
#: Fields of scenarios, of their changes, and of questions about siting.
FIELDS = {
    "actions": _t("azioni del piano", "actions of the plan"),
    "after": _t("fermata prima", "stop before it"),
    "ages": _t("età", "ages"),
    "allowed": _t("ammesse", "allowed"),
    "along": _t("tracciato", "way"),
    "area": _t("area", "area"),
    "assumptions": _t("assunzioni", "assumptions"),
    "before": _t("fermata dopo", "stop after it"),
    "bike": _t("in bici", "bicycle"),
    "bikes": _t("bici a bordo", "bicycles on board"),
    "both_directions": _t("nei due versi", "both directions"),
    "budget": _t("limite di spesa", "budget"),
    "candidates": _t("candidati", "candidates"),
    "capacities": _t("capienze", "capacities"),
    "capacity": _t("capienza", "capacity"),
    "car": _t("in auto", "car"),
    "changes": _t("modifiche", "changes"),
    "close": _t("chiusura", "closure"),
    "column": _t("colonna", "column"),
    "cost": _t("costo", "cost"),
    "costs": _t("costi", "costs"),
    "count": _t("quanti", "how many"),
    "count_existing": _t("ciò che c’è già", "what is there already"),
    "date": _t("giorno", "day"),
    "days": _t("giorni", "days"),
    "demand": _t("persone", "people"),
    "direction": _t("verso", "direction"),
    "dwell_minutes": _t("minuti di sosta", "minutes of standing"),
    "en": _t("in inglese", "in English"),
    "existing": _t("ciò che c’è già", "what is there already"),
    "existing_capacity": _t("capienza di ciò che c’è già", "capacity of what is there already"),
    "existing_kinds": _t("tipi già presenti", "kinds there already"),
    "extra_minutes": _t("minuti in più", "further minutes"),
    "factor": _t("fattore", "factor"),
    "first": _t("prima partenza", "first departure"),
    "foot": _t("a piedi", "on foot"),
    "from": _t("inizio", "start"),
    "from_stop": _t("prima fermata del tratto", "first stop of the stretch"),
    "gap": _t("scarto", "gap"),
    "group": _t("gruppi", "groups"),
    "groups": _t("gruppi", "groups"),
    "headway": _t("intervallo tra le corse", "headway"),
    "hectares": _t("ettari", "hectares"),
    "how": _t("modo", "way of setting it"),
    "id": _t("identificativo", "id"),
    "into": _t("che cosa diventa", "what it becomes"),
    "it": _t("in italiano", "in Italian"),
    "jobs": _t("posti di lavoro", "jobs"),
    "kind": _t("tipo di modifica", "kind of change"),
    "lat": _t("latitudine", "latitude"),
    "limit_kmh": _t("limite in km/h", "limit in km/h"),
    "line": _t("linea", "line"),
    "list_complete": _t("elenco completo", "complete list"),
    "lon": _t("longitudine", "longitude"),
    "longest_minutes": _t("corsa più lunga", "longest ride"),
    "max_minutes": _t("minuti al massimo", "minutes at most"),
    "megawatts": _t("megawatt", "megawatts"),
    "metres": _t("metri", "metres"),
    "minutes": _t("minuti", "minutes"),
    "minutes_saved": _t("minuti risparmiati", "minutes saved"),
    "mode": _t("modo di andare", "way of going"),
    "modes": _t("chi può usarla", "who may use it"),
    "municipalities": _t("comuni", "municipalities"),
    "municipality": _t("comune", "municipality"),
    "name": _t("nome", "name"),
    "objective": _t("che cosa si vuole", "what is wanted"),
    "parameters": _t("parametri", "parameters"),
    "places": _t("luoghi", "places"),
    "points": _t("punti", "points"),
    "polygon": _t("poligono", "polygon"),
    "pop_0_14": _t("0–14 anni", "0–14 years"),
    "pop_15_18": _t("15–18 anni", "15–18 years"),
    "pop_19_39": _t("19–39 anni", "19–39 years"),
    "pop_40_64": _t("40–64 anni", "40–64 years"),
    "pop_65p": _t("65 anni e più", "65 years and over"),
    "residents": _t("residenti", "residents"),
    "schema_version": _t("versione dello schema", "version of the schema"),
    "seconds": _t("secondi", "seconds"),
    "service": _t("periodi del servizio", "periods of service"),
    "share": _t("quota di persone", "share of people"),
    "site": _t("area dismessa", "brownfield"),
    "sites": _t("luoghi", "sites"),
    "source": _t("fonte", "source"),
    "speed_factor": _t("fattore di velocità", "factor of speed"),
    "speed_kmh": _t("velocità in km/h", "speed in km/h"),
    "stop": _t("fermata", "stop"),
    "stops": _t("fermate", "stops"),
    "summary": _t("riassunto", "summary"),
    "table": _t("tabella", "table"),
    "template": _t("modello", "template"),
    "territory": _t("territorio", "territory"),
    "text": _t("testo", "text"),
    "to": _t("arrivo", "end"),
    "to_stop": _t("ultima fermata del tratto", "last stop of the stretch"),
    "type": _t("tipo", "type"),
    "until": _t("fine", "until"),
    "value": _t("valore", "value"),
    "via": _t("fermate intermedie", "stops between"),
    "waiting_minutes": _t("minuti di attesa", "minutes of waiting"),
    "weight": _t("dimensione", "size"),
    "weights": _t("pesi", "weights"),
    "what": _t("che cosa", "what"),
    "where": _t("righe scelte", "rows chosen"),
    "who": _t("chi conta", "who counts"),
    "window": _t("fascia oraria", "window"),
    "within": _t("minuti abbastanza vicini", "minutes that are near enough"),
}
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def place_text(problem: Problem, language: Language, names: Mapping[str, str]) -> str:
    """Where a problem is; nothing where it is said of the whole.

    >>> place_text(Problem("", field="changes[2].stops[1]"), Language("en"), {})
    'change 3, stop 2'
    """
    said = []
    if problem.row is not None:
        said.append(language.gettext("row %(number)s") % {"number": problem.row})
    fields = (problem.field or "").split(", ")
    said += dict.fromkeys(path_text(one, language, names) for one in fields if one)
    return ", ".join(said)


def path_text(path: str, language: Language, names: Mapping[str, str]) -> str:
    """One path of fields in words; items are counted from 1."""
    steps = [(int(number) if number else name) for number, name in _STEP.findall(path)]
    steps = [int(step) if isinstance(step, str) and step.isdecimal() else step for step in steps]
    words: list[str] = []
    at = 0
    while at < len(steps):
        step, following = steps[at], steps[at + 1] if at + 1 < len(steps) else None
        if step == "parameters" and isinstance(following, str):
            name = language.gettext("parameter %(name)s") % {"name": following}
            words.append(names.get(following, name))
            at += 2
        elif isinstance(step, int):
            words.append(language.gettext("item %(number)s") % {"number": step + 1})
            at += 1
        elif isinstance(following, int) and step in ITEMS:
            words.append(f"{language.text(ITEMS[step])} {following + 1}")
            at += 2
        else:
            words.append(language.text(FIELDS[step]) if step in FIELDS else step)
            at += 1
    return ", ".join(words)
