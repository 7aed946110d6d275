# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The application: pages of the table of pages, files made from the twin, static files, errors in words."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

import aumenta.web.pages
from aumenta.settings import Settings, get_settings
from aumenta.twin import open_twin
from aumenta.web.assets import Assets
from aumenta.web.i18n import COOKIE, LANGUAGES, choose_language
from aumenta.web.routes import PAGES, template_path
from aumenta.web.security import Guard
from aumenta.web.serving import (
    Shelf,
    act_endpoint,
    file_endpoint,
    live_endpoint,
    page_endpoint,
    static_endpoint,
)
from aumenta.web.site import NotFoundError, Site

_YEAR = 365 * 24 * 3600


def create_app(
    twin: str | Path | Any, settings: Settings | None = None, document: str | None = None
) -> FastAPI:
    """The pages of a twin, given opened or by its folder; `document` is the text of the plan's document.

    Everything that the pages need is prepared here, so that a page only writes what is ready. Raises
    `TwinError` when the folder holds no twin of this version.
    """
    settings = settings or get_settings()
    if isinstance(twin, str | Path):
        twin = open_twin(twin)
    site = Site(twin, settings, Assets(), document)
    site.later(site.templates.compile)
    for module in _page_modules():
        module.register(site)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        site.background.begin()
        site.background.start("prepare", site.prepare)
        yield
        await run_in_threadpool(site.background.end)

    app = FastAPI(title="Aumenta", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.site = site
    _add_routes(app, site, Shelf(settings.page_cache_bytes))
    _add_errors(app, site)
    app.add_middleware(
        Guard, settings=settings, refuse=lambda status, scope: _error_page(site, status, scope)
    )
    return app


def _page_modules() -> list[Any]:
    names = sorted(info.name for info in pkgutil.iter_modules(aumenta.web.pages.__path__))
    modules = [importlib.import_module(f"aumenta.web.pages.{name}") for name in names]
    return [module for module in modules if hasattr(module, "register")]


def _add_routes(app: FastAPI, site: Site, shelf: Shelf) -> None:
    app.router.add_route("/", _greet, methods=["GET"], name="greet")
    app.router.add_route("/language/{code}", _remember, methods=["GET"], name="language")
    app.router.add_route("/static/{version}/{name:path}", static_endpoint(site), methods=["GET"])
    for path, make in site.files.items():
        app.router.add_route(path, file_endpoint(make, shelf), methods=["GET"])
    for path, make in site.answers.items():
        app.router.add_route(path, live_endpoint(make), methods=["GET"])
    for path, do in site.acts.items():
        app.router.add_route(path, act_endpoint(site, do), methods=["POST"])
    for page in PAGES:
        if page.id not in site.views:
            continue
        for language in LANGUAGES:
            endpoint = page_endpoint(site, page, language, shelf)
            path = template_path(page, language)
            app.router.add_route(path, endpoint, methods=["GET"], name=f"{page.id}.{language}")


async def _greet(request: Request) -> Response:
    """`/`: on to the overview in the visitor's language."""
    language = choose_language(request.cookies.get(COOKIE), request.headers.get("accept-language"))
    headers = {"vary": "Cookie, Accept-Language", "cache-control": "no-store"}
    return RedirectResponse(f"/{language}/", status_code=302, headers=headers)


async def _remember(request: Request) -> Response:
    """`/language/<code>?to=<path>`: remember the language and go on to the page in it."""
    language = request.path_params["code"]
    if language not in LANGUAGES:
        raise HTTPException(404)
    to = request.query_params.get("to", "")
    if not to.startswith(f"/{language}/") or "\\" in to or any(ord(c) < 32 for c in to):
        to = f"/{language}/"
    response = RedirectResponse(to, status_code=303, headers={"cache-control": "no-store"})
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, language, max_age=_YEAR, httponly=True, samesite="lax", secure=secure)
    return response


def _add_errors(app: FastAPI, site: Site) -> None:
    async def known(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return _error_page(site, status, request.scope)

    async def absent(request: Request, error: Exception) -> Response:
        what = error.what if isinstance(error, NotFoundError) else ""
        return _error_page(site, 404, request.scope, what)

    app.add_exception_handler(HTTPException, known)
    app.add_exception_handler(NotFoundError, absent)


def _error_page(site: Site, status: int, scope: Scope, what: str = "") -> Response:
    """A page that says what happened and where to go on, in the language of the address."""
    first = scope["path"].split("/")[1] if "/" in scope["path"] else ""
    request = Request(scope)
    language = first
    if language not in LANGUAGES:
        language = choose_language(request.cookies.get(COOKIE), request.headers.get("accept-language"))
    html = site.templates.render_plain("error.html", language, {"status": status, "what": what})
    headers = {"cache-control": "no-store", "content-language": language}
    return Response(html, status_code=status, media_type="text/html; charset=utf-8", headers=headers)
