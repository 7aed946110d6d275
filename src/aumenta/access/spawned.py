# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Processes that are started anew without running the caller's script a second time.

A spawned process runs the script of its parent again to find what was defined there. A script that is read from
standard input is not there to be run, and one that computes without `if __name__ == "__main__":` would begin anew in
each process. Workers need nothing of the script, so they are not told of it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_TOLD = ("__file__", "__spec__")
_LOCK = threading.Lock()


@contextmanager
def without_the_script(*needed: object) -> Iterator[None]:
    """While processes are started: they are not told of the caller's script.

    `needed` are objects that go to the processes; where the class of one is defined in the script they are told of it.
    """
    main = sys.modules["__main__"]
    if any(type(one).__module__ == "__main__" for one in needed):
        yield
        return
    with _LOCK:
        kept = {name: vars(main)[name] for name in _TOLD if name in vars(main)}
        vars(main).update(dict.fromkeys(_TOLD))
        try:
            yield
        finally:
            for name in _TOLD:
                del vars(main)[name]
            vars(main).update(kept)
