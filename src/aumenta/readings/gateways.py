# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The territory's gateways, neighbouring cities and airports, by public transport."""

from __future__ import annotations

#: Metres from a gateway's point within which a stop is at the gateway: packs know gateways to about a kilometre.
AT_GATEWAY = 2000
