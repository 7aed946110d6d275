# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The answer to a question about where to put something: figures, and what they say in words.

Minutes of a cell or place are those to the site that serves it; None stands for not reached. People are those who
count. Counts are of the cells, also where the sites were chosen on points of a square kilometre.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from aumenta.scenario.change import number
from aumenta.siting.problem import Objective, Status
from aumenta.siting.question import MODE_NAMES, WHO_NAMES, Question
from aumenta.values.text import Text, italian_share

#: Id of the sites already there that are told together.
TOGETHER = "together"
Sort = Literal["seat", "opportunity", "point", "existing", "together"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Site(_Strict):
    """A site that is open: a new one, or one already there. `rank` is its place in the curve, from 1."""

    id: str
    name: str
    sort: Sort
    new: bool
    kind: str | None = Field(None, description="Kind of opportunity that it is, or stands at.")
    lon: float | None = None
    lat: float | None = None
    municipality: str | None = None
    place: str | None = Field(None, description="Name of its municipality.")
    people: float = Field(description="Who count and are served here.")
    within: float = Field(description="Of these, within the minutes chosen.")
    median: int | None = Field(None, description="Minutes that half of its people need at most.")
    p95: int | None = None
    farthest: int | None = None
    capacity: float | None = None
    cost: float | None = None
    rank: int | None = None
    loses: float | None = Field(
        None, description="By how much the answer's value would worsen without it, in the value's unit."
    )


class PlaceServed(_Strict):
    """Who count in a place: within the minutes, beyond them, and of these not reached at all.

    `within_before` is today; None where nothing is known of what is there already.
    """

    level: str
    id: str
    name: str
    people: float
    within: float
    beyond: float
    unreached: float
    median: int | None = None
    within_before: float | None = None

    @property
    def share(self) -> float | None:
        """Share within the minutes; None where nobody counts."""
        return self.within / self.people if self.people > 0 else None

    @property
    def share_before(self) -> float | None:
        """The same today."""
        if self.within_before is None or self.people <= 0:
            return None
        return self.within_before / self.people


class Step(_Strict):
    """So many new sites, in the order in which they help most. `more`: one more than the answer has."""

    sites: int
    added: str | None = None
    name: str | None = None
    value: float | None = None
    within: float = Field(description="People within the minutes.")
    share: float
    mean: float = Field(description="Minutes per person; who is not reached counts as the limit.")
    more: bool = False


class SitingAnswer(_Strict):
    """Everything that a page, a table or a replay needs; cells are in a file beside it."""

    schema_version: int = 1
    id: str
    question: Question
    build: str
    territory: str
    software: dict[str, str]
    name: Text = Field(description="Of the action's lever.")
    things: Text = Field(description="What is placed, in the plural.")
    area: Text
    who: Text
    status: Literal["reported", "estimated"]
    date: str | None = None
    window: tuple[str, str] | None = None
    people: float = Field(description="Who count, in the area.")
    points: int = Field(description="Demand points that the sites were chosen on.")
    side: int = Field(description="Metres of the squares that demand points stand for.")
    candidates: int
    existing: int = Field(description="Sites already there that are counted.")
    existing_unplaced: int = Field(description="Known by municipality only, so not counted.")
    existing_kinds: list[Text] = []
    list_known: bool = Field(description="Whether the twin's own list says it is complete.")
    value: float
    unit: Text
    bound: float
    gap: float | None = Field(description="Proven relative distance from the best; None: nothing proven.")
    solved: Status
    method: str
    model: tuple[int, int]
    second: float | None = None
    total: PlaceServed
    places: list[PlaceServed]
    sites: list[Site]
    curve: list[Step]
    sentences: list[Text] = []
    notes: list[Text] = []

    @property
    def chosen(self) -> list[Site]:
        """The new sites, in the order of the curve."""
        return sorted((one for one in self.sites if one.new), key=lambda one: (one.rank or 0, one.id))

    def beyond(self, level: str) -> list[PlaceServed]:
        """Places of a level with somebody beyond the minutes, most people first."""
        found = [one for one in self.places if one.level == level and one.beyond > 0]
        return sorted(found, key=lambda one: (-one.beyond, one.id))


# --- in words ------------------------------------------------------------------------------

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
    towns = [one.name for one in answer.beyond("municipality")[:_NAMED]]
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
    gained = round(more.within - answer.total.within)
    if gained <= 0:
        return Text(
            it=f"Un luogo in più ({more.name}) non porterebbe altre persone entro {answer.question.within} minuti.",
            en=f"One more site ({more.name}) would bring nobody else within {answer.question.within} minutes.",
        )
    share, added = percent(more.share), number(gained, 0)
    return Text(
        it=f"Un luogo in più ({more.name}) ne porterebbe entro {answer.question.within} minuti altre {added.it}: "
        f"in tutto {italian_share(share.it)}.",
        en=f"One more site ({more.name}) would bring {added.en} more within {answer.question.within} minutes: "
        f"{share.en} in all.",
    )


def _proof(answer: SitingAnswer) -> Text:
    if answer.gap is None:
        return Text(
            it="Quanto la scelta sia lontana dalla migliore non è provato: il tempo è finito prima.",
            en="How far the choice is from the best is not proven: time was over before.",
        )
    if answer.gap <= 0:
        return Text(
            it="Nessun'altra scelta fa meglio: è provato (scarto 0%).",
            en="No other choice does better: that is proven (gap 0%).",
        )
    share = gap_words(answer.gap)
    cut = {
        "time_limit": Text(it=" Il tempo concesso è finito.", en=" The time allowed was over."),
        "stopped": Text(it=" Il calcolo è stato fermato.", en=" The computation was stopped."),
    }.get(answer.solved, Text(it="", en=""))
    return Text(
        it=f"È provato che nessun'altra scelta fa meglio di oltre {italian_share(share.it)} (scarto).{cut.it}",
        en=f"It is proven that no other choice does better by more than {share.en} (gap).{cut.en}",
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
