# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What every run of a scenario needs, read before it is known which one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aumenta.scenario.catalogue import CELLS, NETWORK, OPPORTUNITIES, PLACES
from aumenta.scenario.model import Scenario
from aumenta.values.text import Text

if TYPE_CHECKING:
    from aumenta.twin.facade import Twin

_NOTHING = Text(it="nulla", en="nothing")


def prepare(twin: Twin) -> None:
    """Read ground, network, catalogue and values of a twin, and load the kernels of its travel times.

    It takes the seconds that else pass between asking for a run and its first figures. Raises what the run itself would
    raise where pack or software are not those of the build.
    """
    nothing = twin.scenario(
        Scenario(id="nothing", territory=twin.manifest.territory, name=_NOTHING, changes=[])
    )
    assert nothing.resolved is not None
    for name in (CELLS, OPPORTUNITIES, PLACES):
        nothing.view[name]
    twin.values(level="metropolis")
    if twin.has_network:
        from aumenta.scenario import affected  # noqa: F401, PLC0415 - loads the kernels
        from aumenta.twin.travel_inputs import options_of  # noqa: PLC0415

        network = nothing.view[NETWORK]
        hub = nothing.ground.territory.about.hub
        mode = "walk" if network.timetable is None else "transit"
        twin.router(options_of(mode, network)).one_to_all((hub.lon, hub.lat))
