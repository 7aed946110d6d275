# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The list of official sources of a territory: `fetch.yaml` of the pack."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from aumenta.errors import PackError, Problem
from aumenta.store.yaml_files import validate
from aumenta.values.text import Text

Format = Literal[
    "istat_posas", "mef_irpef", "mim_schools", "salute_pharmacies", "ispra_soil", "gtfs", "osm_pbf", "file"
]


class FetchItem(BaseModel):
    """One official source that can be downloaded.

    `edition` fixed: the file never changes, so its sha256 is pinned (or recorded at first use and held to it);
    rolling: the publisher renews it, so a new sha256 is recorded and said. `page` and `pattern`: the address changes
    with the date, and the last link of the page that matches the pattern is taken.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    title: Text
    publisher: str
    address: str | None = None
    page: str | None = None
    pattern: str | None = None
    file: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    edition: Literal["fixed", "rolling"]
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
    format: Format = "file"
    licence: str
    attribution: str
    verified: Literal["never"] | date = "never"
    replaces: list[str] = Field(
        [], description="Layers of the territory that this source replaces when it is fetched."
    )
    arguments: dict[str, str] = Field(
        {}, description="What the format's parser needs to know, for example the year."
    )
    size_hint: str | None = None

    @model_validator(mode="after")
    def _has_an_address(self) -> FetchItem:
        if (self.address is None) == (self.page is None):
            raise ValueError("give either address, or page with pattern")
        if self.page and not self.pattern:
            raise ValueError("page needs pattern")
        return self

    @property
    def start(self) -> str:
        """The address that is asked first."""
        return self.address or self.page or ""

    @property
    def plain_http(self) -> bool:
        """Whether the publisher offers it without encryption only."""
        return self.start.startswith("http://")


class Catalogue(BaseModel):
    """All official sources of a territory."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: list[FetchItem]

    def choose(self, ids: list[str]) -> list[FetchItem]:
        """The sources of those ids, all when none is named; unknown ids are refused together."""
        known = {item.id: item for item in self.sources}
        wrong = [name for name in ids if name not in known]
        if wrong:
            raise PackError(
                "Some sources are not in the territory's list.",
                [Problem("unknown source", found=name, expected=", ".join(known)) for name in wrong],
            )
        return [known[name] for name in ids] if ids else list(self.sources)


def load_catalogue(territory: Path) -> Catalogue:
    """Read `fetch.yaml` of a territory's folder; a territory without one has nothing to fetch."""
    path = territory / "fetch.yaml"
    return validate(Catalogue, path) if path.is_file() else Catalogue(sources=[])
