# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Static files: addressed under a version made of their contents, so that browsers may keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).resolve().parent / "static"

#: Media types by ending; a file with another ending is not served.
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_COMPRESSED_ALREADY = {".png", ".woff2", ".ico"}


@dataclass(frozen=True)
class StaticFile:
    """A static file ready to be sent."""

    content: bytes
    zipped: bytes | None
    media_type: str
    etag: str


class Assets:
    """The static files of a folder, known by name at start and read when first asked for."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in MEDIA_TYPES
        }
        digest = hashlib.sha256()
        for name, path in self._files.items():
            digest.update(name.encode())
            digest.update(path.read_bytes())
        self.version = digest.hexdigest()[:12]
        self.read = lru_cache(maxsize=None)(self._read)

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def url(self, name: str) -> str:
        """The versioned address of a file; files beside each other keep their relative addresses."""
        if name not in self._files and not name.startswith("vendor/"):
            raise KeyError(f"no static file {name}")
        return f"/static/{self.version}/{name}"

    def _read(self, name: str) -> StaticFile | None:
        path = self._files.get(name)
        if path is None:
            return None
        content = path.read_bytes()
        zipped = None
        if path.suffix not in _COMPRESSED_ALREADY and len(content) > 500:
            zipped = gzip.compress(content, 6, mtime=0)
        etag = '"' + hashlib.sha256(content).hexdigest()[:20] + '"'
        return StaticFile(content, zipped, MEDIA_TYPES[path.suffix], etag)
