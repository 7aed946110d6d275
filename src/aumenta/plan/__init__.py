# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
"""The plan as data: schema, reading of the published document, check, connections, spreadsheet."""
