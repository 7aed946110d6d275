# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""About: what the site is, who it is for, its licence and how accessible it is."""

from __future__ import annotations

from aumenta.web.site import Site, Visit


def register(site: Site) -> None:
    """Serve the page."""
    site.page("about", show)


def show(visit: Visit) -> str:
    """The page about the site."""
    return visit.render("about.html", pack=visit.site.twin.manifest.pack)
