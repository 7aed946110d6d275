# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The page of priorities in words: names, what is planned, how far it is, what is best and how sure that is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from aumenta.portfolio.choice import Choice
from aumenta.portfolio.model import Result
from aumenta.scenario.gains import ALL, NOT_KNOWN
from aumenta.values.rights import RightsFile
from aumenta.web.i18n import Language
from aumenta.web.numbers import NONE
from aumenta.web.portfolio_desk import Sight, Standing
from aumenta.web.scenario_words import stage_text
from aumenta.web.territory_index import TerritoryIndex
from aumenta.web.words import BAND_PHRASES, RIGHT_NAMES, band_key, place_name

#: Between the names of scenarios that are done together.
JOIN = " + "


@dataclass(frozen=True)
class Names:
    """What scenarios, rights and bands of an answer are called in one language."""

    language: Language
    scenarios: Mapping[str, str]
    rights: Mapping[str, str]
    bands: Mapping[str, str]

    def set(self, ids: Collection[str]) -> str:
        """Scenarios done together."""
        return JOIN.join(self.scenarios.get(one, one) for one in ids) or self.language.gettext("no scenario")

    def said(self, ids: Collection[str]) -> str:
        """Scenarios done together, in a sentence."""
        return JOIN.join(f"«{self.scenario(one)}»" for one in ids) or self.language.gettext("no scenario")

    def scenario(self, name: str) -> str:
        """One scenario."""
        return self.scenarios.get(name, name)


def names_of(
    result: Result | None,
    scenarios: Mapping[str, str],
    rights: RightsFile,
    index: TerritoryIndex,
    language: Language,
) -> Names:
    """Names for an answer; `scenarios` are those of the list, for what it does not tell."""
    own = {one.id: language.text(one.name) for one in result.members} if result else {}
    bands = result.bands if result else [ALL]
    return Names(
        language,
        {**scenarios, **own},
        {name: right_name(name, rights, language) for name in (result.rights if result else [])},
        {name: band_name(name, index, language) for name in bands},
    )


def right_name(name: str, rights: RightsFile, language: Language) -> str:
    """A right by its short name, a condition by what it asks for."""
    right, _, condition = name.partition(".")
    known = next((one for one in rights.rights if one.id == right), None)
    if condition:
        own = next((one for one in known.conditions if one.id == condition), None) if known else None
        return language.text(own.name) if own else name
    text = language.text(RIGHT_NAMES.get(right) or (known.name if known else None)) or right
    return text[:1].upper() + text[1:]


def band_name(name: str, index: TerritoryIndex, language: Language) -> str:
    """A band; `all` is everybody."""
    if name == ALL:
        return language.gettext("Whole metropolis")
    if name == NOT_KNOWN:
        return language.gettext("No band")
    place = index.places.get(name)
    return place_name(place, language) if place else name


def band_words(name: str, names: Names) -> str:
    """`in the mountains`; nothing for everybody."""
    if name == ALL:
        return ""
    key = band_key(name)
    return names.language.text(BAND_PHRASES[key]) if key in BAND_PHRASES else names.bands.get(name, name)


# --- numbers ----------------------------------------------------------------------------


def signed(value: float | None, language: Language) -> str:
    """Residents more or fewer; a dash where that is not known."""
    if value is None:
        return NONE
    text = language.number(round(value), 0)
    return f"+{text}" if round(value) > 0 else text


def amount(cost: float | None, unit: str, language: Language) -> str:
    """A cost with the unit that the person gave it."""
    if cost is None:
        return language.gettext("not known")
    text = language.number(cost)
    return f"{text}\N{NO-BREAK SPACE}{unit}" if unit else text


def duration(seconds: float, language: Language) -> str:
    """So long, as people say it."""
    if seconds < 90:
        number = max(1, round(seconds))
        return language.ngettext("%(num)d second", "%(num)d seconds", number) % {"num": number}
    if seconds < 5400:
        number = round(seconds / 60)
        return language.ngettext("%(num)d minute", "%(num)d minutes", number) % {"num": number}
    return language.gettext("%(n)s hours") % {"n": language.number(seconds / 3600, 1)}


# --- before and while it is computed ----------------------------------------------------


def plan_words(sight: Sight, language: Language) -> list[str]:
    """How many runs there will be, how many are there, how long the rest takes and how that is known."""
    plan = sight.plan
    left = plan.runs - plan.there
    words: dict[str, object] = {"sets": plan.sets - 1, "runs": plan.runs, "there": plan.there, "left": left}
    if plan.exact:
        said = [
            language.gettext(
                "They can be done together in %(sets)s ways: every one is a run; made already: %(there)s."
            )
        ]
    else:
        said = [
            language.gettext(
                "They can be done together in %(sets)s ways: too many. At most %(runs)s runs are made, along "
                "random orders; %(there)s are there already. Averages come with their error."
            )
        ]
    rest = plan.estimate
    if left and rest is None:
        said.append(
            language.gettext(
                "How long it takes is known when the first run has ended: none was measured here yet."
            )
        )
    elif left and rest is not None:
        words |= {
            "likely": duration(rest.likely, language),
            "least": duration(rest.least, language),
            "most": duration(rest.most, language),
            "measured": rest.measured,
            "singles": rest.singles,
        }  # fmt: skip
        said.append(
            language.gettext(
                "Runs that are left: %(left)s, for about %(likely)s (from %(least)s to %(most)s); "
                "scenarios measured on this computer: %(measured)s of %(singles)s."
            )
        )
    if left and plan.bytes:
        words["size"] = language.number(max(1, round(plan.bytes / 1e6)))
        said.append(language.gettext("They take about %(size)s MB of disk."))
    return [one % words for one in said]


def progress_words(standing: Standing, names: Names, minutes: float) -> str:
    """Where the computation is, in a sentence."""
    language, told, state = names.language, standing.told or {}, standing.state
    words = {
        "n": state.before,
        "done": told.get("done", 0),
        "total": told.get("total", 0),
        "time": duration(float(told.get("seconds") or state.seconds), language),
        "now": names.set(told.get("now", ())),
        "stage": stage_text(str(told.get("stage", "")), language),
        "hours": language.number(minutes / 60, 0),
    }
    if standing.phase == "running" and not told:
        return language.gettext("Begun: the territory is being read.")
    said = {
        "waiting": language.gettext("Waiting: %(n)s before it."),
        "running": language.gettext("%(done)s of %(total)s runs are there, after %(time)s. Now: %(now)s (%(stage)s)."),
        "stopped": language.gettext("Stopped. What was computed stays: it goes on from there when you want."),
        "late": language.gettext(
            "Stopped after %(hours)s hours, as long as is allowed. What was computed stays: go on from there."
        ),
        "failed": language.gettext("It could not be finished. What was computed stays."),
    }.get(standing.phase, "") % words  # fmt: skip
    left = told.get("left")
    if standing.phase == "running" and left:
        rest = language.gettext("About %(time)s left.")
        said += " " + rest % {"time": duration(float(left[0]), language)}
    if standing.outside:
        said += " " + language.gettext("Another process computes it: it can be stopped there.")
    return said


# --- what comes out ---------------------------------------------------------------------


def best_title(choice: Choice, budget: str, names: Names) -> str:
    """The set that does most, as a title; `budget` is blank where there is none."""
    language, band = names.language, band_words(choice.band, names)
    right = names.rights[choice.right]
    head = ", ".join(one for one in (right, band) if one)
    words = {"head": head, "set": names.said(choice.best.scenarios), "budget": budget,
             "gain": signed(choice.best.gain, language)}  # fmt: skip
    if not choice.best.gain:
        said = (
            language.gettext("%(head)s: within %(budget)s no set brings it to more residents")
            if budget
            else language.gettext("%(head)s: no set brings it to more residents")
        )
    elif choice.best.gain < 0:
        said = language.gettext("%(head)s: with what is asked for residents lose it, %(gain)s with %(set)s")
    elif budget:
        said = language.gettext("%(head)s: within %(budget)s most is done by %(set)s, %(gain)s residents")
    else:
        said = language.gettext("%(head)s: most is done by %(set)s, %(gain)s residents")
    return _so_far(said % words, choice.best.proven, language)


def _so_far(said: str, proven: bool, language: Language) -> str:
    """With a word that more may come, where not every set that is allowed was computed."""
    return (
        said
        if proven
        else language.gettext("So far, of the sets computed: %(said)s") % {"said": _small(said)}
    )


def best_words(choice: Choice, result: Result, unit: str, names: Names) -> list[str]:
    """How many have it then, what it costs, how sure that is, and what does as much."""
    language, best = names.language, choice.best
    residents = result.residents[result.bands.index(choice.band)]
    words = {
        "met": language.number(best.met), "all": language.number(residents), "cost": amount(best.cost, unit, language),
        "rivals": choice.rivals, "computed": choice.computed, "set": names.said(best.scenarios),
    }  # fmt: skip
    said = [language.gettext("%(met)s of %(all)s residents have it then.")]
    if best.cost:
        said.append(language.gettext("It costs %(cost)s."))
    elif best.scenarios and best.cost is None:
        said.append(language.gettext("What it costs is not known."))
    if best.proven:
        said.append(
            language.gettext(
                "It is proven: all %(rivals)s sets that are allowed, the one of nothing included, were "
                "computed, and none does more."
            )
        )
    else:
        said.append(
            language.gettext(
                "It is the best of %(computed)s sets computed out of %(rivals)s allowed: one of the others may do more."
            )
        )
    found = [one % words for one in said]
    if choice.ties and best.gain:
        say = language.gettext("As much at the same cost: %(sets)s.")
        found.append(say % {"sets": "; ".join(names.said(one) for one in choice.ties)})
    return found


def cost_words(result: Result, without: Collection[str], names: Names) -> str:
    """That costs are missing, of which scenarios, and what follows; blank where all are known."""
    language = names.language
    if not without:
        return ""
    if len(without) == len(result.ids):
        return language.gettext("No cost was given: sets are compared by how many scenarios they have.")
    say = language.gettext(
        "No cost is known of %(set)s: under a budget it is in no set. What is not known is not zero."
    )
    return say % {"set": names.said(without)}


def frontier_title(choice: Choice, by_cost: bool, unit: str, names: Names) -> str:
    """What the curve says; of a choice that no budget and no number bounds, so that "nothing more" is so."""
    language = names.language
    points = [one for one in (choice.by_cost if by_cost else choice.by_number) if one.scenarios]

    def size(point: object) -> str:
        cost, number = point.cost, len(point.scenarios)  # type: ignore[attr-defined]
        if by_cost:
            return amount(cost, unit, language)
        return language.ngettext("%(num)d scenario", "%(num)d scenarios", number) % {"num": number}

    if not points:
        return _bounded(
            language.gettext("No set brings it to more residents than have it today"),
            choice,
            by_cost,
            language,
        )
    words = {"first": size(points[0]), "gain": signed(points[0].gain, language),
             "last": size(points[-1]), "most": signed(points[-1].gain, language)}  # fmt: skip
    if len(points) == 1:
        say = language.gettext("With %(first)s %(gain)s residents; more than that brings nothing more")
        return _bounded(say % words, choice, by_cost, language)
    say = language.gettext(
        "With %(first)s %(gain)s residents, with %(last)s %(most)s; more than that brings nothing more"
    )
    return _bounded(say % words, choice, by_cost, language)


def _bounded(said: str, choice: Choice, by_cost: bool, language: Language) -> str:
    """With what the curve leaves out: sets that were not computed, scenarios whose cost is not known."""
    if by_cost and choice.without_cost:
        said = language.gettext("Of sets whose cost is known: %(said)s") % {"said": _small(said)}
    return _so_far(said, choice.computed == choice.rivals, language)


def _small(said: str) -> str:
    return said[:1].lower() + said[1:]


def pair_words(beyond: float | None, average: float | None, why: str | None, language: Language) -> str:
    """What two scenarios do only together."""
    if why == "conflict":
        return language.gettext("cannot be done together")
    if beyond is None:
        return language.gettext("not computed yet")
    number = round(beyond)
    words = {"n": language.number(abs(number))}
    if number > 0:
        return language.gettext("they help each other: %(n)s residents more than the sum of the two") % words
    if number < 0:
        return (
            language.gettext("in part they do the same: %(n)s residents fewer than the sum of the two")
            % words
        )
    if average is not None and round(average):
        return language.gettext(
            "by themselves neither helps nor hinders the other; beside the others they do"
        )
    return language.gettext("neither helps nor hinders the other")
