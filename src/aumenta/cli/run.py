# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The main job in one command: build the twin where something changed, then serve it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from aumenta.cli.choices import Folder, Host, Open, Port
from aumenta.cli.serve import serve
from aumenta.cli.twin import Stage, build


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(run)


def run(
    pack: Annotated[str | None, typer.Argument(help="Name of a bundled pack, or a pack's folder.")] = None,
    twin: Folder = None,
    host: Host = None,
    port: Port = None,
    browser: Open = False,
) -> None:
    """Build the twin of a pack if something changed, and serve its pages until stopped with Ctrl+C.

    The pages are served as soon as the first measures are there; what needs travel times is computed meanwhile.
    """
    build(pack, into=twin, only=Stage.readings)
    rest = _build_rest(pack, twin)
    # Told to end, the server passes the signal on: without this the other process would outlive this one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        serve(twin, host, port, document=None, browser=browser)
    finally:
        if rest is not None and rest.poll() is None:
            rest.terminate()  # finished blocks are kept: the next build goes on from them
            rest.wait()


def _build_rest(pack: str | None, twin: Path | None) -> subprocess.Popen[bytes] | None:
    """A process that computes what is still missing, behind whoever reads the pages; None when nothing is."""
    from aumenta.settings import get_settings
    from aumenta.store.layout import open_current

    folder = twin or get_settings().twin
    if open_current(folder)[1].complete:
        return None
    words = [
        sys.executable,
        "-m",
        "aumenta",
        "build",
        *([pack] if pack else []),
        "--into",
        str(folder),
        "--quiet",
    ]
    rest = subprocess.Popen(words)  # noqa: S603 - our own command
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, rest.pid, 10)
    typer.echo("Travel times are being computed; the pages show them when they are ready.")
    return rest
