# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Choices and options that several commands offer in the same words."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


class Language(StrEnum):
    """Languages of names and words."""

    it = "it"
    en = "en"


class Level(StrEnum):
    """Levels of places that values are given for."""

    municipality = "municipality"
    zone = "zone"
    band = "band"
    metropolis = "metropolis"


Folder = Annotated[Path | None, typer.Option("--twin", help="Folder of the twin (default: AUMENTA_TWIN).")]
Shape = Annotated[Format, typer.Option("--format", help="How to print.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of printing.")]
Names = Annotated[str, typer.Option("--language", help="Language of names: it or en.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]
Host = Annotated[str | None, typer.Option("--host", help="Address to serve on (default: AUMENTA_HOST).")]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port (default: AUMENTA_PORT).")]
Open = Annotated[bool, typer.Option("--open", help="Open the pages in the browser.")]
