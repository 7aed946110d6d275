# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What the address of the page of priorities asks: scenarios, their costs, what to choose for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from aumenta.errors import Problem
from aumenta.portfolio.choice import Choice, choose
from aumenta.portfolio.costs import Cost, is_cost
from aumenta.portfolio.model import Result

#: Fields of one scenario each: chosen in the list, its cost, where the cost comes from.
WITH, COST, SOURCE = "with.", "cost.", "from."
#: Longest texts that are taken from an address.
LONGEST = 80
_COST = "a number, 0 or more; nothing where it is not known"
#: What stands before the amount of money, and must be decided for anything else to make sense.
_NUMBERS = ("budget", "most", "runs")


@dataclass(frozen=True)
class Asked:
    """An address, read. `typed` are numbers as they were written, those that are none too.

    `answer` names a kept answer, of any build; `pinned` and `excluded` bind the choice; `sort` and `pairs` order
    tables (a column, with `-` before it for the smallest first); `sheet`: to be printed.
    """

    ids: tuple[str, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    answer: str = ""
    right: str = ""
    band: str = "all"
    pinned: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    sort: str = ""
    pairs: str = ""
    sheet: bool = False

    # --- numbers ------------------------------------------------------------------------

    @cached_property
    def costs(self) -> dict[str, float | None]:
        """Costs that are known, none for a scenario without one, or with what is no cost."""
        found = {name: _number(self.typed.get(COST + name, "")) for name in self.ids}
        return {name: cost if cost is not None and is_cost(cost) else None for name, cost in found.items()}

    @property
    def budget(self) -> float | None:
        """Most that the chosen scenarios may cost."""
        return _number(self.typed.get("budget", ""))

    @property
    def most(self) -> int | None:
        """Most scenarios that may be chosen."""
        return _whole(self.typed.get("most", ""))

    @property
    def runs(self) -> int | None:
        """Most runs that may be made."""
        return _whole(self.typed.get("runs", ""))

    def problems(self) -> list[Problem]:
        """Numbers that are none."""
        found = []
        for name in self.ids:
            text = self.typed.get(COST + name, "")
            cost = _number(text)
            if text and (cost is None or not is_cost(cost)):
                found.append(Problem("not a cost", field=f"costs.{name}", found=text, expected=_COST))
        checks = (
            ("budget", "not a budget", self.budget),
            ("most", "not a number of scenarios", self.most),
            ("runs", "not a number of runs", self.runs),
        )
        for name, message, value in checks:
            text = self.typed.get(name, "")
            if text and (value is None or value < 0 or not math.isfinite(value)):
                found.append(Problem(message, field=name, found=text, expected="0 or more"))
        return found

    def of(self, name: str) -> Cost:
        """The cost of a scenario and where it comes from."""
        return Cost(self.costs.get(name), self.sources.get(name) or None)

    def choice(self, result: Result) -> Choice:
        """The set that does most for what is asked. Raises `PortfolioError`."""
        return choose(
            result, self.right, self.band, self.budget, self.pinned, self.excluded, self.most, self.costs
        )

    @property
    def unbounded(self) -> Asked:
        """The same without budget and number: what the whole frontier is drawn of."""
        return replace(
            self, typed={name: text for name, text in self.typed.items() if name not in {"budget", "most"}}
        )

    # --- addresses ----------------------------------------------------------------------

    @property
    def query(self) -> dict[str, str]:
        """What an address has to carry to ask the same; nothing that goes without saying."""
        found = {"s": ",".join(self.ids), "answer": self.answer, "right": self.right}
        found["band"] = "" if self.band == "all" else self.band
        found |= {name: self.typed.get(name, "") for name in _NUMBERS}
        found |= {"pin": ",".join(self.pinned), "out": ",".join(self.excluded), "unit": self.unit}
        found |= {COST + name: self.typed.get(COST + name, "") for name in self.ids}
        found |= {SOURCE + name: self.sources.get(name, "") for name in self.ids}
        found |= {"sort": self.sort, "pairs": self.pairs, "sheet": "1" if self.sheet else ""}
        return {name: text for name, text in found.items() if text}

    def but(self, **other: object) -> dict[str, str]:
        """The query of the same with something else."""
        return replace(self, **other).query  # type: ignore[arg-type]

    def bound(self, name: str, how: str) -> dict[str, str]:
        """The query with a scenario pinned (`pin`), excluded (`out`), or free again."""
        pinned = tuple(one for one in self.pinned if one != name) + ((name,) if how == "pin" else ())
        excluded = tuple(one for one in self.excluded if one != name) + ((name,) if how == "out" else ())
        return self.but(pinned=pinned, excluded=excluded)

    def hidden(self, *own: str) -> dict[str, str]:
        """What a form carries along that has these fields itself (`cost.`: all that begin so)."""
        return {name: text for name, text in self.query.items() if not name.startswith(own)}


def read(query: Mapping[str, str]) -> tuple[Asked, bool]:
    """An address, and whether it is written in another way than `query` would: then it is sent on to that."""
    ids = _names(query.get("s", ""))
    ids += tuple(name.removeprefix(WITH) for name in query if name.startswith(WITH))
    ids = tuple(dict.fromkeys(ids))
    names = (*_NUMBERS, *(COST + name for name in ids))
    asked = Asked(
        ids=ids,
        typed={name: text for name in names if (text := _text(query, name))},
        sources={name: text for name in ids if (text := _text(query, SOURCE + name))},
        unit=_text(query, "unit")[:30],
        answer=_text(query, "answer")[:16],
        right=_text(query, "right"),
        band=_text(query, "band") or "all",
        pinned=_names(query.get("pin", "")),
        excluded=_names(query.get("out", "")),
        sort=_text(query, "sort"),
        pairs=_text(query, "pairs"),
        sheet="sheet" in query,
    )
    return asked, any(name.startswith(WITH) or not text for name, text in query.items())


def _text(query: Mapping[str, str], name: str) -> str:
    return " ".join(query.get(name, "").split())[:LONGEST]


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip()[:LONGEST] for one in text.split(",") if one.strip()))


def _number(text: str) -> float | None:
    """A number as people write it: with a point, or one comma, for decimals.

    >>> _number("3,5"), _number("1e3"), _number("three")
    (3.5, 1000.0, None)
    """
    try:
        return float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return None


def _whole(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 10 else None
