# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The root of the command line: sub-commands are registered here, one module each, imported when called."""

from __future__ import annotations

import importlib
import os
import sys

import typer
from rich.console import Console

from aumenta.errors import AumentaError, error_to_json
from aumenta.version import __version__

app = typer.Typer(
    name="aumenta",
    help="A metropolitan plan as a living, measurable system.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

#: Modules of this package that define commands on `app` by a function `register(app)`.
COMMAND_MODULES = (
    "plan",
    "twin",
    "fetch",
    "gtfs",
    "synth",
    "reach",
    "matrix",
    "equity",
    "scenario",
    "siting",
    "portfolio",
    "report",
    "serve",
    "run",
)


@app.callback(invoke_without_command=True)
def root(version: bool = typer.Option(False, "--version", help="Print the version and end.")) -> None:
    """A metropolitan plan as a living, measurable system."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line; errors meant for a person are printed whole, without a traceback, exit code 2.

    With `AUMENTA_ERRORS=json` in the environment they are one line of JSON, for a program that started this one.
    """
    for name in COMMAND_MODULES:
        importlib.import_module(f"aumenta.cli.{name}").register(app)
    try:
        app()
    except AumentaError as error:
        if os.environ.get("AUMENTA_ERRORS") == "json":
            sys.stderr.write(error_to_json(error) + "\n")
            sys.exit(error.exit_code)
        Console(stderr=True, soft_wrap=True, highlight=False).print(str(error), markup=False)
        sys.exit(error.exit_code)
