# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The pages of whichever build is in use: a build that is published while they are served takes their place."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from fastapi import FastAPI
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
        self._stop = threading.Event()
        self._refused: str | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the pages of today."""
        await self.app(scope, receive, send)

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
            fresh = create_app(self._twin, self._settings, self._document)
            fresh.state.site.prepare()
        except AumentaError as error:
            LOG.warning("The new build cannot be served; the pages stay as they are. %s", error)
            return False
        self.app, self._refused = fresh, None
        return True

    def watch(self, every: float = EVERY) -> threading.Thread:
        """Look again and again, in a thread that ends with `stop` or with the process."""

        def loop() -> None:
            while not self._stop.wait(every):
                self.look()

        thread = threading.Thread(target=loop, name="following", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
