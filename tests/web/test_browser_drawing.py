# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The drawing of the server answers to the pointer while the map with zoom is still on its way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_the_drawing_names_a_place_and_opens_it(chromium: Browser, toy_address: str) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, base_url=toy_address)
    page.route("**/js/map.js", lambda route: None)  # the map never comes
    page.goto("/it/territorio?indicator=broadband.ftth&level=municipality")
    page.wait_for_selector(".map-drawing path[data-place]")
    row = page.locator("tr[data-place]").first
    place, name = row.get_attribute("data-place"), row.locator("th").inner_text()
    shape = page.locator(f'.map-drawing path[data-place="{place}"]')
    shape.hover()
    tooltip = page.locator("#map-tooltip")
    assert tooltip.is_visible()
    assert name in tooltip.inner_text()
    assert (row.get_attribute("data-text") or "?") in tooltip.inner_text()
    shape.click()
    page.wait_for_url(f"**/it/luoghi/{place}")
    page.close()
