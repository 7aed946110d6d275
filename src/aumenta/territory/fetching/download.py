# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Download one file: progress, resume after a cut, size limit, checksum; whole at its place or not at all.

A download goes to `<file>.part` with a note beside it that says which version of the remote file it holds (ETag or
Last-Modified). A later attempt asks for the rest with Range and If-Range; when the server's file changed meanwhile
it answers with the whole file and the part is begun anew.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from aumenta.errors import FetchError, Problem
from aumenta.settings import Settings, get_settings

Progress = Callable[[int, int | None], None]
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that was brought whole."""

    path: Path
    sha256: str
    size: int
    last_modified: str | None
    resumed: bool


class _SafeRedirect(urllib.request.HTTPRedirectHandler):
    """Follow redirects, but never from https to http."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(req.full_url).scheme == "https" and urlsplit(newurl).scheme != "https":
            raise urllib.error.URLError(f"the server redirects to an address without encryption: {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def check_address(url: str, allow_http: bool) -> None:
    """Refuse what is not https; plain http only when asked for, or on this machine."""
    parts = urlsplit(url)
    plain = parts.scheme == "http" and (allow_http or parts.hostname in _LOOPBACK)
    if parts.scheme != "https" and not plain:
        hint = (
            "the publisher offers it without encryption; allow it with --allow-http"
            if parts.scheme == "http"
            else "an https address"
        )
        raise FetchError(
            "The address is refused.", [Problem("not encrypted", field="address", found=url, expected=hint)]
        )


def open_url(url: str, headers: dict[str, str], timeout: float) -> Any:
    """Open an address with the project's name and without any other header that tells about the user."""
    opener = urllib.request.build_opener(_SafeRedirect)
    request = urllib.request.Request(url, headers={"User-Agent": "aumenta", **headers})  # noqa: S310 - scheme checked before
    return opener.open(request, timeout=timeout)


def download(
    url: str,
    target: Path,
    *,
    sha256: str | None = None,
    allow_http: bool = False,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> Downloaded:
    """Bring `url` to `target`.

    Raises `FetchError` with what happened and what to do on an address that is refused, an answer that is an error, a
    connection cut more often than the setting allows, a file over the limit, no room on disk, or another sha256 than
    expected. `target` is replaced only by a whole and checked file; a cut part stays for the next attempt.
    """
    settings = settings or get_settings()
    check_address(url, allow_http)
    target.parent.mkdir(parents=True, exist_ok=True)
    part, note = target.with_name(target.name + ".part"), target.with_name(target.name + ".part.json")
    resumed = False
    for attempt in range(settings.fetch_retries + 1):
        try:
            modified, again = _attempt(url, part, note, settings, progress)
            resumed |= again
            break
        except (TimeoutError, ConnectionError, http.client.HTTPException, urllib.error.URLError) as error:
            if isinstance(error, urllib.error.HTTPError):
                raise _refused(url, error) from None
            if attempt == settings.fetch_retries:
                raise _cut(url, part, error, attempt + 1) from None
            time.sleep(min(0.2 * 2**attempt, 5.0))
        except OSError as error:
            raise FetchError(
                "The file cannot be written.", [Problem(error.strerror or str(error), file=str(part))]
            ) from None
    digest = _sha256(part)
    if sha256 and digest != sha256:
        part.unlink()
        note.unlink(missing_ok=True)
        problem = Problem(
            "another content than expected; nothing was kept",
            file=url,
            field="sha256",
            found=digest,
            expected=sha256,
        )
        raise FetchError("The file that came is not the one that was expected.", [problem])
    size = part.stat().st_size
    part.replace(target)
    note.unlink(missing_ok=True)
    return Downloaded(target, digest, size, modified, resumed)


def _attempt(
    url: str, part: Path, note: Path, settings: Settings, progress: Progress | None
) -> tuple[str | None, bool]:
    have = part.stat().st_size if part.is_file() and note.is_file() else 0
    headers: dict[str, str] = {}
    if have:
        version = json.loads(note.read_text()).get("version")
        headers = {"Range": f"bytes={have}-", "If-Range": version} if version else {}
    with open_url(url, headers, settings.fetch_timeout) as answer:
        again = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        start = have if again else 0
        length = answer.headers.get("Content-Length")
        total = start + int(length) if length else None
        _check_size(url, total, part, settings)
        version = answer.headers.get("ETag") or answer.headers.get("Last-Modified")
        note.write_text(
            json.dumps({"version": None if (version or "").startswith("W/") else version, "url": url})
        )
        with part.open("ab" if again else "wb") as stream:
            done = _pour(url, answer, stream, start, total, settings, progress)
        if total is not None and done < total:
            raise http.client.IncompleteRead(b"", total - done)
        return answer.headers.get("Last-Modified"), again


def _pour(
    url: str,
    answer: Any,
    stream: IO[bytes],
    done: int,
    total: int | None,
    settings: Settings,
    progress: Progress | None,
) -> int:
    while chunk := answer.read(_CHUNK):
        stream.write(chunk)
        done += len(chunk)
        if done > settings.max_fetch_bytes:
            _too_large(url, done, settings)
        if progress:
            progress(done, total)
    return done


def _check_size(url: str, total: int | None, part: Path, settings: Settings) -> None:
    if total is None:
        return
    if total > settings.max_fetch_bytes:
        _too_large(url, total, settings)
    free = shutil.disk_usage(part.parent).free
    if total > free:
        problem = Problem(
            "not enough room", file=str(part.parent), found=f"{free} bytes free", expected=f"at least {total}"
        )
        raise FetchError("The disk has no room for the file.", [problem])


def _too_large(url: str, size: int, settings: Settings) -> None:
    problem = Problem(
        "larger than allowed",
        file=url,
        found=f"{size} bytes",
        expected=f"at most {settings.max_fetch_bytes} (AUMENTA_MAX_FETCH_BYTES)",
    )
    raise FetchError("The file is too large.", [problem])


def _refused(url: str, error: urllib.error.HTTPError) -> FetchError:
    if error.code in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE):
        hint = (
            "the publisher moved or withdrew it: look for the new address and change fetch.yaml of the pack"
        )
    elif error.code >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        hint = "the publisher's server has a fault: try again later"
    else:
        hint = "the publisher does not give it: see its page"
    return FetchError(
        "The source could not be brought.",
        [Problem(hint, file=url, found=f"{error.code} {error.reason}", expected="200 OK")],
    )


def _cut(url: str, part: Path, error: Exception, attempts: int) -> FetchError:
    have = part.stat().st_size if part.is_file() else 0
    reason = str(getattr(error, "reason", "") or error) or type(error).__name__
    text = f"no whole file after {attempts} attempts; {have} bytes are kept and the next fetch goes on from there"
    return FetchError("The connection was cut.", [Problem(text, file=url, found=reason)])


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
