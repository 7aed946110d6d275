# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where the answer of a command goes: printed, or whole into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from aumenta.cli.choices import Format

if TYPE_CHECKING:
    import pandas as pd


def put_table(frame: pd.DataFrame, form: Format, output: Path | None = None) -> None:
    """Print or write a table as CSV or JSON; as CSV too where a table was asked for."""
    from aumenta.cli.twin_tables import text_of

    text = text_of(frame, "json" if form is Format.json else "csv")
    if output is None:
        typer.echo(text, nl=False)
    else:
        write(output, text)


def write(path: Path, text: str) -> None:
    """Write a file whole; `AumentaError` says what is in the way."""
    from aumenta.errors import AumentaError, Problem
    from aumenta.store.yaml_files import write_text

    try:
        write_text(path, text)
    except OSError as error:
        problem = Problem(error.strerror or str(error), str(path))
        raise AumentaError("The file cannot be written.", [problem]) from None
