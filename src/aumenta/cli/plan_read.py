# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta plan read`: from the published document to the facts of a pack."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aumenta.errors import PackError, Problem

if TYPE_CHECKING:
    from aumenta.plan.model import Plan
    from aumenta.plan.reading import Reading


def add_to(plan_app: typer.Typer) -> None:
    """Add the command to the `plan` group."""
    plan_app.command("read")(read)


def read(
    document: Annotated[Path, typer.Argument(help="The published document, .txt (UTF-8) or .pdf.")],
    pack: Annotated[
        str | None,
        typer.Option(help="Pack whose grammar, frameworks and aliases read it; default the bundled one."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(help="Folder of the plan to write; without it nothing is written, only counted."),
    ] = None,
) -> None:
    """Read a published plan: every sheet split into items, each with its line in the document."""
    from aumenta.plan.grammar import load_grammar
    from aumenta.plan.pack import load_plan, save_plan
    from aumenta.plan.reading import open_document, read_document
    from aumenta.store.packs import default_pack, open_pack

    opened = open_pack(pack or default_pack())
    if opened.plan is None:
        raise PackError("The pack has no plan.", [Problem("no grammar to read by", str(opened.root))])
    known = load_plan(opened.plan)
    reading = read_document(
        open_document(document), load_grammar(opened.plan), known.about, known.frameworks, known.aliases
    )
    _print(reading)
    if into is None:
        typer.echo("Nothing was written; give --into FOLDER to write the pack.")
        return
    changed = save_plan(_with_facts(known, reading), into)
    typer.echo(
        f"{len(changed)} files written in {into}"
        if changed
        else f"{into} already says the same; nothing was written"
    )


def _with_facts(known: Plan, reading: Reading) -> Plan:
    """The plan with the facts of the document; editorial words, frameworks and aliases stay."""
    kept = {
        code: text for code, text in known.editorial.items() if code in {s.code for s in reading.strategies}
    }
    return known.model_copy(
        update={"about": reading.about, "strategies": reading.strategies, "editorial": kept}
    )


def _print(reading: Reading) -> None:
    from rich.console import Console
    from rich.table import Table

    from aumenta.plan.model import ITEM_FIELDS

    actions = [action for strategy in reading.strategies for action in strategy.actions]
    console = Console()
    console.print(
        f"{len(reading.about.axes)} axes, {len(reading.strategies)} strategies, {len(actions)} actions "
        f"on {reading.sheets} sheets; {len(reading.unassigned)} lines that no rule claims",
        highlight=False,
    )
    table = Table("field", "items", "filled", "n.d.", "empty", "no label")
    for name in ("description", *ITEM_FIELDS):
        states = Counter(a.fields[name].state for a in actions if name in a.fields)
        items = "" if name == "description" else str(sum(len(getattr(a, name)) for a in actions))
        counts = [str(states.get(state, 0)) for state in ("filled", "none_declared", "empty", "absent")]
        table.add_row(name, items, *counts)
    console.print(table)
    if reading.lone_links:
        console.print(f"{len(reading.lone_links)} links that belong to no example:", highlight=False)
    for line in (*reading.lone_links, *reading.unassigned[:20]):
        console.print(f"  line {line.number}: {line.text}", markup=False, highlight=False)
