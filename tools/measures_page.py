# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the tables of docs/measures.md from the definitions; the prose between the tables is kept as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from aumenta.readings.registry import MEASURES
from aumenta.store.definitions import load_indicators
from aumenta.values.reasons import REASONS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "measures.md"


def table_of(measure: str) -> str:
    """The table of one measure's indicators."""
    definitions = load_indicators()
    lines = [
        "| indicator | name | unit | better | formula | levels |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name in MEASURES[measure].indicators:
        one = definitions[name]
        better = {"up": "more", "down": "less", "none": "neither"}[one.direction]
        cells = [
            f"`{name}`",
            f"{one.name.en} ({one.name.it})",
            one.unit.en,
            better,
            one.formula.en,
            ", ".join(one.levels),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def reasons_table() -> str:
    """The reasons that every twin knows."""
    lines = ["| reason | in words |", "| --- | --- |"]
    lines += [f"| `{code}` | {text.en} |" for code, text in REASONS.items()]
    return "\n".join(lines)


def page(text: str) -> str:
    """The page with every table between its marks written anew."""

    def fresh(match: re.Match[str]) -> str:
        name = match.group(1)
        body = reasons_table() if name == "reasons" else table_of(name)
        return f"<!-- table {name} -->\n{body}\n<!-- end -->"

    return re.sub(r"<!-- table (\w+) -->\n.*?<!-- end -->", fresh, text, flags=re.S)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
