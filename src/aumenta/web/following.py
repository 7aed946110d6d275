# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The pages of whichever build is in use: a build that is published while they are served takes their place."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from aumenta.errors import AumentaError
from aumenta.settings import Settings
from aumenta.store.layout import Layout
from aumenta.web.app import create_app

LOG = logging.getLogger(__name__)
#: Seconds between two looks at the twin's folder.
EVERY = 2.0


class Following:
    """An ASGI application that hands every request to the pages of the build in use.

    The next build's pages are prepared apart; requests go to the old ones until the new are ready, and those that have
    begun are finished by the pages that began them. A build that cannot be opened is told in the log, and the pages
    stay as they are.
    """

    def __init__(self, twin: Path, settings: Settings, document: str | None = None) -> None:
        self._twin, self._settings, self._document = twin, settings, document
        self.app: FastAPI = create_app(twin, settings, document)
        self._next: FastAPI | None = None
        self._stop = threading.Event()
        self._watch: threading.Thread | None = None
        self._refused: str | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the pages of today; whatever works beside them ends when the server does."""
        await self.app(scope, receive, send)
        if scope["type"] == "lifespan":
            await run_in_threadpool(self.stop)

    @property
    def build(self) -> str:
        """Name of the build that is served."""
        return str(self.app.state.site.build)

    def look(self) -> bool:
        """Take over the build in use when it is another one; whether it was."""
        try:
            name = Layout(self._twin).current_name()
            if name is None or name in (self.build, self._refused):
                return False
            self._refused = name
            self._next = create_app(self._twin, self._settings, self._document)
            if self._stop.is_set():
                return False
            self._next.state.site.prepare()
        except AumentaError as error:
            LOG.warning("The new build cannot be served; the pages stay as they are. %s", error)
            return False
        old, self.app, self._next, self._refused = self.app, self._next, None, None
        old.state.site.background.end()  # nobody will ask for what it still prepares
        return True

    def watch(self, every: float = EVERY) -> None:
        """Look again and again, in a thread that ends with `stop`."""

        def loop() -> None:
            while not self._stop.wait(every):
                self.look()

        self._watch = threading.Thread(target=loop, name="following")
        self._watch.start()

    def stop(self) -> None:
        """Look no more, and end what works beside the pages; gives back when it has ended."""
        self._stop.set()
        for app in (self._next, self.app):
            if app is not None:
                app.state.site.background.end()
        if self._watch is not None:
            self._watch.join()
        self.app.state.site.background.end()  # of the pages that were put in the place of others meanwhile
