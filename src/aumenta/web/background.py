# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Work beside the pages, in threads that end when the pages end.

A thread that is still computing while Python takes itself down is torn out of the libraries it is in, which can end the
process with an abort or never. So none is left to itself: each is told to end, and waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread


class Background:
    """Threads that are started here and ended together; work looks at `ending` between its steps."""

    def __init__(self) -> None:
        self._ending = Event()
        self._lock = Lock()
        self._threads: list[Thread] = []
        self._wakers: list[Callable[[], object]] = []

    @property
    def ending(self) -> bool:
        """Whether the pages end: what is not begun yet is not begun any more."""
        return self._ending.is_set()

    def begin(self) -> None:
        """Accept work, after an end too."""
        self._ending.clear()

    def start(self, name: str, work: Callable[[], object]) -> bool:
        """Do some work in a thread of its own; whether it was begun, which it is not when the pages end."""
        thread = Thread(target=work, name=name)
        with self._lock:
            if self.ending:
                return False
            self._threads = [one for one in self._threads if one.is_alive()]
            thread.start()
            self._threads.append(thread)
        return True

    def wakes(self, wake: Callable[[], object]) -> None:
        """Call this at the end, so that work that waits for something looks up."""
        self._wakers.append(wake)

    def end(self) -> None:
        """Tell all work to end and wait until it has: as long as the step takes that it is at."""
        with self._lock:
            self._ending.set()
            threads, self._threads = self._threads, []
        for wake in self._wakers:
            wake()
        for thread in threads:
            thread.join()
