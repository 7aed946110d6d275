# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How pages, files and static files are answered: rendered once, kept, compressed, and not sent twice."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from aumenta.errors import AumentaError
from aumenta.web.routes import Page
from aumenta.web.site import Act, BusyError, FileMaker, Site, Visit

Endpoint = Callable[[Request], Awaitable[Response]]
#: How our forms are sent; they carry no files.
_FORM = "application/x-www-form-urlencoded"
#: Addresses that only this machine can reach.
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Rendered:
    """A body ready to be sent, compressed where that makes it smaller: then `body` is empty, and `plain` makes it."""

    body: bytes
    zipped: bytes
    etag: str
    media_type: str
    download: str | None = None

    @classmethod
    def of(cls, body: bytes, media_type: str, download: str | None = None) -> Rendered:
        """Compress a body and name it by its contents."""
        etag = '"' + hashlib.sha256(body).hexdigest()[:20] + '"'
        zipped = gzip.compress(body, 5, mtime=0)
        # A page is kept compressed only: eight times as many fit on the shelf.
        both = (b"", zipped) if len(zipped) < 0.9 * len(body) else (body, b"")
        return cls(*both, etag, media_type, download)

    @property
    def plain(self) -> bytes:
        """The body as it is."""
        return self.body or (gzip.decompress(self.zipped) if self.zipped else b"")

    @property
    def size(self) -> int:
        """Bytes that keeping it costs."""
        return len(self.body) + len(self.zipped)


class Shelf:
    """The bodies used last, up to a number of bytes. The twin served never changes, so neither do they."""

    def __init__(self, max_bytes: int) -> None:
        self._max = max_bytes
        self._size = 0
        self._kept: OrderedDict[str, Rendered] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Rendered | None:
        """What was kept under a key."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: str, rendered: Rendered) -> None:
        """Keep a body; those not used for longest make room."""
        if rendered.size > self._max // 4:
            return
        with self._lock:
            if (old := self._kept.pop(key, None)) is not None:
                self._size -= old.size
            self._kept[key] = rendered
            self._size += rendered.size
            while self._size > self._max:
                _, dropped = self._kept.popitem(last=False)
                self._size -= dropped.size


def answer(
    request: Request, rendered: Rendered, cache: str = "no-cache", headers: dict[str, str] | None = None
) -> Response:
    """The response for a body: 304 when the reader has it, compressed when the reader can."""
    out = {"etag": rendered.etag, "cache-control": cache, "vary": "Accept-Encoding", **(headers or {})}
    if rendered.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=out)
    if rendered.download:
        out["content-disposition"] = f'attachment; filename="{rendered.download}"'
    if rendered.zipped and "gzip" in request.headers.get("accept-encoding", ""):
        body = rendered.zipped
        out["content-encoding"] = "gzip"
    else:
        body = rendered.plain
    return Response(body, media_type=rendered.media_type, headers=out)


def page_endpoint(site: Site, page: Page, language: str, shelf: Shelf) -> Endpoint:
    """The endpoint of one page in one language."""
    view = site.views[page.id]
    speaks = {"content-language": language}

    def visited(request: Request, token: str = "") -> Visit:
        query = dict(request.query_params)
        return Visit(site, page, site.languages[language], request.path_params, query, token)

    async def personal(request: Request) -> Response:
        visitor = request.cookies.get(site.csrf.COOKIE) or site.csrf.new_visitor()
        made = await run_in_threadpool(view, visited(request, site.csrf.issue(visitor)))
        headers = {**speaks, "cache-control": "no-store"}
        out = made if isinstance(made, Response) else HTMLResponse(made, headers=headers)
        secure = request.url.scheme == "https"
        out.set_cookie(site.csrf.COOKIE, visitor, httponly=True, samesite="strict", secure=secure)
        return out

    async def endpoint(request: Request) -> Response:
        key = f"{request.url.path}?{request.url.query}"
        rendered = shelf.get(key)
        if rendered is None:
            made = await run_in_threadpool(view, visited(request))
            if isinstance(made, Response):
                return made
            rendered = Rendered.of(made.encode(), "text/html; charset=utf-8")
            shelf.put(key, rendered)
        return answer(request, rendered, headers=speaks)

    return personal if page.id in site.personal else endpoint


def act_endpoint(site: Site, do: Act) -> Endpoint:
    """The endpoint of a form that writes: its token must have been given to the browser that sends it.

    Beyond this machine nothing is written: 403.
    """

    async def endpoint(request: Request) -> Response:
        if request.headers.get("content-type", "").split(";")[0] != _FORM:
            raise HTTPException(415)
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        token, visitor = form.pop(site.csrf.FIELD, None), request.cookies.get(site.csrf.COOKIE)
        if site.settings.host not in LOOPBACK or not site.csrf.valid(token, visitor):
            raise HTTPException(403)
        try:
            address = await run_in_threadpool(do, request.path_params, form)
        except AumentaError as error:
            told = {"summary": error.summary, "problems": [asdict(problem) for problem in error.problems]}
            status = 503 if isinstance(error, BusyError) else 422
            return JSONResponse(told, status_code=status, headers={"cache-control": "no-store"})
        return RedirectResponse(address, status_code=303, headers={"cache-control": "no-store"})

    return endpoint


def file_endpoint(make: FileMaker, shelf: Shelf) -> Endpoint:
    """The endpoint of a file made from the twin."""

    def produce(request: Request) -> Rendered:
        file = make(request.path_params, dict(request.query_params))
        return Rendered.of(file.content, file.media_type, file.download)

    async def endpoint(request: Request) -> Response:
        key = f"{request.url.path}?{request.url.query}"
        rendered = shelf.get(key)
        if rendered is None:
            rendered = await run_in_threadpool(produce, request)
            shelf.put(key, rendered)
        return answer(request, rendered)

    return endpoint


def live_endpoint(make: FileMaker) -> Endpoint:
    """The endpoint of an answer that is computed for each question and not kept."""

    async def endpoint(request: Request) -> Response:
        headers = {"cache-control": "no-store"}
        try:
            file = await run_in_threadpool(make, request.path_params, dict(request.query_params))
        except AumentaError as error:
            told = {"summary": error.summary, "problems": [asdict(problem) for problem in error.problems]}
            status = 503 if isinstance(error, BusyError) else 422
            return JSONResponse(told, status_code=status, headers=headers)
        if file.download:
            headers["content-disposition"] = f'attachment; filename="{file.download}"'
        return Response(file.content, media_type=file.media_type, headers=headers)

    return endpoint


def static_endpoint(site: Site) -> Endpoint:
    """The endpoint of the static files; those asked for under today's version may be kept for ever."""

    async def endpoint(request: Request) -> Response:
        file = site.assets.read(request.path_params["name"])
        if file is None:
            return Response("Not found", status_code=404, media_type="text/plain")
        today = request.path_params["version"] == site.assets.version
        rendered = Rendered(file.content, file.zipped or b"", file.etag, file.media_type)
        return answer(request, rendered, _IMMUTABLE if today else "no-cache")

    return endpoint
