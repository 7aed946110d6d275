# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What a finished run does, as the pages show it: which indicators change, for how many residents, where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import Any

import numpy as np
import pandas as pd

from aumenta.scenario.difference import BETTER, EFFECTS, OTHER, SAME, UNKNOWN, WORSE, effects_of
from aumenta.scenario.gains import InequalityChange, rights_change
from aumenta.twin.scenario_run import ScenarioRun
from aumenta.values.aggregate import aligned
from aumenta.values.model import Indicator
from aumenta.web.equity_view import is_right
from aumenta.web.map_data import MapData
from aumenta.web.place_choices import is_secondary
from aumenta.web.words import RIGHT_MEASURE, RIGHT_NAMES

#: Levels of the table of before and after.
LEVELS = ("metropolis", "band", "zone")


#: What becomes of who has a right, by what is known of it before and after.
_RIGHT_EFFECTS = {
    ("met", "met"): SAME,
    ("not_met", "not_met"): SAME,
    ("unknown", "unknown"): UNKNOWN,
    ("not_met", "met"): BETTER,
    ("unknown", "met"): BETTER,
    ("met", "not_met"): WORSE,
    ("met", "unknown"): WORSE,
    ("not_met", "unknown"): OTHER,
    ("unknown", "not_met"): OTHER,
}


@dataclass(frozen=True)
class Headline:
    """The indicator by which a run is told, and residents for whom it becomes better and worse.

    Of a right: residents for whom it is met with the scenario and was not known to be before, and the other way round;
    `certain` where all of them were known not to have it.
    """

    key: str
    better: float
    worse: float
    certain: bool = True


class Effects:
    """One run over the build that it started from. What is computed is kept; threads wait for each other."""

    def __init__(self, run: ScenarioRun, maps: MapData) -> None:
        self.run, self.maps = run, maps
        self._lock = RLock()
        self._kept: dict[tuple[str, str], Any] = {}

    def _once(self, what: str, key: str, make: Callable[[], Any]) -> Any:
        with self._lock:
            if (what, key) not in self._kept:
                self._kept[what, key] = make()
            return self._kept[what, key]

    def indicator(self, key: str) -> Indicator:
        """Definition of an indicator."""
        return self.maps.index.indicators[key]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Indicators that change somewhere, rights first; shares of a right stand with the right itself."""
        changed = [key for key in self.run.changed() if key in self.maps.index.indicators]
        index, cells = self.maps.index, set(self.run.cell_indicators)
        rights = [key for key in changed if is_right(key, index) and key in cells]
        order = [f"{RIGHT_MEASURE}.{name}" for name in RIGHT_NAMES]
        rights.sort(key=lambda key: order.index(key) if key in order else len(order))
        covered = {f"{key}.{part}" for key in rights for part in ("met", "not_met", "unknown")}
        place = [key for key in index.indicators if key in changed and key not in rights]
        return (*rights, *(key for key in place if key not in covered))

    def by_place(self, key: str) -> str:
        """The indicator that tells a key by place: of a right the share of residents for whom it is met."""
        met = f"{key}.met"
        return met if is_right(key, self.maps.index) and met in self.maps.index.indicators else key

    def has_cells(self, key: str) -> bool:
        """Whether cells have values of it."""
        return key in self.run.cell_indicators

    def has_people(self, key: str) -> bool:
        """Whether residents can be told apart by it: cells or municipalities have values."""
        return self.has_cells(key) or bool(self.maps.index.values.get(key, {}).get("municipality"))

    @cached_property
    def headline(self) -> Headline | None:
        """The right that changes for most residents; else what else does; None where nobody's value changes."""
        rights = [key for key in self.keys if is_right(key, self.maps.index)]
        others = [
            key
            for key in self.keys
            if key not in rights and self.has_people(key) and not is_secondary(self.indicator(key))
        ]
        fine = [key for key in others if self.has_cells(key)]
        for chosen in (rights, fine, [key for key in others if key not in fine]):
            told = [one for one in map(self.told, chosen) if one.better + one.worse >= 1]
            if told:
                return max(told, key=lambda one: one.better + one.worse)
        return None

    def told(self, key: str) -> Headline:
        """Residents for whom an indicator becomes better and worse."""
        if is_right(key, self.maps.index):
            return self._told_of_right(key)
        if not self.has_people(key) or self.indicator(key).direction == "none":
            return Headline(key, 0.0, 0.0)
        people = self.run.people
        before, after = (people.of(side) for side in self.run.sides(key))
        code = effects_of(before, after, self.indicator(key))
        better, worse = (float(people.residents[code == effect].sum()) for effect in (BETTER, WORSE))
        return Headline(key, better, worse)

    def _told_of_right(self, key: str) -> Headline:
        whole = self.gains(key).iloc[0]
        table = self.transitions(key)
        states = table[table["by"] == "all"].set_index(["before", "after"])["residents"].astype(float)
        unknown = float(states["unknown", "met"] + states["met", "unknown"])
        return Headline(key, float(whole["better"]), float(whole["worse"]), unknown < 0.5)

    def transitions(self, key: str) -> pd.DataFrame:
        """Residents by what a right is for them before and after, by group."""
        found: pd.DataFrame = self._once("transitions", key, lambda: self.run.right(key))
        return found

    def gains(self, key: str) -> pd.DataFrame:
        """Residents by effect and group; empty where neither cells nor municipalities have values."""
        if not self.has_people(key):
            return pd.DataFrame()
        if is_right(key, self.maps.index):
            return self._gains_of_right(key)
        found: pd.DataFrame = self._once("gains", key, lambda: self.run.who_gains(key))
        return found

    def _gains_of_right(self, key: str) -> pd.DataFrame:
        """Of a right: better is who is known to have it and was not known to before; worse the other way round."""
        table = self.transitions(key)
        pairs = zip(table["before"], table["after"], strict=True)
        table = table.assign(effect=[EFFECTS[_RIGHT_EFFECTS[pair]] for pair in pairs])
        wide = table.pivot_table(
            index=["by", "group"], columns="effect", values="residents", aggfunc="sum", sort=False
        )
        wide = wide.reindex(columns=list(EFFECTS), fill_value=0.0)
        wide.insert(0, "residents", wide.sum(axis=1))
        wide.columns.name = None
        return wide.reset_index().assign(indicator=key)

    def inequality(self, key: str) -> InequalityChange | None:
        """How evenly a good is spread before and after; None for what is no good."""
        if self.indicator(key).direction != "up" or not self.has_people(key):
            return None
        found: InequalityChange = self._once("inequality", key, lambda: self.run.inequality(key))
        return found if found.before.gini is not None and found.after.gini is not None else None

    @cached_property
    def rights(self) -> list[tuple[str, pd.DataFrame]]:
        """Every right by cell with residents for whom it is met, not met, not known, before and after."""
        index = self.maps.index
        keys = [key for key in index.indicators if is_right(key, index) and self.has_cells(key)]
        order = [f"{RIGHT_MEASURE}.{name}" for name in RIGHT_NAMES]
        keys.sort(key=lambda key: order.index(key) if key in order else len(order))
        found = []
        for key in keys:
            table = self.transitions(key)
            found.append((key, rights_change(table[table["by"] == "all"]).set_index("state")))
        return found

    def places(self, key: str, level: str) -> pd.DataFrame:
        """Differences by place of the latest period, with `place` as index."""
        table = self.run.differences
        own = table[(table["indicator"] == self.by_place(key)) & (table["level"] == level)]
        return own.drop_duplicates("place", keep="last").set_index("place")

    def cells(self, key: str) -> tuple[np.ndarray, np.ndarray]:
        """Differences by cell in the order of the map's cells (NaN: a side is missing), and codes of effects."""
        order = self.maps.index.cells["cell"].to_numpy(object)
        before, after = (aligned(side, order) for side in self.run.sides(key))
        if is_right(key, self.maps.index):
            return _right_differences(before.value, after.value)
        return after.value - before.value, effects_of(before, after, self.indicator(key))

    def prepare(self) -> None:
        """Compute what the page shows first."""
        _ = self.keys, self.headline, self.run.differences
        if self.headline is not None:
            self.gains(self.headline.key)
        _ = self.rights


def _right_differences(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One up where a right is known to hold and was not, one down the other way round; NaN where it is not known."""
    held, holds = before == 1, after == 1
    difference = np.where(holds & ~held, 1.0, np.where(held & ~holds, -1.0, 0.0))
    difference[(np.isnan(before) | np.isnan(after)) & (difference == 0)] = np.nan
    effect = np.where(difference > 0, BETTER, np.where(difference < 0, WORSE, SAME))
    return difference, np.where(np.isnan(difference), UNKNOWN, effect).astype(np.int8)
