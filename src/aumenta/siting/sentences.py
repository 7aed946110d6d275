# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What an answer about siting says, in both languages: plain sentences out of its figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from aumenta.scenario.change import number
from aumenta.siting.explained import SitingAnswer
from aumenta.siting.problem import Objective
from aumenta.siting.question import MODE_NAMES, WHO_NAMES, Question
from aumenta.values.text import Text, italian_share

UNITS: dict[Objective, Text] = {
    "median": Text(it="minuti in media per persona", en="minutes on average per person"),
    "centre": Text(it="minuti di chi è più lontano", en="minutes of the farthest"),
    "coverage": Text(it="persone entro i minuti scelti", en="people within the minutes chosen"),
    "set_cover": Text(it="luoghi nuovi", en="new sites"),
    "worst_first": Text(it="minuti di chi è più lontano", en="minutes of the farthest"),
}
COSTS = Text(it="costo dei luoghi nuovi", en="cost of the new sites")
WORST_SHARE = Text(
    it="quota entro i minuti nel gruppo che ne ha meno", en="share within the minutes in the worst group"
)
_COUNTS_IT = ("", "un", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci")
_COUNTS_EN = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
#: Places named in a sentence.
_NAMED = 3


def percent(share: float) -> Text:
    """A share as a percentage, whole from 10 to 90, with a decimal near the ends; never 100% for less than all.

    >>> percent(0.5361), percent(0.9996), percent(1)
    (Text(it='54%', en='54%'), Text(it='99,9%', en='99.9%'), Text(it='100%', en='100%'))
    """
    value = share * 100
    rounded = round(value) if 10 <= value <= 90 else math.floor(value * 10) / 10
    said = number(rounded, 1)
    return Text(it=f"{said.it}%", en=f"{said.en}%")


def unit_of(question: Question) -> Text:
    """What the value of an answer is counted in."""
    if question.objective == "worst_first" and question.groups is not None:
        return WORST_SHARE
    if question.objective == "set_cover" and (question.costs or question.cost is not None):
        return COSTS
    return UNITS[question.objective]


def sentences_of(answer: SitingAnswer) -> list[Text]:
    """What the answer says: who is near with it and today, who is not, one site more, the proof, the list."""
    said = [_result(answer), _sites(answer), _left(answer), _one_more(answer), _proof(answer), _list(answer)]
    return [one for one in said if one is not None]


def _result(answer: SitingAnswer) -> Text:
    total, asked = answer.total, answer.question
    count, mode, who = len(answer.chosen), MODE_NAMES[asked.mode], _counted_people(asked)
    near, people = number(round(total.within), 0), number(round(total.people), 0)
    share = percent(total.share or 0.0)
    new = Text(
        it=f"{_counted(count, _COUNTS_IT)} {'luogo nuovo' if count == 1 else 'luoghi nuovi'}",
        en=f"{_counted(count, _COUNTS_EN)} new {'site' if count == 1 else 'sites'}",
    )
    today = Text(it="", en="")
    if total.within_before is not None:
        before, part = number(round(total.within_before), 0), percent(total.share_before or 0.0)
        today = Text(
            it=f"; oggi {before.it} ({italian_share(part.it)})", en=f"; today {before.en} ({part.en})"
        )
    return Text(
        it=f"{answer.things.it}, {new.it} ({answer.area.it}): {near.it} {who.it} su {people.it} "
        f"({italian_share(share.it)}) sono entro {asked.within} minuti {mode.it}{today.it}.",
        en=f"{answer.things.en}, {new.en} ({answer.area.en}): {near.en} of {people.en} {who.en} ({share.en}) "
        f"are within {asked.within} minutes {mode.en}{today.en}.",
    )


def _counted_people(asked: Question) -> Text:
    if asked.who == "all" or asked.weights:
        return Text(it="residenti", en="residents")
    return WHO_NAMES[asked.who]


def _sites(answer: SitingAnswer) -> Text | None:
    chosen = answer.chosen
    if not chosen:
        return Text(it="Nessun luogo nuovo aggiunge qualcosa.", en="No new site would add anything.")
    if len(chosen) > 10:  # a table says it better
        return None
    told = [f"{one.name} ({number(round(one.people), 0).it})" for one in chosen]
    english = [f"{one.name} ({number(round(one.people), 0).en})" for one in chosen]
    return Text(
        it=f"Luoghi scelti, con le persone che servono: {', '.join(told)}.",
        en=f"Sites chosen, with the people they serve: {', '.join(english)}.",
    )


def _left(answer: SitingAnswer) -> Text:
    total, minutes = answer.total, answer.question.within
    if round(total.beyond) == 0:
        return Text(
            it=f"Nessuno resta oltre {minutes} minuti.", en=f"Nobody is left beyond {minutes} minutes."
        )
    people = number(round(total.beyond), 0)
    many = total.beyond / 20  # a place with next to nobody is not where they mostly are
    towns = [one.name for one in answer.beyond("municipality")[:_NAMED] if one.beyond >= many]
    most = Text(it=f", soprattutto a {', '.join(towns)}", en=f", mostly in {', '.join(towns)}")
    most = most if towns else Text(it="", en="")
    never = number(round(total.unreached), 0)
    of_these = (
        Text(
            it=f" Di queste, {never.it} non arrivano a nessun luogo entro {answer.question.max_minutes} minuti.",
            en=f" Of these, {never.en} reach no site within {answer.question.max_minutes} minutes.",
        )
        if round(total.unreached)
        else Text(it="", en="")
    )
    return Text(
        it=f"Oltre {minutes} minuti restano {people.it} persone{most.it}.{of_these.it}",
        en=f"Beyond {minutes} minutes there are still {people.en} people{most.en}.{of_these.en}",
    )


def _one_more(answer: SitingAnswer) -> Text | None:
    more = next((one for one in answer.curve if one.more), None)
    capped = answer.question.capacity is not None or bool(answer.question.capacities)
    if more is None or more.name is None or capped:  # the curve does not mind capacities
        return None
    minutes = _on_average([one.mean for one in answer.curve if not one.more][-1:], more.mean)
    near, gained = answer.question.within, round(more.within - answer.total.within)
    if gained <= 0:
        return Text(
            it=f"Un luogo in più ({more.name}) non porterebbe altre persone entro {near} minuti{minutes.it}.",
            en=f"One more site ({more.name}) would bring nobody else within {near} minutes{minutes.en}.",
        )
    share, added = percent(more.share), number(gained, 0)
    return Text(
        it=f"Un luogo in più ({more.name}) ne porterebbe entro {near} minuti altre {added.it}: in tutto "
        f"{italian_share(share.it)}{minutes.it}.",
        en=f"One more site ({more.name}) would bring {added.en} more within {near} minutes: {share.en} in all"
        f"{minutes.en}.",
    )


def _on_average(before: Sequence[float], after: float) -> Text:
    """The mean minutes with one more site, where a person would see the difference."""
    if not before or round(before[0], 1) == round(after, 1):
        return Text(it="", en="")
    old, new = number(before[0], 1), number(after, 1)
    return Text(
        it=f"; in media {new.it} minuti a persona invece di {old.it}",
        en=f"; {new.en} minutes on average per person instead of {old.en}",
    )


def _proof(answer: SitingAnswer) -> Text:
    among = _among(answer)
    if answer.gap is None:
        return Text(
            it="Quanto la scelta sia lontana dalla migliore non è provato: il tempo è finito prima.",
            en="How far the choice is from the best is not proven: time was over before.",
        )
    if answer.gap <= 0:
        return Text(
            it=f"{among.it} nessun'altra scelta fa meglio: è provato (scarto 0%).",
            en=f"{among.en} no other choice does better: that is proven (gap 0%).",
        )
    share = gap_words(answer.gap)
    cut = {
        "time_limit": Text(it=" Il tempo concesso è finito.", en=" The time allowed was over."),
        "stopped": Text(it=" Il calcolo è stato fermato.", en=" The computation was stopped."),
    }.get(answer.solved, Text(it="", en=""))
    return Text(
        it=f"{among.it} nessun'altra scelta fa meglio di oltre {italian_share(share.it)}: è provato (scarto).{cut.it}",
        en=f"{among.en} no other choice does better by more than {share.en}: that is proven (gap).{cut.en}",
    )


def _among(answer: SitingAnswer) -> Text:
    """What the proof is about: the candidates, and the points where those are fewer than the cells."""
    candidates, points = number(answer.candidates, 0), number(answer.points, 0)
    if answer.points == answer.cells:
        return Text(it=f"Tra questi {candidates.it} candidati", en=f"Among these {candidates.en} candidates")
    return Text(
        it=f"Tra questi {candidates.it} candidati e su {points.it} punti",
        en=f"Among these {candidates.en} candidates and on {points.en} points",
    )


def gap_words(gap: float) -> Text:
    """A proven gap as a percentage, rounded up: never less than it is.

    >>> gap_words(0.0031), gap_words(0)
    (Text(it='0,4%', en='0.4%'), Text(it='0%', en='0%'))
    """
    said = number(math.ceil(round(gap * 1000, 9)) / 10, 1)
    return Text(it=f"{said.it}%", en=f"{said.en}%")


def _list(answer: SitingAnswer) -> Text:
    if not answer.question.count_existing:
        return Text(
            it="Ciò che c'è già non è contato: la scelta vale come se non ci fosse niente.",
            en="What is there already is not counted: the choice is made as if there were nothing.",
        )
    found = number(answer.existing, 0)
    kinds = _joined(answer.existing_kinds)
    counted = Text(
        it=f"Già presenti e contati: {found.it} ({kinds.it}).",
        en=f"Already there and counted: {found.en} ({kinds.en}).",
    )
    if answer.existing == 0:
        counted = Text(
            it=f"Già presenti: il gemello non ne conosce con la posizione ({kinds.it}).",
            en=f"Already there: the twin knows none with its position ({kinds.en}).",
        )
    if answer.existing_unplaced:
        unplaced = number(answer.existing_unplaced, 0)
        counted = Text(
            it=f"{counted.it} Di {unplaced.it} si sa solo il comune, e non contano.",
            en=f"{counted.en} Of {unplaced.en} only the municipality is known: they do not count.",
        )
    own = _own_word(answer)
    return Text(it=f"{counted.it} {own.it}", en=f"{counted.en} {own.en}")


def _own_word(answer: SitingAnswer) -> Text:
    """Who says what of the list; both where they differ."""
    person = answer.question.list_complete
    if person == "yes" and answer.list_known:
        return Text(it="L'elenco è detto completo.", en="The list is said to be complete.")
    if person == "yes":
        return Text(
            it="Chi chiede dice che l'elenco è completo; i dati del gemello non lo dicono.",
            en="Whoever asks says that the list is complete; the twin's data do not say so.",
        )
    if person == "no":
        return Text(
            it="Chi chiede dice che nell'elenco manca qualcosa: vicino a un luogo scelto può essercene già uno.",
            en="Whoever asks says that something is missing in the list: near a site chosen there may be one already.",
        )
    if answer.list_known:
        return Text(
            it="Secondo i dati del gemello l'elenco è completo; chi chiede non lo sa.",
            en="By the twin's data the list is complete; whoever asks does not know.",
        )
    return Text(
        it="Se l'elenco sia completo non si sa: vicino a un luogo scelto può essercene già uno.",
        en="Whether the list is complete is not known: near a site chosen there may be one already.",
    )


def _joined(words: Sequence[Text]) -> Text:
    return Text(it=", ".join(one.it for one in words), en=", ".join(one.en for one in words))


def _counted(count: int, words: Sequence[str]) -> str:
    return words[count] if 0 < count < len(words) else str(count)


#: Steps of the work, as they are told while it goes on.
_STEPS: Mapping[str, Text] = {
    "minutes to what is there already": Text(
        it="tempi verso ciò che c'è già", en="travel times to what is there already"
    ),
    "bounds": Text(it="scelta e prova", en="choice and proof"),
    "bounds with room": Text(it="scelta e prova con le capienze", en="choice and proof with capacities"),
    "fairest": Text(
        it="scelta e prova per il gruppo che sta peggio", en="choice and proof for the worst-off group"
    ),
    "largest time": Text(it="scelta e prova per chi è più lontano", en="choice and proof for the farthest"),
}


def step_words(step: str) -> Text:
    """What is being done, for a person who waits.

    >>> step_words("minutes 3/45").it
    'tempi verso i luoghi possibili: 3 su 45'
    """
    done, slash, total = step.removeprefix("minutes ").partition("/")
    if step.startswith("minutes ") and slash:
        return Text(
            it=f"tempi verso i luoghi possibili: {done} su {total}",
            en=f"travel times to possible sites: {done} of {total}",
        )
    return _STEPS.get(step, Text(it="scelta dei luoghi", en="choice of the sites"))
