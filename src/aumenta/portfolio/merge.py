# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Several scenarios as one, and which of them contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from aumenta.errors import Problem
from aumenta.portfolio.subsets import mask_of
from aumenta.scenario.catalogue import Catalogue
from aumenta.scenario.model import Scenario
from aumenta.scenario.resolve import resolve_all
from aumenta.store.fingerprint import digest
from aumenta.values.text import Text

#: Begin of the ids of merged scenarios: their runs are kept, but they are no scenarios of the list.
MERGED = "merged-"
_CHANGE = re.compile(r"changes\[(\d+)\]")


@dataclass(frozen=True)
class Clash:
    """A set of scenarios that cannot be done together, with why; `other_order`: they can the other way round."""

    mask: int
    problems: tuple[Problem, ...]
    other_order: bool = False


def merged_id(scenarios: Sequence[Scenario]) -> str:
    """The id of scenarios done together in this order; of a single one its own."""
    if len(scenarios) == 1:
        return scenarios[0].id
    return MERGED + digest([one.id for one in scenarios])


def merged(scenarios: Sequence[Scenario], id: str | None = None, name: Text | None = None) -> Scenario:
    """One scenario with the changes of all, in the order of the list; of a single one without a new id, itself.

    Whether they can be done together is told by resolving it, as of any scenario.
    """
    if len(scenarios) == 1 and id is None:
        return scenarios[0]
    joined = Text(
        it=" + ".join(one.name.it for one in scenarios), en=" + ".join(one.name.en for one in scenarios)
    )
    assumptions = {one.model_dump_json(): one for scenario in scenarios for one in scenario.assumptions}
    return Scenario(
        id=id or merged_id(scenarios),
        territory=scenarios[0].territory,
        name=name or joined,
        actions=list(dict.fromkeys(code for one in scenarios for code in one.actions)),
        assumptions=list(assumptions.values()),
        changes=[change for one in scenarios for change in one.changes],
    )


def check(
    scenarios: Sequence[Scenario], catalogue: Catalogue, actions: Iterable[str] | None = None
) -> tuple[Problem, ...]:
    """Everything that is wrong with scenarios done together; problems name the scenario and its own change."""
    return told(resolve_all(merged(scenarios), catalogue, actions).problems, scenarios)


def conflicts(
    scenarios: Sequence[Scenario], catalogue: Catalogue, actions: Iterable[str] | None = None
) -> tuple[list[Clash], list[Clash]]:
    """Every two scenarios that contradict each other in the order of the list; each alone must be sound.

    And every two that would only in the other order: there the order of the list matters.
    """
    codes = None if actions is None else list(actions)
    found, ordered = [], []
    for one, other in combinations(range(len(scenarios)), 2):
        pair, mask = [scenarios[one], scenarios[other]], mask_of((one, other))
        problems, turned = check(pair, catalogue, codes), check(pair[::-1], catalogue, codes)
        if problems:
            found.append(Clash(mask, problems, not turned))
        elif turned:
            ordered.append(Clash(mask, turned, True))
    return found, ordered


def told(problems: Iterable[Problem], scenarios: Sequence[Scenario]) -> tuple[Problem, ...]:
    """Problems of a merged scenario in terms of those that it is made of."""
    own = [(one.id, number) for one in scenarios for number in range(len(one.changes))]

    def name(match: re.Match[str]) -> str:
        at = int(match[1])
        return f"{own[at][0]}: changes[{own[at][1]}]" if at < len(own) else match[0]

    def named(text: str | None) -> str | None:
        return None if text is None else _CHANGE.sub(name, text)

    return tuple(
        replace(one, message=named(one.message) or "", field=named(one.field), expected=named(one.expected))
        for one in problems
    )
