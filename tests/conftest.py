# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures that several test folders use."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The collected data and the plan's document, where they lie beside the repository; else skip."""
    if not SHARED.is_dir():
        pytest.skip("needs the collected data and the plan's document beside the repository (../shared)")
    return SHARED
