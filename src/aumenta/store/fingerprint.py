# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Hash of everything a build depends on, without importing any of the heavy libraries.

Inputs are the files of the pack, the data files of installed packages that a territory names, the fetched files that
it is told to take in, the settings that change the result, and the software: its version, its own code that
computes, and the libraries that write bytes.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aumenta.store.manifest import SCHEMA_VERSION, FetchedFile, InputFile
from aumenta.version import __version__

PACKAGE = Path(__file__).resolve().parent.parent
#: Packages of Aumenta whose code decides the bytes of a twin.
COMPUTING = ("values", "store", "territory", "network", "access", "plan", "readings", "equity", "twin")
LIBRARIES = ("numpy", "pandas", "pyarrow", "geopandas", "shapely", "pyproj", "scipy", "numba", "osmium")
#: Folders that lie in packs but are not read by a build.
_IGNORED = ("__pycache__",)
_NOT_BUILT = ("levers", "scenarios")


@dataclass(frozen=True)
class Fingerprint:
    """What a build depends on and the hash of it all."""

    inputs: tuple[InputFile, ...]
    software: dict[str, str]
    settings: dict[str, Any]

    @property
    def hash(self) -> str:
        """Sixteen hexadecimal digits."""
        return digest(
            [SCHEMA_VERSION, [i.model_dump() for i in self.inputs], self.software, self.settings],
        )


def digest(data: Any) -> str:
    """Short name of plain data: the first sixteen digits of the sha256 of its canonical JSON.

    >>> digest({"a": 1}) == digest({"a": 1}) != digest({"a": 2})
    True
    """
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fingerprint(
    pack: Path,
    packages: Mapping[str, Iterable[str]] | None = None,
    settings: Mapping[str, Any] | None = None,
    fetched: Iterable[FetchedFile] = (),
) -> Fingerprint:
    """Hash a pack's folder, named files of installed packages (package -> paths within it) and settings.

    `fetched` files are taken as they are told: their sha256 was compared when they were found.
    """
    inputs = [_input(path, f"pack/{path.relative_to(pack).as_posix()}") for path in _files(pack)]
    for package, names in sorted((packages or {}).items()):
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            continue  # the loader of the territory says what to install
        root = Path(spec.origin).parent
        inputs += [
            _input(root / name, f"{package}/{name}") for name in sorted(names) if (root / name).is_file()
        ]
    inputs += fetched
    software = {"aumenta": __version__, "code": code_of(COMPUTING)}
    for library in LIBRARIES:
        try:
            software[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return Fingerprint(tuple(inputs), software, dict(settings or {}))


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.relative_to(folder).parts[0] not in _NOT_BUILT
        and not any(p in _IGNORED or p.startswith(".") for p in path.relative_to(folder).parts)
    ]


def _input(path: Path, name: str) -> InputFile:
    with path.open("rb") as stream:
        value = hashlib.file_digest(stream, "sha256").hexdigest()
    return InputFile(name=name, sha256=value, bytes=path.stat().st_size)


def code_of(packages: Iterable[str]) -> str:
    """Hash of the code of some packages of Aumenta."""
    total = hashlib.sha256()
    for name in packages:
        for path in sorted((PACKAGE / name).rglob("*")):
            if path.suffix in (".py", ".yaml"):
                total.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
                total.update(path.read_bytes() + b"\0")
    return total.hexdigest()[:16]
