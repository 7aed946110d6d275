# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The files of a feed, from a folder or a zip, within the limits of the settings. Nothing is ever unpacked to disk."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from aumenta.errors import NetworkError, Problem
from aumenta.settings import get_settings

#: What a feed cannot do without (calendar.txt or calendar_dates.txt besides).
REQUIRED = ("stops.txt", "routes.txt", "trips.txt", "stop_times.txt")
_MARKS = frozenset((*REQUIRED, "agency.txt", "calendar.txt", "calendar_dates.txt"))


@dataclass(frozen=True, slots=True)
class FeedFiles:
    """Files of one feed by their names in lower case; `members` tells where each lies."""

    path: Path
    members: Mapping[str, str]
    zipped: bool

    @property
    def name(self) -> str:
        """The feed's name in messages: the name of its zip or folder."""
        return self.path.resolve().name

    def shown(self, file: str) -> str:
        """How a file is called in messages."""
        return f"{self.name}/{file}"

    def __contains__(self, file: str) -> bool:
        return file in self.members

    def read(self, file: str) -> bytes:
        """The bytes of a file; raises `NetworkError` when they cannot be had."""
        try:
            if not self.zipped:
                return Path(self.members[file]).read_bytes()
            with zipfile.ZipFile(self.path) as archive:
                return archive.read(self.members[file])
        except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
            problem = Problem(f"cannot be read: {error}", self.shown(file))
            raise NetworkError("The timetable cannot be read.", [problem]) from None


def open_feed(path: Path) -> FeedFiles:
    """List the files of a feed (a folder, or a zip within the limits of the settings).

    The files may lie together in one folder inside. Raises `NetworkError`: nothing there, not a zip, a zip over the
    limits on entries, bytes or growth, encrypted, or with a name that climbs out of its folder.
    """
    try:
        if path.is_dir():
            return _folder(path)
        if not path.exists():
            raise _refused(path, [Problem("there is no such file or folder", str(path))])
        return _zip(path)
    except OSError as error:
        raise _refused(path, [Problem(f"cannot be read: {error.strerror}", str(path))]) from None


def _refused(path: Path, problems: Iterable[Problem]) -> NetworkError:
    return NetworkError(f"The timetable {path.name} cannot be read.", problems)


def _folder(path: Path) -> FeedFiles:
    here = {file.name.lower(): str(file) for file in sorted(path.iterdir()) if file.is_file()}
    if not _MARKS & here.keys():
        inner = [
            folder
            for folder in sorted(path.iterdir())
            if folder.is_dir() and any((folder / mark).is_file() for mark in _MARKS)
        ]
        if len(inner) == 1:
            here = {file.name.lower(): str(file) for file in sorted(inner[0].iterdir()) if file.is_file()}
    if not _MARKS & here.keys():
        raise _refused(path, [_nothing(path, list(here))])
    return FeedFiles(path, {name: file for name, file in here.items() if _wanted(name)}, zipped=False)


def _zip(path: Path) -> FeedFiles:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        found = repr(path.open("rb").read(16))
        raise _refused(path, [Problem(f"is not a zip: {error}", str(path), found=found)]) from None
    problems = [*_over_limits(path, entries), *_bad_entries(path, entries)]
    if problems:
        raise _refused(path, problems)
    files = [entry for entry in entries if not entry.is_dir() and _wanted(PurePosixPath(entry.filename).name)]
    files = [entry for entry in files if not entry.filename.startswith("__MACOSX/")]
    roots = {PurePosixPath(entry.filename).parent for entry in files if _mark(entry) in _MARKS}
    if not roots:
        raise _refused(path, [_nothing(path, [entry.filename for entry in entries])])
    if len(roots) > 1:
        shown = ", ".join(sorted(str(root) for root in roots))
        expected = "the files of one feed in one folder; give several feeds one by one"
        raise _refused(path, [Problem("holds several feeds", str(path), found=shown, expected=expected)])
    root = roots.pop()
    members: dict[str, str] = {}
    for entry in files:
        inside = PurePosixPath(entry.filename)
        if inside.parent == root:
            if inside.name.lower() in members:
                problems.append(Problem("two files of one name", str(path), found=entry.filename))
            members[inside.name.lower()] = entry.filename
    if problems:
        raise _refused(path, problems)
    return FeedFiles(path, members, zipped=True)


def _mark(entry: zipfile.ZipInfo) -> str:
    return PurePosixPath(entry.filename).name.lower()


def _wanted(name: str) -> bool:
    return name.lower().endswith((".txt", ".geojson")) and not name.startswith(".")


def _nothing(path: Path, names: list[str]) -> Problem:
    inside = ", ".join(sorted(names)[:8]) or "nothing"
    expected = "a GTFS feed: " + ", ".join(REQUIRED) + " and calendar.txt or calendar_dates.txt"
    return Problem("holds no timetable", str(path), found=inside, expected=expected)


def _over_limits(path: Path, entries: list[zipfile.ZipInfo]) -> list[Problem]:
    settings = get_settings()
    size = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    bounds = (
        ("too many entries", len(entries), settings.max_archive_entries, "ENTRIES"),
        ("unpacks to too many bytes", size, settings.max_archive_bytes, "BYTES"),
        ("grows too much when unpacked", size // packed, settings.max_archive_ratio, "RATIO"),
    )
    return [
        Problem(
            what, str(path), found=f"{found:,}", expected=f"at most {limit:,} (AUMENTA_MAX_ARCHIVE_{name})"
        )
        for what, found, limit, name in bounds
        if found > limit
    ]


def _bad_entries(path: Path, entries: list[zipfile.ZipInfo]) -> list[Problem]:
    problems = []
    for entry in entries:
        inside = PurePosixPath(entry.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in entry.filename:
            problems.append(
                Problem("a path climbs out of the archive", str(path), found=repr(entry.filename))
            )
        if entry.flag_bits & 1:
            problems.append(Problem("is encrypted", str(path), found=repr(entry.filename)))
    return problems[:8]
