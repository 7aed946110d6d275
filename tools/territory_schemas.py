# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Write the JSON Schemas of a territory pack's YAML files to docs/schemas/territory/.

python tools/territory_schemas.py
"""

from __future__ import annotations

import json
from pathlib import Path

from aumenta.store.yaml_files import write_text
from aumenta.territory.model import KindsFile, LayersFile, SourcesFile, TablesFile, TerritoryFile

FOLDER = Path(__file__).resolve().parent.parent / "docs/schemas/territory"
MODELS = {
    "territory": TerritoryFile,
    "sources": SourcesFile,
    "layers": LayersFile,
    "tables": TablesFile,
    "kinds": KindsFile,
}


def schemas() -> dict[str, str]:
    """Text of each schema by file name."""
    return {
        f"{name}.json": json.dumps(model.model_json_schema(), indent=2, ensure_ascii=False) + "\n"
        for name, model in MODELS.items()
    }


if __name__ == "__main__":
    for name, content in schemas().items():
        write_text(FOLDER / name, content)
