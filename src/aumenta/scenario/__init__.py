# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Scenarios: changes of a territory and its network, resolved before they are applied, over an untouched baseline."""
