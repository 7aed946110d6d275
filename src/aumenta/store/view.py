# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The read-only View of a territory that measures read, by names of inputs; a change makes another View.

Tables are loaded when first asked for and handed out as they are: who reads them does not write into them. A View
with changes shares everything that did not change with the one it was made from, which stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Loader = Callable[[], Any]


class View(Mapping[str, Any]):
    """Inputs by name.

    >>> base = View({"residents": lambda: [1, 2]})
    >>> base.changed(residents=[3])["residents"], base["residents"]
    ([3], [1, 2])
    """

    def __init__(self, loaders: Mapping[str, Loader]) -> None:
        self._loaders = dict(loaders)
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = self._loaders[name]()
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._loaders))

    def __len__(self) -> int:
        return len(self._loaders)

    def __contains__(self, name: object) -> bool:
        return name in self._loaders  # Mapping's own would load it

    def get(self, name: str, default: Any = None) -> Any:
        """The input, or the default where the View has none of that name."""
        return self[name] if name in self._loaders else default

    def extended(self, loaders: Mapping[str, Loader]) -> View:
        """Another View that has these inputs too; what was loaded stays loaded."""
        other = View({**self._loaders, **loaders})
        other._loaded = {name: value for name, value in self._loaded.items() if name not in loaders}
        return other

    def changed(self, **inputs: Any) -> View:
        """Another View where these inputs are replaced; names with other signs go through `replaced`."""
        return self.replaced(inputs)

    def replaced(self, inputs: Mapping[str, Any]) -> View:
        """Another View where these inputs are replaced."""
        other = View(self._loaders)
        other._loaded = dict(self._loaded)
        for name, value in inputs.items():
            other._loaders[name] = lambda value=value: value  # type: ignore[misc]
            other._loaded[name] = value
        return other
