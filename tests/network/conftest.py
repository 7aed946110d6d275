# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Settings that tests of networks change."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from aumenta.settings import get_settings


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, object], None]]:
    """Change a setting for one test: `setting("MAX_TIMETABLE_DAYS", 30)`."""

    def put(name: str, value: object) -> None:
        monkeypatch.setenv(f"AUMENTA_{name}", str(value))
        get_settings.cache_clear()

    yield put
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def lenient(setting: Callable[[str, object], None]) -> None:
    """Feeds are used however much of them is bad."""
    setting("MAX_TIMETABLE_BAD_SHARE", 1)
