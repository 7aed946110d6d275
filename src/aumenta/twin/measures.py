# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The measures and indicators of a territory: those that every territory has, and its rights."""

from __future__ import annotations

from aumenta.readings.measure import Measure
from aumenta.readings.registry import MEASURES
from aumenta.readings.registry_rights import rights_indicators, rights_measure
from aumenta.store.definitions import load_indicators
from aumenta.store.rights import load_rights
from aumenta.territory.pack import TerritoryPack
from aumenta.values.model import Indicator
from aumenta.values.rights import RightsFile
from aumenta.values.text import Text

#: How definitions call the usual window.
USUAL = Text(it="fra le 7 e le 9", en="between 7 and 9")


def rights_of(pack: TerritoryPack) -> RightsFile:
    """The rights in force: the pack's own, else the software's."""
    return pack.rights if pack.rights is not None else load_rights()


def measures_of(pack: TerritoryPack) -> dict[str, Measure]:
    """Measures by id, in the order they run."""
    own = rights_measure(rights_of(pack), _kinds(pack))
    return {**MEASURES, own.id: own}


def definitions_of(pack: TerritoryPack) -> dict[str, Indicator]:
    """Definitions of indicators by id, sorted."""
    own = {one.id: one for one in rights_indicators(rights_of(pack), _kinds(pack))}
    window = pack.about.network.window if pack.about.network is not None else None
    every = {name: _in_window(one, window) for name, one in (load_indicators() | own).items()}
    return dict(sorted(every.items()))


def _in_window(one: Indicator, window: tuple[str, str] | None) -> Indicator:
    """The definition, with the pack's own window in its words."""
    if window is None or USUAL.en not in one.description.en:
        return one
    first, last = (text.removesuffix(":00") for text in window)
    it = one.description.it.replace(USUAL.it, f"fra le {first} e le {last}")
    en = one.description.en.replace(USUAL.en, f"between {first} and {last}")
    return one.model_copy(update={"description": Text(it=it, en=en)})


def _kinds(pack: TerritoryPack) -> dict[str, Text]:
    return {kind.id: kind.plural for kind in pack.kinds.kinds}
