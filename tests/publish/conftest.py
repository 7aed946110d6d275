# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The toy metropolis, built once, and what its reports share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from aumenta.publish.report_data import Shared
    from aumenta.twin.facade import Twin


@pytest.fixture(scope="session")
def toy_twin(built_toy: Path) -> Twin:
    from aumenta.twin.facade import open_twin

    return open_twin(built_toy)


@pytest.fixture(scope="session")
def shared(toy_twin: Twin) -> Shared:
    from aumenta.publish.report_data import share

    return share(toy_twin)
