# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the page of travel times says: the sentence of an answer, errors beside their fields, what rests on what."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from babel.dates import format_date

from aumenta.access.options import LIMITS, Options, clock, seconds_of
from aumenta.access.times import BANDS, Times
from aumenta.errors import AccessError, AumentaError, Problem
from aumenta.values.text import Text
from aumenta.web.i18n import Language
from aumenta.web.reach_question import FIELDS, Question

if TYPE_CHECKING:
    from aumenta.web.reach_service import Sums
    from aumenta.web.site import Site

#: The band that the sentence speaks of.
SAID = 60


def _t(it: str, en: str) -> Text:
    return Text(it=it, en=en)


_HOW = {
    "walk": _t("a piedi", "on foot"),
    "bike": _t("in bicicletta", "by bicycle"),
    "car": _t("in auto", "by car"),
    "transit": _t("con i mezzi pubblici", "by public transport"),
    "transit/bike": _t("in bicicletta e con i mezzi pubblici", "by bicycle and public transport"),
    "transit/car": _t(
        "in auto fino alla stazione e con i mezzi pubblici", "by car to a station and public transport"
    ),
}


def how(options: Options, language: Language) -> str:
    """How one travels, in words."""
    key = (
        options.mode if options.mode != "transit" or options.access == "walk" else f"transit/{options.access}"
    )
    return _HOW[key].get(language.code)


def when(options: Options, language: Language) -> str:
    """The departures, in words; nothing where the hour makes no difference."""
    if options.mode != "transit":
        return ""
    begin, end = clock(options.start), clock(seconds_of(options.window[1]))
    if options.count == 1:
        return f"alle {begin}" if language.code == "it" else f"at {begin}"
    return f"fra le {begin} e le {end}" if language.code == "it" else f"between {begin} and {end}"


def day(text: str, language: Language) -> str:
    """A day in words: `mercoledì 13 maggio 2026`."""
    pattern = "EEEE d MMMM y"
    return str(format_date(date.fromisoformat(text), pattern, locale=language.locale))


def title(asked: Question, sums: Sums, place: str, language: Language) -> str:
    """The finding: how many residents are reached within an hour, or reach the point."""
    people = float(sums.within[0][BANDS.index(SAID)])
    moment, means = when(asked.options, language), how(asked.options, language)
    many = _residents(people, language)
    if language.code == "it":
        if asked.toward:
            where = f"a {place}" if place else "qui"
            verb = "arriva" if _one(people) else "arrivano"
            parted = f", partendo {moment}" if moment else ""
            return f"{_capital(many)} {verb} {where} entro {SAID} minuti {means}{parted}"
        where, moment = f"Da {place}" if place else "Da qui", f"{moment}, " if moment else ""
        verb = "si raggiunge" if _one(people) else "si raggiungono"
        return f"{where}, {moment}{many} {verb} entro {SAID} minuti {means}"
    if asked.toward:
        where = place or "this place"
        verb = "reaches" if _one(people) else "reach"
        parted = f", leaving {moment}" if moment else ""
        return f"{_capital(many)} {verb} {where} within {SAID} minutes {means}{parted}"
    where, moment = f"From {place}" if place else "From here", f"{moment}, " if moment else ""
    verb = "is" if _one(people) else "are"
    return f"{where}, {moment}{many} {verb} within {SAID} minutes {means}"


def _one(people: float) -> bool:
    return round(people) <= 1


def _residents(people: float, language: Language) -> str:
    it = language.code == "it"
    if round(people) == 0:
        return "nessun residente" if it else "no resident"
    if round(people) == 1:
        return "1 residente" if it else "1 resident"
    said = language.rounded(round(people))
    of = "di " if it and re.search(r"[a-z]$", said) else ""
    return f"{said} {of}residenti" if it else f"{said} residents"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def text(asked: Question, times: Times, sums: Sums, language: Language) -> str:
    """What stands below the finding: share, jobs, which departures count, which day."""
    it = language.code == "it"
    at = BANDS.index(SAID)
    share = language.percent(_share(float(sums.within[0][at]), float(sums.totals[0])))
    said = [f"È il {share} dei residenti." if it else f"That is {share} of the residents."]
    if not asked.toward and sums.totals[1] > 0:
        jobs = language.rounded(round(float(sums.within[1][at])))
        said.append(f"Posti di lavoro: {jobs}." if it else f"Jobs: {jobs}.")
    if times.date:
        said.append(_departures(asked, times, language))
    return " ".join(said)


def _departures(asked: Question, times: Times, language: Language) -> str:
    own, number = asked.percentile, asked.options.count
    on = day(str(times.date), language)
    if language.code == "it":
        if number == 1:
            return f"Una sola partenza, {on}."
        part = {25: "un quarto", 50: "metà", 75: "tre quarti"}.get(own, f"il {own}%")
        return f"Il tempo basta in almeno {part} delle {number} partenze, una al minuto, di {on}."
    if number == 1:
        return f"One departure only, {on}."
    part = {25: "a quarter", 50: "half", 75: "three quarters"}.get(own, f"{own}%")
    return f"The time is enough at {part} or more of the {number} departures, one a minute, of {on}."


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


# --- errors beside their fields ---------------------------------------------------------------

#: Beginning of a problem's (or summary's) message -> words; `{found}` and `{expected}` are the problem's own.
_ERRORS: tuple[tuple[str, Text], ...] = (
    ("not a number in its limits", _t("Non è un numero valido: {found}.", "Not a valid number: {found}.")),
    (
        "not a whole number",
        _t("Serve un numero intero, non {found}.", "A whole number is needed, not {found}."),
    ),
    ("not one of the choices", _t("Non è una delle scelte: {found}.", "Not one of the choices: {found}.")),
    (
        "not a time of day",
        _t("{found} non è un’ora: si scrive 7:30.", "{found} is not a time of day: write 7:30."),
    ),
    (
        "the window ends before it begins",
        _t(
            "La fascia finisce prima di cominciare ({found}): mettere prima l’ora più vicina.",
            "The window ends before it begins ({found}): put the earlier time first.",
        ),
    ),
    (
        "too many departures",
        _t(
            "Troppe partenze ({found}): accorciare la fascia a 12 ore al massimo.",
            "Too many departures ({found}): choose a window of at most 12 hours.",
        ),
    ),
    ("not a date", _t("{found} non è una data.", "{found} is not a date.")),
    (
        "no trip runs on this day",
        _t("In quel giorno ({found}) non passa nessun mezzo.", "Nothing runs on that day ({found})."),
    ),
    (
        "the day lies outside the timetable",
        _t(
            "Gli orari non arrivano a quel giorno ({found}).",
            "The timetable does not cover that day ({found}).",
        ),
    ),
    (
        "not percentiles",
        _t("La quota di partenze va da 1 a 100.", "The share of departures goes from 1 to 100."),
    ),
    (
        "out of its limits",
        _t("{found} è fuori dai limiti: {expected}.", "{found} is out of its limits: {expected}."),
    ),
    (
        "no place of that name",
        _t("Nessun luogo si chiama «{found}».", "No place is called “{found}”."),
    ),
    ("no cell here", _t("Qui finisce il territorio: nessuna cella.", "The territory ends here: no cell.")),
    (
        "distance to the nearest street",
        _t(
            "Il punto è fuori dal territorio o lontano dalle strade ({found}): sceglierne uno più vicino a un abitato.",
            "The point is outside the territory or far from streets ({found}): choose one nearer to a settlement.",
        ),
    ),
    (
        "not offered with a limit of rides",
        _t(
            "Con un limite di mezzi si parte dal punto: verso il punto non si può.",
            "With a limit of rides times go from the point, not towards it.",
        ),
    ),
    (
        "no timetable in this network",
        _t(
            "Questo gemello non ha orari: scegliere a piedi, in bicicletta o in auto.",
            "This twin has no timetable: choose on foot, by bicycle or by car.",
        ),
    ),
    ("not reached", _t("Non ci si arriva nel tempo massimo.", "It is not reached within the limit.")),
    ("not longitude and latitude", _t("Non è un punto: {found}.", "Not a point: {found}.")),
)
_DATES = re.compile(r"a day from (\S+) to (\S+); the nearest with service is (\S+)")
_BUSY = _t(
    "Il server sta calcolando per molte persone: si riprova da solo.",
    "The server is computing for many people: it is tried again by itself.",
)
_OTHER = _t("La domanda non ha risposta: {found}", "The question has no answer: {found}")


def in_words(error: AumentaError, language: Language) -> AumentaError:
    """The same error in the words of the page: each problem is a sentence beside a field of its form."""
    problems = error.problems or (Problem(error.summary),)
    told = [_problem(problem, error.summary, language) for problem in problems]
    fresh: dict[tuple[str | None, str], Problem] = {(one.field, one.message): one for one in told}
    kind = type(error) if isinstance(error, AccessError) else AumentaError
    return kind(" ".join(one.message for one in fresh.values()), fresh.values())


def busy(language: Language) -> str:
    """What is said while the server refuses."""
    return _BUSY.get(language.code)


def _problem(problem: Problem, summary: str, language: Language) -> Problem:
    words = next((own for start, own in _ERRORS if problem.message.startswith(start)), None)
    field = FIELDS.get(problem.field or "", problem.field)
    if field in ("lon", "lat", "from", "origin") and problem.message.startswith(("distance", "not a number")):
        field = "place"
    found, expected = problem.found or "", problem.expected or ""
    if problem.message == "out of its limits" and problem.field in LIMITS:
        least, most = (language.number(limit) for limit in LIMITS[problem.field])
        expected = f"{least}–{most}"
    if words is None:
        said = _OTHER.get(language.code).format(
            found=str(problem) if problem.found else problem.message or summary
        )
        return replace(problem, message=said, field=field)
    said = words.get(language.code).format(found=found.strip("'").replace(" to ", "–"), expected=expected)
    dates = _DATES.match(expected)
    if dates:
        said += _nearest(dates, language)
    elif problem.message == "no place of that name" and expected:
        said += f" Forse {expected}?" if language.code == "it" else f" Is it {expected}?"
    return replace(problem, message=said, field=field)


def _nearest(dates: re.Match[str], language: Language) -> str:
    first, last, nearest = (day(found, language) for found in dates.groups())
    if language.code == "it":
        return f" Ci sono orari da {first} a {last}; il giorno più vicino con servizio è {nearest}."
    return f" There are timetables from {first} to {last}; the nearest day with service is {nearest}."


# --- what the times rest on --------------------------------------------------------------------

_MODES = {
    "rail": _t("treno", "train"),
    "metro": _t("metropolitana", "metro"),
    "tram": _t("tram", "tram"),
    "bus": _t("autobus", "bus"),
    "ferry": _t("traghetto", "ferry"),
    "funicular": _t("funicolare", "funicular"),
    "other": _t("altri mezzi", "other vehicles"),
}
_STREETS = {
    "friction": _t(
        "Strade stimate dalle celle: velocità per grado di urbanizzazione e fascia altimetrica, senza vie né incroci.",
        "Streets estimated from the cells: speeds by degree of urbanisation and altitude band, no roads or crossings.",
    ),
    "osm": _t("Strade di OpenStreetMap.", "Streets of OpenStreetMap."),
}


def rests_on(site: Site, language: Language) -> list[str]:
    """What the times rest on, sentence by sentence: streets, timetable and its sources."""
    entry = site.twin.manifest.network
    if entry is None:
        return []
    said = [_STREETS[entry.streets].get(language.code)]
    if entry.modes:
        modes = ", ".join(_MODES.get(mode, _MODES["other"]).get(language.code) for mode in entry.modes)
        titles = [
            language.text(site.twin.sources[one].title) for one in entry.sources if one in site.twin.sources
        ]
        from_ = f" ({'; '.join(titles)})" if titles else ""
        said.append(
            f"Mezzi pubblici: {modes}{from_}."
            if language.code == "it"
            else f"Public transport: {modes}{from_}."
        )
    return said


def wanting(site: Site) -> list[tuple[Text, Text | None, Text | None]]:
    """Layers of streets and timetables that are missing: name, why, and the file to bring."""
    return [
        (layer.name, layer.reason, layer.bring)
        for layer in site.twin.layers
        if layer.status == "missing" and (layer.id == "streets" or "timetable" in layer.id)
    ]
