# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Bring official sources into a cache: addresses as data, resumed downloads, checksums, parsers of their formats."""

from aumenta.territory.fetching.catalogue import Catalogue, FetchItem, load_catalogue
from aumenta.territory.fetching.run import FetchReport, fetch_all

__all__ = ["Catalogue", "FetchItem", "FetchReport", "fetch_all", "load_catalogue"]
