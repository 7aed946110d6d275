# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The version of the software, below every floor so that any of them may name it."""

__version__ = "0.1.0"
