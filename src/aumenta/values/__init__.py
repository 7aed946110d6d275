# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""Indicator definitions and the long table of values, with the rule that missing is never zero."""
