# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""What takes seconds is made once in a thread beside the pages; a page waits a moment for it and no longer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Condition
from typing import Generic, TypeVar

from aumenta.errors import AumentaError
from aumenta.web.background import Background

LOG = logging.getLogger(__name__)
T = TypeVar("T")


class Readying(Generic[T]):
    """Things by key, made one after the other; what was asked for last comes first.

    Of more than `keep` the oldest are let go, and made again when they are asked for (None: all are kept).
    """

    def __init__(self, background: Background, keep: int | None = None) -> None:
        self._background, self._keep = background, keep
        self._changed = Condition()
        self._made: dict[str, T | AumentaError] = {}
        self._waiting: list[tuple[str, Callable[[], T]]] = []
        self._working = False

    def get(self, key: str, make: Callable[[], T], patience: float) -> T | AumentaError | None:
        """What is made, or the error that says why it cannot be; None where it takes longer than `patience` seconds."""
        with self._changed:
            if key in self._made:
                return self._made[key]
            self._waiting = [(key, make), *(one for one in self._waiting if one[0] != key)]
            if not self._working:
                self._working = self._background.start("readying", self._work)
            self._changed.wait_for(lambda: key in self._made, patience)
            return self._made.get(key)

    def ready(self, key: str) -> bool:
        """Whether something is made, or known not to be."""
        with self._changed:
            return key in self._made

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._waiting or self._background.ending:
                    self._working = False
                    return
                key, make = self._waiting[0]
            made: T | AumentaError
            try:
                made = make()
            except AumentaError as error:
                made = error
            except Exception:
                LOG.exception("%s could not be made.", key)
                made = AumentaError("This could not be computed; the log of the server says why.")
            with self._changed:
                self._made[key] = made
                while self._keep is not None and len(self._made) > self._keep:
                    del self._made[next(iter(self._made))]
                self._waiting = [one for one in self._waiting if one[0] != key]
                self._changed.notify_all()
