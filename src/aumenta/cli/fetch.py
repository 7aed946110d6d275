# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""`aumenta fetch`: bring a territory's official sources into the cache."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aumenta.errors import FetchError, PackError, Problem

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

    from aumenta.territory.fetching.catalogue import Catalogue, FetchItem
    from aumenta.territory.fetching.download import Progress
    from aumenta.territory.fetching.run import FetchReport


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("fetch")(fetch)


def fetch(
    territory: Annotated[str, typer.Argument(help="Name of a bundled pack, or the folder of one.")],
    source: Annotated[
        list[str] | None, typer.Option("--source", "-s", help="Only this source; repeatable.")
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="List the sources and what was fetched; bring nothing.")
    ] = False,
    forgetting: Annotated[
        bool, typer.Option("--forget", help="Take the sources named with --source out of the cache.")
    ] = False,
    allow_http: Annotated[
        bool, typer.Option(help="Accept sources that are offered without encryption only.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Download the official sources of a territory, check and parse them, and say what each replaces."""
    from aumenta.store.packs import open_pack
    from aumenta.territory.fetching import fetch_all, load_catalogue
    from aumenta.territory.fetching.run import as_rows, cache_of

    pack = open_pack(territory)
    if pack.territory is None:
        raise PackError("The pack has no territory.", [Problem("nothing to fetch", file=str(pack.root))])
    catalogue, cache = load_catalogue(pack.territory), cache_of(pack.about.id)
    if listing:
        _print_list(catalogue, cache, as_json)
        return
    if forgetting:
        _forget(source or [], cache)
        return
    chosen = catalogue.choose(source or [])
    with _bars(as_json) as bars:
        reports = fetch_all(chosen, cache, allow_http=allow_http, progress=lambda item: _bar(bars, item))
    if as_json:
        typer.echo(json.dumps(as_rows(reports), indent=1, ensure_ascii=False))
    else:
        _print_reports(reports, str(cache))
        _print_effects(reports, territory)
    failed = [report for report in reports if report.outcome == "failed"]
    if failed:
        raise FetchError(
            f"{len(failed)} of {len(reports)} sources could not be brought; what was there before is kept.",
            [Problem(report.message.replace("\n", " "), field=report.id) for report in failed],
        )


def _forget(ids: list[str], cache: Path) -> None:
    from aumenta.territory.fetching.run import forget

    if not ids:
        raise FetchError("Nothing was removed from the cache.", [Problem("name sources with --source")])
    for name in forget(ids, cache):
        typer.echo(f"Removed from the cache: {name}")


def _bars(quiet: bool) -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=quiet)


def _bar(bars: Bars, item: FetchItem) -> Progress:
    task = bars.add_task(item.id, total=None)
    return lambda done, total: bars.update(task, completed=done, total=total)


def _print_list(catalogue: Catalogue, cache: Path, as_json: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    from aumenta.territory.fetching.run import read_account

    account = read_account(cache)
    if as_json:
        rows = [
            item.model_dump(mode="json") | {"fetched": account.get(item.id)} for item in catalogue.sources
        ]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    table = Table("source", "licence", "address verified", "fetched", "replaces", "note")
    table.columns[0].no_wrap = True
    for item in catalogue.sources:
        fetched = account.get(item.id, {}).get("fetched", "-")
        note = "not encrypted: needs --allow-http" if item.plain_http else (item.size_hint or "")
        table.add_row(item.id, item.licence, str(item.verified), str(fetched), ", ".join(item.replaces), note)
    Console().print(table)


def _print_reports(reports: list[FetchReport], cache: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("source", "outcome", "rows", "bytes", "sha256", "replaces")
    for report in reports:
        table.add_row(
            report.id,
            report.outcome,
            "" if report.rows is None else str(report.rows),
            "" if report.size is None else str(report.size),
            (report.sha256 or "")[:16],
            ", ".join(report.replaces),
        )
    console = Console()
    console.print(table)
    console.print(f"Kept in {cache}", highlight=False)


def _print_effects(reports: list[FetchReport], territory: str) -> None:
    """Say what a build does with each source that was brought, and the command to build with them."""
    brought = [report for report in reports if report.outcome != "failed"]
    for report in brought:
        layers = f" (layer {', '.join(report.replaces)})" if report.taken and report.replaces else ""
        typer.echo(f"  {report.id}: {report.effect}{layers}")
    if any(report.taken for report in brought):
        typer.echo(f"Build with what was fetched: aumenta build {shlex.quote(territory)} --fetched")
