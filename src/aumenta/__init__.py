# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Aumenta: a metropolitan strategic plan as a living, measurable system.

What a researcher types stands on one name, `aumenta`; everything is imported when first used, so that
`import aumenta` takes milliseconds.

    >>> import aumenta as au
    >>> au.__version__.count(".")
    2
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aumenta.version import __version__

if TYPE_CHECKING:
    from aumenta.twin import Twin, build, open_twin

__all__ = ["Twin", "__version__", "build", "open", "open_twin"]

_FACADE = {"Twin": "Twin", "build": "build", "open": "open_twin", "open_twin": "open_twin"}


def __getattr__(name: str) -> Any:
    if name in _FACADE:
        from aumenta import twin  # noqa: PLC0415 - the facade loads pandas and pyarrow: only when asked

        return getattr(twin, _FACADE[name])
    raise AttributeError(f"module 'aumenta' has no attribute {name!r}")
