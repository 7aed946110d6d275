# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Clusters of cells take seconds: they are computed one after the other apart from the pages, which never wait long."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from threading import Condition

from aumenta.twin.equity import Equity
from aumenta.web.background import Background

LOG = logging.getLogger(__name__)


class ClusterQueue:
    """Computes the clusters of indicators in one thread at a time; what a page asks for goes before the rest."""

    def __init__(self, find: Callable[[str], Equity], background: Background) -> None:
        self._find = find
        self._background = background
        self._done: set[str] = set()
        self._waiting: list[str] = []
        self._working = False
        self._changed = Condition()

    def ready(self, key: str, patience: float) -> bool:
        """Whether the clusters of an indicator are there, or come within so many seconds; they are begun otherwise."""
        with self._changed:
            if key in self._done or self._find(key).level != "cell":
                return True
            self._waiting = [key, *(other for other in self._waiting if other != key)]
            if not self._working:
                self._working = self._background.start("clusters", self._work)
            return self._changed.wait_for(lambda: key in self._done, patience)

    def prepare(self, keys: Iterable[str]) -> None:
        """Compute those of several indicators now, in this thread; or leave them to the one that is at work."""
        with self._changed:
            self._waiting += [key for key in keys if key not in self._done and key not in self._waiting]
            if self._working:
                return
            self._working = True
        self._work()

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._waiting or self._background.ending:
                    self._working = False
                    return
                key = self._waiting[0]
            try:
                _ = self._find(key).clusters
            except Exception:  # the page that needs them meets the same error and answers for it
                LOG.exception("The clusters of %s could not be computed.", key)
            with self._changed:
                self._done.add(key)
                self._waiting = [other for other in self._waiting if other != key]
                self._changed.notify_all()
