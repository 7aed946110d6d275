# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Commands of the `plan` group: check, connections, graph, search, diff, export, import, citations, schema."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Table

from aumenta.cli.choices import Format, Language
from aumenta.cli.output import write
from aumenta.errors import AumentaError, PackError, Problem

if TYPE_CHECKING:
    from aumenta.plan.diff import Change
    from aumenta.plan.model import Plan

plan_app = typer.Typer(
    help="Read, check, connect, compare and exchange a plan.", no_args_is_help=True, rich_markup_mode=None
)
_PACK = typer.Option(None, "--pack", help="Pack of the plan: a bundled one by name, or a folder.")
_JSON = typer.Option(False, "--json", help="Print JSON.")


class GraphFormat(StrEnum):
    """File formats of the graph of connections."""

    graphml = "graphml"
    json = "json"


class Severity(StrEnum):
    """How grave a defect is."""

    error = "error"
    warning = "warning"
    note = "note"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    from aumenta.cli.plan_read import add_to

    add_to(plan_app)
    app.add_typer(plan_app, name="plan")


def plan_folder(name: str | None) -> Path:
    """Folder of a pack's plan (None: the default pack's); a folder that itself holds a plan.yaml is taken as one."""
    from aumenta.store.packs import default_pack, open_pack

    pack = name or default_pack()
    if (Path(pack) / "plan.yaml").is_file():
        return Path(pack)
    folder = open_pack(pack).plan
    if folder is None:
        raise PackError("The pack holds no plan.", [Problem("no `plan` in pack.yaml", pack)])
    return folder


def _load(pack: str | None) -> Plan:
    from aumenta.plan.pack import load_plan

    return load_plan(plan_folder(pack))


def _console() -> Console:
    return Console(soft_wrap=not sys.stdout.isatty(), highlight=False, markup=False)


def _print_json(data: Any) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def _print_rows(header: list[str], rows: list[list[str]], shape: Format) -> None:
    if shape is Format.json:
        _print_json([dict(zip(header, row, strict=True)) for row in rows])
    elif shape is Format.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    else:
        table = Table(show_lines=False, box=None, pad_edge=False)
        for name in header:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*row)
        _console().print(table)


@plan_app.command()
def check(
    pack: str | None = typer.Argument(None, help="Pack of the plan: a bundled one by name, or a folder."),
    document: Path | None = typer.Option(None, "--document", help="Text or PDF of the published document."),
    shape: Format = typer.Option(Format.table, "--format", help="How the defects are printed."),
    severity: Severity = typer.Option(Severity.note, "--severity", help="Least grave defects to show."),
    language: Language = typer.Option(Language.it, "--language", help="Language of the texts."),
    strict: bool = typer.Option(False, "--strict", help="End with exit code 1 when a defect is shown."),
) -> None:  # fmt: skip
    """Find the defects of a plan: what is missing, misplaced, unknown or said in two ways."""
    from aumenta.plan.check import SEVERITIES, check_plan

    plan = _load(pack)
    text = None
    if document is not None:
        text = _document_text(document)
    limit = SEVERITIES.index(severity.value)
    defects = [d for d in check_plan(plan, text) if SEVERITIES.index(d.severity) <= limit]
    if shape is Format.json:
        _print_json([defect.as_dict() for defect in defects])
    else:
        rows = [defect.row(language.value) for defect in defects]
        _print_rows(["code", "severity", "where", "what", "evidence"], rows, shape)
    if shape is Format.table:
        kinds = len({defect.code for defect in defects})
        _console().print(f"{len(defects)} defects of {kinds} kinds")
    if strict and defects:
        raise typer.Exit(1)


def _document_text(path: Path) -> str:
    from aumenta.plan.reading.document import open_document

    return open_document(path).text


@plan_app.command()
def connections(
    code: str = typer.Argument(help="Code of the action, such as 3.2.1."),
    pack: str | None = _PACK,
    kind: str | None = typer.Option(None, "--kind", help="Only ties of this kind (cited, integration, actor ...)."),
    limit: int = typer.Option(40, "--limit", min=1, help="Most ties to print."),
    language: Language = typer.Option(Language.it, "--language", help="Language of the reasons."),
    as_json: bool = _JSON,
) -> None:  # fmt: skip
    """Print what an action is tied to, and why."""
    from aumenta.plan.connections import connections as ties_of
    from aumenta.plan.connections import other_end

    plan = _load(pack)
    _known(plan, code)
    ties = [tie for tie in ties_of(plan, code) if kind is None or tie.kind == kind][:limit]
    if as_json:
        keys = ("kind", "source", "target", "weight", "via")
        _print_json(
            [
                {
                    **{key: getattr(tie, key) for key in keys},
                    "reason": tie.reason.model_dump(),
                    "lines": list(tie.lines),
                }
                for tie in ties
            ]
        )
        return
    rows = [
        [
            other_end(tie, code),
            plan.action(other_end(tie, code)).title,
            tie.kind if not tie.directed else f"{tie.kind} {'→' if tie.source == code else '←'}",
            f"{tie.weight:.2f}",
            tie.reason.get(language.value),
            " ".join(map(str, tie.lines)),
        ]
        for tie in ties
    ]
    _print_rows(["action", "title", "kind", "weight", "reason", "lines"], rows, Format.table)


def _known(plan: Plan, code: str) -> None:
    if code not in {action.code for action in plan.actions}:
        problem = Problem(
            "no such action", plan.about.id, found=code, expected="a code such as " + plan.actions[0].code
        )
        raise AumentaError("The plan has no such action.", [problem])


@plan_app.command()
def graph(
    pack: str | None = _PACK,
    shape: GraphFormat = typer.Option(
        GraphFormat.graphml, "--format", help="GraphML, or JSON in node-link form."
    ),
    into: Path = typer.Option(..., "--into", help="File to write."),
) -> None:
    """Write the whole graph of connections."""
    from aumenta.plan.connections import graph as plan_graph
    from aumenta.plan.connections import graphml

    plan = _load(pack)
    if shape is GraphFormat.graphml:
        _write(into, graphml(plan))
    else:
        _write(into, json.dumps(plan_graph(plan), ensure_ascii=False, indent=1) + "\n")


def _write(path: Path, text: str) -> None:
    write(path, text)
    typer.echo(str(path))


@plan_app.command()
def search(  # noqa: PLR0917 - one option per filter
    query: str = typer.Argument("", help="Words to find; empty finds all that pass the filters."),
    pack: str | None = _PACK,
    axis: str | None = typer.Option(None, "--axis", help="Code of an axis."),
    actor: str | None = typer.Option(None, "--actor", help="Name of an actor."),
    framework: str | None = typer.Option(
        None, "--framework", help="A framework item such as pnrr:1.2 or sdg:11."
    ),
    programme: str | None = typer.Option(None, "--programme", help="Name of an EU programme."),
    instrument: str | None = typer.Option(None, "--instrument", help="Name of an instrument."),
    as_json: bool = _JSON,
) -> None:
    """Find actions by words and filters."""
    from dataclasses import asdict

    from aumenta.plan.search import SearchIndex

    results = SearchIndex(_load(pack)).search(
        query, axis=axis, actor=actor, framework=framework, programme=programme, instrument=instrument
    )
    if as_json:
        _print_json([asdict(result) for result in results])
        return
    rows = [[r.code, r.title, f"{r.score:.2f}", ", ".join(r.found_in)] for r in results]
    _print_rows(["action", "title", "score", "found in"], rows, Format.table)


@plan_app.command()
def diff(
    before: str = typer.Argument(help="Pack, or folder of a plan, before."),
    after: str = typer.Argument(help="Pack, or folder of a plan, after."),
    as_json: bool = _JSON,
) -> None:
    """Tell the difference between two plans, in actions and fields."""
    from aumenta.plan.diff import diff_plans

    _print_changes(diff_plans(_load(before), _load(after)), as_json)


def _print_changes(changes: list[Change], as_json: bool) -> None:
    from aumenta.plan.diff import said

    if as_json:
        _print_json([change.as_dict() for change in changes])
        return
    rows = [[c.entity, c.code, c.what, c.field, said(c.before), said(c.after)] for c in changes]
    if rows:
        _print_rows(["entity", "code", "what", "field", "before", "after"], rows, Format.table)
    _console().print(f"{len(changes)} differences")


@plan_app.command(name="export")
def export_(
    target: Path = typer.Argument(help="A file .xlsx or .json, or a folder for CSV files."),
    pack: str | None = _PACK,
) -> None:
    """Export the whole plan to a spreadsheet, CSV or JSON."""
    from aumenta.plan.spreadsheet import export_plan

    export_plan(_load(pack), target)
    typer.echo(str(target))


@plan_app.command(name="import")
def import_(
    source: Path = typer.Argument(
        help="A file .xlsx or .json, or a folder of CSV files, as `export` writes them."
    ),
    pack: str | None = _PACK,
    apply: bool = typer.Option(False, "--apply", help="Write the differences into the pack."),
    as_json: bool = _JSON,
) -> None:
    """Show what a spreadsheet would change in a plan, and with --apply change it."""
    from aumenta.plan.diff import diff_plans
    from aumenta.plan.pack import load_plan, update_plan
    from aumenta.plan.spreadsheet import read_plan

    folder = plan_folder(pack)
    before = load_plan(folder)
    after = read_plan(source)
    changes = diff_plans(before, after)
    _print_changes(changes, as_json)
    if apply and changes:
        for path in update_plan(before, after, folder):
            typer.echo(str(path), err=as_json)
    elif changes and not as_json:
        _console().print("Nothing was written; --apply writes these differences.")


@plan_app.command()
def citations(
    pack: str | None = typer.Argument(None, help="Pack of the plan: a bundled one by name, or a folder."),
    document: Path = typer.Option(..., "--document", help="Text or PDF of the published document."),
    apply: bool = typer.Option(False, "--apply", help="Write them into the pack (citations.yaml)."),
) -> None:
    """Find where the sheet of one action names another action."""
    from aumenta.plan.citations import find_citations
    from aumenta.plan.pack import update_plan

    plan = _load(pack)
    found = find_citations(plan, _document_text(document).split("\n"))
    rows = [[c.source, c.target, c.raw, str(c.line)] for c in found]
    _print_rows(["source", "target", "words", "line"], rows, Format.table)
    if apply:
        for path in update_plan(plan, plan.model_copy(update={"citations": found}), plan_folder(pack)):
            typer.echo(str(path))


@plan_app.command()
def schema(into: Path = typer.Option(..., "--into", help="Folder to write the JSON Schemas to.")) -> None:
    """Write the JSON Schema of every kind of file of a plan."""
    from aumenta.plan.pack import json_schemas

    for name, data in json_schemas().items():
        _write(into / name, json.dumps(data, ensure_ascii=False, indent=2) + "\n")
