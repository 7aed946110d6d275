# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Write the generated files of the toy metropolis; its YAML files are written by hand.

python tools/make_toy_territory.py [--into PACK_TERRITORY_FOLDER]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import toy_ground as ground
import toy_services as services

from aumenta.store.yaml_files import write_text

PACK = Path(__file__).resolve().parent.parent / "src/aumenta/packs/toy/territory"


def files() -> dict[str, str]:
    """Every generated file by its path in the pack."""
    return {
        "municipalities.geojson": ground.polygons(),
        "population.csv": ground.population(),
        "places.csv": ground.places(),
        "people_1km.csv": ground.people_1km(),
        "heights_1km.csv": ground.heights_1km(),
        "settlements.csv": ground.settlements(),
        "lines.csv": services.lines(),
        **{f"tables/{name}.csv": content for name, content in services.tables().items()},
        **{f"opportunities/{name}.csv": content for name, content in services.opportunities().items()},
    }


def main() -> None:
    """Write them all."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--into", type=Path, default=PACK)
    folder = arguments.parse_args().into
    for name, content in files().items():
        write_text(folder / name, content)
        print(f"{name}: {content.count(chr(10))} lines")


if __name__ == "__main__":
    main()
