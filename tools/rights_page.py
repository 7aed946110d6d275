# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the table of conditions of docs/rights.md and the JSON Schema of rights.yaml; the prose is written by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path

from aumenta.readings.rights_words import condition_words
from aumenta.store.definitions import load_indicators
from aumenta.store.rights import load_rights
from aumenta.store.yaml_files import write_text
from aumenta.values.rights import RightsFile

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "rights.md"
SCHEMA = DOCS / "schemas" / "territory" / "rights.json"


def table() -> str:
    """A row for each condition of the rights that come with the software."""
    known = load_indicators()
    lines = ["| right | condition | met where | source |", "| --- | --- | --- | --- |"]
    for right in load_rights().rights:
        for one in right.conditions:
            ways = condition_words(one, known=known).en
            lines.append(
                f"| `{right.id}` {right.name.en} | `{one.id}` {one.name.en} | {ways} | {one.source} |"
            )
    return "\n".join(lines)


def page(text: str) -> str:
    """The page with its table written anew."""
    fresh = f"<!-- table rights -->\n{table()}\n<!-- end -->"
    return re.sub(r"<!-- table rights -->\n.*?<!-- end -->", lambda _: fresh, text, flags=re.S)


def schema() -> str:
    """JSON Schema of a file of rights."""
    return json.dumps(RightsFile.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write_text(PAGE, page(PAGE.read_text(encoding="utf-8")))
    write_text(SCHEMA, schema())
