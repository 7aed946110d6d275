# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Fetch a territory's sources one by one into the cache, parse what can be parsed, and keep the account.

The cache of a territory: `files/` as they came, `tables/` parsed to the pack's own tables, and `fetched.json`: for
each source the address, date, sha256, licence, what it became and what it replaces. A source that fails leaves
what was there before; the others go on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

from aumenta.errors import AumentaError, FetchError, Problem
from aumenta.settings import get_settings
from aumenta.store.yaml_files import write_text
from aumenta.territory.fetching.cache import ACCOUNT, cache_of, read_account
from aumenta.territory.fetching.catalogue import FetchItem
from aumenta.territory.fetching.download import Progress, check_address, download, open_url
from aumenta.territory.fetching.effects import is_taken, words_of

__all__ = [
    "FetchReport",
    "Outcome",
    "as_rows",
    "cache_of",
    "fetch_all",
    "forget",
    "read_account",
    "resolve_address",
]

Outcome = Literal["new", "same", "changed", "failed"]


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What happened to one source."""

    id: str
    outcome: Outcome
    sha256: str | None
    size: int | None
    rows: int | None
    replaces: tuple[str, ...]
    message: str
    #: What a build with it does, in words; and whether a build takes it in at all.
    effect: str = ""
    taken: bool = False


def fetch_all(
    items: Iterable[FetchItem],
    cache: Path,
    *,
    allow_http: bool = False,
    progress: Callable[[FetchItem], Progress] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[FetchReport]:
    """Fetch the given sources into `cache`; one that fails is reported and does not stop the others."""
    reports = []
    for item in items:
        try:
            reports.append(_fetch_one(item, cache, allow_http, progress(item) if progress else None, now()))
        except AumentaError as error:
            reports.append(FetchReport(item.id, "failed", None, None, None, (), str(error)))
    return reports


def _fetch_one(
    item: FetchItem, cache: Path, allow_http: bool, progress: Progress | None, moment: datetime
) -> FetchReport:
    account = read_account(cache)
    before = account.get(item.id, {})
    held = item.sha256 or (str(before["sha256"]) if before and item.edition == "fixed" else None)
    url = resolve_address(item, allow_http)
    incoming = cache / "incoming" / item.file
    got = download(url, incoming, sha256=held, allow_http=allow_http, progress=progress)
    rows, table, table_sha256 = None, None, None
    from aumenta.territory.fetching.formats import PARSERS  # noqa: PLC0415 - pandas; builds import this package too

    parser = PARSERS.get(item.format)
    if parser:
        try:
            frame = parser(incoming, item.arguments)
        except AumentaError:
            incoming.unlink()
            raise
        if frame is not None:
            rows, table = len(frame), f"tables/{item.id}.csv"
            text = frame.to_csv(index=False, lineterminator="\n")
            table_sha256 = hashlib.sha256(text.encode()).hexdigest()
            write_text(cache / table, text)
    final = cache / "files" / item.file
    final.parent.mkdir(parents=True, exist_ok=True)
    incoming.replace(final)
    outcome: Outcome = "new" if not before else ("same" if before.get("sha256") == got.sha256 else "changed")
    account[item.id] = {
        "address": url,
        "fetched": moment.date().isoformat(),
        "last_modified": got.last_modified,
        "sha256": got.sha256,
        "sha256_basis": "pinned in the pack"
        if item.sha256
        else "recorded at first use"
        if not before
        else "recorded",
        "size": got.size,
        "licence": item.licence,
        "attribution": item.attribution,
        "file": f"files/{item.file}",
        "format": item.format,
        "arguments": item.arguments,
        "table": table,
        "table_sha256": table_sha256,
        "rows": rows,
        "replaces": item.replaces,
    }
    _write_account(account, cache)
    words = {"new": "brought", "same": "as before", "changed": "the publisher renewed it"}[outcome]
    return FetchReport(
        item.id,
        outcome,
        got.sha256,
        got.size,
        rows,
        tuple(item.replaces),
        words,
        words_of(item).en,
        is_taken(item),
    )


def forget(ids: Iterable[str], cache: Path) -> list[str]:
    """Take sources out of the cache, the account first; gives those that were there.

    Raises `FetchError` naming every id that the account does not have; then nothing is removed.
    """
    account, chosen = read_account(cache), sorted(set(ids))
    wrong = [name for name in chosen if name not in account]
    if wrong:
        expected = ", ".join(sorted(account)) or "nothing was fetched"
        where = str(cache / ACCOUNT)
        problems = [Problem("not in the cache", where, found=name, expected=expected) for name in wrong]
        raise FetchError("Nothing was removed from the cache.", problems)
    gone = [account.pop(name) for name in chosen]
    _write_account(account, cache)
    for name in sorted(_files_of(gone) - _files_of(account.values())):
        if (cache / name).resolve().is_relative_to(cache.resolve()):
            (cache / name).unlink(missing_ok=True)
    return chosen


def _files_of(entries: Iterable[dict[str, object]]) -> set[str]:
    return {str(entry[key]) for entry in entries for key in ("file", "table") if entry.get(key)}


def _write_account(account: dict[str, dict[str, object]], cache: Path) -> None:
    write_text(cache / ACCOUNT, json.dumps(account, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def resolve_address(item: FetchItem, allow_http: bool) -> str:
    """The address of the file; for sources whose name changes, the last match on the publisher's page."""
    check_address(item.start, allow_http)
    if item.address:
        return item.address
    assert item.page is not None and item.pattern is not None
    settings = get_settings()
    try:
        with open_url(item.page, {}, settings.fetch_timeout) as answer:
            text = answer.read(settings.max_yaml_bytes).decode("utf-8", "replace")
    except OSError as error:
        raise FetchError(
            "The publisher's page could not be read.", [Problem(str(error), file=item.page)]
        ) from None
    links: list[str] = sorted({found.group(0) for found in re.finditer(item.pattern, text)})
    if not links:
        problem = Problem(
            "no link on the page fits; look at the page and change fetch.yaml",
            file=item.page,
            expected=item.pattern,
        )
        raise FetchError("The publisher's page does not name the file.", [problem])
    url = str(urljoin(item.page, links[-1]))
    check_address(url, allow_http)
    return url


def as_rows(reports: Iterable[FetchReport]) -> list[dict[str, object]]:
    """Reports as plain rows for JSON."""
    return [asdict(report) for report in reports]
