# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""How the map of travel times follows the pin in headless Chromium: frames a second with new minutes.

The pin is taken with the mouse; the moves that follow come 60 times a second from within the page, so that the browser,
and not what drives it, sets the pace.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from maps import ARGUMENTS
from measure import Figure, machine, median, percentile
from pages import server

SECONDS = 5
RUNS = 3
QUESTIONS = (
    ("one", "mode=transit&from=07:30", 10.0, 10.0),
    ("window", "mode=transit&from=07:00&until=09:00", 3.0, 10.0),
    ("walk", "mode=walk", None, None),
    ("bike", "mode=bike", None, None),
    ("car", "mode=car", None, None),
)
DRAG = """async ([x, y, milliseconds]) => {
  const map = document.querySelector("#reach-live .maplibregl-canvas-container");
  const start = performance.now();
  await new Promise((done) => {
    const step = () => {
      const passed = performance.now() - start;
      if (passed > milliseconds) {
        done();
        return;
      }
      const turn = passed / 700;
      map.dispatchEvent(new MouseEvent("mousemove", {
        bubbles: true, cancelable: true, view: window, buttons: 1,
        clientX: x + 60 * Math.sin(turn), clientY: y + 60 * (Math.cos(turn) - 1),
      }));
      setTimeout(step, 16);
    };
    step();
  });
  const drawn = window.aumentaReach.drawn.filter((at) => at >= start);
  const gaps = drawn.slice(1).map((at, i) => at - drawn[i]);
  return { seconds: (performance.now() - start) / 1000, gaps, drawn: drawn.length };
}"""


def figures(twin: Path) -> Iterator[Figure]:
    """Frames a second and the gap between them, by question; nothing is measured where Chromium is not installed."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("reach: Chromium is not installed, not measured")
        return
    from playwright.sync_api import sync_playwright

    where = f"{machine()}; headless Chromium 1280 x 800, software rendering, pin dragged {SECONDS} s, median of {RUNS}"
    with server(twin) as port, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name, query, must, aim in QUESTIONS:
            runs = [dragged(browser, f"http://127.0.0.1:{port}/it/raggiungi?{query}") for _ in range(RUNS)]
            frames = median([run["drawn"] / run["seconds"] for run in runs])
            yield Figure(f"reach.drag.{name}.frames", frames, "/s", False, must, aim, where)
            gaps = [gap for run in runs for gap in run["gaps"]]
            yield Figure(f"reach.drag.{name}.gap.p95", percentile(gaps, 0.95), "ms", True, None, None, where)
        browser.close()


def dragged(browser: Any, address: str) -> dict[str, Any]:
    """One drag on a fresh page."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address)
    page.wait_for_selector("#reach.is-drawn", timeout=120_000)
    page.wait_for_selector("#reach[data-settled]", timeout=120_000)
    page.wait_for_timeout(1000)
    box = page.locator(".reach-pin").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 14
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 1, y)
    found: dict[str, Any] = page.evaluate(DRAG, [x, y, SECONDS * 1000])
    page.mouse.up()
    page.close()
    return found
