# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Seconds until the map can be used in headless Chromium, from navigation to the page's own mark."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from measure import Figure, machine, median
from pages import server

RUNS = 3
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


def figures(twin: Path) -> Iterator[Figure]:
    """Municipalities and cells; nothing is measured where Chromium is not installed."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("maps: Chromium is not installed, not measured")
        return
    from playwright.sync_api import sync_playwright

    where = f"{machine()}; headless Chromium, software rendering, median of {RUNS} fresh browsers"
    with server(twin) as port, sync_playwright() as play:
        for name, query, mark, must, aim in (
            (
                "map.drawing.seconds",
                "indicator=broadband.ftth&level=municipality",
                "answers",
                None,
                None,
            ),
            (
                "map.municipalities.seconds",
                "indicator=broadband.ftth&level=municipality",
                "interactive",
                2.0,
                1.0,
            ),
            ("map.cells.seconds", "indicator=demography.population&level=cell", "cells", 4.0, 2.0),
        ):
            times = []
            for _ in range(RUNS):
                browser = play.chromium.launch(executable_path=chromium, args=ARGUMENTS)
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.goto(f"http://127.0.0.1:{port}/it/territorio?{query}")
                # asked from outside: the page's policy forbids evaluating strings inside it
                for _ in range(600):
                    if page.evaluate(f"window.aumentaMapReady?.{mark} !== undefined"):
                        break
                    page.wait_for_timeout(100)
                times.append(float(page.evaluate(f"window.aumentaMapReady.{mark}")) / 1000)
                browser.close()
            yield Figure(name, median(times), "s", True, must, aim, where)
