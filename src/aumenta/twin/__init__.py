# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The facade: open a twin, build one, read it. What `import aumenta` gives.

Names are loaded when first used, so that an unchanged build ends before pandas is imported.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aumenta.twin.builder import build
    from aumenta.twin.facade import Twin, open_twin

__all__ = ["Twin", "build", "open_twin"]

_WHERE = {"Twin": "facade", "open_twin": "facade", "build": "builder"}


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        found = getattr(importlib.import_module(f"aumenta.twin.{_WHERE[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module 'aumenta.twin' has no attribute {name!r}")
