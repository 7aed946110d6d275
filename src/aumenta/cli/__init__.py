# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The command line."""

from aumenta.cli.app import main

__all__ = ["main"]
