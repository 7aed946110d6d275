# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the first scenarios of the Turin pack out of its templates.

python tools/torino_scenarios.py

Places are chosen by rules over the pack's own tables; the rule stands in the assumptions of each scenario. The values
are examples to start from, not proposals of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator

from torino_scenario_lines import lines
from torino_scenario_places import places, services
from torino_scenario_rules import PACK
from torino_scenario_towns import opened
from torino_scenario_ways import ways

from aumenta.scenario.levers import LEVERS, SCENARIOS, load_levers
from aumenta.scenario.model import Scenario, dump_scenario
from aumenta.store.yaml_files import write_text


def written() -> Iterator[tuple[str, str]]:
    """Id and text of every scenario."""
    levers = load_levers(PACK / LEVERS)
    for action, id, name, values, assumptions, header in [
        *lines(),
        *services(),
        *places(),
        *opened(),
        *ways(),
    ]:
        made = levers[action].scenario(values, id, name)
        made = made.model_copy(update={"assumptions": [*made.assumptions, *assumptions]})
        yield id, header + dump_scenario(Scenario.model_validate(made.model_dump()))


def main() -> None:
    """Write every scenario."""
    for id, text in written():
        write_text(PACK / SCENARIOS / f"{id}.yaml", text)
        print(id)


if __name__ == "__main__":
    main()
