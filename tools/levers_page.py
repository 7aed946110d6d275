# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the tables of docs/levers.md from the packs and the JSON Schemas of levers; the prose is written by hand.

python tools/levers_page.py
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from aumenta.scenario.lever_values import Kind
from aumenta.scenario.levers import EACH, LEVERS, SCENARIOS, WHEN, Lever, load_levers
from aumenta.scenario.model import Scenario, load_scenario
from aumenta.scenario.reported import REPORTED, ReportedFile, load_reported
from aumenta.store.packs import default_pack, open_pack
from aumenta.store.yaml_files import write_text

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "levers.md"
SCHEMAS = DOCS / "schemas" / "scenario"
#: What a person gives for a parameter of each kind.
KINDS: dict[str, str] = {
    "number": "a number",
    "minutes": "minutes, 0 to 1440",
    "share": "a share, 0 to 1",
    "flag": "yes or no (`true`, `false`)",
    "text": "a word or name",
    "time": 'an hour, `"6:05"`',
    "days": "`weekdays`, `saturdays`, `sundays`, `all`",
    "service": 'periods: list of `{from: "6:00", until: "22:00", headway: 30}`',
    "place": "id of a place",
    "places": "list of ids of places",
    "area": "`{municipalities: [...]}` or `{polygon: [[lon, lat], ...]}`",
    "areas": "list of areas",
    "point": "`{id, name, lon, lat}`",
    "points": "list of points",
    "stretch": "`{id, name, from: [lon, lat], to: [lon, lat]}`",
    "stretches": "list of stretches",
    "way": "list of `[lon, lat]`",
    "stop": "id of a stop that there is",
    "known_stops": "list of ids of stops that there are",
    "stops": "list of stops: ids, or new ones as points",
    "line": "id of a line",
    "lines": "list of ids of lines",
    "each_minutes": "list of minutes",
    "opportunity": "id of an opportunity",
    "opportunities": "list of ids of opportunities",
    "opportunity_kind": "kind of opportunity, as the pack calls it",
}


def pack_folder() -> Path:
    """Folder of the pack that commands take when none is named."""
    return open_pack(default_pack()).root


def scenarios() -> list[Scenario]:
    """The scenarios of the pack, by id."""
    return [load_scenario(path) for path in sorted((pack_folder() / SCENARIOS).glob("*.yaml"))]


def kinds() -> Iterator[str]:
    """A row for each kind of parameter."""
    yield from ("| kind | a person gives |", "| --- | --- |")
    yield from (f"| `{kind}` | {KINDS[kind]} |" for kind in get_args(Kind))


def levers() -> Iterator[str]:
    """A row for each lever of the pack."""
    yield from (
        "| action | lever | changes | what a person decides | speaks to | scenarios |",
        "| --- | --- | --- | --- | --- | --- |",
    )
    made = scenarios()
    for lever in load_levers(pack_folder() / LEVERS).values():
        own = " ".join(f"`{one.id}`" for one in made if lever.action in one.actions)
        if lever.no_scenario is not None:
            own = f"None: {lever.no_scenario.en}"
        told = [
            _code(dict.fromkeys(str(one["kind"]) for one in lever.changes)),
            _decided(lever),
            _speaks(lever),
            own,
        ]
        yield f"| {lever.action} | {lever.name.en} | " + " | ".join(told) + " |"


def _decided(lever: Lever) -> str:
    """Parameters without a value to start from, and with one that nobody gave a source for."""
    return _code(one.id + ("*" if one.needed and one.default is None else "") for one in lever.parameters)


def _speaks(lever: Lever) -> str:
    measures = dict.fromkeys(one.split(".")[0] for one in lever.indicators)
    return (
        ", ".join([*(f"`{name}`" for name in measures), *(f"right: {name}" for name in lever.rights)])
        or "no reading yet"
    )


def reported() -> Iterator[str]:
    """A row for each action that no change computes."""
    yield from (
        "| action | why not computed | reported instead | unit | who |",
        "| --- | --- | --- | --- | --- |",
    )
    for one in load_reported(pack_folder() / LEVERS / REPORTED).values():
        for own in one.indicators:
            yield f"| {one.action} | {one.why.en} | {own.name.en} (`{own.id}`) | {own.unit.en} | {own.who.en} |"


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name.removesuffix('*')}`" + ("*" if name.endswith("*") else "") for name in names)


def page(text: str) -> str:
    """The page with its tables written anew."""
    for name, rows in (("kinds", kinds()), ("levers", levers()), ("reported", reported())):
        fresh = "\n".join([f"<!-- table {name} -->", *rows, "<!-- end -->"])
        text = re.sub(
            rf"<!-- table {name} -->\n.*?<!-- end -->", lambda _, fresh=fresh: fresh, text, flags=re.S
        )
    return text


def schemas() -> dict[str, str]:
    """Text of each schema by file name."""
    made = {}
    for name, model in (("lever", Lever), ("reported", ReportedFile)):
        plain = model.model_json_schema(by_alias=True)
        if name == "lever":
            plain["properties"]["changes"]["description"] = (
                f"Changes as scenarios have them, with `$parameter` for values; `{EACH}`, `{WHEN}` beside their fields."
            )
        made[f"{name}.json"] = json.dumps(plain, indent=2, ensure_ascii=False) + "\n"
    return made


if __name__ == "__main__":
    write_text(PAGE, page(PAGE.read_text(encoding="utf-8")))
    for file, content in schemas().items():
        write_text(SCHEMAS / file, content)
