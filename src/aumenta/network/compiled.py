# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The one way kernels are compiled: cached on disk in a folder of the user alone, without the interpreter's lock."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def _cache_folder() -> None:
    """Set NUMBA_CACHE_DIR before numba is imported; a folder that only the user can write keeps foreign code out."""
    if "NUMBA_CACHE_DIR" in os.environ:
        return
    folder = Path("~/.cache/aumenta/kernels").expanduser()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return  # numba then keeps the kernels beside the code, or compiles at each start
    os.environ["NUMBA_CACHE_DIR"] = str(folder)


_cache_folder()

import numba  # noqa: E402 - after the folder is set


def _without_blas() -> None:
    """Let numba load its array functions without SciPy's BLAS, which takes a third of a second to import.

    Numba looks for it once, for products of matrices inside kernels; there are none in ours.
    """
    if "scipy.linalg" in sys.modules:
        return
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        del sys.modules["scipy.linalg"]


_without_blas()


def kernel(function: F) -> F:
    """Compile a function of arrays and numbers when it is first called; no bounds are checked inside."""
    return cast(F, numba.njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")(function))
