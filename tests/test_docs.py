# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What people can set, type or read is documented; examples in docstrings run."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import pkgutil
from pathlib import Path
from types import ModuleType

import click
import pytest
import typer.main

import aumenta
from aumenta.cli.app import COMMAND_MODULES, app

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
MODULES = sorted(
    m.name for m in pkgutil.walk_packages(aumenta.__path__, "aumenta.") if not m.name.endswith("__main__")
)


def _commands(command: click.Command, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    subcommands = getattr(command, "commands", None)
    if not subcommands:
        return [path]
    return [found for name, sub in subcommands.items() for found in _commands(sub, (*path, name))]


def test_settings_page_is_the_settings() -> None:
    spec = importlib.util.spec_from_file_location("settings_table", REPOSITORY / "tools/settings_table.py")
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert (DOCS / "settings.md").read_text(encoding="utf-8") == tool.page()


def test_every_command_and_option_is_documented() -> None:
    if not app.registered_commands and not app.registered_groups:
        for name in COMMAND_MODULES:
            importlib.import_module(f"aumenta.cli.{name}").register(app)
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    root = typer.main.get_command(app)
    missing = []
    for path in _commands(root, ("aumenta",)):
        words = " ".join(path)
        if f"`{words}" not in page:
            missing.append(words)
    assert not missing


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name: str) -> None:
    module: ModuleType = importlib.import_module(name)
    failed, _ = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert failed == 0


def test_files_read_in_one_sitting() -> None:
    long = {
        str(path.relative_to(REPOSITORY)): lines
        for folder in ("src", "tests", "tools", "benchmarks")
        for path in (REPOSITORY / folder).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert not long


def test_no_place_of_a_pack_is_named_in_code() -> None:
    """Turin is data: neither its names nor its codes stand in the package's code."""
    words = ("torino", "turin", "piemonte", "porta susa", "001272")
    found = []
    for path in (REPOSITORY / "src/aumenta").rglob("*.py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if any(word in line.lower() for word in words):
                found.append(f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()}")
    assert not found, "\n".join(found)
