# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The site that page modules register on, and the visit that a page's view receives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, TypeVar

from starlette.responses import Response

from aumenta.errors import AumentaError
from aumenta.plan.model import Plan
from aumenta.settings import Settings
from aumenta.twin.facade import Twin
from aumenta.web.assets import Assets
from aumenta.web.background import Background
from aumenta.web.i18n import LANGUAGES, Language
from aumenta.web.routes import BY_ID, Page, page_path
from aumenta.web.security import CsrfTokens
from aumenta.web.templating import Templates

T = TypeVar("T")

#: A view turns a visit into the page's HTML, or into a response of its own (a redirect).
View = Callable[["Visit"], str | Response]


class NotFoundError(Exception):
    """The address names something that is not there; `what` says it in the language of the visit."""

    def __init__(self, what: str = "") -> None:
        self.what = what
        super().__init__(what)


class BusyError(AumentaError):
    """Too much is being computed at once; answered with 503."""


@dataclass(frozen=True)
class File:
    """A file made from the twin: its media type, the name it is saved under, and its bytes."""

    content: bytes
    media_type: str
    download: str | None = None


#: Makes a file from the parameters of its path and its query.
FileMaker = Callable[[Mapping[str, str], Mapping[str, str]], File]


#: Does what a form asks, given the parameters of the path and the fields; gives the address to go on to.
Act = Callable[[Mapping[str, str], Mapping[str, str]], str]


#: Gives the context of a part's template for one visit.
PartMaker = Callable[["Visit"], Mapping[str, Any]]


@dataclass
class Site:
    """What page modules build on: the opened twin, and the plan's document where whoever serves has its text.

    Pages and files register themselves while the app starts.
    """

    twin: Twin
    settings: Settings
    assets: Assets
    document: str | None = None
    languages: dict[str, Language] = field(default_factory=lambda: {c: Language(c) for c in LANGUAGES})
    views: dict[str, View] = field(default_factory=dict)
    files: dict[str, FileMaker] = field(default_factory=dict)
    answers: dict[str, FileMaker] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)
    personal: set[str] = field(default_factory=set)
    csrf: CsrfTokens = field(default_factory=CsrfTokens)
    parts: dict[str, PartMaker] = field(default_factory=dict)
    prepared: dict[str, Any] = field(default_factory=dict)
    making: dict[str, Any] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)
    background: Background = field(default_factory=Background)
    waiting: list[Callable[[], object]] = field(default_factory=list)
    templates: Templates = field(init=False)

    def __post_init__(self) -> None:
        self.templates = Templates(self)

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What several page modules prepare together, made by the first that asks; others wait for it alone."""
        with self.lock:
            own = self.making.setdefault(key, RLock())
        with own:
            if key not in self.prepared:
                self.prepared[key] = make()
            made: T = self.prepared[key]
            return made

    def later(self, make: Callable[[], object]) -> None:
        """Prepare this once the pages are served: what the first page does not need."""
        self.waiting.append(make)

    def prepare(self) -> None:
        """Do all that was left for later, in order; what the end of the pages finds waiting is left."""
        while self.waiting and not self.background.ending:
            self.waiting.pop(0)()

    def page(self, page_id: str, view: View, personal: bool = False) -> None:
        """Serve a page of the table of pages in every language.

        A `personal` page has forms that write (`visit.token` goes into them) and is drawn anew for every visit.
        """
        if page_id not in BY_ID:
            raise KeyError(f"{page_id} is not in the table of pages (aumenta.web.routes.PAGES)")
        self.views[page_id] = view
        if personal:
            self.personal.add(page_id)

    def file(self, path: str, make: FileMaker) -> None:
        """Serve a file made from the twin at `/files/<path>` (parameters in braces)."""
        self.files[f"/files/{path}"] = make

    def live(self, path: str, make: FileMaker) -> None:
        """Answer `/live/<path>` anew each time, neither kept nor compressed: what is asked many times a second.

        An `AumentaError` that `make` raises is answered with 422 (503 for `BusyError`) and its problems as JSON.
        """
        self.answers[f"/live/{path}"] = make

    def act(self, path: str, do: Act) -> None:
        """Take forms sent to `/act/<path>`: only from our own pages, with their token, and on this machine alone."""
        self.acts[f"/act/{path}"] = do

    def part(self, name: str, make: PartMaker) -> None:
        """Offer a part to a page of another module: `partials/<name>.html` is drawn there with what `make` gives."""
        self.parts[name] = make

    @property
    def plan(self) -> Plan:
        """The plan of the twin; ask `twin.has_plan` first."""
        return self.twin.plan

    @property
    def build(self) -> str:
        """The name of the build that is served."""
        return self.twin.build

    @property
    def pages(self) -> dict[str, Page]:
        """The table of pages by id."""
        return BY_ID

    @property
    def navigation(self) -> list[Page]:
        """Pages of the main navigation that are served, in order."""
        return sorted(
            (BY_ID[i] for i in self.views if BY_ID[i].nav is not None), key=lambda page: page.nav or 0
        )


@dataclass(frozen=True)
class Visit:
    """One request for a page: the page, the language, the parameters of the path and of the query."""

    site: Site
    page: Page
    language: Language
    params: Mapping[str, str]
    query: Mapping[str, str]
    token: str = ""

    def url(self, page_id: str, query: Mapping[str, str] | None = None, /, **params: str) -> str:
        """The address of another page in the language of this visit."""
        return page_path(page_id, self.language.code, query, **params)

    def same_page(self, language: str) -> str:
        """The address of this page in another language."""
        return page_path(self.page.id, language, self.query, **self.params)

    def render(self, template: str, /, **context: Any) -> str:
        """The page made of a template; the template finds `visit`, `lang`, `url`, `_` and the filters."""
        return self.site.templates.render(template, self, context)
