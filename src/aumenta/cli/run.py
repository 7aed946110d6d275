# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The main job in one command: build the twin where something changed, then serve it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aumenta.cli.serve import serve
from aumenta.cli.twin import build


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(run)


def run(
    pack: Annotated[str | None, typer.Argument(help="Name of a bundled pack, or a pack's folder.")] = None,
    twin: Annotated[
        Path | None, typer.Option("--twin", help="Folder of the twin (default: AUMENTA_TWIN).")
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", help="Address to serve on (default: AUMENTA_HOST).")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Port (default: AUMENTA_PORT).")
    ] = None,
    browser: Annotated[bool, typer.Option("--open", help="Open the pages in the browser.")] = False,
) -> None:
    """Build the twin of a pack if something changed, and serve its pages until stopped with Ctrl+C."""
    build(pack, into=twin)
    serve(twin, host, port, document=None, browser=browser)
