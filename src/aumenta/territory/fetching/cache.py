# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The cache of a territory's fetched sources: its account, which of them a build takes in, whether they are whole.

Nothing large is imported here: a build with nothing to do asks here first.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aumenta.errors import AumentaError, FetchError, Problem
from aumenta.settings import Settings, get_settings
from aumenta.store.manifest import FetchedFile
from aumenta.store.yaml_files import problems_of
from aumenta.territory.fetching.catalogue import FetchItem, load_catalogue
from aumenta.territory.fetching.effects import EFFECTS, Columns, People, Routed, is_taken, words_of, year_of

ACCOUNT = "fetched.json"
SUMMARY = (
    "The fetched sources cannot be used; nothing was built. Fetch them again, or build with --no-fetched."
)


class AccountEntry(BaseModel):
    """What the account says of one source, as far as a build needs it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    address: str = Field(pattern=r"^https?://\S+$")
    fetched: date
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    format: str
    arguments: dict[str, str] = {}
    table_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class CachedSource:
    """A fetched source that a build takes in, its files compared with the account."""

    item: FetchItem
    address: str
    fetched: date
    sha256: str
    file: Path
    table: Path
    inputs: tuple[FetchedFile, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """A fetched source that a build does not take in, and why."""

    id: str
    why: str


def cache_of(territory_id: str, settings: Settings | None = None) -> Path:
    """Folder of the cache of a territory."""
    return (settings or get_settings()).cache.expanduser() / territory_id


def read_account(cache: Path) -> dict[str, dict[str, object]]:
    """The account of what was fetched, by source id; empty when nothing was."""
    path = cache / ACCOUNT
    if not path.is_file():
        return {}
    try:
        account = json.loads(path.read_text(encoding="utf-8"))
        return dict(account)
    except (ValueError, TypeError):
        raise FetchError(
            "The account of the cache is damaged.",
            [Problem("not readable; remove it and fetch again", file=str(path))],
        ) from None


def cached_sources(territory: Path, cache: Path) -> list[CachedSource]:
    """The fetched sources that a build of the territory's folder takes in, in the order of its `fetch.yaml`.

    Raises `FetchError` naming every file that is missing or is not the one that the account tells of, and every
    source that `fetch.yaml` describes in another way than when it was fetched; `FetchError` too when there is
    something to fetch and nothing was.
    """
    catalogue, account = load_catalogue(territory), read_account(cache)
    if catalogue.sources and not account:
        problem = Problem("nothing was fetched yet", str(cache / ACCOUNT), expected="aumenta fetch first")
        raise FetchError(
            "There is nothing fetched to build with; fetch, or build with --no-fetched.", [problem]
        )
    found, problems = list[CachedSource](), list[Problem]()
    for item in catalogue.sources:
        if item.id not in account or not is_taken(item):
            continue
        try:
            found.append(_checked(item, account[item.id], cache))
        except AumentaError as error:
            problems += error.problems
    if problems:
        raise FetchError(SUMMARY, problems)
    return found


def left_in_cache(territory: Path, cache: Path) -> list[Left]:
    """The fetched sources that a build does not take in, in the order of their ids, and why."""
    known = {item.id: item for item in load_catalogue(territory).sources}
    left = []
    for name in sorted(read_account(cache)):
        if name not in known:
            left.append(Left(name, "stays in the cache: fetch.yaml does not list it any more"))
        elif not is_taken(known[name]):
            left.append(Left(name, words_of(known[name]).en))
    return left


def reference_date(item: FetchItem, fetched: date) -> str:
    """Date that a source's figures are of: 1 January of its year, its year, or the day when it was fetched."""
    effect = EFFECTS[item.format]
    if isinstance(effect, People):
        return f"{year_of(item)}-01-01"
    return str(year_of(item)) if isinstance(effect, Columns) else fetched.isoformat()


def _checked(item: FetchItem, told: dict[str, object], cache: Path) -> CachedSource:
    try:
        entry = AccountEntry.model_validate(told)
    except ValidationError as error:
        raise FetchError(SUMMARY, problems_of(error, f"{cache / ACCOUNT}, source {item.id}")) from None
    again = f"aumenta fetch with --source {item.id}"
    differs = (entry.format, entry.arguments) != (item.format, item.arguments)
    if differs or (item.sha256 is not None and item.sha256 != entry.sha256):
        message = "fetch.yaml describes the source in another way than when it was fetched"
        raise FetchError(SUMMARY, [Problem(message, str(cache / ACCOUNT), field=item.id, expected=again)])
    file, table = cache / "files" / item.file, cache / "tables" / f"{item.id}.csv"
    problems, found = list[Problem](), dict[Path, str]()
    wholes: list[tuple[Path, str | None]] = [(file, entry.sha256)]
    if not isinstance(EFFECTS[item.format], Routed):  # those are read as they came
        wholes.append((table, entry.table_sha256))
    for path, wanted in wholes:
        try:
            with path.open("rb") as stream:
                found[path] = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            problems.append(Problem(error.strerror or "cannot be read", str(path), expected=again))
            continue
        if found[path] != wanted:
            other = f"sha256 {found[path]}, the account tells of {wanted}"
            problems.append(Problem("not the file that was fetched", str(path), None, None, other, again))
    if problems:
        raise FetchError(SUMMARY, problems)
    inputs = tuple(
        FetchedFile(
            name=f"fetched/{item.id}/{path.name}",
            sha256=sha256,
            bytes=path.stat().st_size,
            address=entry.address,
            licence=item.licence,
            reference_date=reference_date(item, entry.fetched),
            fetched=entry.fetched.isoformat(),
        )
        for path, sha256 in found.items()
    )
    return CachedSource(item, entry.address, entry.fetched, entry.sha256, file, table, inputs)
