# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Write the JSON Schema of scenarios to docs/schemas/scenario/.

python tools/scenario_schema.py
"""

from __future__ import annotations

import json
from pathlib import Path

from aumenta.scenario.model import Scenario
from aumenta.store.yaml_files import write_text

FILE = Path(__file__).resolve().parent.parent / "docs/schemas/scenario/scenario.json"


def schema() -> str:
    """Text of the schema: the file as people write it."""
    return json.dumps(Scenario.model_json_schema(by_alias=True), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write_text(FILE, schema())
