# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Every bound and choice of the installation, named, typed, documented; overridden by `AUMENTA_<NAME>`.

`docs/settings.md` lists them all; a test fails when one is missing there.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from aumenta.errors import AumentaError, Problem


class Settings(BaseSettings):
    """Settings of one installation, read from the environment."""

    model_config = SettingsConfigDict(env_prefix="AUMENTA_", extra="ignore", frozen=True)

    twin: Path = Field(Path("twin"), description="Folder of the twin that commands and pages use.")
    cache: Path = Field(
        Path("~/.cache/aumenta"), description="Folder where fetched official sources are kept."
    )
    fetched: bool = Field(
        False,
        description="Whether builds take in the official sources that were fetched (see `aumenta fetch`).",
    )
    host: str = Field("127.0.0.1", description="Address the pages are served on; loopback only by default.")
    port: int = Field(8000, ge=1, le=65535, description="Port the pages are served on.")
    allowed_hosts: tuple[str, ...] = Field(
        ("127.0.0.1", "localhost", "[::1]"),
        description="Host headers that the server answers to; others are refused with 400.",
    )
    grid_resolution: int = Field(
        250, description="Side of a cell in metres: 100, 250, 500 or 1000 (INSPIRE ETRS89-LAEA)."
    )
    keep_builds: int = Field(
        2, ge=1, description="Builds of a twin that stay on disk, the one in use included."
    )
    max_yaml_bytes: int = Field(5_000_000, gt=0, description="Largest YAML file of a pack that is read.")
    max_yaml_aliases: int = Field(100, ge=0, description="Most aliases a YAML file may use.")
    max_document_bytes: int = Field(
        200_000_000, gt=0, description="Largest plan document (text or PDF) that is read."
    )
    max_archive_entries: int = Field(2_000, gt=0, description="Most entries a zip or xlsx may hold.")
    max_archive_bytes: int = Field(
        500_000_000, gt=0, description="Most bytes a zip or xlsx may unpack to, all entries together."
    )
    max_archive_ratio: int = Field(200, gt=0, description="Most times an archive may grow when unpacked.")
    max_table_rows: int = Field(2_000_000, gt=0, description="Most rows of a table that is imported.")
    max_timetable_days: int = Field(
        4_000, gt=0, description="Most days that a timetable keeps; those with most services are chosen."
    )
    max_timetable_hops: int = Field(
        50_000_000, gt=0, description="Most calls of vehicles at stops of a timetable, headways expanded."
    )
    max_timetable_bad_share: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Largest share of a feed's trips, or of its stops in use, that may be unusable and left out.",
    )
    max_stop_distance_km: float = Field(
        1_000.0,
        gt=0,
        description="Kilometres from the middle of a feed within which a stop is never taken as misplaced.",
    )
    max_street_nodes: int = Field(
        30_000_000, gt=0, description="Most points of streets that are read from an OpenStreetMap file."
    )
    max_elevation_pixels: int = Field(
        150_000_000, gt=0, description="Most pixels of a grid of heights that is read."
    )
    max_cells: int = Field(2_000_000, gt=0, description="Most cells a territory's grid may have.")
    max_fetch_bytes: int = Field(
        4_000_000_000, gt=0, description="Largest official source that is downloaded."
    )
    fetch_timeout: float = Field(60.0, gt=0, description="Seconds without an answer before a download stops.")
    fetch_retries: int = Field(4, ge=0, description="Times a cut download is resumed before giving up.")
    max_search_results: int = Field(200, gt=0, description="Most results of one search of the plan.")
    max_request_bytes: int = Field(1_000_000, gt=0, description="Largest body of a request to the pages.")
    max_url_bytes: int = Field(4_000, gt=0, description="Longest address (path and query) that is answered.")
    request_timeout: float = Field(
        30.0, gt=0, description="Seconds that a page may take before 503 is answered."
    )
    max_connections: int = Field(
        500, gt=0, description="Most connections to the pages at once; others are answered 503."
    )
    max_routers: int = Field(
        4, ge=1, le=64, description="Sets of options whose prepared network the pages keep for travel times."
    )
    max_live: int = Field(
        4, ge=1, le=64, description="Travel times that the pages compute at once; others are answered 503."
    )
    max_waiting_runs: int = Field(
        8, ge=1, le=1000, description="Most runs of scenarios that wait beside the one being computed."
    )
    max_run_seconds: float = Field(
        1_800.0, gt=0, description="Seconds after which a run of a scenario from the pages is stopped."
    )
    max_drawn: int = Field(
        2_000,
        gt=0,
        description="Most stops, lines or facilities that one answer to the map of the scenario editor holds.",
    )
    standby_seconds: float = Field(
        600.0,
        ge=0,
        le=86_400,
        description="Seconds that a process with the twin read waits for a run started from the pages; 0: none does.",
    )
    max_drafts: int = Field(
        200, gt=0, description="Most drafts of scenarios that a twin keeps; others are refused."
    )
    max_draft_states: int = Field(
        200, gt=1, description="Most states of a draft that are kept to be undone; the oldest are let go."
    )
    max_draft_bytes: int = Field(
        4_000_000, gt=0, description="Largest file of a draft; older states are let go to keep to it."
    )
    siting_points: int = Field(
        2_000,
        ge=1,
        description="Most cells that sites are chosen on; of more, one for each square kilometre.",
    )
    siting_candidates: int = Field(500, ge=1, description="Most candidates of a question about siting.")
    siting_existing: int = Field(
        100, ge=1, description="Most sites already there that are told one by one; more are told together."
    )
    siting_cache_bytes: int = Field(
        200_000_000, ge=0, description="Most bytes of travel times to sites that are kept beside the builds."
    )
    max_portfolio_scenarios: int = Field(
        12, ge=2, le=12, description="Most scenarios that are weighed against each other."
    )
    max_portfolio_runs: int = Field(
        128,
        ge=2,
        le=4_095,
        description="Most runs that weighing scenarios may take where nobody says how many.",
    )
    max_portfolio_seconds: float = Field(
        86_400.0,
        gt=0,
        description="Seconds after which weighing scenarios from the pages is stopped; it can be gone on with.",
    )
    page_cache_bytes: int = Field(
        64_000_000,
        ge=0,
        description="Most bytes of rendered pages and files that the server keeps in memory.",
    )


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Read the settings once; `get_settings.cache_clear()` reads them anew."""
    try:
        return Settings()
    except ValidationError as error:
        raise AumentaError(
            "A setting of the environment is not valid.",
            [
                Problem(
                    item["msg"],
                    field="AUMENTA_" + "_".join(str(p) for p in item["loc"]).upper(),
                    found=repr(item.get("input")),
                )
                for item in error.errors()
            ],
        ) from None
