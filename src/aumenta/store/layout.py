# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Where the files of a twin are, and how its current build is found and opened.

<twin>/current            name of the build in use
<twin>/builds/<hash>/     immutable files; twin.json is the manifest
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from aumenta.errors import Problem, TwinError
from aumenta.store.manifest import SCHEMA_VERSION, Manifest

CURRENT = "current"
BUILDS = "builds"
MANIFEST = "twin.json"
LOCK = ".lock"
BUILD_NAME = re.compile(r"^[0-9a-f]{16}$")


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths of one twin."""

    root: Path

    @property
    def current(self) -> Path:
        """The file that names the build in use."""
        return self.root / CURRENT

    @property
    def builds(self) -> Path:
        """Folder of the builds."""
        return self.root / BUILDS

    @property
    def lock(self) -> Path:
        """File locked while something is written."""
        return self.root / LOCK

    def build(self, name: str) -> Path:
        """Folder of one build."""
        return self.builds / name

    def current_name(self) -> str | None:
        """Name of the build in use; None when there is none yet. Raises `TwinError` when it is not a name."""
        try:
            name = self.current.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise TwinError("The twin cannot be read.", [Problem(str(error), str(self.current))]) from None
        if not BUILD_NAME.match(name):
            problem = Problem(
                "does not name a build",
                str(self.current),
                found=repr(name[:40]),
                expected="16 hexadecimal digits",
            )
            raise TwinError("The twin is damaged; build it again with `aumenta build`.", [problem])
        return name


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a build's folder. Raises `TwinError` for an absent, damaged or foreign one."""
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise TwinError(
            "The twin is damaged; build it again with `aumenta build`.", [Problem("no manifest", str(path))]
        ) from None
    except (OSError, ValueError) as error:
        raise TwinError(
            "The twin is damaged; build it again with `aumenta build`.", [Problem(str(error), str(path))]
        ) from None
    version = data.get("schema_version") if isinstance(data, dict) else None
    if version != SCHEMA_VERSION:
        problem = Problem(
            "written by another version of the software",
            str(path),
            field="schema_version",
            found=repr(version),
            expected=str(SCHEMA_VERSION),
        )
        raise TwinError("The twin is of another version; build it again with `aumenta build`.", [problem])
    try:
        return Manifest.model_validate(data)
    except ValidationError as error:
        problems = [
            Problem(item["msg"], str(path), field=".".join(str(p) for p in item["loc"]))
            for item in error.errors()
        ]
        raise TwinError("The twin is damaged; build it again with `aumenta build`.", problems) from None


def open_current(root: Path) -> tuple[Path, Manifest]:
    """Folder and manifest of the build in use, after a look that its files are there and of the right size."""
    layout = Layout(root)
    if not root.is_dir():
        problem = Problem("no such folder", found=str(root), expected="a folder made by `aumenta build`")
        raise TwinError("The twin was not found.", [problem])
    name = layout.current_name()
    if name is None:
        raise TwinError(
            "The folder holds no twin; make one with `aumenta build`.",
            [Problem("no such file", str(layout.current))],
        )
    folder = layout.build(name)
    manifest = read_manifest(folder)
    problems = damaged(folder, manifest)
    if problems:
        raise TwinError("The twin is damaged; build it again with `aumenta build`.", problems)
    return folder, manifest


def damaged(folder: Path, manifest: Manifest) -> list[Problem]:
    """Files of a build that are absent or of another size (hashes: `aumenta.store.build_files.verify`)."""
    problems = []
    for name, entry in manifest.files.items():
        path = folder / name
        try:
            size = path.stat().st_size
        except OSError:
            problems.append(Problem("file of the build is missing", str(path)))
            continue
        if size != entry.bytes:
            problems.append(
                Problem(
                    "file of the build is damaged",
                    str(path),
                    found=f"{size} bytes",
                    expected=f"{entry.bytes}",
                )
            )
    return problems
