# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures of the pages' tests: the twin of the toy metropolis, built once, and a client of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aumenta.settings import Settings

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from aumenta.twin.facade import Twin

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def toy_twin(tmp_path_factory: pytest.TempPathFactory) -> Twin:
    import aumenta

    folder: Path = tmp_path_factory.mktemp("toy") / "twin"
    return aumenta.build("toy", into=folder)


@pytest.fixture(scope="session")
def large_twin(toy_twin: Twin) -> Twin:
    """The toy territory with the bundled plan of 111 actions, to see pages at their real size."""
    from aumenta.plan.pack import load_plan
    from aumenta.store.packs import BUNDLED
    from aumenta.twin.facade import Twin
    from aumenta.twin.plan_view import TwinPlan

    plan = TwinPlan.model_validate(load_plan(BUNDLED / "torino" / "plan").model_dump())

    class WithLargePlan(Twin):
        @property
        def plan(self) -> TwinPlan:
            return plan

    return WithLargePlan(toy_twin.root, toy_twin.folder, toy_twin.manifest)


@pytest.fixture(scope="session")
def large_client(large_twin: Twin) -> Iterator[TestClient]:
    from starlette.testclient import TestClient

    from aumenta.web.app import create_app

    with TestClient(create_app(large_twin, Settings()), base_url=ADDRESS, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="session")
def client(toy_twin: Twin) -> Iterator[TestClient]:
    from starlette.testclient import TestClient

    from aumenta.web.app import create_app

    app = create_app(toy_twin, Settings())
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        yield client
