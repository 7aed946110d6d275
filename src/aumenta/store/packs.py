# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Data packs: a folder with `pack.yaml` naming a plan, a territory or both. Bundled packs are found by name."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from aumenta.errors import PackError, Problem
from aumenta.store.yaml_files import validate
from aumenta.values.text import Text

BUNDLED = Path(__file__).resolve().parent.parent / "packs"


class PackFile(BaseModel):
    """`pack.yaml`: what the pack is and where its parts are (folders beside the file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: Text
    schema_version: int = 1
    plan: str | None = None
    territory: str | None = None
    published: str | None = None
    licence: str
    default: bool = False  # the pack that commands take when none is named


class Pack(BaseModel):
    """A pack opened: its file, and the absolute folders of its parts."""

    model_config = ConfigDict(frozen=True)

    root: Path
    about: PackFile

    @property
    def plan(self) -> Path | None:
        """Folder of the plan."""
        return self.root / self.about.plan if self.about.plan else None

    @property
    def territory(self) -> Path | None:
        """Folder of the territory."""
        return self.root / self.about.territory if self.about.territory else None

    @property
    def published(self) -> Path | None:
        """Table of figures that the plan's document published."""
        return self.root / self.about.published if self.about.published else None


def bundled_packs() -> list[str]:
    """Names of the packs that come with the software."""
    return sorted(p.parent.name for p in BUNDLED.glob("*/pack.yaml"))


def default_pack() -> str:
    """Name of the bundled pack that commands take when none is named."""
    for name in bundled_packs():
        if validate(PackFile, BUNDLED / name / "pack.yaml").default:
            return name
    return bundled_packs()[0]


def open_pack(name_or_folder: str | Path) -> Pack:
    """Open a bundled pack by name or any pack by its folder."""
    folder = Path(name_or_folder)
    if not (folder / "pack.yaml").is_file():
        bundled = BUNDLED / str(name_or_folder)
        if str(name_or_folder) not in bundled_packs():
            problem = Problem(
                "no pack of this name and no folder with a pack.yaml",
                found=str(name_or_folder),
                expected="a folder, or one of " + ", ".join(bundled_packs()),
            )
            raise PackError("The pack was not found.", [problem])
        folder = bundled
    return Pack(root=folder.resolve(), about=validate(PackFile, folder / "pack.yaml"))
